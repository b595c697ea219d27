"""The Django app that wires Werkdag together."""

from django.apps import AppConfig


class WiringConfig(AppConfig):
    """Commands, system checks and health pages."""

    name = "config"

    def ready(self) -> None:
        """Register the system checks."""
        from config import checks  # noqa: F401
