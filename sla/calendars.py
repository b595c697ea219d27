"""Calendars between rows and the engine: their holidays made rows, their hours made values."""

from __future__ import annotations

from bisect import bisect_right
from datetime import UTC, datetime
from functools import lru_cache

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sla.engine import WorkingHours
from sla.engine.calendars import public_holidays
from sla.engine.opening import Block
from sla.models import Calendar, CalendarDay, OpeningBlock

# Tickets from before are judged as if those years had had no holidays.
FIRST_YEAR = 2016
YEARS_AHEAD = 2
# Public holidays are known long before their year is made into rows.
BY_LAW = datetime(1970, 1, 1, tzinfo=UTC)


@transaction.atomic
def materialise(calendar: Calendar, first: int, last: int) -> int:
    """Make rows of the holidays of some years, where the calendar has none yet for that year.

    A year once made is left alone: what an upgrade of the package would change is for a person
    to decide. Gives the number of days added.
    """
    if not calendar.country:
        return 0
    Calendar.objects.select_for_update().get(pk=calendar.pk)
    made = set(
        CalendarDay.objects.filter(calendar=calendar).values_list("day__year", flat=True).distinct()
    )
    years = [year for year in range(first, last + 1) if year not in made]
    if not years:
        return 0
    days = public_holidays(calendar.country, years, calendar.liberation_day, calendar.good_friday)
    CalendarDay.objects.bulk_create(
        CalendarDay(calendar=calendar, day=day, name=name, known_from=BY_LAW)
        for day, name in days.items()
    )
    calendar.changed_at = timezone.now()
    calendar.save(update_fields=["changed_at"])
    return len(days)


def hours_of(calendar: Calendar, moment: datetime | None = None) -> WorkingHours:
    """The calendar's hours as known now, or as they were known at a moment.

    The second is for clocks that had stopped by then: what was learnt later never moves them.
    """
    learnt = _learnt(calendar.pk, calendar.changed_at)
    known = len(learnt) if moment is None else bisect_right(learnt, moment)
    return _hours(calendar.pk, calendar.changed_at, known)


@lru_cache(maxsize=256)
def _learnt(pk: int, _changed_at: datetime) -> list[datetime]:
    """The moments at which something about the calendar's days became known."""
    days = CalendarDay.objects.filter(calendar=pk)
    known = days.filter(known_from__gt=BY_LAW).values_list("known_from", flat=True)
    withdrawn = days.exclude(withdrawn_at=None).values_list("withdrawn_at", flat=True)
    return sorted({*known, *(at for at in withdrawn if at)})


@lru_cache(maxsize=1024)
def _hours(pk: int, changed_at: datetime, known: int) -> WorkingHours:
    moment = ([BY_LAW, *_learnt(pk, changed_at)])[known]
    calendar = Calendar.objects.get(pk=pk)
    week: dict[int, list[Block]] = {}
    for block in calendar.blocks.all():
        week.setdefault(block.weekday, []).append((block.opens, block.closes))
    days = CalendarDay.objects.filter(calendar=calendar).known_at(moment)
    return WorkingHours(
        week=week,
        zone=calendar.zone,
        closed={day.day: day.name for day in days if not day.opens},
        special={day.day: [(day.opens, day.closes)] for day in days if day.opens},
    )


def opening_words(calendar: Calendar) -> str:
    """When a calendar is open, for people: "Monday to Friday 09:00-17:00"."""
    spans: dict[tuple[str, str], list[OpeningBlock]] = {}
    for block in calendar.blocks.all():
        spans.setdefault((block.opens, block.closes), []).append(block)
    said = []
    for (opens, closes), blocks in spans.items():
        first, last = blocks[0], blocks[-1]
        days = first.get_weekday_display()
        if len(blocks) > 1 and last.weekday - first.weekday == len(blocks) - 1:
            days = _("%(first)s to %(last)s") % {
                "first": days,
                "last": last.get_weekday_display(),
            }
        elif len(blocks) > 1:
            days = ", ".join(block.get_weekday_display() for block in blocks)
        said.append(f"{days} {opens}-{closes}")
    return "; ".join(said)
