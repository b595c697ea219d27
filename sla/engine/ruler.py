"""The ruler: where on a drawing of one clock everything lies. Pure; words and colours come later.

The axis runs from the start to the last thing that matters. Open time has its full width; nights,
weekends and pauses are narrow. What follows the deadline never takes more than half. The longer
the span, the less of its closed time is drawn, so that a drawing stays small.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import partial
from itertools import pairwise

from sla.engine.agreement import Measure
from sla.engine.clocks import Reading, State, warning_moments
from sla.engine.hours import Pause, WorkingHours

WIDTH = 1000.0
LEFT, RIGHT = 16.0, 984.0
OPEN_RIGHT = 880.0  # without a deadline the axis goes on, dashed
DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)
LONG_GAP = timedelta(hours=30)  # longer than any night
MOST_PAUSES, MOST_PAUSES_AFTER = 20, 5
IN_TIME, AFTER = 60, 16  # most segments up to the deadline, and after it


class Part(StrEnum):
    """What a stretch of the axis is."""

    COUNTED = "counted"
    AHEAD = "ahead"  # open time that has not counted: to come, or left over
    OVERDUE = "overdue"
    CLOSED = "closed"
    HOLIDAY = "holiday"
    WAITING = "waiting"
    SOLVED = "solved"  # until it was reopened
    OUTSIDE = "outside"  # declined until it was reopened


class Sign(StrEnum):
    """What a moment on the axis is."""

    START = "start"
    WARNING = "warning"
    DEADLINE = "deadline"
    NOW = "now"
    KEPT = "kept"
    LATE = "late"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


PAUSES = (Part.WAITING, Part.SOLVED, Part.OUTSIDE)
SHUT = (Part.CLOSED, Part.HOLIDAY)
# The narrowest that each may be, in units.
NARROWEST = {Part.CLOSED: 12.0, Part.HOLIDAY: 40.0, **dict.fromkeys(PAUSES, 44.0)}
WEEKEND_WIDTH, OPEN_WIDTH = 28.0, 4.0
# The longest span, in days, at which nights are drawn; weekends; holidays.
NIGHTS, WEEKENDS, HOLIDAYS = 31, 186, 1100


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of the axis, in units of the ruler's width. day: of a holiday, which one."""

    part: Part
    x: float
    width: float
    start: datetime
    end: datetime
    name: str = ""
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """A moment on the axis. share: of a warning, its percentage."""

    sign: Sign
    x: float
    at: datetime
    share: int = 0


@dataclass(frozen=True, slots=True)
class Ruler:
    """The drawing of one clock. Moments are in UTC."""

    segments: tuple[Segment, ...]
    marks: tuple[Mark, ...]
    binding: bool
    open_ended: bool
    width: float = WIDTH

    @property
    def end(self) -> float:
        """Where the last segment ends."""
        return self.segments[-1].x + self.segments[-1].width if self.segments else LEFT

    def mark(self, *signs: Sign) -> Mark | None:
        """The first mark of these kinds."""
        return next((mark for mark in self.marks if mark.sign in signs), None)


@dataclass(frozen=True, slots=True)
class _Piece:
    part: Part
    start: datetime
    end: datetime
    name: str = ""
    day: date | None = None


def draw(reading: Reading, hours: WorkingHours, now: datetime) -> Ruler | None:
    """A clock as it stands at `now`; None where there is nothing to measure.

    That is: no date is promised, it has lapsed, or it is due at a call that has not come.
    """
    start = reading.started_at.astimezone(UTC)
    due = reading.due_at and reading.due_at.astimezone(UTC)
    if reading.target.measure is Measure.PLANNING or reading.state is State.CANCELLED:
        return None
    if due == start and not reading.binding:
        return None
    stop = max(start, _stop(reading, now.astimezone(UTC)))
    first = _pieces(start, due or stop, stop, reading, hours)
    after = _overdue(due, stop, reading, hours) if due is not None and stop > due else []
    open_ended = due is None or not (first or after)
    right = OPEN_RIGHT if open_ended else RIGHT
    edge = LEFT + (right - LEFT) * _share(first, after, hours)
    segments = [*_laid(first, LEFT, edge, hours), *_laid(after, edge, right, hours)]
    marks = [
        Mark(sign, _x(segments, at), at, share)
        for sign, at, share in _moments(reading, hours, start, due, stop)
    ]
    return Ruler(tuple(segments), tuple(marks), reading.binding, open_ended)


def _stop(reading: Reading, now: datetime) -> datetime:
    """Until when the clock has run: answered or solved, ended with its ticket, or now."""
    if reading.met_at is not None:
        return reading.met_at.astimezone(UTC)
    ended = reading.story.ended_at
    return min(now, ended) if ended is not None else now


def _pieces(
    start: datetime, end: datetime, stop: datetime, reading: Reading, hours: WorkingHours
) -> list[_Piece]:
    """What lies between the start and the deadline, as finely as there is room for."""
    pauses = _pauses(reading, start, end, stop, MOST_PAUSES)
    depth = _depth(start, end)
    while len(pieces := _drawn(pauses, (start, end), stop, hours, depth)) > IN_TIME:
        depth += 1  # with all closed time left out there is room for every pause
    return pieces


