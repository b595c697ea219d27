"""The Django admin: configuration is edited, facts are looked at, verbs are actions."""

from support.admin import facts, house, tickets

__all__ = ["facts", "house", "tickets"]
