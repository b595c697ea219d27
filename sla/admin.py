"""The promises in the Django admin: agreements, calendars, releases are data; the past is fixed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sla import calendars, changes
from sla.engine import WorkingHours
from sla.models import (
    Agreement,
    Alert,
    Calendar,
    CalendarDay,
    Coverage,
    Edition,
    OpeningBlock,
    Release,
    Target,
)


class BlockFormSet(forms.BaseInlineFormSet):
    """A calendar must open, and its blocks must not overlap."""

    def clean(self) -> None:
        """Let the engine judge: what it refuses could never be counted in."""
        super().clean()
        week: dict[int, list[tuple[str, str]]] = {}
        for form in self.forms:
            data = getattr(form, "cleaned_data", {})
            if data.get("closes") and not data.get("DELETE"):
                week.setdefault(data["weekday"], []).append((data["opens"], data["closes"]))
        try:
            WorkingHours(week=week, zone="UTC")
        except ValueError:
            raise ValidationError(
                _("Give at least one opening block; blocks of one day must not overlap.")
            ) from None


class BlockInline(admin.TabularInline):
    """The week. Fixed once a ticket was counted in it: make a new calendar for a new edition."""

    model = OpeningBlock
    formset = BlockFormSet
    extra = 0

    def has_change_permission(self, request: HttpRequest, obj: Calendar | None = None) -> bool:
        """Only while no ticket depends on it."""
        return super().has_change_permission(request, obj) and not _in_use(obj)

    has_add_permission = has_change_permission
    has_delete_permission = has_change_permission


def _in_use(calendar: Calendar | None) -> bool:
    return calendar is not None and Coverage.objects.filter(edition__calendar=calendar).exists()


@admin.register(Calendar)
class CalendarAdmin(admin.ModelAdmin):
    """When time counts."""

    list_display = ("name", "zone", "country", "liberation_day", "good_friday")
    inlines = (BlockInline,)

    def get_readonly_fields(self, request: HttpRequest, obj: Calendar | None = None) -> Any:
        """In use, only the name may change: deadlines were promised under the rest."""
        if _in_use(obj):
            return ("zone", "country", "liberation_day", "good_friday")
        return ()

    def has_delete_permission(self, request: HttpRequest, obj: Calendar | None = None) -> bool:
        """Not what tickets were counted in."""
        return super().has_delete_permission(request, obj) and not _in_use(obj)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Make the holidays of the years that are needed, and have the hours read anew."""
        super().save_related(request, form, formsets, change)
        calendar, year = form.instance, timezone.localdate().year
        calendar.changed_at = timezone.now()
        calendar.save(update_fields=["changed_at"])
        calendars.materialise(calendar, calendars.FIRST_YEAR, year + calendars.YEARS_AHEAD)


@admin.register(CalendarDay)
class CalendarDayAdmin(admin.ModelAdmin):
    """Holidays and days of our own: coming ones can be added or withdrawn, none changed."""

    list_display = ("day", "name", "calendar", "opens", "closes")
    list_filter = ("calendar",)
    search_fields = ("name",)
    date_hierarchy = "day"
    list_select_related = ("calendar",)
    actions = ("withdraw",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[CalendarDay]:
        """Without those withdrawn."""
        return super().get_queryset(request).filter(withdrawn_at=None)

    def has_change_permission(self, request: HttpRequest, obj: CalendarDay | None = None) -> bool:
        """Withdraw it and add another."""
        return obj is None and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: CalendarDay | None = None) -> bool:
        """Rows are kept for the clocks that were read under them."""
        return False

    def save_model(self, request: HttpRequest, obj: CalendarDay, form: Any, change: bool) -> None:
        """A new day moves the clocks that still run."""
        changes.add_day(obj, now=timezone.now())

    @admin.action(description=gettext_lazy("Withdraw the chosen days"), permissions=["change"])
    def withdraw(self, request: HttpRequest, days: QuerySet[CalendarDay]) -> None:
        """Coming days only."""
        for day in days:
            if day.day <= timezone.localdate():
                text = _("%(day)s has passed and can no longer be changed.") % {"day": day.day}
                self.message_user(request, text, messages.ERROR)
            else:
                changes.withdraw_day(day, now=timezone.now())
                text = _("%(name)s was withdrawn.") % {"name": day.name}
                self.message_user(request, text, messages.SUCCESS)


class TargetInline(admin.StackedInline):
    """The promises of an edition."""

    model = Target
    extra = 0


@admin.register(Edition)
class EditionAdmin(admin.ModelAdmin):
    """Editions: open to change until they are in force."""

    list_display = ("agreement", "number", "in_force_on", "calendar")
    list_filter = ("agreement",)
    list_select_related = ("agreement", "calendar")
    inlines = (TargetInline,)

    def has_change_permission(self, request: HttpRequest, obj: Edition | None = None) -> bool:
        """An edition in force is never edited in place."""
        if obj is not None and obj.in_force_on <= timezone.localdate():
            return False
        return super().has_change_permission(request, obj)

    has_delete_permission = has_change_permission


@admin.register(Agreement)
class AgreementAdmin(admin.ModelAdmin):
    """Agreements: who provides, and the number to call."""

    list_display = ("name", "provider", "phone", "email")
    search_fields = ("name", "provider")
    prepopulated_fields = {"key": ("name",)}


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
