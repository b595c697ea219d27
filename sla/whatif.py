"""What-if: how tickets would have fared under other terms, beside how they did.

Nothing here writes a clock or an alert: both sides are derived from the histories.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Max, Min, QuerySet

from sla.derivation import derive, key_of, utc
from sla.engine import Reading
from sla.engine.agreement import Target
from sla.engine.clocks import State
from sla.histories import changes_of, events_as_json, events_of, going_on
from sla.models import Coverage, Edition
from sla.reporting import OUTCOMES, ZONE
from sla.world import Cover, Rule, World, Worlds, world_of
from tickets.models import Ticket

BATCH = 500
LISTED = 500  # so many changes are kept; the rest is only counted
RUNS = (State.RUNNING, State.PAUSED)


@dataclass(frozen=True)
class Sample:
    """Which tickets: reported from `first` to `last`, of an agreement or organisation if given."""

    first: date
    last: date
    agreement: int | None = None
    organisation: int | None = None

    @property
    def _reported(self) -> Mapping[str, object]:
        since = datetime.combine(self.first, time(), ZONE)
        until = datetime.combine(self.last + timedelta(days=1), time(), ZONE)
        reported = {"reported_at__gte": since, "reported_at__lt": until}
        return reported | ({"organisation": self.organisation} if self.organisation else {})

    def covered(self) -> QuerySet[Coverage]:
        """The coverages of these tickets."""
        tickets = {f"ticket__{name}": value for name, value in self._reported.items()}
        covered = Coverage.objects.filter(**tickets)
        return covered.filter(edition__agreement=self.agreement) if self.agreement else covered

    def extent(self) -> Extent:
        """How many there are by now, between which numbers, and how many stand under nothing."""
        found = self.covered().aggregate(total=Count("pk"), first=Min("pk"), last=Max("pk"))
        uncovered = Ticket.objects.filter(coverage=None, **self._reported).count()
        return Extent(found["total"], found["first"] or 0, found["last"] or 0, uncovered)


@dataclass(frozen=True)
class Extent:
    """What a scope comes down to at one moment."""

    total: int
    first: int
    last: int
    uncovered: int


@dataclass(frozen=True)
class Otherwise:
    """The other terms, in their world; waived: reports bind by whatever channel."""

    world: World
    waived: bool

    def cover(self, cover: Cover) -> Cover:
        """Under what a ticket would stand; whether its own phone rule was waived stays."""
        before = [(until, self._rule(rule)) for until, rule in cover.before]
        return Cover(self._rule(cover.now), before)

    def _rule(self, rule: Rule) -> Rule:
        return Rule(self.world, rule.waived or self.waived)


def otherwise(edition: Edition, targets: Sequence[Mapping[str, Any]], *, waived: bool) -> Otherwise:
    """The world of an edition (also a draft) with these targets, as data, in place of its own.

    ValueError says which target can't be.
    """
    world = world_of(edition)
    edited = tuple(Target.read(target) for target in targets)
    return Otherwise(replace(world, terms=replace(world.terms, targets=edited)), waived)


@dataclass
class WhatIfAnswer:
    """What has come out so far; it can be kept as JSON and taken up again.

    counts: by "promise|priority|kind" (the kind only without a priority) how often each outcome
    was and would be. ways: by "was|would be" how many promises end otherwise. tickets: with such
    promises. moved: the deadline moves, the outcome stays. changes: the first `LISTED` of them.
    """

    counts: dict[str, dict[str, dict[str, int]]] = field(default_factory=dict)
    ways: dict[str, int] = field(default_factory=dict)
    tickets: int = 0
    moved: int = 0
    unreadable: int = 0
    changes: list[dict[str, Any]] = field(default_factory=list)

    @property
    def changed(self) -> int:
        """How many promises would end otherwise."""
        return sum(self.ways.values())

    def as_json(self) -> dict[str, object]:
        """For a row; `Answer(**json)` is the way back."""
        return asdict(self)

    def add(
        self, about: Mapping[str, Any], before: Sequence[Reading], after: Sequence[Reading]
    ) -> None:
        """Count one ticket: its clocks as they are, and as they would be."""
        changed = False
        for was, would in _paired(before, after):
            self._count("before", about, was)
            self._count("after", about, would)
            if outcome(was) != outcome(would):
                changed = True
                way = f"{outcome(was)}|{outcome(would)}"
                self.ways[way] = self.ways.get(way, 0) + 1
                if len(self.changes) < LISTED:
                    self.changes.append(_change(about, was, would))
            elif was and would and utc(was.due_at) != utc(would.due_at):
                self.moved += 1
        self.tickets += changed

    def _count(self, side: str, about: Mapping[str, Any], reading: Reading | None) -> None:
        ended = outcome(reading)
        if reading is None or not ended:
            return
        key = _promise_key(about, reading)
        if key not in self.counts:
            self.counts[key] = {each: dict.fromkeys(OUTCOMES, 0) for each in ("before", "after")}
        self.counts[key][side][ended] += 1


def outcome(reading: Reading | None) -> str:
    """How a promise counts in the reports (`sla.reporting.OUTCOME`); "" where it doesn't."""
    if reading is None or reading.state is State.CANCELLED:
        return ""
    if not reading.binding:
        return "not_binding"
    if reading.state is State.BREACHED:
        return "breached"
    if reading.state in RUNS:
        return "running"
    return "kept" if reading.due_at is not None else ""


