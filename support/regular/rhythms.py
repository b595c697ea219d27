"""When a report goes: as the first calendar opens on a working day; of a week or a month, on the
first one in it. Nothing is planned ahead, so a day that is closed meanwhile moves what is to come.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from sla.calendars import hours_of
from sla.engine import WorkingHours
from sla.engine.dates import first_of, months_later
from sla.models import Calendar
from support.regular.models import Rhythm

WEEK = 7


def house_hours() -> WorkingHours:
    """Those of the first calendar."""
    first = Calendar.objects.order_by("pk").first()
    return hours_of(first) if first else WorkingHours.dutch()


def latest(rhythm: str, *, now: datetime, hours: WorkingHours) -> datetime:
    """The last moment for it, up to now."""
    back = 0
    while (opens := _opening(rhythm, now, back, hours)) > now:
        back -= 1
    return opens


def following(rhythm: str, *, now: datetime, hours: WorkingHours) -> datetime:
    """The next moment for it, after now."""
    on = 0
    while (opens := _opening(rhythm, now, on, hours)) <= now:
        on += 1
    return opens


def expected(rhythm: str, told_at: datetime, *, now: datetime, hours: WorkingHours) -> datetime:
    """When it goes next: what should have gone by now goes as soon as the house is open."""
    if told_at < latest(rhythm, now=now, hours=hours):
        return hours.next_open(now)
    return following(rhythm, now=now, hours=hours)


def _opening(rhythm: str, now: datetime, step: int, hours: WorkingHours) -> datetime:
    """As the house first opens in the period so many from the present one, or after it."""
    begins = _begin(rhythm, now.astimezone(hours.zone).date(), step)
    return hours.next_open(datetime.combine(begins, time(), hours.zone))


def _begin(rhythm: str, today: date, step: int) -> date:
    if rhythm == Rhythm.MONTHLY:
        return months_later(first_of(today), step)
    if rhythm == Rhythm.WEEKLY:
        return today - timedelta(days=today.weekday() - WEEK * step)
    return today + timedelta(days=step)
