"""The Django app of the support floor."""

from django.apps import AppConfig


class SupportConfig(AppConfig):
    """Its models and admin."""

    name = "support"
