"""What pages and letters ask of the clocks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from sla.calendars import length_of_a_day
from sla.derivation import Ruled, derive, engine_events, facts, stopped_at
from sla.engine import Event, State
from sla.engine.agreement import Measure
from sla.engine.events import Happened
from sla.engine.explanation import Step, Why, explain
from sla.engine.ruler import Ruler, draw
from sla.models import Alert, Clock, Coverage, Edition
from sla.wording import PROMISES, in_words
from sla.world import Cover, Rule, World, Worlds, world_of
from tickets.models import Ticket, TicketEvent

SOON = timedelta(hours=2)


@dataclass(frozen=True)
class Card:
    """One promise on one ticket, as a page shows it, with why it stands so.

    remaining and overdue are working time; overdue only of a missed promise that is still owed.
    day: how much of it the calendar's day has, nothing where its days differ.
    """

    promise: str
    promise_label: str
    clause: str
    binding: bool
    state: str
    started_at: datetime
    due_at: datetime | None
    met_at: datetime | None
    breached_at: datetime | None
    remaining: timedelta | None
    overdue: timedelta | None
    day: timedelta = timedelta()
    measure: str = Measure.WORK
    turn: int = 0
    explanation: Sequence[str] = ()
    ruler: Ruler | None = None

    @property
    def direct(self) -> bool:
        """Is it due at once?"""
        return self.due_at == self.started_at

    @property
    def soon(self) -> bool:
        """Is little working time left?"""
        return self.state == State.RUNNING and self.remaining is not None and self.remaining <= SOON


def cards_of(ticket: Ticket, *, now: datetime, replayed: bool = False) -> list[Card]:
    """Every promise on a ticket at a moment, derived from its history, with the explanation.

    replayed: the moment lies in the past, and only what was known then may be used.
    """
    coverage = _coverage(ticket)
    if coverage is None:
        return []
    moves: dict[tuple[str, datetime], list[Step]] = defaultdict(list)
    for alert in Alert.objects.filter(ticket=ticket, kind=Alert.Kind.MOVED, at__lte=now):
        moves[alert.target_key, alert.started_at].insert(0, _moved(alert))
    events = TicketEvent.objects.filter(ticket=ticket).order_by("version")
    ruled = derive(
        Worlds().cover_of(coverage),
        engine_events(events),
        now=now,
        known_at=now if replayed else None,
    )
    known_at = now if replayed else None
    return [
        _explained(each, now, moves[each[0].target.key, each[0].started_at], known_at)
        for each in ruled
    ]


@dataclass(frozen=True)
class Stated:
    """A promise as a letter states it, without how it was counted."""

    promise: str
    promise_label: str
    clause: str
    measure: str
    binding: bool
    state: str
    due_at: datetime | None
    met_at: datetime | None
    direct: bool


def stated(clocks: Iterable[Clock], edition: Edition | None) -> list[Stated]:
    """The promises of clocks that were read this moment, under their edition."""
    clocks = list(clocks)
    measures = _measures(world_of(edition)) if edition and clocks else {}
    return [
        Stated(
            promise=clock.promise,
            promise_label=str(PROMISES[clock.promise]),
            clause=clock.clause,
            measure=measures.get(clock.target_key, Measure.WORK),
            binding=clock.binding,
            state=clock.state,
            due_at=clock.due_at,
            met_at=clock.met_at,
            direct=clock.due_at == clock.started_at,
        )
        for clock in clocks
    ]


def _measures(world: World) -> Mapping[str, str]:
    """By what the promises of an edition are measured, by key."""
    return {target.key: target.measure.value for target in world.terms.targets}


def latest_turns(cards: Iterable[Card]) -> tuple[list[Card], list[Card]]:
    """The cards a page shows, and the next responses that are over, newest first."""
    cards = list(cards)
    last = max((card.turn for card in cards), default=0)
    shown = [card for card in cards if card.turn in (0, last)]
    earlier = [card for card in cards if card.turn not in (0, last)]
    return shown, sorted(earlier, key=lambda card: -card.turn)


def _moved(alert: Alert) -> Step:
    return Step(
        Why.MOVED, at=alert.at, before=alert.due_before, until=alert.due_at, causes=alert.causes
    )


def cards_for_history(
    edition: Edition, events: Sequence[Event], *, now: datetime, waived: bool
) -> list[Card]:
    """Every promise on a history that is nobody's ticket, as it would stand at a moment."""
    rule = Rule(world_of(edition), waived)
    return [_explained(each, now) for each in derive(Cover(rule), events, now=now)]


def edition_of(ticket: Ticket) -> Edition | None:
    """The edition under which a ticket stands."""
    coverage = _coverage(ticket)
    return coverage.edition if coverage else None


def cards_under(ticket: Ticket, edition: Edition, *, now: datetime) -> list[Card]:
    """The promises on a ticket if it were put under another edition now."""
    coverage = _coverage(ticket)
    if coverage is None:
        return []
    cover = Worlds().cover_of(coverage)
    waived = cover.now.waived
    moved = Cover(Rule(world_of(edition), waived), [*cover.before, (now, cover.now)])
    events = TicketEvent.objects.filter(ticket=ticket).order_by("version")
    return [_explained(each, now) for each in derive(moved, engine_events(events), now=now)]


