"""What pages and letters ask of the clocks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet, prefetch_related_objects

from sla.calendars import length_of_a_day
from sla.derivation import Ruled, derive, engine_events, facts, stopped_at
from sla.engine import Event, State
from sla.engine.agreement import Measure
from sla.engine.events import Happened
from sla.engine.explanation import Step, Why, explain
from sla.engine.hours import Pause
from sla.engine.ruler import Ruler, draw
from sla.histories import history_of, merged_here, read
from sla.models import Alert, Clock, Coverage, Edition
from sla.projection import agreed_at
from sla.wording import PRIORITIES, PROMISES, in_words
from sla.world import Cover, Rule, World, Worlds, world_of
from tickets.models import Organisation, Status, Ticket, TicketEvent

SOON = timedelta(hours=2)


@dataclass(frozen=True)
class Card:
    """One promise on one ticket, as a page shows it, with why it stands so.

    remaining and overdue are working time; overdue only of a missed promise that is still owed.
    of: the reference of the ticket that it was promised on, where that was merged into this one.
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
    of: str = ""
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


def cards_of(
    ticket: Ticket, *, now: datetime, replayed: bool = False, merged: bool = True
) -> list[Card]:
    """Every promise on a ticket at a moment, derived from its history, with the explanation; then
    those of the tickets that were merged into it by then.

    replayed: the moment lies in the past, and only what was known then may be used. merged: False
    leaves out what was promised on others.
    """
    events = list(TicketEvent.objects.filter(ticket=ticket).order_by("version"))
    cards = _own_cards(ticket, events, now=now, replayed=replayed)
    others = merged_here(event for event in events if event.at <= now) if merged else []
    for other in Ticket.objects.filter(pk__in=others).order_by("pk") if others else ():
        theirs = cards_of(other, now=now, replayed=replayed)
        cards += [replace(card, of=card.of or other.reference) for card in theirs]
    return cards


