"""Calendars between rows and the engine: their holidays made rows, their hours made values."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext as _

from sla.engine import WorkingHours
from sla.engine.calendars import even_day, public_holidays
from sla.engine.opening import Block
from sla.models import Calendar, CalendarDay, OpeningBlock

# Tickets from before are judged as if those years had had no holidays.
FIRST_YEAR = 2016
YEARS_AHEAD = 2
# Public holidays are known long before their year is made into rows.
BY_LAW = datetime(1970, 1, 1, tzinfo=UTC)
NAME_LENGTH = 80

Week = dict[int, list[Block]]


@transaction.atomic
def materialise(calendar: Calendar, first: int, last: int) -> int:
    """Make rows of the holidays of some years, where the calendar has none yet for that year.

    A year once made is left alone: what an upgrade of the package would change is for a person
    to decide (`differences`). So is a day that already has a row of our own. Gives the number of
    days added. ValueError for a country of which no holidays are known.
    """
    if not calendar.country:
        return 0
    Calendar.objects.select_for_update().get(pk=calendar.pk)
    made = years_made(calendar)
    years = [year for year in range(first, last + 1) if year not in made]
    if not years:
        return 0
    taken = set(_standing(calendar).values_list("day", flat=True))
    added = CalendarDay.objects.bulk_create(
        CalendarDay(calendar=calendar, day=day, name=name, is_holiday=True, known_from=BY_LAW)
        for day, name in in_package(calendar, years).items()
        if day not in taken
    )
    mark_changed(calendar, now=timezone.now())
    return len(added)


def mark_changed(calendar: Calendar, *, now: datetime) -> None:
    """Have everybody read a calendar's hours anew, who keep them by `changed_at`.

    So that never stands still: of two changes at one moment, the second would not be seen.
    """
    later = Greatest(Value(now), F("changed_at") + timedelta(microseconds=1))
    Calendar.objects.filter(pk=calendar.pk).update(changed_at=later)
    calendar.refresh_from_db(fields=["changed_at"])


@transaction.atomic
def remake(calendar: Calendar, first: int, last: int) -> int:
    """The holidays of another country or by other choices, of a calendar nothing was counted in.

    Only then may its rows go: nobody was ever promised anything under them.
    """
    CalendarDay.objects.filter(calendar=calendar, is_holiday=True).delete()
    return materialise(calendar, first, last)


def years_made(calendar: Calendar) -> set[int]:
    """The years whose holidays have been made into rows."""
    days = CalendarDay.objects.filter(calendar=calendar, is_holiday=True)
    return set(days.values_list("day__year", flat=True).distinct())


def missing_years(calendar: Calendar, *, today: date) -> list[int]:
    """This year or the next, where a country's holidays should be known by now and are not."""
    if not calendar.country:
        return []
    return sorted({today.year, today.year + 1} - years_made(calendar))


def today_in(calendar: Calendar, *, now: datetime) -> date:
    """The date in the calendar's own zone: there a day is past when it has begun."""
    return now.astimezone(ZoneInfo(calendar.zone)).date()


def in_package(calendar: Calendar, years: Iterable[int]) -> dict[date, str]:
    """What the installed package says, with the calendar's choices."""
    days = public_holidays(calendar.country, years, calendar.liberation_day, calendar.good_friday)
    return {day: name[:NAME_LENGTH] for day, name in days.items()}


@dataclass(frozen=True)
class Difference:
    """A coming day that the package no longer sees as the calendar does. "" is: no holiday."""

    day: date
    stored: str
    package: str


def differences(calendar: Calendar, *, today: date) -> list[Difference]:
    """What taking over the installed package would change after today, in order of days.

    Only in years that were made, and never on a day that has a row of our own.
    """
    years = (
        [year for year in years_made(calendar) if year >= today.year] if calendar.country else []
    )
    if not years:
        return []
    standing = _standing(calendar).filter(day__gt=today)
    stored = dict(standing.filter(is_holiday=True).values_list("day", "name"))
    own = set(standing.filter(is_holiday=False).values_list("day", flat=True))
    package = in_package(calendar, years)
    return [
        Difference(day, stored.get(day, ""), package.get(day, ""))
        for day in sorted(stored.keys() | package.keys())
        if day > today and day not in own and stored.get(day) != package.get(day)
    ]


def _standing(calendar: Calendar) -> QuerySet[CalendarDay]:
    return CalendarDay.objects.filter(calendar=calendar, withdrawn_at=None)


