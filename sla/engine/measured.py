"""How much of a time was measured, and what was found: time nobody measured is neither up nor down.

A result vouches for the time until the next one, if that came when it was to come; if it did not,
for no longer than the interval that it was taken for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

NOTHING = timedelta(0)


@dataclass(frozen=True, slots=True)
class Found:
    """A result: at that moment it was good or not. until: how far it vouches by itself; next_by:
    by when the next one was to come.
    """

    at: datetime
    until: datetime
    next_by: datetime
    good: bool


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time of one finding; good None: nobody measured."""

    begin: datetime
    end: datetime
    good: bool | None


@dataclass(frozen=True, slots=True)
class Measured:
    """What a time came to. The three make it up."""

    good: timedelta
    failed: timedelta
    unmeasured: timedelta


def stretches(found: Iterable[Found], begin: datetime, end: datetime) -> Iterator[Stretch]:
    """The time from begin to end in stretches of one finding, without a gap between them.

    found: in the order of their moments; with the last one before the time, if there is one.
    """
    at, last = begin, None
    for each in _vouched(found):
        each_begin, each_end = max(each.begin, at), min(each.end, end)
        if each_begin >= each_end:
            continue
        for piece in (Stretch(at, each_begin, None), Stretch(each_begin, each_end, each.good)):
            if piece.begin == piece.end:
                continue
            if last is not None and last.good == piece.good:
                last = Stretch(last.begin, piece.end, piece.good)
                continue
            if last is not None:
                yield last
            last = piece
        at = each_end
    if last is not None:
        if at < end and last.good is None:
            last = Stretch(last.begin, end, None)
            at = end
        yield last
    if at < end:
        yield Stretch(at, end, None)


def added_up(found: Iterable[Found], begin: datetime, end: datetime) -> Measured:
    """How long it was good, failed, and not measured, from begin to end."""
    sums: dict[bool | None, timedelta] = {True: NOTHING, False: NOTHING, None: NOTHING}
    for stretch in stretches(found, begin, end):
        sums[stretch.good] += stretch.end - stretch.begin
    return Measured(good=sums[True], failed=sums[False], unmeasured=sums[None])


def _vouched(found: Iterable[Found]) -> Iterator[Stretch]:
    """For how long each result speaks."""
    results = list(found)
    for result, after in pairwise(results):
        end = after.at if after.at <= result.next_by else min(result.until, after.at)
        yield Stretch(result.at, end, result.good)
    if results:
        yield Stretch(results[-1].at, results[-1].until, results[-1].good)