def judge(
    scope: Sample,
    other: Otherwise,
    worlds: Worlds,
    answer: WhatIfAnswer,
    *,
    after: int,
    up_to: int,
    now: datetime,
) -> tuple[int, int]:
    """Add the next batch of tickets, numbered above `after` to `up_to`, to an answer.

    Gives how many there were and the number of the last one; none means that all are done.
    now: up to when their histories are read.
    """
    written = _written(scope).filter(pk__gt=after, pk__lte=up_to)
    batch = list(written.order_by("pk")[:BATCH])
    pks = [each["pk"] for each in batch]
    changes, further = changes_of(pks), going_on(pks)
    for each in batch:
        cover = worlds.cover(each["edition"], each["waived"], changes.get(each["pk"], ()))
        try:
            events = events_of(each["told"], further.get(each["pk"], ()))
            before = [reading for reading, _rule in derive(cover, events, now=now)]
            would = [reading for reading, _rule in derive(other.cover(cover), events, now=now)]
        except ValueError:
            answer.unreadable += 1
            continue
        answer.add(each, before, would)
    return len(batch), batch[-1]["pk"] if batch else after


def _written(scope: Sample) -> QuerySet[Any, Any]:
    """Each covered ticket with its events as JSON: one row a ticket."""
    named = ("ticket__subject", "ticket__kind", "ticket__organisation__name")
    covered = scope.covered().values("pk", "edition", "waived", *named)
    rows: QuerySet[Any, Any] = covered.annotate(told=events_as_json())
    return rows


def _paired(
    before: Sequence[Reading], after: Sequence[Reading]
) -> Iterator[tuple[Reading | None, Reading | None]]:
    """Each promise as it was beside what it would be: the same target, else the same promise."""
    left = {key_of(reading): reading for reading in after}
    alone = []
    for reading in before:
        if key_of(reading) in left:
            yield reading, left.pop(key_of(reading))
        else:
            alone.append(reading)
    for reading in alone:
        like = (key for key, each in left.items() if _promised(each) == _promised(reading))
        key = next(like, None)
        yield reading, left.pop(key) if key else None
    for reading in left.values():
        yield None, reading


def _promised(reading: Reading) -> tuple[str, int]:
    return reading.target.promise.value, reading.turn


def _promise_key(about: Mapping[str, object], reading: Reading) -> str:
    priority = reading.priority.value if reading.priority else ""
    kind = "" if priority else about["ticket__kind"]
    return f"{reading.target.promise.value}|{priority}|{kind}"


def _change(
    about: Mapping[str, object], was: Reading | None, would: Reading | None
) -> dict[str, object]:
    reading = [each for each in (was, would) if each is not None][-1]
    return {
        "ticket": about["pk"],
        "subject": about["ticket__subject"],
        "organisation": about["ticket__organisation__name"] or "",
        "promise": _promise_key(about, reading),
        "before": outcome(was),
        "after": outcome(would),
        "due_before": _written_moment(was.due_at if was else None),
        "due_after": _written_moment(would.due_at if would else None),
        "met_at": _written_moment(reading.met_at),
        "why": _why(was, would),
    }


def _written_moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _why(was: Reading | None, would: Reading | None) -> str:
    """What makes the difference, in one word; `support.promises` says it in the user's."""
    if was is None or would is None:
        return "new" if was is None else "gone"
    if was.binding != would.binding:
        return "binds" if would.binding else "unbinds"
    before, after = utc(was.due_at), utc(would.due_at)
    if before is None or after is None:
        return "dated" if after else "undated" if before else "other"
    return "earlier" if after < before else "later" if after > before else "other"
