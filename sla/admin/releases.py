"""Releases and their schedules: the coming ones can be planned and moved, what is live is fixed."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from sla import changes, releases
from sla.admin.named import NamedAdmin
from sla.models import Release, ReleaseSchedule


@admin.register(ReleaseSchedule)
class ReleaseScheduleAdmin(admin.ModelAdmin):
    """How often releases come; the coming ones follow a change at once."""

    list_display = ("agreement", "every_weeks", "first_on", "at_time")
    list_select_related = ("agreement",)

    def get_readonly_fields(self, request: HttpRequest, obj: ReleaseSchedule | None = None) -> Any:
        """A schedule stays with its agreement."""
        return () if obj is None else ("agreement",)

    def has_delete_permission(
        self, request: HttpRequest, obj: ReleaseSchedule | None = None
    ) -> bool:
        """Deadlines were promised by it: change it instead."""
        return False

    def save_model(
        self, request: HttpRequest, obj: ReleaseSchedule, form: object, change: object
    ) -> None:
        """Save it, and say what became of the releases."""
        found = releases.change_schedule(obj, now=timezone.now())
        said = _("Releases added: %(added)d, at another time: %(retimed)d, skipped: %(dropped)d.")
        counts = {name: len(getattr(found, name)) for name in ("added", "retimed", "dropped")}
        self.message_user(request, said % counts)


@admin.register(Release)
class ReleaseAdmin(NamedAdmin):
    """Releases: coming ones can be added, moved and skipped; running Middel clocks follow."""

    list_display = ("name", "planned_at", "agreement", "is_hotfix", "skipped_at", "live_at")
    list_filter = ("agreement", "is_hotfix")
    list_select_related = ("agreement",)
    date_hierarchy = "planned_at"
    ordering = ("-planned_at",)
    actions = ("skip",)

    def has_change_permission(self, request: HttpRequest, obj: Release | None = None) -> bool:
        """What has gone live or was skipped can't be changed."""
        if obj is not None and (obj.live_at or obj.skipped_at or obj.planned_at <= timezone.now()):
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Release | None = None) -> bool:
        """Tickets may be planned for it: move or skip it instead."""
        return False

    def get_fields(self, request: HttpRequest, obj: Release | None = None) -> Any:
        """With what became of it, once it is there."""
        fields = ("agreement", "name", "planned_at", "is_hotfix")
        return fields if obj is None else (*fields, "slot", "skipped_at", "live_at")

    def get_readonly_fields(self, request: HttpRequest, obj: Release | None = None) -> Any:
        """Of a planned release its moment and name may change."""
        return () if obj is None else ("agreement", "is_hotfix", "slot", "skipped_at", "live_at")

    def save_model(self, request: HttpRequest, obj: Release, form: object, change: bool) -> None:
        now = timezone.now()
        if not change:
            changes.plan_release(obj, now=now)
            return
        to = obj.planned_at
        Release.objects.filter(pk=obj.pk).update(name=obj.name)
        changes.move_release(obj, to=to, now=now)

    @admin.action(description=gettext_lazy("Skip"), permissions=["change"])
    def skip(self, request: HttpRequest, chosen: QuerySet[Release]) -> None:
        """They will not be; what hung on them follows the next one."""
        done = 0
        for release in chosen.select_related("agreement"):
            try:
                changes.skip_release(release, now=timezone.now())
            except ValueError as error:
                self.message_user(request, f"{release}: {error}", messages.ERROR)
            else:
                done += 1
        if done:
            said = ngettext("%(count)d release skipped.", "%(count)d releases skipped.", done)
            self.message_user(request, said % {"count": done}, messages.SUCCESS)
