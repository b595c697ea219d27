"""The Django app of the sla floor."""

from django.apps import AppConfig


class SlaConfig(AppConfig):
    """Its models and admin."""

    name = "sla"
