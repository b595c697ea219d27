"""How wide each stretch of a ruler is drawn: open time in full, what is closed or paused narrow."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import datetime

from sla.engine.hours import WorkingHours
from sla.engine.ruler_parts import (
    DAY,
    LEFT,
    LONG_GAP,
    NARROWEST,
    OPEN_WIDTH,
    PAUSES,
    SHUT,
    WEEKEND_WIDTH,
    Part,
    Piece,
    Segment,
)


def share_of(first: Sequence[Piece], after: Sequence[Piece], hours: WorkingHours) -> float:
    """The share of the axis that lies before the deadline."""
    if not first or not after:
        return 1.0 if first else 0.0
    before, late = (
        hours.elapsed(pieces[0].start, pieces[-1].end) / DAY for pieces in (first, after)
    )
    least = 0.5 if before else 0.12
    return min(max(before / (before + late or 1), least), 0.88)


def laid(
    pieces: Sequence[Piece], left: float, right: float, hours: WorkingHours
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


def _narrowest(piece: Piece) -> float:
    if piece.part is Part.CLOSED and piece.end - piece.start >= LONG_GAP:
        return WEEKEND_WIDTH
    return NARROWEST.get(piece.part, OPEN_WIDTH)


def _weights(pieces: Sequence[Piece], hours: WorkingHours) -> list[float]:
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


def x_of(segments: Sequence[Segment], at: datetime) -> float:
    """The place of a moment."""
    index = bisect_right(segments, at, key=lambda segment: segment.start) - 1
    if index < 0:
        return LEFT
    segment = segments[index]
    return segment.x + segment.width * min((at - segment.start) / (segment.end - segment.start), 1)
