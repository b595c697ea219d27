"""System check on rows: the holidays of next year are there before they are needed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as Advice
from django.db import DatabaseError, transaction
from django.utils import timezone

from sla import calendars
from sla.models import Calendar

LAST_QUARTER = 10


@register(Tags.database)
def next_year_is_known(
    databases: Sequence[str] | None = None, today: date | None = None, **_: object
) -> list[CheckMessage]:
    """An error from October on, a warning before; silent where there are no tables yet."""
    if "default" not in (databases or ()):
        return []
    today = today or timezone.localdate()
    try:
        with transaction.atomic():
            missing = [
                (calendar, year)
                for calendar in Calendar.objects.exclude(country="")
                for year in calendars.missing_years(calendar, today=today)
            ]
    except DatabaseError:
        # Not migrated this far, or not there at all: others say so, and better.
        return []
    return [_shout(calendar, year, today) for calendar, year in missing]


def _shout(calendar: Calendar, year: int, today: date) -> CheckMessage:
    urgent = year <= today.year or today.month >= LAST_QUARTER
    kind = Error if urgent else Advice
    return kind(
        f"Calendar {calendar.name!r} has no holidays of {year}: deadlines would count them in.",
        hint="Run `manage.py holidays --apply`. The nightly task keep_calendars should have done "
        "it: see whether the worker and its clock run.",
        obj=calendar,
        id="sla.E001" if urgent else "sla.W001",
    )
