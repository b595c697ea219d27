"""Moments as spans since 1970, so that no zone comes into counting; and pauses joined. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

Pause = tuple[datetime, datetime | None]

ZERO = timedelta(0)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Beyond these no calendar means anything; refusing them keeps every answer bounded.
FIRST_YEAR, LAST_YEAR = 1900, 2400
AGES = timedelta(days=366 * (LAST_YEAR - FIRST_YEAR))


def merged(
    pauses: Iterable[Pause], low: timedelta, high: timedelta | None
) -> Iterator[tuple[timedelta, timedelta]]:
    """Pauses cut to [low, high), in order, overlaps joined; an open one ends at timedelta.max."""
    spans = []
    for begin, stop in pauses:
        a = since_epoch(begin)
        b = timedelta.max if stop is None else since_epoch(stop)
        if b < a:
            raise ValueError("a pause can't end before it begins")
        a = max(a, low)
        b = b if high is None else min(b, high)
        if a < b:
            spans.append((a, b))
    spans.sort()
    current: tuple[timedelta, timedelta] | None = None
    for a, b in spans:
        if current is None:
            current = (a, b)
        elif a <= current[1]:
            current = (current[0], max(current[1], b))
        else:
            yield current
            current = (a, b)
    if current is not None:
        yield current


def since_epoch(moment: datetime) -> timedelta:
    """ValueError for a naive one."""
    try:
        return moment - EPOCH
    except TypeError:
        raise naive(moment) from None


def check_amount(work: timedelta) -> None:
    """ValueError for an amount of working time that makes no sense."""
    if work < ZERO:
        raise ValueError("an amount of working time can't be negative")
    if work >= AGES:
        raise ValueError(f"the deadline lies beyond the year {LAST_YEAR}")


def naive(moment: datetime) -> ValueError:
    """What is said of a moment without its offset."""
    return ValueError(f"{moment}: a moment needs its UTC offset")


def year_of(at: timedelta) -> int:
    """The year that it lies in, or one beside it. ValueError outside those that are counted."""
    year = 1970 + at // timedelta(days=365.2425)
    if not FIRST_YEAR < year < LAST_YEAR:
        raise ValueError(f"only moments from {FIRST_YEAR + 1} to {LAST_YEAR - 1} can be counted")
    return year
