"""Availability of a service over a calendar month, and the credit that is due for it.

(month - unavailable) / month x 100, on exact fractions of real seconds: March is an hour short,
October an hour long (Dialog 1.B). Nothing is rounded before it is compared.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from sla.engine.availability_terms import AvailabilityTerms, CreditStep
from sla.engine.dates import after

__all__ = [
    "Availability",
    "AvailabilityTerms",
    "CreditStep",
    "Span",
    "Stretch",
    "availability",
    "month_span",
    "stretches",
]

Span = tuple[datetime, datetime]
ZERO = timedelta(0)


@dataclass(frozen=True, slots=True)
class Availability:
    """One service in one month: how long it was, how long it was down, what follows."""

    month: timedelta
    unavailable: timedelta
    percent: Fraction
    guarantee_met: bool
    credit_percent: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time without a break that a service was down, out of all outages that overlap or touch.

    net: how long, of the whole, without what is excused. counts: is that longer than the
    agreement asks? counted: how much falls into the month; nothing unless it counts. excused:
    its parts that are, also outside the month.
    """

    begin: datetime
    end: datetime
    net: timedelta
    counts: bool
    counted: timedelta
    excused: tuple[Span, ...]


def month_span(year: int, month: int, zone: str) -> Span:
    """A calendar month in a zone as two instants."""
    here = ZoneInfo(zone)
    first = date(year, month, 1)
    begin, end = (datetime.combine(day, time(), here) for day in (first, after(first)))
    return begin.astimezone(UTC), end.astimezone(UTC)


def availability(
    terms: AvailabilityTerms, month: Span, outages: Iterable[Span], excused: Iterable[Span] = ()
) -> Availability:
    """Judge a month. Overlapping outages count once; excused time (announced maintenance, force
    majeure) not at all. An outage is long enough or not as a whole, before it is cut to the month.
    """
    return of_stretches(terms, month, stretches(terms, month, outages, excused))


def of_stretches(terms: AvailabilityTerms, month: Span, found: Iterable[Stretch]) -> Availability:
    """The sum of a month, and what follows from it."""
    first, last = month
    length = last - first
    unavailable = sum((stretch.counted for stretch in found), ZERO)
    percent = Fraction(_micros(length - unavailable), _micros(length)) * 100
    credit = next((step.percent for step in terms.credits if step.holds(percent)), 0)
    return Availability(length, unavailable, percent, percent >= terms.guarantee, credit)


def stretches(
    terms: AvailabilityTerms, month: Span, outages: Iterable[Span], excused: Iterable[Span] = ()
) -> list[Stretch]:
    """Every time that a service was down, in order, and how much of it counts in a month."""
    excuses = joined(excused)
    begins = [begin for begin, _end in excuses]
    found = []
    for begin, end in joined(outages):
        parts = _cut(excuses, begins, begin, end)
        net = end - begin - _length(parts)
        counts = net > terms.counts_above
        inside = _within((begin, end), month)
        counted = ZERO
        if counts and inside is not None:
            counted = inside[1] - inside[0] - _length(_cut(excuses, begins, *inside))
        found.append(Stretch(begin, end, net, counts, counted, tuple(parts)))
    return found


def joined(spans: Iterable[Span]) -> list[Span]:
    """In order and in UTC, overlaps joined. ValueError for a naive or an inverted span."""
    found: list[Span] = []
    for begin, end in sorted(_in_utc(span) for span in spans):
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((begin, end))
    return found


def without(span: Span, taken: Iterable[Span]) -> list[Span]:
    """What is left of a time without some parts of it, which are in order and apart."""
    left, at = [], span[0]
    for begin, end in taken:
        if at < begin:
            left.append((at, begin))
        at = max(at, end)
    return [*left, (at, span[1])] if at < span[1] else left


def _in_utc(span: Span) -> Span:
    begin, end = span
    if begin.utcoffset() is None or end.utcoffset() is None:
        raise ValueError("an outage needs moments with their UTC offset")
    if begin > end:
        raise ValueError("an outage can't end before it begins")
    return begin.astimezone(UTC), end.astimezone(UTC)


def _cut(
    spans: Sequence[Span], begins: Sequence[datetime], first: datetime, last: datetime
) -> list[Span]:
    """Of joined spans those parts that lie between two instants."""
    parts = []
    for span in spans[max(bisect_right(begins, first) - 1, 0) :]:
        if span[0] >= last:
            break
        if part := _within(span, (first, last)):
            parts.append(part)
    return parts


def _within(span: Span, bounds: Span) -> Span | None:
    begin, end = max(span[0], bounds[0]), min(span[1], bounds[1])
    return (begin, end) if begin < end else None


def _length(spans: Iterable[Span]) -> timedelta:
    return sum((end - begin for begin, end in spans), ZERO)


def _micros(span: timedelta) -> int:
    return span // timedelta(microseconds=1)