def cards_if(ticket: Ticket, *, now: datetime, kind: str = "", priority: str = "") -> list[Card]:
    """The promises on a ticket if its kind or its priority were changed now. Nothing is written."""
    coverage = _coverage(ticket)
    if coverage is None:
        return []
    now = max(now, ticket.updated_at)
    events = engine_events(TicketEvent.objects.filter(ticket=ticket).order_by("version"))
    if kind and kind != ticket.kind:
        events.append(Event.of(now, Happened.CLASSIFIED, {"ticket_kind": kind}))
    if priority and priority != ticket.priority:
        events.append(Event.of(now, Happened.PRIORITISED, {"priority": priority}))
    ruled = derive(Worlds().cover_of(coverage), events, now=now)
    return [_explained(each, now) for each in ruled]


def cards_unchanged(ticket: Ticket, *, since: int, now: datetime) -> list[Card]:
    """The promises on a ticket if its kind and priority had stayed as they were at a version."""
    coverage = _coverage(ticket)
    if coverage is None:
        return []
    changes = (Happened.CLASSIFIED, Happened.PRIORITISED)
    later = Q(version__gt=since, kind__in=[change.value for change in changes])
    events = TicketEvent.objects.filter(~later, ticket=ticket).order_by("version")
    ruled = derive(Worlds().cover_of(coverage), engine_events(events), now=now)
    return [_explained(each, now) for each in ruled]


def coverage_at(ticket: Ticket, moment: datetime) -> Edition | None:
    """The edition under which a ticket stood at a moment, before later corrections."""
    coverage = _coverage(ticket)
    if coverage is None:
        return None
    return Worlds().cover_of(coverage).at(moment).now.world.edition


def next_cards(tickets: Iterable[Ticket], *, now: datetime) -> Mapping[int, Card]:
    """The promise that presses most on each ticket, in a fixed number of queries.

    A missed one that is still owed comes first, then the nearest deadline; binding before not.
    """
    pks = [ticket.pk for ticket in tickets]
    worlds = _worlds(pks)
    pressing: dict[int, Card] = {}
    owed = Clock.objects.filter(ticket__in=pks, met_at=None).exclude(state=State.CANCELLED)
    for clock in sorted(owed, key=_pressure):
        if clock.ticket_id in pressing:
            continue
        pressing[clock.ticket_id] = _card(clock, worlds[clock.ticket_id], now)
    return pressing


def cards_for(clocks: Iterable[Clock], *, now: datetime) -> list[Card]:
    """Clocks' rows as cards, without their explanation; in a fixed number of queries."""
    clocks = list(clocks)
    worlds = _worlds([clock.ticket_id for clock in clocks])
    return [_card(clock, worlds[clock.ticket_id], now) for clock in clocks]


def _worlds(tickets: Sequence[int]) -> Mapping[int, World]:
    """The worlds of some tickets, by ticket; each edition is read once."""
    under = dict(Coverage.objects.filter(pk__in=tickets).values_list("pk", "edition"))
    editions = Edition.objects.select_related("agreement", "calendar").in_bulk(under.values())
    worlds = {pk: world_of(edition) for pk, edition in editions.items()}
    return {ticket: worlds[edition] for ticket, edition in under.items()}


def _pressure(clock: Clock) -> tuple[bool, bool, float]:
    return (
        not clock.binding,
        clock.due_at is None,
        clock.due_at.timestamp() if clock.due_at else 0.0,
    )


def _covered() -> QuerySet[Coverage]:
    return Coverage.objects.select_related("edition__agreement", "edition__calendar")


def _coverage(ticket: Ticket) -> Coverage | None:
    return _covered().filter(ticket=ticket).first()


def _explained(
    ruled: Ruled,
    now: datetime,
    moves: Sequence[Step] = (),
    known_at: datetime | None = None,
) -> Card:
    reading, rule = ruled
    # One that has stopped is explained with what was known when it did, as it was counted.
    hours = rule.world.hours(stopped_at(reading) or known_at)
    steps = explain(reading, rule.world.terms, hours, rule.waived, moves)
    late = reading.state is State.BREACHED and reading.met_at is None
    stated = facts(reading)
    del stated["priority"]
    return Card(
        **stated,
        promise_label=str(PROMISES[reading.target.promise.value]),
        day=length_of_a_day(rule.world.edition.calendar),
        measure=reading.target.measure.value,
        remaining=reading.remaining,
        overdue=hours.elapsed(reading.due_at, now) if late and reading.due_at else None,
        explanation=in_words(steps, hours.zone, reading.target.words),
        ruler=draw(reading, hours, now),
    )


def _card(clock: Clock, world: World, now: datetime) -> Card:
    """A clock's row as a card; its explanation is a page's business, not a list's."""
    hours = world.hours()
    due = clock.due_at
    owed = clock.met_at is None and clock.state != State.CANCELLED
    late = owed and due is not None and due < now
    return Card(
        promise=clock.promise,
        promise_label=str(PROMISES[clock.promise]),
        day=length_of_a_day(world.edition.calendar),
        measure=_measures(world).get(clock.target_key, Measure.WORK),
        clause=clock.clause,
        binding=clock.binding,
        state=str(State.BREACHED if late and clock.binding else clock.state),
        started_at=clock.started_at,
        due_at=due,
        met_at=clock.met_at,
        breached_at=clock.breached_at,
        remaining=hours.elapsed(now, due) if due and owed else None,
        overdue=hours.elapsed(due, now) if late and due else None,
    )
