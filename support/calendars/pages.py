"""The calendars: a card for each, the picture of a year, and what may change of the coming days."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django import forms
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sla import calendar_changes
from sla import calendars as kept
from sla.models import Calendar, CalendarDay
from support import access
from support.calendars.following import say
from support.calendars.forms import HOURS, ChoicesForm, DayForm
from support.calendars.year import look, picture

YEARS_AHEAD = 5
NEXT_DAYS = 3


@access.agents_only
def calendars(request: HttpRequest) -> HttpResponse:
    """Every calendar: when it is open, which holidays it keeps, and who relies on it."""
    now = timezone.now()
    found = Calendar.objects.prefetch_related("blocks", "edition_set__agreement")
    context = {
        "cards": [_card(calendar, now) for calendar in found],
        "may_change": access.signed_in(request).is_manager,
    }
    return render(request, "promises/calendars.html", context)


@access.agents_only
def year(request: HttpRequest, pk: int, year: int) -> HttpResponse:
    """A year of a calendar; with ?day= one of its days beside it."""
    calendar = get_object_or_404(Calendar, pk=pk)
    day = _date(request.GET.get("day", ""))
    if day is not None and day.year != year:
        return redirect(f"{_address(calendar, day)}#day")
    return _page(request, calendar, year, day)


@access.managers_only
@require_POST
def day(request: HttpRequest, pk: int, day: str) -> HttpResponse:
    """Close a coming day, give it hours of its own, or make it ordinary again."""
    calendar, chosen, now = get_object_or_404(Calendar, pk=pk), _date(day), timezone.now()
    if chosen is None:
        raise Http404
    if "withdraw" in request.POST:
        form = forms.Form(request.POST)
        done = _tried(form, lambda: calendar_changes.withdraw(calendar, chosen, now=now))
    else:
        form = DayForm(request.POST)
        done = form.is_valid() and _tried(
            form, lambda: calendar_changes.put(_row(calendar, chosen, form.cleaned_data), now=now)
        )
    if not done:
        return _page(request, calendar, chosen.year, chosen, form=form)
    _say_what_follows(request, calendar, _("The calendar was changed."))
    return redirect(_address(calendar, chosen))  # its top: there stands what follows


@access.managers_only
@require_POST
def choices(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose Bevrijdingsdag and Goede Vrijdag anew."""
    calendar, now = get_object_or_404(Calendar, pk=pk), timezone.now()
    this_year = kept.today_in(calendar, now=now).year
    form = ChoicesForm(request.POST)
    if not form.is_valid():
        return _page(request, calendar, this_year, None, choices=form)
    calendar_changes.choose(calendar, **form.cleaned_data, now=now)
    _say_what_follows(request, calendar, _("The choices were changed."))
    return redirect("calendar-year", pk=calendar.pk, year=this_year)


@access.agents_only
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """How many tickets still have to be read again; a fragment that asks again by itself."""
    calendar = get_object_or_404(Calendar, pk=pk)
    context = {
        "calendar": calendar,
        "still": calendar_changes.still_to_read(calendar),
        "asked": True,
    }
    return render(request, "promises/_progress.html", context)


def _page(
    request: HttpRequest,
    calendar: Calendar,
    number: int,
    chosen: date | None,
    *,
    form: forms.Form | None = None,
    choices: ChoicesForm | None = None,
) -> HttpResponse:
    now = timezone.now()
    today = kept.today_in(calendar, now=now)
    if not kept.FIRST_YEAR <= number <= today.year + YEARS_AHEAD:
        raise Http404
    week = kept.week_of(calendar)
    rows = CalendarDay.objects.filter(calendar=calendar, withdrawn_at=None)
    special = list(rows.filter(day__year=number))
    context = {
        "calendar": calendar,
        "hours": kept.opening_words(calendar),
        "year": picture(number, week=week, special=special, today=today, chosen=chosen),
        "today": today,
        "previous": number - 1 if number > kept.FIRST_YEAR else None,
        "next": number + 1 if number < today.year + YEARS_AHEAD else None,
        "missing": kept.missing_years(calendar, today=today),
        "not_made": bool(calendar.country) and number not in kept.years_made(calendar),
        "still": calendar_changes.still_to_read(calendar),
        "may_change": access.signed_in(request).is_manager,
        "weekdays": list(zip(WEEKDAYS.values(), WEEKDAYS_ABBR.values(), strict=True)),
    }
    if chosen:
        context |= _chosen(calendar, chosen, week=week, special=special, today=today, form=form)
    if calendar.country == "NL":
        context |= _choices(request, calendar, now, choices)
    refused = (form is not None and form.errors) or (choices is not None and choices.errors)
    return render(request, "promises/calendar_year.html", context, status=422 if refused else 200)


