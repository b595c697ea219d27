"""A month of a service judged whole: its outages with their causes, and its maintenance.

What counts and what is excused, each with its clause, so that every figure can be traced.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sla.engine.availability import (
    ZERO,
    Availability,
    Span,
    Stretch,
    joined,
    of_stretches,
    stretches,
    without,
)
from sla.engine.availability_terms import (
    AvailabilityTerms,
    Begins,
    Cause,
    Effect,
    MaintenanceKind,
    MaintenanceRule,
)

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Down:
    """An outage as it is judged: from its begin, of one cause. ref: which one, for who asks."""

    begin: datetime
    end: datetime
    cause: Cause
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Works:
    """Maintenance as it is judged; of what was announced only so long as was announced."""

    begin: datetime
    end: datetime
    rule: MaintenanceRule
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """A stretch with what it is made of, and which of that excuses parts of it."""

    stretch: Stretch
    of: tuple[Down | Works, ...]
    excuses: tuple[Down | Works, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """A judged month. idle: what touched the month and makes no difference to any stretch."""

    month: Span
    result: Availability
    told: tuple[Told, ...]
    idle: tuple[Down | Works, ...]


def begin_of(
    begins: Begins,
    *,
    down_since: datetime | None = None,
    reported_at: datetime | None = None,
    detected_at: datetime | None = None,
    accepted_from: datetime | None = None,
) -> datetime:
    """From when an outage is measured under an agreement. ValueError if nothing says so.

    accepted_from: of a report afterwards whose period was accepted. The first of them all holds;
    since when the service was really down matters only where outages begin with that.
    """
    known = [accepted_from, reported_at, detected_at]
    if begins is Begins.OUTAGE:
        known.append(down_since)
    moments = [moment for moment in known if moment is not None]
    if not moments:
        raise ValueError("nothing says when the outage began")
    return min(moments)


def works(
    terms: AvailabilityTerms,
    begin: datetime,
    end: datetime,
    kind: MaintenanceKind,
    ref: str = "",
) -> Works:
    """Maintenance of some kind under an agreement."""
    return Works(begin, end, terms.rule(kind), ref)


def judge(
    terms: AvailabilityTerms,
    month: Span,
    outages: Iterable[Down],
    maintenance: Iterable[Works] = (),
) -> Judged:
    """Judge a month of a service. ValueError for a naive or an inverted span.

    An outage whose cause does not count excuses what is down meanwhile, as maintenance does; it
    joins no two outages that do not themselves overlap or touch.
    """
    facts: list[Down | Works] = [*outages, *maintenance]
    counted = [fact for fact in facts if _is_down(fact)]
    excuses = [fact for fact in facts if _excuses(fact)]
    found = stretches(
        terms,
        month,
        ((fact.begin, fact.end) for fact in counted),
        ((fact.begin, fact.end) for fact in excuses),
    )
    touching = [stretch for stretch in found if stretch.begin < month[1] and stretch.end > month[0]]
    made, excused = _of_each(touching, counted), _of_each(touching, excuses)
    told = tuple(map(Told, touching, map(tuple, made), map(tuple, excused)))
    used = {id(fact) for each in told for fact in (*each.of, *each.excuses)}
    idle = tuple(
        fact for fact in facts if id(fact) not in used and _overlap(fact, month[0], month[1])
    )
    return Judged(month, of_stretches(terms, month, found), told, idle)


@dataclass(frozen=True, slots=True)
class Day:
    """A day of a month: how long it was down that counts, that is excused, that was too short."""

    day: date
    begin: datetime
    end: datetime
    counted: timedelta
    excused: timedelta
    short: timedelta


def days_of(judged: Judged, zone: ZoneInfo) -> list[Day]:
    """A judged month day by day; what it adds up to is what the month does."""
    excused = joined(
        [
            *(part for told in judged.told for part in told.stretch.excused),
            *((fact.begin, fact.end) for fact in judged.idle if isinstance(fact, Down)),
        ]
    )
    counted, short = (
        [
            part
            for told in judged.told
            if told.stretch.counts is wanted
            for part in without((told.stretch.begin, told.stretch.end), told.stretch.excused)
        ]
        for wanted in (True, False)
    )
    days = []
    day = judged.month[0].astimezone(zone).date()
    while (begin := _midnight(day, zone)) < judged.month[1]:
        span = (max(begin, judged.month[0]), min(_midnight(day + DAY, zone), judged.month[1]))
        sums = (_inside(parts, span) for parts in (counted, excused, short))
        days.append(Day(day, *span, *sums))
        day += DAY
    return days


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _inside(parts: Iterable[Span], span: Span) -> timedelta:
    cut = (min(end, span[1]) - max(begin, span[0]) for begin, end in parts)
    return sum((length for length in cut if length > ZERO), ZERO)


def _of_each(found: Sequence[Stretch], facts: Iterable[Down | Works]) -> list[list[Down | Works]]:
    """For each stretch, all in order and apart, the facts that overlap it or are a moment in it."""
    begins = [stretch.begin for stretch in found]
    lists: list[list[Down | Works]] = [[] for _stretch in found]
    for fact in facts:
        place = max(bisect_right(begins, fact.begin) - 1, 0)
        while place < len(found) and (begins[place] < fact.end or begins[place] == fact.begin):
            begin, end = begins[place], found[place].end
            if _overlap(fact, begin, end) or (begin <= fact.begin and fact.end <= end):
                lists[place].append(fact)
            place += 1
    return lists


def _is_down(fact: Down | Works) -> bool:
    if isinstance(fact, Down):
        return fact.cause.counts
    return fact.rule.effect is Effect.UNAVAILABLE


def _excuses(fact: Down | Works) -> bool:
    if isinstance(fact, Down):
        return not fact.cause.counts
    return fact.rule.effect is Effect.EXCUSED


def _overlap(fact: Down | Works, begin: datetime, end: datetime) -> bool:
    return fact.begin < end and begin < fact.end
