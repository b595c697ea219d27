"""The clocks of a history, derived under what its ticket stands under, as known at any moment."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, Protocol

from sla import engine
from sla.engine import Event, Promise, Reading
from sla.engine.events import Happened
from sla.world import Cover, Rule

READ_BY_CLOCKS = frozenset(Happened)
Ruled = tuple[Reading, Rule]


def derive(
    cover: Cover, events: Sequence[Event], *, now: datetime, known_at: datetime | None = None
) -> list[Ruled]:
    """The clocks of a history, each with what it was read under.

    One that has stopped is read with what was known when it did, also of the edition and waiver
    that held. known_at: nothing that became known later is used, as for a moment in the past.
    """
    if known_at is not None:
        cover = cover.at(known_at)
    ruled = _read(cover.now, events, now, known_at)
    for until, rule in reversed(cover.before):
        ruled = _keep_stopped(ruled, _read(rule, events, now, known_at), until)
    return sorted(ruled, key=lambda each: not each[0].binding)


def _read(
    rule: Rule, events: Sequence[Event], now: datetime, known_at: datetime | None
) -> list[Ruled]:
    world = rule.world

    def read(moment: datetime | None) -> list[Reading]:
        hours, releases = world.hours(moment), world.release_moments(moment)
        return engine.read_clocks(world.terms, hours, releases, events, now, rule.waived)

    readings = read(known_at)
    stops = {
        stop
        for reading in readings
        if (stop := stopped_at(reading)) is not None and world.unsettled(stop, reading.due_at)
    }
    for stop in stops:
        then = {key_of(reading): reading for reading in read(stop)}
        readings = [
            then.get(key_of(reading), reading) if stopped_at(reading) == stop else reading
            for reading in readings
        ]
    return [(reading, rule) for reading in readings]


def _keep_stopped(ruled: list[Ruled], before: list[Ruled], until: datetime) -> list[Ruled]:
    """What had stopped when the ticket came under another rule stays as it was read before.

    Where every clock of a promise had stopped, the new rule brings no other one for it.
    """
    kept: list[Ruled] = []
    for promise in Promise:
        old = [each for each in before if each[0].target.promise is promise]
        new = [each for each in ruled if each[0].target.promise is promise]
        stopped = [each for each in old if _had_stopped(each[0], until)]
        keys = {key_of(reading) for reading, _rule in stopped}
        running = [each for each in new if key_of(each[0]) not in keys]
        kept += stopped if stopped and len(stopped) == len(old) else stopped + running
    return kept


def _had_stopped(reading: Reading, by: datetime) -> bool:
    stop = stopped_at(reading)
    return stop is not None and stop <= by


def key_of(reading: Reading) -> tuple[str, int]:
    """By which a clock's row and its reading are told to be the same."""
    return reading.target.key, reading.turn


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
        if event.kind in READ_BY_CLOCKS and not _says_nothing(event)
    ]


def _says_nothing(event: Fact) -> bool:
    """Was somebody recognised before it was written down whether they may phone?"""
    return event.kind == Happened.IDENTIFIED and "authorised" not in event.data


def facts(reading: Reading) -> dict[str, Any]:
    """What a clock's row says of a reading."""
    return {
        "promise": reading.target.promise.value,
        "turn": reading.turn,
        "priority": reading.priority.value if reading.priority else "",
        "clause": reading.target.clause,
        "binding": reading.binding,
        "state": reading.state.value,
        "started_at": reading.started_at,
        "due_at": utc(reading.due_at),
        "met_at": reading.met_at,
        "breached_at": utc(reading.breached_at),
        "pauses_since_due": [
            [begin.isoformat(), end and end.isoformat()] for begin, end in reading.pauses_since_due
        ],
    }


def utc(moment: datetime | None) -> datetime | None:
    """As the database gives it back: in the hour that comes twice, == fails between two zones."""
    return moment and moment.astimezone(UTC)


def stopped_at(reading: Reading) -> datetime | None:
    """When a clock stopped: answered, solved or cancelled. None while it can still move."""
    return reading.cancelled_at or reading.met_at
