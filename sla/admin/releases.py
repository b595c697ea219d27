"""Releases: the coming ones can be planned and moved."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from sla import changes
from sla.models import Release


@admin.register(Release)
class ReleaseAdmin(admin.ModelAdmin):
    """Releases: coming ones can be added and moved; running Middel clocks follow."""

    list_display = ("name", "planned_at", "agreement", "is_hotfix")
    list_filter = ("agreement", "is_hotfix")
    list_select_related = ("agreement",)
    date_hierarchy = "planned_at"
    ordering = ("-planned_at",)

    def has_change_permission(self, request: HttpRequest, obj: Release | None = None) -> bool:
        """What has gone live can't be moved."""
        if obj is not None and obj.planned_at <= timezone.now():
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Release | None = None) -> bool:
        """Tickets may be planned for it: move it instead."""
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Release | None = None) -> Any:
        """Of a planned release its moment and name may change."""
        return () if obj is None else ("agreement", "is_hotfix")

    def save_model(self, request: HttpRequest, obj: Release, form: Any, change: bool) -> None:
        """Plan or move it."""
        now = timezone.now()
        if not change:
            changes.plan_release(obj, now=now)
            return
        to = obj.planned_at
        Release.objects.filter(pk=obj.pk).update(name=obj.name)
        changes.move_release(obj, to=to, now=now)
