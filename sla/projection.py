"""The clocks of tickets, read from their histories and kept as rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from sla import engine
from sla.engine import Event, Reading
from sla.engine.clocks import warning_moments
from sla.engine.events import Happened
from sla.models import Alert, Clock, Contract, Coverage, Edition
from sla.world import World, world_of
from tickets.models import EventKind, Ticket, TicketEvent

READ_BY_CLOCKS = frozenset(Happened)


def cover(ticket: Ticket) -> Coverage | None:
    """Put a ticket under the edition in force at its report, for good; None without a contract."""
    coverage = (
        Coverage.objects.select_related("edition__agreement", "edition__calendar")
        .filter(ticket=ticket)
        .first()
    )
    if coverage is not None or ticket.organisation_id is None:
        return coverage
    contract = Contract.objects.filter(organisation=ticket.organisation_id).first()
    if contract is None:
        return None
    edition = _edition_at(contract, ticket.reported_at)
    if edition is None:
        return None
    day = ticket.reported_at.astimezone(ZoneInfo(edition.calendar.zone)).date()
    waived = contract.waived_from is not None and contract.waived_from <= day
    if contract.waived_until is not None and contract.waived_until < day:
        waived = False
    return Coverage.objects.create(ticket=ticket, edition=edition, waived=waived)


def refresh(ticket: Ticket, *, now: datetime) -> list[Clock]:
    """Read a ticket's clocks anew and write the rows that differ.

    The caller holds the ticket's lock, so that no event comes between reading and writing.
    """
    coverage = cover(ticket)
    if coverage is None:
        return []
    events = list(TicketEvent.objects.filter(ticket=ticket).order_by("version"))
    world = world_of(coverage.edition)
    readings = derive(world, engine_events(events), now=now, waived=coverage.waived)
    clocks = _write(ticket, readings, world, now)
    coverage.version = ticket.version
    coverage.stale_since, coverage.stale_reason = None, ""
    coverage.planned_for_id = planned_release(events)
    coverage.save(update_fields=["version", "stale_since", "stale_reason", "planned_for"])
    return clocks


def derive(world: World, events: Sequence[Event], *, now: datetime, waived: bool) -> list[Reading]:
    """The clocks of a history. One that has stopped is read with what was known when it did."""
    readings = engine.read_clocks(
        world.terms, world.hours(), world.release_moments(), events, now, waived
    )
    stops = {stop for reading in readings if (stop := stopped_at(reading)) is not None}
    for stop in stops:
        if not world.learnt_after(stop):
            continue
        then = {
            reading.target.key: reading
            for reading in engine.read_clocks(
                world.terms, world.hours(stop), world.release_moments(stop), events, now, waived
            )
        }
        readings = [
            then.get(reading.target.key, reading) if stopped_at(reading) == stop else reading
            for reading in readings
        ]
    return readings


class Fact(Protocol):
    """What of an event its reading needs, whether it came as a model or as a bare row."""

    @property
    def at(self) -> datetime:
        """When it happened."""

    @property
    def kind(self) -> str:
        """An `EventKind`."""

    @property
    def data(self) -> dict[str, Any]:
        """What else is known of it."""


def engine_events(events: Iterable[Fact]) -> list[Event]:
    """What of a ticket's history the clocks read."""
    return [
        Event.of(event.at, Happened(event.kind), event.data)
        for event in events
        if event.kind in READ_BY_CLOCKS
    ]


def mark_stale(coverages: QuerySet[Coverage], *, now: datetime, reason: str) -> int:
    """Have the sweep read again the clocks that still run, because something under them moved."""
    running = coverages.filter(
        ticket__clocks__met_at=None,
        ticket__clocks__state__in=[Clock.State.RUNNING, Clock.State.PAUSED],
    )
    pks = list(running.values_list("pk", flat=True).distinct())
    return Coverage.objects.filter(pk__in=pks).update(stale_since=now, stale_reason=reason[:200])


def facts(reading: Reading) -> dict[str, Any]:
    """What a clock's row says of a reading."""
    return {
        "promise": reading.target.promise.value,
        "priority": reading.story.priority.value if reading.story.priority else "",
        "clause": reading.target.clause,
        "binding": reading.binding,
        "state": reading.state.value,
        "started_at": reading.started_at,
        "due_at": _utc(reading.due_at),
        "met_at": reading.met_at,
        "breached_at": _utc(reading.breached_at),
    }


