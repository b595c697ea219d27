"""Calendars and their days: the coming ones can change, the past is fixed."""

from __future__ import annotations

from functools import cache
from typing import Any, ClassVar
from zoneinfo import available_timezones

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sla import calendar_changes, calendars
from sla.admin.named import NamedFormSet
from sla.engine import WorkingHours
from sla.engine.calendars import countries
from sla.models import Calendar, CalendarDay, Coverage, OpeningBlock


class Suggesting(forms.TextInput):
    """A text field that suggests what is known, and takes anything: the form judges it."""

    def __init__(self, suggestions: Any) -> None:
        super().__init__()
        self.suggestions = suggestions

    def render(
        self, name: str, value: Any, attrs: dict[str, object] | None = None, renderer: Any = None
    ) -> SafeString:
        """The field with its list."""
        known = f"known-{name}"
        field = super().render(name, value, {**(attrs or {}), "list": known}, renderer)
        options = format_html_join("", '<option value="{}">', ((each,) for each in self._known()))
        return format_html('{}<datalist id="{}">{}</datalist>', field, known, options)

    def _known(self) -> list[str]:
        return list(self.suggestions())


@cache
def zones() -> list[str]:
    """The zones that have a place in their name, such as Europe/Amsterdam."""
    return sorted(
        zone
        for zone in available_timezones()
        if "/" in zone and not zone.startswith(("Etc/", "posix/", "right/", "SystemV/"))
    )


class CalendarForm(forms.ModelForm):
    """Zone and country are suggested, and checked against what the packages know."""

    class Meta:
        model = Calendar
        fields = ("name", "zone", "country", "liberation_day", "good_friday")
        widgets: ClassVar = {"zone": Suggesting(zones), "country": Suggesting(countries)}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("liberation_day", "good_friday"):
            if name in self.fields:
                self.fields[name].help_text = _("Counts for the Netherlands (NL) only.")

    def clean_country(self) -> str:
        """Two letters that the holidays package knows, in capitals."""
        country = str(self.cleaned_data["country"]).strip().upper()
        if country and country not in countries():
            raise ValidationError(
                _("No holidays are known of country “%(country)s”. Use a code such as NL or BE.")
                % {"country": country}
            )
        return country


class BlockFormSet(NamedFormSet):
    """A calendar must open, and its blocks must not overlap."""

    def clean(self) -> None:
        """Let the engine judge: what it refuses could never be counted in."""
        super().clean()
        week: dict[int, list[tuple[str, str]]] = {}
        for form in self.forms:
            data = getattr(form, "cleaned_data", {})
            if data.get("opens") and data.get("closes") and not data.get("DELETE"):
                week.setdefault(data["weekday"], []).append((data["opens"], data["closes"]))
        if any(self.errors):
            return
        try:
            WorkingHours(week=week, zone="UTC")
        except ValueError:
            raise ValidationError(
                _("Give at least one opening block; blocks of one day must not overlap.")
            ) from None


class BlockInline(admin.TabularInline):
    """The week, several blocks a day if need be. Fixed once a ticket was counted in it."""

    model = OpeningBlock
    formset = BlockFormSet

    def get_extra(self, request: HttpRequest, obj: Calendar | None = None, **kwargs: object) -> int:
        """A working week of empty rows for a new calendar; the browser adds more."""
        return 0 if obj else 5

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

    form = CalendarForm
    list_display = ("name", "zone", "country", "liberation_day", "good_friday")
    inlines = (BlockInline,)

    def get_fieldsets(self, request: HttpRequest, obj: Calendar | None = None) -> Any:
        """With a sentence that says why, where only the name may change."""
        why = _(
            "Tickets were counted in this calendar, so its week, zone and country are fixed: "
            "deadlines were promised under them. For other hours make a new calendar for a new "
            "edition. Coming days are changed on the page Calendars."
        )
        names = ("name", "zone", "country", "liberation_day", "good_friday")
        return [(None, {"fields": names, "description": why if _in_use(obj) else ""})]

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
        calendar, last = form.instance, timezone.localdate().year + calendars.YEARS_AHEAD
        calendars.mark_changed(calendar, now=timezone.now())
        chosen = {"country", "liberation_day", "good_friday"} & set(form.changed_data)
        make = calendars.remake if chosen and not _in_use(calendar) else calendars.materialise
        make(calendar, calendars.FIRST_YEAR, last)


class CalendarDayForm(forms.ModelForm):
    """A coming day by the calendar's own zone, which may be ahead of ours."""

    def clean(self) -> dict[str, object]:
        """The model refuses what has begun here; this what has begun there."""
        data = super().clean() or self.cleaned_data
        calendar, day = data.get("calendar"), data.get("day")
        if calendar and day and day <= calendars.today_in(calendar, now=timezone.now()):
            self.add_error("day", _("Days in the past can no longer be changed."))
        return data


@admin.register(CalendarDay)
class CalendarDayAdmin(admin.ModelAdmin):
    """Holidays and days of our own: coming ones can be added or withdrawn, none changed."""

    form = CalendarDayForm
    list_display = ("day", "name", "calendar", "opens", "closes", "is_holiday")
    list_filter = ("calendar", "is_holiday")
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

    def save_model(
        self, request: HttpRequest, obj: CalendarDay, form: object, change: bool
    ) -> None:
        """A new day moves the clocks that still run."""
        calendar_changes.put(obj, now=timezone.now())

    @admin.action(description=gettext_lazy("Withdraw the chosen days"), permissions=["change"])
    def withdraw(self, request: HttpRequest, days: QuerySet[CalendarDay]) -> None:
        """Coming days only."""
        for day in days.select_related("calendar"):
            try:
                calendar_changes.withdraw(day.calendar, day.day, now=timezone.now())
            except ValueError:
                text = _("%(day)s has passed and can no longer be changed.") % {"day": day.day}
                self.message_user(request, text, messages.ERROR)
            else:
                text = _("%(name)s was withdrawn.") % {"name": day.name}
                self.message_user(request, text, messages.SUCCESS)
