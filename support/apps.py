"""The Django app of the support floor."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SupportConfig(AppConfig):
    """Its models and admin."""

    name = "support"
    verbose_name = _("Mail")

    def ready(self) -> None:
        """Connect the one signal of the house: anymail gives a posted mail in no other way."""
        from anymail.signals import inbound

        from support.intake import providers

        inbound.connect(providers.take, dispatch_uid="support.intake.providers")