def _chosen(
    calendar: Calendar,
    chosen: date,
    *,
    week: kept.Week,
    special: list[CalendarDay],
    today: date,
    form: forms.Form | None,
) -> dict[str, object]:
    """The panel of one day. A holiday can make way for hours of our own; a day of our own can't."""
    row = next((row for row in special if row.day == chosen), None)
    seen = look(chosen, week=week, row=row, today=today)
    ordinary = week.get(chosen.weekday()) or [("09:00", "17:00")]
    blank = DayForm(
        initial={
            "what": HOURS if row or not seen.opens else "closed",
            "name": row.name if row else "",
            "opens": ordinary[0][0],
            "closes": ordinary[-1][1],
        }
    )
    return {
        "chosen": seen,
        "form": form if isinstance(form, DayForm) else blank,
        "refused": form if form and not isinstance(form, DayForm) else None,
        "can_be_put": row is None or row.is_holiday,
        "deadlines": calendar_changes.deadlines_from(calendar, chosen),
        "restored": calendar_changes.made_way(row) if row else None,
    }


def _choices(
    request: HttpRequest, calendar: Calendar, now: datetime, choices: ChoicesForm | None
) -> dict[str, Any]:
    """The two choices; once looked into, what they would change."""
    now_kept = {
        "liberation_day": calendar.liberation_day,
        "good_friday": "yes" if calendar.good_friday else "no",
    }
    asked = ChoicesForm(request.GET) if "good_friday" in request.GET else None
    context = {"choices": choices or asked or ChoicesForm(initial=now_kept)}
    if asked is None or not asked.is_valid():
        return context
    found = calendar_changes.preview(calendar, **asked.cleaned_data, now=now)
    return context | {"preview": found, "previewed": True}


def _card(calendar: Calendar, now: datetime) -> dict[str, object]:
    today = kept.today_in(calendar, now=now)
    coming = CalendarDay.objects.filter(calendar=calendar, withdrawn_at=None, day__gte=today)
    agreements = {edition.agreement.name: None for edition in calendar.edition_set.all()}
    return {
        "calendar": calendar,
        "hours": kept.opening_words(calendar),
        "agreements": list(agreements),
        "coming": list(coming[:NEXT_DAYS]),
        "missing": kept.missing_years(calendar, today=today),
        "url": reverse("calendar-year", args=[calendar.pk, today.year]),
    }


def _tried(form: forms.Form, change: Callable[[], None]) -> bool:
    try:
        change()
    except (ValueError, IntegrityError):
        form.add_error(None, _("This day has begun, or somebody else has just changed it."))
        return False
    return True


def _row(calendar: Calendar, day: date, data: dict[str, Any]) -> CalendarDay:
    return CalendarDay(
        calendar=calendar,
        day=day,
        name=data["name"],
        opens=data["opens"],
        closes=data["closes"],
    )


def _say_what_follows(request: HttpRequest, calendar: Calendar, done: str) -> None:
    say(request, done, calendar_changes.still_to_read(calendar))


def _address(calendar: Calendar, day: date) -> str:
    return f"{reverse('calendar-year', args=[calendar.pk, day.year])}?day={day}"


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
