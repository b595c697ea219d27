"""Working hours: the opening times of a calendar, and counting in them.

Every question is answered from one table of open spans with running totals, so a deadline in five
years costs what one in an hour does. The table holds instants; the zone matters only where it is
made. Spans are cut where the zone's offset changes, so that inside one a local time may be added
to.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import cast
from zoneinfo import ZoneInfo

import holidays

from sla.engine.instants import (
    AGES,
    EPOCH,
    FIRST_YEAR,
    LAST_YEAR,
    ZERO,
    Pause,
    check_amount,
    merged,
    naive,
    since_epoch,
    year_of,
)
from sla.engine.opening import Block, minutes_of, named, plain_day

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Time that counted: [start, end), aware, on the calendar's wall clock."""

    start: datetime
    end: datetime

    @property
    def worked(self) -> timedelta:
        """Real time from start to end, also over a clock change."""
        return self.end.astimezone(UTC) - self.start.astimezone(UTC)


@dataclass(frozen=True, slots=True)
class ClosedDay:
    """A day on which nothing counted. No name: the week has no hours on it (a weekend)."""

    day: date
    name: str


@dataclass(frozen=True, slots=True)
class _Table:
    """The open spans of the years first..last. Moments are timedeltas since EPOCH."""

    first: int
    last: int
    low: timedelta
    high: timedelta
    starts: list[timedelta]
    ends: list[timedelta]
    before: list[timedelta]  # working time before each span
    until: list[timedelta]  # working time up to the end of each span
    local: list[datetime | None]  # its start on the wall clock, where adding to that is safe


