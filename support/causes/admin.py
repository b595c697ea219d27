"""The causes and the rule in the Django admin, where managers keep them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from support.causes.models import CauseRule, GivenCause


class CauseAdmin(admin.ModelAdmin):
    """Which causes there are. One that was given somewhere is switched off, not deleted."""

    list_display = ("name_nl", "name_en", "position", "active")
    list_filter = ("active",)
    search_fields = ("name_nl", "name_en")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only what nobody has given."""
        used = obj is not None and GivenCause.objects.filter(cause=obj).exists()
        return not used and super().has_delete_permission(request, obj)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """None at once for many."""
        return {}


class CauseRuleAdmin(admin.ModelAdmin):
    """The one rule."""

    list_display = ("asked",)
    fields = ("asked",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """There is one, and no other."""
        return not CauseRule.objects.exists() and super().has_add_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """It stays."""
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Under the one number that it can have."""
        obj.pk = 1
        super().save_model(request, obj, form, change)
