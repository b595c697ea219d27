"""The Django app of the support floor."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SupportConfig(AppConfig):
    """Its models and admin."""

    name = "support"
    verbose_name = _("Mail")