def _utc(moment: datetime | None) -> datetime | None:
    """As the database gives it back: in the hour that comes twice, == fails between two zones."""
    return moment and moment.astimezone(UTC)


def stopped_at(reading: Reading) -> datetime | None:
    """When a clock stopped: answered, solved or cancelled. None while it can still move."""
    return reading.cancelled_at or reading.met_at


def _edition_at(contract: Contract, moment: datetime) -> Edition | None:
    """The edition in force at a moment, by the date on its calendar's wall clock."""
    editions = contract.agreement.editions.select_related("agreement", "calendar")
    for edition in editions.order_by("-in_force_on"):
        if edition.in_force_on <= moment.astimezone(ZoneInfo(edition.calendar.zone)).date():
            return edition
    return None


def _write(ticket: Ticket, readings: Sequence[Reading], world: World, now: datetime) -> list[Clock]:
    """Bring the rows to the readings. Rows that agree already are left alone."""
    stored = {clock.target_key: clock for clock in Clock.objects.filter(ticket=ticket)}
    recorded = set(
        Alert.objects.filter(ticket=ticket).values_list("target_key", "started_at", "kind", "share")
    )
    clocks = []
    for reading in readings:
        clock = stored.pop(reading.target.key, None)
        wanted = facts(reading)
        wanted["warnings"] = _warnings(reading, world, clock, now)
        wanted["next_alert_at"] = _next_alert_at(reading, wanted["warnings"], recorded)
        if clock is None:
            clock = Clock.objects.create(ticket=ticket, target_key=reading.target.key, **wanted)
        elif changed := [name for name, value in wanted.items() if getattr(clock, name) != value]:
            for name in changed:
                setattr(clock, name, wanted[name])
            clock.save(update_fields=changed)
        clocks.append(clock)
    if stored:
        Clock.objects.filter(pk__in=[clock.pk for clock in stored.values()]).delete()
    return clocks


def _warnings(
    reading: Reading, world: World, before: Clock | None, now: datetime
) -> list[list[Any]]:
    """Warnings to come: [percentage, moment]. One that lies before the clock was first read this
    way never was to come, and is left out.
    """
    if reading.state not in (engine.State.RUNNING, engine.State.BREACHED):
        return []
    expected = before.warnings if before is not None else []
    warnings: list[list[Any]] = [
        [share, at.isoformat()] for share, at in warning_moments(reading, world.hours())
    ]
    return [
        warning
        for warning in warnings
        if warning in expected or datetime.fromisoformat(warning[1]) > now
    ]


def _next_alert_at(
    reading: Reading, warnings: Sequence[Sequence[Any]], recorded: set[tuple[Any, ...]]
) -> datetime | None:
    """When the sweep must look at this clock: its first moment that is not recorded yet."""

    def open_(kind: str, share: int) -> bool:
        return (reading.target.key, reading.started_at, kind, share) not in recorded

    running = reading.state is engine.State.RUNNING
    moments = []
    if reading.met_at is None:
        moments += [
            datetime.fromisoformat(at) for share, at in warnings if open_(Alert.Kind.WARNING, share)
        ]
    if reading.binding and reading.due_at and (running or reading.breached_at):
        if (reading.met_at is None or reading.breached_at) and open_(Alert.Kind.BREACH, 0):
            moments.append(reading.due_at)
    elif _lacks_release(reading) and open_(Alert.Kind.NO_RELEASE, 0):
        moments.append(reading.started_at)
    return min(moments, default=None)


def _lacks_release(reading: Reading) -> bool:
    return (
        reading.target.measure is engine.Measure.RELEASE
        and reading.state is engine.State.RUNNING
        and reading.due_at is None
    )


def planned_release(events: Sequence[TicketEvent]) -> int | None:
    """The release a ticket is planned for, by its last `planned` event."""
    for event in reversed(events):
        if event.kind == EventKind.PLANNED:
            release = event.data.get("release_id")
            return int(release) if release is not None else None
    return None