class WorkingHours:
    """A calendar in which time can be counted. It does not change; share it freely.

    week: weekday (0 = Monday) to blocks such as ("09:00", "17:00"); "24:00" is a valid end.
    closed: days without hours; a mapping also gives them their names.
    special: days that have hours of their own instead of the week's.
    day: the working time of one working day, as long as most days of the week are open.
    ValueError for a calendar that never opens, an unknown zone, blocks that overlap or run back.
    """

    def __init__(
        self,
        week: Mapping[int, Sequence[Block]],
        zone: str,
        closed: Collection[date] = (),
        special: Mapping[date, Sequence[Block]] | None = None,
    ) -> None:
        try:
            self.zone = ZoneInfo(zone)
        except (LookupError, ValueError, TypeError, OSError) as error:
            raise ValueError(f"unknown time zone: {zone!r}") from error
        if any(day not in range(7) for day in week):
            raise ValueError("weekdays are numbered 0 (Monday) to 6 (Sunday)")
        self._week = [minutes_of(week.get(day, ())) for day in range(7)]
        if not any(self._week):
            raise ValueError("a calendar needs opening hours on at least one weekday")
        self.day = _day(self._week)
        self._closed = named(closed)
        self._special = {
            plain_day(day): minutes_of(blocks) for day, blocks in (special or {}).items()
        }
        self._table: _Table | None = None

    @classmethod
    def dutch(cls, every_liberation_day: bool = False) -> WorkingHours:
        """Werkdagen (Dialog, Definities): Monday-Friday 9-17 in Amsterdam without public holidays.

        Bevrijdingsdag is one of those in lustrum years only, unless `every_liberation_day`.
        """
        categories = ("public", "optional") if every_liberation_day else ("public",)
        return cls(
            week={day: [("09:00", "17:00")] for day in range(5)},
            zone="Europe/Amsterdam",
            closed=holidays.country_holidays("NL", language="nl", categories=categories),
        )

    def due(
        self, start: datetime, work: timedelta, pauses: Iterable[Pause] = ()
    ) -> datetime | None:
        """The earliest instant by which `work` has been counted since `start`, in this zone.

        Paused stretches [a, b) do not count. None while a pause without an end holds the clock.
        ValueError for a naive time, a negative amount, or an answer outside the years served.
        """
        try:
            at = start - EPOCH
        except TypeError:
            raise naive(start) from None
        if not ZERO < work < AGES:
            year_of(at)
            check_amount(work)
            return start.astimezone(self.zone)
        table = self._table
        if table is None or not table.low <= at < table.high:
            table = self._covering(at, at)
        i = bisect_right(table.starts, at) - 1
        if i < 0:
            target = work
        elif at < table.ends[i]:
            target = work + table.before[i] + (at - table.starts[i])
        else:
            target = work + table.until[i]
        if pauses:
            paused = self._paused_target(table, at, target, pauses)
            if paused is None:
                return None
            table, target = paused
        j = bisect_left(table.until, target)
        while j == len(table.until):
            table = self._grown(table)
            j = bisect_left(table.until, target)
        local = table.local[j]
        if local is None:
            return (EPOCH + table.starts[j] + (target - table.before[j])).astimezone(self.zone)
        return local + (target - table.before[j])

    def elapsed(self, start: datetime, end: datetime, pauses: Iterable[Pause] = ()) -> timedelta:
        """The working time in [start, end) that no pause covers; zero if the end is not later."""
        try:
            low, high = start - EPOCH, end - EPOCH
        except TypeError:
            low, high = since_epoch(start), since_epoch(end)  # says which of the two it was
        if high <= low:
            return ZERO
        table = self._table
        if table is None or low < table.low or high >= table.high:
            table = self._covering(low, high)
        counted = _counted(table, high) - _counted(table, low)
        if not pauses:
            return counted
        for begin, stop in merged(pauses, low, high):
            counted -= _counted(table, stop) - _counted(table, begin)
        return counted

    def is_open(self, moment: datetime) -> bool:
        """Does time count at this moment? Open from the first instant of a block up to its last."""
        at = since_epoch(moment)
        table = self._covering(at, at)
        i = bisect_right(table.starts, at) - 1
        return i >= 0 and at < table.ends[i]

    def next_open(self, moment: datetime) -> datetime:
        """The moment itself if time counts then, else the next opening; in this zone."""
        instant = timedelta.resolution
        counted = cast("datetime", self.due(moment, instant))  # no pause holds it
        return (counted.astimezone(UTC) - instant).astimezone(self.zone)

    def end_of_day(self, start: datetime, number: int) -> datetime:
        """The closing time of the n-th day with hours after the day of a moment; in this zone."""
        if number < 1:
            raise ValueError("the end of which working day: count from 1")
        day = start.astimezone(self.zone).date()
        while number:
            day += DAY
            if day.year >= LAST_YEAR:
                raise ValueError(f"the deadline lies beyond the year {LAST_YEAR}")
            number -= bool(self._blocks(day))
        closes = self._instant(day, self._blocks(day)[-1][1])
        midnight = self._instant(day, 24 * 60)
        return (EPOCH + min(closes, midnight)).astimezone(self.zone)

    def stretches(
        self, start: datetime, end: datetime, pauses: Iterable[Pause] = ()
    ) -> Iterator[Stretch]:
        """What counted in [start, end), in order: the open spans without what the pauses cover."""
        low, high = since_epoch(start), since_epoch(end)
        if high <= low:
            return
        table = self._covering(low, high)
        gaps = list(merged(pauses, low, high))
        for i in range(bisect_right(table.ends, low), bisect_left(table.starts, high)):
            begin = max(low, table.starts[i])
            stop = min(high, table.ends[i])
            for pause_from, pause_to in gaps:
                if pause_from < stop and pause_to > begin:
                    if begin < pause_from:
                        yield self._stretch(begin, pause_from)
                    begin = max(begin, pause_to)
            if begin < stop:
                yield self._stretch(begin, stop)

    def closed_days(self, start: datetime, end: datetime) -> Iterator[ClosedDay]:
        """The whole days between two moments on which nothing could count, with their names."""
        first = start.astimezone(self.zone).date()
        last = end.astimezone(self.zone).date()
        for offset in range((last - first).days + 1):
            day = first + offset * DAY
            if not self._blocks(day):
                named = self._week[day.weekday()] or day in self._special
                yield ClosedDay(day, self._closed.get(day, "") if named else "")

    def _stretch(self, begin: timedelta, stop: timedelta) -> Stretch:
        return Stretch((EPOCH + begin).astimezone(self.zone), (EPOCH + stop).astimezone(self.zone))

    def _paused_target(
        self, table: _Table, at: timedelta, target: timedelta, pauses: Iterable[Pause]
    ) -> tuple[_Table, timedelta] | None:
        """The total at which the deadline lies once pauses are paid for; None if one is open.

        A wider table may begin earlier than this one, so its totals are not these.
        """
        for begin, stop in merged(pauses, at, None):
            last = begin if stop == timedelta.max else stop
            if last >= table.high:
                wider = self._covering(at, last)
                target += _counted(wider, at) - _counted(table, at)
                table = wider
            if _counted(table, begin) >= target:
                break
            if stop == timedelta.max:
                return None
            target += _counted(table, stop) - _counted(table, begin)
        return table, target

    def _covering(self, low: timedelta, high: timedelta) -> _Table:
        """A table that holds both moments."""
        table = self._table
        if table is not None and table.low <= low and high < table.high:
            return table
        first, last = year_of(low) - 1, year_of(high) + 2
        if table is not None:
            first, last = min(first, table.first), max(last, table.last)
        return self._build(first, last)

    def _grown(self, table: _Table) -> _Table:
        """The same table with later years; totals so far keep their values."""
        if table.last >= LAST_YEAR:
            raise ValueError(f"the deadline lies beyond the year {LAST_YEAR}")
        return self._build(table.first, min(2 * table.last - table.first + 2, LAST_YEAR))

    def _build(self, first: int, last: int) -> _Table:
        first, last = max(first, FIRST_YEAR), min(last, LAST_YEAR)
        starts: list[timedelta] = []
        ends: list[timedelta] = []
        before: list[timedelta] = []
        until: list[timedelta] = []
        local: list[datetime | None] = []
        total, previous = ZERO, timedelta.min
        for opens, stop in self._spans(first, last):
            begin = max(opens, previous)
            if begin >= stop:
                continue
            previous = stop
            starts.append(begin)
            ends.append(stop)
            before.append(total)
            total += stop - begin
            until.append(total)
            local.append(self._wall_clock(begin, stop))
        low = datetime(first, 1, 2, tzinfo=UTC) - EPOCH
        high = datetime(last, 12, 31, tzinfo=UTC) - EPOCH
        self._table = _Table(first, last, low, high, starts, ends, before, until, local)
        return self._table

    def _spans(self, first: int, last: int) -> Iterator[tuple[timedelta, timedelta]]:
        """Open spans of whole years as instants, each within one offset of the zone."""
        day, end = date(first, 1, 1), date(last, 12, 31)
        while day <= end:
            midnight = self._instant(day, 24 * 60)  # a zone may skip a whole day (Apia, 2011)
            for opens, closes in self._blocks(day):
                begin = self._instant(day, opens)
                stop = min(self._instant(day, closes), midnight)
                change = self._offset_change(begin, stop)
                if change is None:
                    yield begin, stop
                else:
                    yield begin, change
                    yield change, stop
            day += DAY

    def _blocks(self, day: date) -> tuple[tuple[int, int], ...]:
        if (special := self._special.get(day)) is not None:
            return special
        blocks = self._week[day.weekday()]
        return () if blocks and day in self._closed else blocks

    def _instant(self, day: date, minute: int) -> timedelta:
        """A wall-clock time as an instant: the first of two equal ones; one that a clock change
        skips is as much later as was skipped.
        """
        midnight = datetime.combine(day, time(), self.zone)
        return midnight + timedelta(minutes=minute) - EPOCH

    def _offset(self, at: timedelta) -> timedelta | None:
        return (EPOCH + at).astimezone(self.zone).utcoffset()

    def _wall_clock(self, begin: timedelta, stop: timedelta) -> datetime | None:
        """The span's start in the zone, unless its wall clock is ambiguous or jumps at its end."""
        local = (EPOCH + begin).astimezone(self.zone)
        return None if local.fold or local.utcoffset() != self._offset(stop) else local

    def _offset_change(self, begin: timedelta, stop: timedelta) -> timedelta | None:
        """The instant in (begin, stop) at which the zone's offset changes, to the second."""
        second = timedelta(seconds=1)
        if begin >= stop or self._offset(begin) == self._offset(stop - second):
            return None
        low, high = begin, stop
        while high - low > second:
            middle = low + (high - low) // (2 * second) * second
            changed = self._offset(middle) != self._offset(begin)
            low, high = (low, middle) if changed else (middle, high)
        return high


def _day(week: Sequence[Sequence[tuple[int, int]]]) -> timedelta:
    """How long most days are open; the longer of two lengths that are as frequent."""
    lengths = [sum(closes - opens for opens, closes in blocks) for blocks in week]
    frequent = max((n for n in lengths if n), key=lambda n: (lengths.count(n), n))
    return timedelta(minutes=frequent)


def _counted(table: _Table, at: timedelta) -> timedelta:
    """Working time in the table before this moment."""
    i = bisect_right(table.starts, at) - 1
    if i < 0:
        return ZERO
    if at < table.ends[i]:
        return table.before[i] + (at - table.starts[i])
    return table.until[i]
