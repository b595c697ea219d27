"""What a ruler is made of: stretches and moments on an axis of so many units. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

WIDTH = 1000.0
LEFT, RIGHT = 16.0, 984.0
DAY = timedelta(days=1)
LONG_GAP = timedelta(hours=30)  # longer than any night


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


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the axis that has no place yet."""

    part: Part
    start: datetime
    end: datetime
    name: str = ""
    day: date | None = None


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
