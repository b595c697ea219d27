"""The proof: every clock derived again from its ticket's history, and compared with its row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F

from sla.models import Clock, Coverage, Edition
from sla.projection import Fact, derive, engine_events, facts
from sla.sweep import settle
from sla.world import World, world_of
from tickets.models import Ticket, TicketEvent

BATCH = 500


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


def differences(*, now: datetime, sample: int | None = None) -> Iterator[Difference]:
    """Every difference between the rows and the histories; none is the only right answer.

    Runs in constant memory, batch by batch. A ticket that changes meanwhile is looked at again
    under its lock before anything is said of it. sample: only so many, drawn at random.
    """
    worlds: dict[int, World] = {}
    for batch in _batches(sample):
        suspects = {difference.ticket_id for difference in _compare(batch, worlds, now)}
        for pk in suspects:
            yield from _once_more(pk, now)
    yield from _uncovered()


def _batches(sample: int | None) -> Iterator[list[Coverage]]:
    covered = Coverage.objects.only("edition", "waived")
    if sample is not None:
        yield list(covered.order_by("?")[:sample])
        return
    last = 0
    while batch := list(covered.filter(pk__gt=last).order_by("pk")[:BATCH]):
        yield batch
        last = batch[-1].pk


def _compare(
    batch: Sequence[Coverage], worlds: dict[int, World], now: datetime
) -> Iterator[Difference]:
    pks = [coverage.pk for coverage in batch]
    events: dict[int, list[Fact]] = defaultdict(list)
    facts_of = TicketEvent.objects.filter(ticket__in=pks).order_by("ticket", "version")
    # Bare rows: a model for each of a million events takes longer than judging them.
    for event in facts_of.values_list("ticket_id", "at", "kind", "data", named=True):
        events[event.ticket_id].append(event)
    clocks: dict[int, dict[str, Clock]] = defaultdict(dict)
    for clock in Clock.objects.filter(ticket__in=pks):
        clocks[clock.ticket_id][clock.target_key] = clock
    for coverage in batch:
        if coverage.edition_id not in worlds:
            editions = Edition.objects.select_related("agreement", "calendar")
            worlds[coverage.edition_id] = world_of(editions.get(pk=coverage.edition_id))
        try:
            readings = derive(
                worlds[coverage.edition_id],
                engine_events(events[coverage.pk]),
                now=now,
                waived=coverage.waived,
            )
        except ValueError as error:
            yield Difference(coverage.pk, "-", "history", "unreadable", error)
            continue
        derived = {reading.target.key: facts(reading) for reading in readings}
        yield from _differ(coverage.pk, clocks[coverage.pk], derived, now)


def _differ(
    pk: int, stored: dict[str, Clock], derived: dict[str, dict[str, object]], now: datetime
) -> Iterator[Difference]:
    for key in stored.keys() - derived.keys():
        yield Difference(pk, key, "clock", "there", "there is none")
    for key in derived.keys() - stored.keys():
        yield Difference(pk, key, "clock", "missing", "there is one")
    for key in stored.keys() & derived.keys():
        clock = stored[key]
        settle(clock, now)  # what fell due since the last sweep is no difference
        for name, value in derived[key].items():
            if getattr(clock, name) != value:
                yield Difference(pk, key, name, getattr(clock, name), value)


@transaction.atomic
def _once_more(pk: int, now: datetime) -> list[Difference]:
    """The same question while nobody can change the ticket."""
    if not Ticket.objects.select_for_update(no_key=True).filter(pk=pk).exists():
        return []
    return list(_compare(list(Coverage.objects.filter(pk=pk)), {}, now))


def _uncovered() -> Iterator[Difference]:
    """Tickets of organisations with a contract in force that no edition was chosen for."""
    forgotten = Ticket.objects.filter(
        coverage=None,
        organisation__contract__agreement__editions__in_force_on__lte=F("reported_at__date"),
    )
    for pk in forgotten.values_list("pk", flat=True).distinct().iterator():
        yield Difference(pk, "-", "coverage", "missing", "there is a contract")