def _drawn(
    pauses: Sequence[_Piece],
    span: tuple[datetime, datetime],
    stop: datetime,
    hours: WorkingHours,
    depth: int,
) -> list[_Piece]:
    run = partial(_run, stop=stop, hours=hours, depth=depth)
    return list(_between(pauses, run, *span))


def _between(
    pauses: Sequence[_Piece],
    run: Callable[[datetime, datetime], list[_Piece]],
    start: datetime,
    end: datetime,
) -> Iterator[_Piece]:
    """Pauses, and the runs before, between and after them."""
    cursor = start
    for pause in pauses:
        yield from run(cursor, pause.start)
        yield pause
        cursor = pause.end
    yield from run(cursor, end)


def _pauses(
    reading: Reading, start: datetime, end: datetime, stop: datetime, most: int
) -> list[_Piece]:
    """The longest pauses, in order, within the span and clear of each other."""
    cut: list[_Piece] = []
    for pause in reading.pauses:
        begin = max(pause[0].astimezone(UTC), cut[-1].end if cut else start)
        until = min(pause[1].astimezone(UTC) if pause[1] else stop, end)
        if begin < until:
            cut.append(_Piece(_pause_part(pause, reading), begin, until))
    longest = sorted(cut, key=lambda piece: piece.start - piece.end)[:most]
    return sorted(longest, key=lambda piece: piece.start)


def _pause_part(pause: Pause, reading: Reading) -> Part:
    if pause in reading.story.outside:
        return Part.OUTSIDE
    return Part.SOLVED if pause in reading.story.gaps else Part.WAITING


def _overdue(due: datetime, stop: datetime, reading: Reading, hours: WorkingHours) -> list[_Piece]:
    """From a missed deadline on; what stood still then does not make it later."""
    pauses = _pauses(reading, due, stop, stop, MOST_PAUSES_AFTER)
    depth = _depth(due, stop)
    while len(pieces := _drawn(pauses, (due, stop), stop, hours, depth)) > AFTER:
        depth += 1
    return [
        _Piece(Part.OVERDUE, piece.start, piece.end) if piece.part is Part.COUNTED else piece
        for piece in pieces
    ]


def _depth(start: datetime, end: datetime) -> int:
    """How much closed time is left out: none, nights, all without a name, all."""
    days = (end - start) / DAY
    return sum(days > most for most in (NIGHTS, WEEKENDS, HOLIDAYS))


def _run(
    start: datetime, end: datetime, stop: datetime, hours: WorkingHours, depth: int
) -> list[_Piece]:
    """A stretch without pauses: open time, cut where the counting stopped, and closed time."""
    if start >= end:
        return []
    if depth == 3:
        worked = hours.elapsed(start, end)
        pieces = [_Piece(Part.AHEAD if worked else Part.CLOSED, start, end)]
    else:
        pieces = _joined(list(_open_and_closed(start, end, hours)), depth)
    return [cut for piece in pieces for cut in _cut(piece, stop)]


def _open_and_closed(start: datetime, end: datetime, hours: WorkingHours) -> Iterator[_Piece]:
    cursor = start
    for stretch in hours.stretches(start, end):
        opens, closes = stretch.start.astimezone(UTC), stretch.end.astimezone(UTC)
        yield from _closed(cursor, opens, hours)
        yield _Piece(Part.AHEAD, opens, closes)
        cursor = closes
    yield from _closed(cursor, end, hours)


def _closed(start: datetime, end: datetime, hours: WorkingHours) -> Iterator[_Piece]:
    """Closed time, cut at midnight between holidays and days without a name."""
    if start >= end:
        return
    begin, name, day = start, "", None
    days = list(hours.closed_days(start, end - TICK))
    for index, closed in enumerate(days):
        if index and closed.name == name:
            continue
        midnight = datetime.combine(closed.day, time(), hours.zone).astimezone(UTC)
        if index and midnight > begin:
            yield _closed_piece(begin, midnight, name, day)
            begin = midnight
        name, day = closed.name, closed.day
    yield _closed_piece(begin, end, name, day)


def _closed_piece(start: datetime, end: datetime, name: str, day: date | None) -> _Piece:
    if name:
        return _Piece(Part.HOLIDAY, start, end, name, day)
    return _Piece(Part.CLOSED, start, end)


def _joined(pieces: list[_Piece], depth: int) -> list[_Piece]:
    """Open time joined over a clock change, and over the closed time that is left out."""
    if all(piece.part in SHUT for piece in pieces):
        return pieces
    joined: list[_Piece] = []
    for piece in pieces:
        short = depth == 2 or piece.end - piece.start < LONG_GAP
        if depth and short and piece.part is Part.CLOSED:
            piece = _Piece(Part.AHEAD, piece.start, piece.end)  # noqa: PLW2901
        if joined and joined[-1].part is piece.part is Part.AHEAD:
            piece = _Piece(Part.AHEAD, joined.pop().start, piece.end)  # noqa: PLW2901
        joined.append(piece)
    return joined


