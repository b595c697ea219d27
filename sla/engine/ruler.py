"""The ruler: where on a drawing of one clock everything lies. Pure; words and colours come later.

The axis runs from the start to the last thing that matters. Open time has its full width; nights,
weekends and pauses are narrow. What follows the deadline never takes more than half. The longer
the span, the less of its closed time is drawn, so that a drawing stays small.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from itertools import pairwise

from sla.engine.agreement import Measure
from sla.engine.clocks import Reading, State, warning_moments
from sla.engine.hours import WorkingHours
from sla.engine.instants import Pause
from sla.engine.ruler_parts import DAY, LEFT, LONG_GAP, RIGHT, SHUT, Mark, Part, Piece, Ruler, Sign
from sla.engine.ruler_scale import laid, share_of, x_of

OPEN_RIGHT = 880.0  # without a deadline the axis goes on, dashed
TICK = timedelta(microseconds=1)
MOST_PAUSES, MOST_PAUSES_AFTER = 20, 5
IN_TIME, AFTER = 60, 16  # most segments up to the deadline, and after it


# The longest span, in days, at which nights are drawn; weekends; holidays.
NIGHTS, WEEKENDS, HOLIDAYS = 31, 186, 1100


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
    edge = LEFT + (right - LEFT) * share_of(first, after, hours)
    segments = [*laid(first, LEFT, edge, hours), *laid(after, edge, right, hours)]
    marks = [
        Mark(sign, x_of(segments, at), at, share)
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
) -> list[Piece]:
    """What lies between the start and the deadline, as finely as there is room for."""
    pauses = _pauses(reading, start, end, stop, MOST_PAUSES)
    depth = _depth(start, end)
    while len(pieces := _drawn(pauses, (start, end), stop, hours, depth)) > IN_TIME:
        depth += 1  # with all closed time left out there is room for every pause
    return pieces


def _drawn(
    pauses: Sequence[Piece],
    span: tuple[datetime, datetime],
    stop: datetime,
    hours: WorkingHours,
    depth: int,
) -> list[Piece]:
    run = partial(_run, stop=stop, hours=hours, depth=depth)
    return list(_between(pauses, run, *span))


def _between(
    pauses: Sequence[Piece],
    run: Callable[[datetime, datetime], list[Piece]],
    start: datetime,
    end: datetime,
) -> Iterator[Piece]:
    """Pauses, and the runs before, between and after them."""
    cursor = start
    for pause in pauses:
        yield from run(cursor, pause.start)
        yield pause
        cursor = pause.end
    yield from run(cursor, end)


def _pauses(
    reading: Reading, start: datetime, end: datetime, stop: datetime, most: int
) -> list[Piece]:
    """The longest pauses, in order, within the span and clear of each other."""
    cut: list[Piece] = []
    for pause in reading.pauses:
        begin = max(pause[0].astimezone(UTC), cut[-1].end if cut else start)
        until = min(pause[1].astimezone(UTC) if pause[1] else stop, end)
        if begin < until:
            cut.append(Piece(_pause_part(pause, reading), begin, until))
    longest = sorted(cut, key=lambda piece: piece.start - piece.end)[:most]
    return sorted(longest, key=lambda piece: piece.start)


def _pause_part(pause: Pause, reading: Reading) -> Part:
    if pause in reading.story.outside:
        return Part.OUTSIDE
    return Part.SOLVED if pause in reading.story.gaps else Part.WAITING


def _overdue(due: datetime, stop: datetime, reading: Reading, hours: WorkingHours) -> list[Piece]:
    """From a missed deadline on; what stood still then does not make it later."""
    pauses = _pauses(reading, due, stop, stop, MOST_PAUSES_AFTER)
    depth = _depth(due, stop)
    while len(pieces := _drawn(pauses, (due, stop), stop, hours, depth)) > AFTER:
        depth += 1
    return [
        Piece(Part.OVERDUE, piece.start, piece.end) if piece.part is Part.COUNTED else piece
        for piece in pieces
    ]


def _depth(start: datetime, end: datetime) -> int:
    """How much closed time is left out: none, nights, all without a name, all."""
    days = (end - start) / DAY
    return sum(days > most for most in (NIGHTS, WEEKENDS, HOLIDAYS))


def _run(
    start: datetime, end: datetime, stop: datetime, hours: WorkingHours, depth: int
) -> list[Piece]:
    """A stretch without pauses: open time, cut where the counting stopped, and closed time."""
    if start >= end:
        return []
    if depth == 3:
        worked = hours.elapsed(start, end)
        pieces = [Piece(Part.AHEAD if worked else Part.CLOSED, start, end)]
    else:
        pieces = _joined(list(_open_and_closed(start, end, hours)), depth)
    return [cut for piece in pieces for cut in _cut(piece, stop)]


def _open_and_closed(start: datetime, end: datetime, hours: WorkingHours) -> Iterator[Piece]:
    cursor = start
    for stretch in hours.stretches(start, end):
        opens, closes = stretch.start.astimezone(UTC), stretch.end.astimezone(UTC)
        yield from _closed(cursor, opens, hours)
        yield Piece(Part.AHEAD, opens, closes)
        cursor = closes
    yield from _closed(cursor, end, hours)


def _closed(start: datetime, end: datetime, hours: WorkingHours) -> Iterator[Piece]:
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


def _closed_piece(start: datetime, end: datetime, name: str, day: date | None) -> Piece:
    if name:
        return Piece(Part.HOLIDAY, start, end, name, day)
    return Piece(Part.CLOSED, start, end)


def _joined(pieces: list[Piece], depth: int) -> list[Piece]:
    """Open time joined over a clock change, and over the closed time that is left out."""
    if all(piece.part in SHUT for piece in pieces):
        return pieces
    joined: list[Piece] = []
    for piece in pieces:
        short = depth == 2 or piece.end - piece.start < LONG_GAP
        if depth and short and piece.part is Part.CLOSED:
            piece = Piece(Part.AHEAD, piece.start, piece.end)  # noqa: PLW2901
        if joined and joined[-1].part is piece.part is Part.AHEAD:
            piece = Piece(Part.AHEAD, joined.pop().start, piece.end)  # noqa: PLW2901
        joined.append(piece)
    return joined


def _cut(piece: Piece, stop: datetime) -> Iterator[Piece]:
    """Open time before and after the moment at which the counting stopped."""
    if piece.part is not Part.AHEAD:
        yield piece
        return
    if piece.start < stop:
        yield Piece(Part.COUNTED, piece.start, min(stop, piece.end))
    if stop < piece.end:
        yield Piece(Part.AHEAD, max(stop, piece.start), piece.end)


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
