"""The proof: every clock derived again from its ticket's history, and compared with its row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.contrib.postgres.aggregates import JSONBAgg
from django.db import transaction
from django.db.models import Exists, F, Max, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONArray

from sla import months, outages, release_upkeep, tallies, upkeep
from sla.derivation import derive, facts, key_of
from sla.histories import changes_of, events_as_json, events_of, going_on
from sla.models import AuditRun, Clock, Contract, Coverage
from sla.projection import triage_of, would_owe
from sla.world import Worlds
from tickets.models import Ticket

BATCH = 500
SAID = 20  # so many differences are kept in words
LAST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Difference:
    """What a row says and what the history says."""

    ticket_id: int
    target_key: str
    name: str
    stored: object
    derived: object

    def __str__(self) -> str:
        return (
            f"WD-{self.ticket_id} {self.target_key}: {self.name} is {self.stored}, "
            f"the history says {self.derived}"
        )


def differences(
    *, now: datetime, sample: int | None = None, tickets: range | None = None
) -> Iterator[Difference]:
    """Every difference between the rows and the histories; none is the only right answer.

    Runs in constant memory, batch by batch. A ticket that changes meanwhile is looked at again
    under its lock before anything is said of it. sample: only so many, drawn at random. tickets:
    only those with these numbers; whether any has no coverage is then left to `uncovered`.
    """
    worlds = Worlds()
    for batch in _batches(sample, tickets):
        suspects = {difference.ticket_id for difference in _compare(batch, worlds, now)}
        for pk in suspects:
            yield from _once_more(pk, now)
    if tickets is None:
        yield from uncovered()


def run(*, now: datetime, sample: int) -> AuditRun:
    """Audit a sample and keep what was found."""
    found = [str(difference) for difference in differences(now=now, sample=sample)]
    found += [*services_differences(now=now), *months.differences(now=now, sample=sample)]
    found += tallies.differences()
    return AuditRun.objects.create(
        ran_at=now,
        tickets=min(sample, Coverage.objects.count()),
        differences=len(found),
        said="\n".join(found[:SAID]),
    )


def services_differences(*, now: datetime) -> Iterator[str]:
    """What outages and maintenance say that their events, or the calendar of releases, do not."""
    yield from outages.differences()
    yield from upkeep.differences()
    yield from release_upkeep.differences(now=now)


def numbers() -> range:
    """The ticket numbers that have clocks to audit."""
    ends = Coverage.objects.aggregate(first=Min("pk"), last=Max("pk"))
    return range(ends["first"], ends["last"] + 1) if ends["first"] else range(0)


_MOMENTS = ("started_at", "due_at", "met_at", "breached_at", "next_alert_at")
_COLUMNS = (
    *("target_key", "turn", "promise", "priority", "clause", "binding", "state"),
    *("pauses_since_due", *_MOMENTS),
)


def _written() -> QuerySet[Any, Any]:
    """Each covered ticket with its events and its clocks as JSON: one row a ticket."""
    clocks = Clock.objects.filter(ticket=OuterRef("pk")).order_by().values("ticket")
    carried = Clock.objects.filter(
        carried_by=OuterRef("pk"), binding=True, met_at=None, due_at__isnull=False
    ).exclude(state=Clock.State.CANCELLED)
    columns = ("pk", "edition", "waived", "next_due_at", "judge_by", "would_owe")
    rows: QuerySet[Any, Any] = Coverage.objects.values(*columns).annotate(
        told=events_as_json(),
        carried=Subquery(carried.order_by("due_at").values("due_at")[:1]),
        rows=Subquery(clocks.annotate(rows=JSONBAgg(JSONArray(*_COLUMNS))).values("rows")),
    )
    return rows


def _batches(sample: int | None, tickets: range | None) -> Iterator[list[dict[str, object]]]:
    if sample is not None:
        drawn = list(Coverage.objects.order_by("?").values_list("pk", flat=True)[:sample])
        yield list(_written().filter(pk__in=drawn))
        return
    written = _written()
    if tickets is not None:
        written = written.filter(pk__lt=tickets.stop)
    last = tickets.start - 1 if tickets is not None else 0
    while batch := list(written.filter(pk__gt=last).order_by("pk")[:BATCH]):
        yield batch
        last = batch[-1]["pk"]


def _compare(
    batch: Sequence[dict[str, Any]], worlds: Worlds, now: datetime
) -> Iterator[Difference]:
    pks = [each["pk"] for each in batch]
    changed, further = changes_of(pks), going_on(pks)
    for each in batch:
        pk = each["pk"]
        cover = worlds.cover(each["edition"], each["waived"], changed.get(pk, ()))
        try:
            events = events_of(each["told"], further.get(pk, ()))
            ruled = derive(cover, events, now=now)
            found = triage_of(cover, events, ruled)
        except ValueError as error:
            yield Difference(pk, "-", "history", "unreadable", error)
            continue
        derived = {key_of(reading): facts(reading) for reading, _rule in ruled}
        yield from _differ(pk, dict(map(_row, each["rows"] or ())), derived, now)
        if (next_due := _next_due(derived.values(), each["carried"])) != each["next_due_at"]:
            yield Difference(pk, "-", "next_due_at", each["next_due_at"], next_due)
        if (judge_by := found.judge_by if found else None) != each["judge_by"]:
            yield Difference(pk, "-", "judge_by", each["judge_by"], judge_by)
        if (owed := would_owe(found)) != each["would_owe"]:
            yield Difference(pk, "-", "would_owe", each["would_owe"], owed)


def _next_due(derived: Iterable[Mapping[str, Any]], carried: datetime | None) -> datetime | None:
    """What the queue is to order a ticket by: `projection.next_due_at`, of facts.

    carried: the nearest deadline of what was merged into it, by the rows that are audited too.
    """
    owed = [
        each["due_at"]
        for each in derived
        if each["binding"] and each["met_at"] is None and each["state"] != Clock.State.CANCELLED
    ]
    return min((due for due in [*owed, carried] if due is not None), default=None)


def _row(columns: Sequence[Any]) -> tuple[tuple[str, int], dict[str, object]]:
    """A clock's row by its key."""
    row = dict(zip(_COLUMNS, columns, strict=True))
    for name in _MOMENTS:
        if row[name] is not None:
            row[name] = datetime.fromisoformat(row[name])
    return (row["target_key"], row["turn"]), row


