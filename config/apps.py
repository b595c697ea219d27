"""The Django app that wires Werkdag together."""

from django.apps import AppConfig

from config.celery import app as celery_app

__all__ = ("WiringConfig", "celery_app")


class WiringConfig(AppConfig):
    """Commands, system checks and health pages."""

    name = "config"

    def ready(self) -> None:
        """Register the system checks."""
        from config import checks  # noqa: F401
