"""The Django app of the tickets floor."""

from django.apps import AppConfig


class TicketsConfig(AppConfig):
    """Its models and admin."""

    name = "tickets"
