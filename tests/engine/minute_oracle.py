"""Working time counted minute by minute, the slow and plain way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tests.engine.calendars import MINUTE

Blocks = Sequence[tuple[str, str]]
DAY = timedelta(days=1)


class MinuteOracle:
    """Knows which minutes of some days count. All edges and moments are whole minutes."""

    def __init__(
        self, week: Mapping[int, Blocks], zone: str, closed: Sequence[date], around: datetime
    ) -> None:
        self.zone = ZoneInfo(zone)
        middle = around.astimezone(self.zone).date()
        days = [middle + n * DAY for n in range(-9, 25)]
        self.open = [
            (self._edge(day, opens), self._edge(day, closes))
            for day in days
            if day not in closed and self._exists(day)
            for opens, closes in week.get(day.weekday(), ())
        ]

    def counts(self, minute: datetime) -> bool:
        """Is this minute in any block?"""
        return any(begin <= minute < end for begin, end in self.open)

    def elapsed(
        self, start: datetime, end: datetime, pauses: Sequence[tuple[datetime, datetime]]
    ) -> timedelta:
        """How many minutes of [start, end) count."""
        counted = timedelta(0)
        while start < end:
            if self.counts(start) and not any(a <= start < b for a, b in pauses):
                counted += MINUTE
            start += MINUTE
        return counted

    def _exists(self, day: date) -> bool:
        noon = datetime.combine(day, time(12), self.zone)
        return noon.astimezone(UTC).astimezone(self.zone).date() == day

    def _edge(self, day: date, text: str) -> datetime:
        """The first moment at which the wall clock shows this; if never, with the old offset."""
        hour, minute = map(int, text.split(":"))
        shown = datetime.combine(day, time(), UTC) + timedelta(hours=hour, minutes=minute)
        offsets = []
        for hours in (-30, 30):
            near = (shown + timedelta(hours=hours)).astimezone(self.zone).utcoffset()
            assert near is not None
            offsets.append(near)
        found = [
            shown - offset
            for offset in offsets
            if (shown - offset).astimezone(self.zone).replace(tzinfo=UTC) == shown
        ]
        return min(found, default=shown - offsets[0])
