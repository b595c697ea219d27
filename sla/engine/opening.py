"""Opening times and closed days as people write them, checked."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from itertools import pairwise

import holidays

Block = tuple[str, str]


def plain_day(day: date) -> date:
    """The day, if it is a date and no moment. ValueError otherwise."""
    if isinstance(day, datetime) or not isinstance(day, date):
        raise ValueError(f"{day!r}: a closed or special day is a date")  # noqa: TRY004
    return day


def named(closed: Collection[date]) -> Mapping[date, str]:
    """Closed days with their names. The holidays package's own mapping grows a year when asked."""
    if isinstance(closed, holidays.HolidayBase):
        return closed
    if isinstance(closed, Mapping):
        return {plain_day(day): str(name) for day, name in closed.items()}
    return {plain_day(day): "" for day in closed}


def minutes_of(blocks: Sequence[Block]) -> tuple[tuple[int, int], ...]:
    """Blocks as minutes since midnight, in order."""
    read = sorted((_minute(opens), _minute(closes)) for opens, closes in blocks)
    for opens, closes in read:
        if opens >= closes:
            raise ValueError("opening hours must end after they begin")
    for (_, closes), (opens, _) in pairwise(read):
        if opens < closes:
            raise ValueError("opening hours of one day must not overlap")
    return tuple(read)


def _minute(text: str) -> int:
    match = re.fullmatch(r"([01]?\d|2[0-4]):([0-5]\d)", str(text))
    minute = int(match[1]) * 60 + int(match[2]) if match else 24 * 60 + 1
    if minute > 24 * 60:
        raise ValueError(f"{text!r} is not a time of day from 00:00 to 24:00")
    return minute
