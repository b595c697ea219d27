"""The Django app of the sla floor."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SlaConfig(AppConfig):
    """Its models and admin."""

    name = "sla"
    verbose_name = _("Promises")
