"""Running promises by how likely they are to be missed, judged by those that are decided."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from math import inf

from django.db.models import F, QuerySet

from sla.engine.agreement import Measure
from sla.engine.risk import Chance, Curve
from sla.models import Clock
from sla.queries import pauses_in
from sla.world import World, worlds_of

LOOKS_BACK = timedelta(days=365)
MOST = 1000
"""Of each promise the latest so many speak."""


@dataclass(frozen=True)
class AtRisk:
    """A running promise: which share of its time is used, and how those like it went.

    broader: too few were promised the same, so those of the same sort of promise speak.
    """

    clock: Clock
    used: float
    chance: Chance
    broader: bool


@dataclass(frozen=True)
class Curves:
    """By what exactly was promised, and by the sort of promise."""

    by_key: Mapping[str, Curve]
    by_promise: Mapping[str, Curve]

    def chance(self, key: str, promise: str, used: float) -> tuple[Chance, bool] | None:
        """The nearest that is enough, and whether it is the broader one."""
        for known, name, broader in (
            (self.by_key, key, False),
            (self.by_promise, promise, True),
        ):
            found = known[name].chance(used) if name in known else None
            if found is not None:
                return found, broader
        return None


def curves(keys: Collection[str], of: QuerySet[Clock], *, now: datetime) -> Curves:
    """What is known at a moment, from promises whose deadline was in the year before: those that
    are decided, whether they were done early or late. A query for each key, and three more.
    """
    decided = of.filter(
        binding=True,
        due_at__lt=now,
        due_at__gte=now - LOOKS_BACK,
        state__in=[Clock.State.MET, Clock.State.BREACHED],
    )
    columns = ("promise", "target_key", "due_at", "met_at", "pauses_since_due")
    rows = list(
        chain.from_iterable(
            decided.filter(target_key=key)
            .order_by("-due_at")
            .values_list(F("ticket__coverage__edition"), *columns)[:MOST]
            for key in sorted(keys)
        )
    )
    budgets = _budgets({row[0] for row in rows})
    by_key, by_promise = defaultdict[str, list[float]](list), defaultdict[str, list[float]](list)
    for edition, promise, key, due, met, pauses in rows:
        budget = budgets.get((edition, key))
        if budget is None:
            continue
        work, world = budget
        used = inf
        if met is not None and met > due:
            used = 1 + world.hours().elapsed(due, met, pauses_in(pauses)) / work
            used = max(used, 1 + 1e-9)  # late, if only by minutes outside the hours
        elif met is not None:
            used = max(1 - world.hours().elapsed(met, due) / work, 0.0)
        by_key[key].append(used)
        by_promise[promise].append(used)
    return Curves(
        {key: Curve(used) for key, used in by_key.items()},
        {promise: Curve(used) for promise, used in by_promise.items()},
    )


def running(clocks: Iterable[Clock], of: QuerySet[Clock], *, now: datetime) -> list[AtRisk]:
    """Those of some running promises of which something can be said, the likeliest first.

    clocks: with their ticket's coverage. of: whose past may speak. What waits has no deadline, and
    is not judged.
    """
    due = [
        clock
        for clock in clocks
        if clock.binding
        and clock.met_at is None
        and clock.due_at is not None
        and clock.due_at > now
    ]
    known = curves({clock.target_key for clock in due}, of, now=now)
    budgets = _budgets({clock.ticket.coverage.edition_id for clock in due})
    found = []
    for clock in due:
        budget = budgets.get((clock.ticket.coverage.edition_id, clock.target_key))
        if budget is None or clock.due_at is None:
            continue
        work, world = budget
        used = max(1 - world.hours().elapsed(now, clock.due_at) / work, 0.0)
        if used < 1 and (said := known.chance(clock.target_key, clock.promise, used)):
            found.append(AtRisk(clock, used, *said))
    return sorted(found, key=lambda each: (-each.chance.share, each.clock.due_at, each.clock.pk))


def _budgets(editions: Iterable[int | None]) -> Mapping[tuple[int, str], tuple[timedelta, World]]:
    """How much working time each promise of some editions gives; only what is measured in it."""
    worlds = worlds_of({pk for pk in editions if pk is not None})
    return {
        (pk, target.key): (target.work, world)
        for pk, world in worlds.items()
        for target in world.terms.targets
        if target.measure is Measure.WORK and target.work
    }
