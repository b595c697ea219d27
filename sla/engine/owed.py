"""How much working time a promise comes to, and which release it waits for. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sla.engine.agreement import Measure, Target
from sla.engine.hours import WorkingHours


def owed_work(target: Target, hours: WorkingHours, start: datetime) -> timedelta:
    """The working time that a promise comes to, counted from a moment, in a calendar.

    Until the end of a working day is so much working time too, so a pause costs what it lasted.
    """
    if target.measure is Measure.DAYS:
        return hours.day * target.days
    if target.measure is Measure.DAY_END:
        return hours.elapsed(start, hours.end_of_day(start, int(target.days)))
    return target.work


def next_release(
    releases: Sequence[datetime],
    after: datetime,
    passed: Callable[[datetime], bool] | None = None,
) -> datetime | None:
    """The first release strictly after a moment that counts; None when none is planned.

    passed: says of a release that it does not count, for what went on when it came.
    """
    coming = releases[bisect_right(releases, after) :]
    return next((each for each in coming if passed is None or not passed(each)), None)
