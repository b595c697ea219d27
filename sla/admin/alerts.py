"""Alerts: a record, only to be read."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest

from sla.models import Alert


@admin.register(Alert)
class AlertAdmin(admin.ModelAdmin):
    """Warnings, breaches and moved deadlines: a record, not to be changed."""

    list_display = ("at", "kind", "ticket", "promise", "clause", "due_at", "told_at")
    list_filter = ("kind", "promise")
    list_select_related = ("ticket",)
    date_hierarchy = "at"
    search_fields = ("ticket__subject",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """The sweep writes these."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Alert | None = None) -> bool:
        """Never."""
        return False

    has_delete_permission = has_change_permission