def hours_of(calendar: Calendar, moment: datetime | None = None) -> WorkingHours:
    """The calendar's hours as known now, or as they were known at a moment.

    The second is for clocks that had stopped by then: what was learnt later never moves them.
    """
    learnt = _learnt(calendar.pk, calendar.changed_at)
    known = len(learnt) if moment is None else bisect_right(learnt, moment)
    return _hours(calendar.pk, calendar.changed_at, known)


def learnt_days(calendar: Calendar) -> list[tuple[datetime, datetime]]:
    """When each change of a calendar's days became known, and the first instant of the day."""
    return _learnt_days(calendar.pk, calendar.changed_at)


@lru_cache(maxsize=256)
def _learnt_days(pk: int, _changed_at: datetime) -> list[tuple[datetime, datetime]]:
    zone = ZoneInfo(Calendar.objects.get(pk=pk).zone)
    facts = []
    for day in CalendarDay.objects.filter(calendar=pk).order_by("day"):
        begins = datetime.combine(day.day, time(), zone).astimezone(UTC)
        if day.known_from > BY_LAW:
            facts.append((day.known_from, begins))
        if day.withdrawn_at is not None:
            facts.append((day.withdrawn_at, begins))
    return facts


@lru_cache(maxsize=256)
def _learnt(pk: int, changed_at: datetime) -> list[datetime]:
    """The moments at which something about the calendar's days became known."""
    return sorted({learnt for learnt, _begins in _learnt_days(pk, changed_at)})


@lru_cache(maxsize=1024)
def _hours(pk: int, changed_at: datetime, known: int) -> WorkingHours:
    moment = ([BY_LAW, *_learnt(pk, changed_at)])[known]
    calendar = Calendar.objects.get(pk=pk)
    days = CalendarDay.objects.filter(calendar=calendar).known_at(moment)
    return _alike(
        tuple((weekday, tuple(blocks)) for weekday, blocks in week_of(calendar).items()),
        calendar.zone,
        tuple((day.day, day.name) for day in days if not day.opens),
        tuple((day.day, ((day.opens, day.closes),)) for day in days if day.opens),
    )


@lru_cache(maxsize=64)
def _alike(
    week: tuple[tuple[int, tuple[Block, ...]], ...],
    zone: str,
    closed: tuple[tuple[date, str], ...],
    special: tuple[tuple[date, tuple[Block, ...]], ...],
) -> WorkingHours:
    """Hours that say the same are one, with one table of spans: to make that takes longest."""
    return WorkingHours(dict(week), zone, dict(closed), dict(special))


def week_of(calendar: Calendar) -> Week:
    """The opening blocks of each weekday that has any (0 = Monday), in order."""
    week: Week = {}
    for block in calendar.blocks.all():
        week.setdefault(block.weekday, []).append((block.opens, block.closes))
    return week


def length_of_a_day(calendar: Calendar) -> timedelta:
    """How long each open day of a calendar's week is; nothing where they differ."""
    return _length_of_a_day(calendar.pk, calendar.changed_at)


@lru_cache(maxsize=256)
def _length_of_a_day(pk: int, _changed_at: datetime) -> timedelta:
    return even_day(week_of(Calendar.objects.get(pk=pk)).values())


def opening_words(calendar: Calendar) -> str:
    """When a calendar is open, for people: "Monday to Friday 09:00-17:00"."""
    week = week_of(calendar)
    if week == {weekday: [("00:00", "24:00")] for weekday in range(7)}:
        return _("Always, day and night")
    alike: dict[str, list[int]] = {}
    for weekday, blocks in week.items():
        hours = _(" and ").join(f"{opens}-{closes}" for opens, closes in blocks)
        alike.setdefault(hours, []).append(weekday)
    return "; ".join(f"{_weekday_words(days)} {hours}" for hours, days in alike.items())


def _weekday_words(weekdays: list[int]) -> str:
    """Weekdays in order; three or more that follow each other as "Monday to Friday"."""
    runs: list[list[int]] = []
    for weekday in weekdays:
        if runs and weekday == runs[-1][-1] + 1:
            runs[-1].append(weekday)
        else:
            runs.append([weekday])
    said = []
    for run in runs:
        names = [str(OpeningBlock.Weekday(weekday).label) for weekday in run]
        if len(run) > 2:
            names = [_("%(first)s to %(last)s") % {"first": names[0], "last": names[-1]}]
        said += names
    return ", ".join(said)
