"""The goals in the Django admin, where managers keep them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from support.reports.models import KeptGoal


class KeptGoalAdmin(admin.ModelAdmin):
    """The one row of goals."""

    list_display = ("__str__", "guarantee", "effort")
    fields = ("guarantee", "effort")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """There is one, and no other."""
        return not KeptGoal.objects.exists() and super().has_add_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """They stay."""
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Under the one number that they can have."""
        obj.pk = 1
        super().save_model(request, obj, form, change)
