"""Who approves monthly reports, in the Django admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from sla.models import ReportRule


class ReportRuleAdmin(admin.ModelAdmin):
    """The one row."""

    list_display = ("__str__",)
    fields = ("approvers",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """There is one, and no other."""
        return not ReportRule.objects.exists() and super().has_add_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """It stays."""
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Under the one number that it can have."""
        obj.pk = 1
        super().save_model(request, obj, form, change)
