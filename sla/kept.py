"""What was kept month by month, guarantees and efforts apart, and how long things took."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil
from typing import Any

from django.db.models import (
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    Value,
)

from sla.calendars import length_of_a_day
from sla.engine import WorkingHours
from sla.engine.agreement import Measure
from sla.models import Clock, MonthTally, Target
from sla.queries import pauses_in
from sla.reporting import ZONE, Tally, month_bounds, parted, placed, with_outcome
from sla.world import worlds_of

MOST = 20_000
"""Of how many promises, the latest of a month, it is worked out how long they took."""
Line = tuple[str, str]
"""A promise, and how firmly it is given: "guarantee", "effort", or "" where nobody says."""


def by_month(
    months: Iterable[date],
    of: QuerySet[Clock],
    tallies: QuerySet[MonthTally] | None = None,
) -> Mapping[Line, Mapping[date, Tally]]:
    """The tallies of months for each promise; in five queries at most.

    tallies: counts of the same promises, for the months that are over.
    """
    wanted = sorted(months)
    known, differ = _strengths()
    counted, live = parted(wanted, tallies)
    rows: list[Any] = []
    if tallies is not None and counted:
        sums: QuerySet[Any] = tallies.filter(month__in=counted).order_by()
        apart = sums.values("month", "edition", "target_key", "promise", "outcome")
        rows += apart.annotate(number=Sum("count"))
    if live:
        started = placed(live, of)
        found = [*_counted(started.exclude(target_key__in=differ), Value(None, IntegerField()))]
        if differ:
            told_apart = started.filter(target_key__in=differ)
            found += _counted(told_apart, F("ticket__coverage__edition"))
        rows += [row | {"month": live[row["place"] - 1]} for row in found]
    lines: dict[Line, dict[date, Tally]] = defaultdict(lambda: {month: Tally() for month in wanted})
    for row in rows:
        strengths = known.get(row["target_key"], {})
        same = next(iter(strengths.values()), "")
        strength = strengths.get(row["edition"], "") if row["target_key"] in differ else same
        lines[row["promise"], strength][row["month"]].add(row["outcome"], row["number"])
    return lines


def _counted(clocks: QuerySet[Any], edition: F | Value) -> Iterable[Any]:
    counted = clocks.annotate(edition=edition).order_by()
    by = ("place", "edition", "target_key", "promise", "outcome")
    rows: Iterable[Any] = counted.values(*by).annotate(number=Count("pk"))
    return rows


def _strengths() -> tuple[Mapping[str, Mapping[int, str]], list[str]]:
    """How firmly each target is promised, by its key and edition; and the keys that are promised in
    different ways. To look up the edition of a million tickets takes longer than to count them, so
    that is asked only of those.
    """
    known: dict[str, dict[int, str]] = defaultdict(dict)
    for edition, key, strength in Target.objects.values_list("edition", "key", "strength"):
        known[key][edition] = strength
    return known, [key for key, each in known.items() if len(set(each.values())) > 1]


def of_strength(clocks: QuerySet[Any], strength: str) -> QuerySet[Any]:
    """Those of a guarantee, of an effort, or ("") of neither, as `by_month` tells them apart."""
    known, differ = _strengths()
    alike = [key for key, each in known.items() if key not in differ and strength in each.values()]
    other = [key for key in known if key not in differ and key not in alike]
    target = Target.objects.filter(
        edition=OuterRef("ticket__coverage__edition"), key=OuterRef("target_key")
    )
    if strength:
        its_own = Q(target_key__in=differ) & Exists(target.filter(strength=strength))
        return clocks.filter(Q(target_key__in=alike) | its_own)
    firm = Q(target_key__in=differ) & Exists(target.exclude(strength=""))
    return clocks.exclude(Q(target_key__in=other) | firm)


@dataclass(frozen=True)
class Taken:
    """How long a promise took in a month: the middle one, and nine of ten; of how many."""

    promise: str
    count: int
    median: timedelta
    most: timedelta
    day: timedelta


def taken(month: date, of: QuerySet[Clock]) -> list[Taken]:
    """How much working time reactions and solutions took, without waiting for the customer.

    Only what is promised in working time: a release comes when it comes. In a fixed number of
    queries.
    """
    done = with_outcome(*month_bounds(month), of).filter(met_at__isnull=False, due_at__isnull=False)
    columns = ("promise", "target_key", "due_at", "met_at", "pauses_since_due")
    edition = F("ticket__coverage__edition")
    rows = list(
        done.order_by("-started_at", "-pk").values_list(edition, *columns)[:MOST],
    )
    worlds = worlds_of({row[0] for row in rows})
    work = {
        (pk, target.key): target.work
        for pk, world in worlds.items()
        for target in world.terms.targets
        if target.measure is Measure.WORK
    }
    hours = {pk: world.hours() for pk, world in worlds.items()}
    days = [length_of_a_day(world.edition.calendar) for world in worlds.values()]
    spans: dict[str, list[timedelta]] = defaultdict(list)
    for pk, promise, key, due, met, pauses in rows:
        if (pk, key) in work:
            spans[promise].append(_used(work[pk, key], due, met, pauses, hours[pk]))
    day = days[0] if days and len(set(days)) == 1 else timedelta()
    return [
        Taken(promise, len(found), _share(found, 0.5), _share(found, 0.9), day)
        for promise, found in sorted(spans.items())
    ]


def _used(
    work: timedelta, due: datetime, met: datetime, pauses: Sequence[Any], hours: WorkingHours
) -> timedelta:
    """The working time that counted until it was done: what the deadline left of it, or all of it
    and what came after.
    """
    if met > due:
        return work + hours.elapsed(due, met, pauses_in(pauses))
    # Whatever stood still did so before it was done, and moved the deadline along.
    return max(work - hours.elapsed(met, due), timedelta())


def _share(spans: Sequence[timedelta], share: float) -> timedelta:
    """The span within which that share of them lies, the nearest that occurred."""
    return sorted(spans)[max(ceil(share * len(spans)) - 1, 0)]


def midnight(now: datetime, days: int = 1) -> datetime:
    """The midnight after so many days on the Amsterdam clock."""
    local = now.astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    return (local.replace(tzinfo=None) + timedelta(days=days)).replace(tzinfo=ZONE)
