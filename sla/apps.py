"""The Django app of the sla floor."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SlaConfig(AppConfig):
    """Its models, admin and checks."""

    name = "sla"
    verbose_name = _("Promises")

    def ready(self) -> None:
        """Register the system checks."""
        from sla import checks, release_checks  # noqa: F401