def _own_cards(
    ticket: Ticket, events: Sequence[TicketEvent], *, now: datetime, replayed: bool
) -> list[Card]:
    coverage = coverage_of(ticket)
    if coverage is None:
        return []
    moves: dict[tuple[str, datetime], list[Step]] = defaultdict(list)
    for alert in Alert.objects.filter(ticket=ticket, kind=Alert.Kind.MOVED, at__lte=now):
        moves[alert.target_key, alert.started_at].insert(0, _moved(alert))
    ruled = derive(
        Worlds().cover_of(coverage),
        read(ticket, events),
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
    """The cards a page shows, and the next responses that are over, newest first.

    Of a merged ticket what was kept or lapsed is its own business; what is owed or missed is not.
    """
    over = (State.MET, State.CANCELLED)
    cards = [card for card in cards if not (card.of and card.state in over)]
    last = max((card.turn for card in cards if not card.of), default=0)
    old = [card for card in cards if not card.of and card.turn not in (0, last)]
    shown = [card for card in cards if card not in old]
    return shown, sorted(old, key=lambda card: -card.turn)


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


@dataclass(frozen=True)
class Judging:
    """That nobody has judged a report yet; by when somebody must, and what it would owe then:
    priority in words, promise in words, and by when. by: None of a sender we don't know.
    """

    by: datetime | None
    owed: tuple[tuple[str, str, datetime], ...] = ()
    late: bool = False


def judging_of(tickets: Iterable[Ticket], *, now: datetime) -> Mapping[int, Judging]:
    """Those of some tickets that nobody has judged yet; one query for those that may be and did
    not come with their coverage.
    """
    new = [each for each in tickets if _may_be_unjudged(each)]
    prefetch_related_objects(new, "coverage")
    told = {each.pk: judging_in(each, getattr(each, "coverage", None), now=now) for each in new}
    return {pk: judging for pk, judging in told.items() if judging is not None}


def judging_in(ticket: Ticket, coverage: Coverage | None, *, now: datetime) -> Judging | None:
    """The same of one ticket with its coverage; None for one that was judged."""
    if not _may_be_unjudged(ticket):
        return None
    if ticket.organisation_id is None:
        return Judging(None)
    if coverage is None or coverage.judge_by is None:
        return None
    owed = tuple(
        (str(PRIORITIES[priority]), str(PROMISES[promise]), datetime.fromisoformat(due))
        for priority, promise, due in coverage.would_owe
    )
    return Judging(coverage.judge_by, owed, late=coverage.judge_by < now)


def is_unjudged(ticket: Ticket) -> bool:
    """Does nobody know yet what this report is?"""
    if not _may_be_unjudged(ticket):
        return False
    known = Coverage.objects.filter(pk=ticket.pk, judge_by__isnull=False)
    return ticket.organisation_id is None or known.exists()


def _may_be_unjudged(ticket: Ticket) -> bool:
    return ticket.status == Status.NEW and not ticket.priority_is_definitive


def edition_of(ticket: Ticket) -> Edition | None:
    """The edition under which a ticket stands."""
    coverage = coverage_of(ticket)
    return coverage.edition if coverage else None


def cards_under(ticket: Ticket, edition: Edition, *, now: datetime) -> list[Card]:
    """The promises on a ticket if it were put under another edition now."""
    coverage = coverage_of(ticket)
    if coverage is None:
        return []
    cover = Worlds().cover_of(coverage)
    waived = cover.now.waived
    moved = Cover(Rule(world_of(edition), waived), [*cover.before, (now, cover.now)])
    return [_explained(each, now) for each in derive(moved, history_of(ticket), now=now)]


def cards_if_of(
    ticket: Ticket, organisation: Organisation, *, authorised: bool, now: datetime
) -> list[Card]:
    """The promises on a ticket if it turned out now to be of somebody at an organisation, who may
    phone (authorised) or may not. Nothing is written.
    """
    now = max(now, ticket.updated_at)
    agreed = agreed_at(ticket.reported_at, organisation)
    if agreed is None:
        return []
    rule, coverage = Rule(world_of(agreed["edition"]), agreed["waived"]), coverage_of(ticket)
    cover = Cover(rule)
    if coverage is not None:
        present = Worlds().cover_of(coverage)
        same = (coverage.edition_id, coverage.waived) == (agreed["edition"].pk, agreed["waived"])
        cover = present if same else Cover(rule, [*present.before, (now, present.now)])
    said = Event.of(now, Happened.IDENTIFIED, {"authorised": authorised})
    return [_explained(each, now) for each in derive(cover, [*history_of(ticket), said], now=now)]


def cards_if(ticket: Ticket, *, now: datetime, kind: str = "", priority: str = "") -> list[Card]:
    """The promises on a ticket if its kind or its priority were changed now. Nothing is written."""
    coverage = coverage_of(ticket)
    if coverage is None:
        return []
    now = max(now, ticket.updated_at)
    events = history_of(ticket)
    if kind and kind != ticket.kind:
        events.append(Event.of(now, Happened.CLASSIFIED, {"ticket_kind": kind}))
    if priority and priority != ticket.priority:
        events.append(Event.of(now, Happened.PRIORITISED, {"priority": priority}))
    ruled = derive(Worlds().cover_of(coverage), events, now=now)
    return [_explained(each, now) for each in ruled]


def cards_unchanged(ticket: Ticket, *, since: int, now: datetime) -> list[Card]:
    """The promises on a ticket if its kind and priority had stayed as they were at a version."""
    coverage = coverage_of(ticket)
    if coverage is None:
        return []
    changes = (Happened.CLASSIFIED, Happened.PRIORITISED)
    later = Q(version__gt=since, kind__in=[change.value for change in changes])
    events = TicketEvent.objects.filter(~later, ticket=ticket).order_by("version")
    ruled = derive(Worlds().cover_of(coverage), engine_events(events), now=now)
    return [_explained(each, now) for each in ruled]


def coverage_at(ticket: Ticket, moment: datetime) -> Edition | None:
    """The edition under which a ticket stood at a moment, before later corrections."""
    coverage = coverage_of(ticket)
    if coverage is None:
        return None
    return Worlds().cover_of(coverage).at(moment).now.world.edition


def next_cards(tickets: Iterable[Ticket], *, now: datetime) -> Mapping[int, Card]:
    """The promise that presses most on each ticket, or on one merged into it, in a fixed number of
    queries.

    A missed one that is still owed comes first, then the nearest deadline; binding before not.
    """
    pks = {ticket.pk for ticket in tickets}
    most: dict[int, Clock] = {}
    for clock in sorted(Clock.objects.pressing_on(pks), key=_pressure):
        for pk in pks & {clock.ticket_id, clock.carried_by_id}:
            most.setdefault(pk, clock)
    worlds = _worlds([clock.ticket_id for clock in most.values()])
    return {pk: _card(clock, worlds[clock.ticket_id], now, on=pk) for pk, clock in most.items()}


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


def coverage_of(ticket: Ticket) -> Coverage | None:
    """Under what a ticket stands, with its edition."""
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
    stated = facts(reading)
    del stated["priority"], stated["pauses_since_due"]
    return Card(
        **stated,
        promise_label=str(PROMISES[reading.target.promise.value]),
        day=length_of_a_day(rule.world.edition.calendar),
        measure=reading.target.measure.value,
        remaining=reading.remaining,
        overdue=reading.overdue,
        explanation=in_words(steps, hours.zone, reading.target.words),
        ruler=draw(reading, hours, now),
    )


def _card(clock: Clock, world: World, now: datetime, *, on: int = 0) -> Card:
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
        overdue=hours.elapsed(due, now, _pauses(clock)) if late and due else None,
        of=Ticket(pk=clock.ticket_id).reference if on not in (0, clock.ticket_id) else "",
    )


def _pauses(clock: Clock) -> list[Pause]:
    """What a clock's lateness leaves out."""
    return [
        (datetime.fromisoformat(begin), datetime.fromisoformat(end) if end else None)
        for begin, end in clock.pauses_since_due
    ]
