"""Calendars and moments that the engine's tests are about."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sla.engine import WorkingHours

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
WERKDAG = timedelta(hours=8)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
TICK = timedelta(microseconds=1)

WERKDAGEN = WorkingHours.dutch()
ALWAYS = WorkingHours({day: [("00:00", "24:00")] for day in range(7)}, "Europe/Amsterdam")
NIGHTS = WorkingHours({day: [("00:00", "06:00")] for day in range(7)}, "Europe/Amsterdam")


def at(text: str) -> datetime:
    """A moment on the Amsterdam clock, in UTC: "2026-05-18 10:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM).astimezone(UTC)


def span(text: str) -> tuple[datetime, datetime]:
    """Two such moments: "2026-05-18 10:00 / 2026-05-18 12:00"."""
    begin, end = text.split(" / ")
    return at(begin), at(end)


def wall(moment: datetime | None) -> str | None:
    """A moment as the Amsterdam clock shows it."""
    return None if moment is None else f"{moment.astimezone(AMSTERDAM):%Y-%m-%d %H:%M}"
