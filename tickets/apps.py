"""The Django app of the tickets floor."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TicketsConfig(AppConfig):
    """Its models and admin."""

    name = "tickets"
    verbose_name = _("Tickets and people")