def _cut(piece: _Piece, stop: datetime) -> Iterator[_Piece]:
    """Open time before and after the moment at which the counting stopped."""
    if piece.part is not Part.AHEAD:
        yield piece
        return
    if piece.start < stop:
        yield _Piece(Part.COUNTED, piece.start, min(stop, piece.end))
    if stop < piece.end:
        yield _Piece(Part.AHEAD, max(stop, piece.start), piece.end)


def _share(first: Sequence[_Piece], after: Sequence[_Piece], hours: WorkingHours) -> float:
    """The share of the axis that lies before the deadline."""
    if not first or not after:
        return 1.0 if first else 0.0
    before, late = (
        hours.elapsed(pieces[0].start, pieces[-1].end) / DAY for pieces in (first, after)
    )
    least = 0.5 if before else 0.12
    return min(max(before / (before + late or 1), least), 0.88)


def _laid(
    pieces: Sequence[_Piece], left: float, right: float, hours: WorkingHours
) -> Iterator[Segment]:
    """Pieces given their place between two edges."""
    floors = [_narrowest(piece) for piece in pieces]
    weights = _weights(pieces, hours)
    room = right - left
    taken = min(sum(floors), room * (0.6 if any(weights) else 1.0))
    if not any(weights):
        weights, taken = [0.0] * len(pieces), room
    squeeze, spread = taken / (sum(floors) or 1.0), (room - taken) / (sum(weights) or 1.0)
    x = left
    for piece, floor, weight in zip(pieces, floors, weights, strict=True):
        width = floor * squeeze + weight * spread
        yield Segment(piece.part, x, width, piece.start, piece.end, piece.name, piece.day)
        x += width


def _narrowest(piece: _Piece) -> float:
    if piece.part is Part.CLOSED and piece.end - piece.start >= LONG_GAP:
        return WEEKEND_WIDTH
    return NARROWEST.get(piece.part, OPEN_WIDTH)


def _weights(pieces: Sequence[_Piece], hours: WorkingHours) -> list[float]:
    """What each piece adds to the width: open time all of it, a pause less, closed time nothing."""
    worked = [
        0.0 if piece.part in SHUT else hours.elapsed(piece.start, piece.end) / DAY
        for piece in pieces
    ]
    paused = [piece.part in PAUSES for piece in pieces]
    counted = sum(amount for amount, pause in zip(worked, paused, strict=True) if not pause)
    return [
        min(amount / 2, counted / 4 or amount) if pause else amount
        for amount, pause in zip(worked, paused, strict=True)
    ]


def _x(segments: Sequence[Segment], at: datetime) -> float:
    """The place of a moment."""
    index = bisect_right(segments, at, key=lambda segment: segment.start) - 1
    if index < 0:
        return LEFT
    segment = segments[index]
    return segment.x + segment.width * min((at - segment.start) / (segment.end - segment.start), 1)


def _moments(
    reading: Reading,
    hours: WorkingHours,
    start: datetime,
    due: datetime | None,
    stop: datetime,
) -> Iterator[tuple[Sign, datetime, int]]:
    """What is marked: the calendar first, the outcome last."""
    bounds = [start, due, stop] if due is not None and due < stop else [start, due or stop]
    for begin, end in pairwise(bounds):
        for sign, at in _calendar(begin, end, hours):
            yield sign, at, 0
    yield Sign.START, start, 0
    for share, warn_at in warning_moments(reading, hours):
        yield Sign.WARNING, warn_at.astimezone(UTC), share
    if due is not None:
        yield Sign.DEADLINE, due, 0
    if reading.met_at is None:
        yield Sign.NOW, stop, 0
    else:
        yield Sign.KEPT if reading.state is State.MET else Sign.LATE, stop, 0


def _calendar(
    start: datetime, end: datetime, hours: WorkingHours
) -> Iterator[tuple[Sign, datetime]]:
    """The days on the axis, or weeks, months or years where there are many."""
    sign = (Sign.DAY, Sign.WEEK, Sign.MONTH, Sign.YEAR)[_depth(start, end)]
    first, last = start.astimezone(hours.zone).date(), end.astimezone(hours.zone).date()
    years = 1 + (last.year - first.year) // 30
    if sign is Sign.YEAR:
        days = [date(year, 1, 1) for year in range(first.year + 1, last.year + 1, years)]
    else:
        days = [first + n * DAY for n in range((last - first).days + 1)]
        if sign is not Sign.DAY:
            days = [
                day for day in days if (day.weekday() if sign is Sign.WEEK else day.day - 1) == 0
            ]
    for day in days:
        midnight = datetime.combine(day, time(), hours.zone).astimezone(UTC)
        opens = hours.next_open(max(midnight, start)).astimezone(UTC)
        on_the_day = opens.astimezone(hours.zone).date() == day
        if start <= opens < end and (on_the_day or sign is not Sign.DAY):
            yield sign, opens