def _differ(
    pk: int,
    stored: dict[tuple[str, int], dict[str, Any]],
    derived: dict[tuple[str, int], dict[str, Any]],
    now: datetime,
) -> Iterator[Difference]:
    for key in stored.keys() - derived.keys():
        yield Difference(pk, _name(key), "clock", "there", "there is none")
    for key in derived.keys() - stored.keys():
        yield Difference(pk, _name(key), "clock", "missing", "there is one")
    for key in stored.keys() & derived.keys():
        row, due = stored[key], stored[key]["due_at"]
        runs = row["binding"] and row["state"] in (Clock.State.RUNNING, Clock.State.BREACHED)
        if runs and due is not None and due < now:
            # What fell due since the last sweep is no difference.
            row |= {"state": Clock.State.BREACHED, "breached_at": due}
        elif runs and due is not None and not (row["next_alert_at"] or LAST) <= due:
            yield Difference(pk, _name(key), "next_alert_at", row["next_alert_at"], due)
        for name, value in derived[key].items():
            if row[name] != value:
                yield Difference(pk, _name(key), name, row[name], value)


def _name(key: tuple[str, int]) -> str:
    return f"{key[0]}.{key[1]}" if key[1] else key[0]


@transaction.atomic
def _once_more(pk: int, now: datetime) -> list[Difference]:
    """The same question while nobody can change the ticket."""
    if not Ticket.objects.select_for_update(no_key=True).filter(pk=pk).exists():
        return []
    return list(_compare(list(_written().filter(pk=pk)), Worlds(), now))


def _before_any_contract() -> QuerySet[Any, Any]:
    """Tickets that were reported while no contract of theirs held."""
    theirs = Contract.objects.filter(organisation=OuterRef("organisation"), for_reports=True)
    day = OuterRef("reported_at__date")
    held = theirs.filter(
        Q(starts_on=None) | Q(starts_on__lte=day), Q(ends_on=None) | Q(ends_on__gte=day)
    )
    return Ticket.objects.filter(~Exists(held), coverage=None).values("pk")


def uncovered() -> Iterator[Difference]:
    """Tickets of organisations with a contract in force that no edition was chosen for."""
    forgotten = Ticket.objects.filter(
        coverage=None,
        organisation__contracts__for_reports=True,
        organisation__contracts__agreement__editions__announced_at__isnull=False,
        organisation__contracts__agreement__editions__in_force_on__lte=F("reported_at__date"),
    ).exclude(pk__in=_before_any_contract())
    for pk in forgotten.values_list("pk", flat=True).distinct().iterator():
        yield Difference(pk, "-", "coverage", "missing", "there is a contract")
