"""Availability of a service over a calendar month, and the credit that is due for it.

(month - unavailable) / month x 100, on exact fractions of real seconds: March is an hour short,
October an hour long (Dialog 1.B). Nothing is rounded before it is compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

Span = tuple[datetime, datetime]
ZERO = timedelta(0)


@dataclass(frozen=True, slots=True)
class CreditStep:
    """A credit in percent of the monthly fee from some availability down."""

    availability: Fraction
    inclusive: bool
    percent: int

    def holds(self, availability: Fraction) -> bool:
        """Does an availability fall into this step or below it?"""
        if self.inclusive:
            return availability <= self.availability
        return availability < self.availability


@dataclass(frozen=True, slots=True)
class AvailabilityTerms:
    """What an agreement guarantees of availability.

    counts_above: an outage counts when it lasts longer than this, and then all of it.
    """

    guarantee: Fraction
    counts_above: timedelta
    credits: tuple[CreditStep, ...] = ()

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> AvailabilityTerms:
        """The terms as written in TOML."""
        steps = [
            CreditStep(
                Fraction(step.get("at_most") or step["below"]), "at_most" in step, step["percent"]
            )
            for step in data.get("credits", ())
        ]
        return cls(
            guarantee=Fraction(data["guarantee"]),
            counts_above=timedelta(minutes=data["counts_above_minutes"]),
            credits=tuple(sorted(steps, key=lambda step: -step.percent)),
        )


@dataclass(frozen=True, slots=True)
class Availability:
    """One service in one month: how long it was, how long it was down, what follows."""

    month: timedelta
    unavailable: timedelta
    percent: Fraction
    guarantee_met: bool
    credit_percent: int


def month_span(year: int, month: int, zone: str) -> Span:
    """A calendar month in a zone as two instants."""
    here = ZoneInfo(zone)
    after = date(year + month // 12, month % 12 + 1, 1)
    first = datetime.combine(date(year, month, 1), time(), here)
    return first.astimezone(UTC), datetime.combine(after, time(), here).astimezone(UTC)


def availability(
    terms: AvailabilityTerms, month: Span, outages: Iterable[Span], excused: Iterable[Span] = ()
) -> Availability:
    """Judge a month. Overlapping outages count once; excused time (announced maintenance, force
    majeure) not at all. An outage is long enough or not as a whole, before it is cut to the month.
    """
    first, last = month
    excuses = _joined(excused)
    unavailable = ZERO
    for outage in _joined(outages):
        if _length([outage]) - _length(_overlap([outage], excuses)) > terms.counts_above:
            inside = _overlap([outage], [month])
            unavailable += _length(inside) - _length(_overlap(inside, excuses))
    length = last - first
    percent = Fraction(_micros(length - unavailable), _micros(length)) * 100
    credit = next((step.percent for step in terms.credits if step.holds(percent)), 0)
    return Availability(length, unavailable, percent, percent >= terms.guarantee, credit)


def _joined(spans: Iterable[Span]) -> list[Span]:
    """In order and in UTC, overlaps joined. ValueError for a naive or an inverted span."""
    joined: list[Span] = []
    for begin, end in sorted(_in_utc(span) for span in spans):
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((begin, end))
    return joined


def _in_utc(span: Span) -> Span:
    begin, end = span
    if begin.utcoffset() is None or end.utcoffset() is None:
        raise ValueError("an outage needs moments with their UTC offset")
    if begin > end:
        raise ValueError("an outage can't end before it begins")
    return begin.astimezone(UTC), end.astimezone(UTC)


def _overlap(spans: Sequence[Span], others: Sequence[Span]) -> list[Span]:
    return [(max(a, c), min(b, d)) for a, b in spans for c, d in others if max(a, c) < min(b, d)]


def _length(spans: Iterable[Span]) -> timedelta:
    return sum((end - begin for begin, end in spans), ZERO)


def _micros(span: timedelta) -> int:
    return span // timedelta(microseconds=1)
