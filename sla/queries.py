"""What pages and letters ask of the clocks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F

from sla.calendars import length_of_a_day
from sla.derivation import Ruled, derive, facts, stopped_at
from sla.engine import Event, State
from sla.engine.agreement import Measure
from sla.engine.explanation import Step, Why, explain
from sla.engine.instants import Pause
from sla.engine.ruler import draw
from sla.engine.ruler_parts import Ruler
from sla.explaining import in_words
from sla.histories import engine_events, going_on, merged_here
from sla.models import Alert, Clock, Coverage, CoverageChange, Edition
from sla.unjudged import UNJUDGED, Judging, judging_from
from sla.wording import PROMISES
from sla.world import World, Worlds, world_of, worlds_of
from tickets.models import Status, Ticket, TicketEvent
from tickets.questions import Among, Kept, Question, together

SOON = timedelta(hours=2)

_COVERAGE = Kept(
    lambda ticket: Coverage.objects.filter(ticket=ticket).select_related(
        "edition__agreement", "edition__calendar"
    ),
    ticket=int,
)
_EVENTS = Kept(
    lambda ticket: TicketEvent.objects.filter(ticket=ticket).order_by("version"), ticket=int
)
_MOVED = Kept(
    lambda ticket, now: Alert.objects.filter(ticket=ticket, kind=Alert.Kind.MOVED, at__lte=now),
    ticket=int,
    now=datetime,
)
_PRESSING = Kept(
    lambda tickets: (
        Clock.objects.owed()
        .filter(Among("ticket", tickets) | Among("carried_by", tickets))
        .annotate(edition=F("ticket__coverage__edition"))
        .defer("alarms")
    ),
    tickets=list,
)
_EDITIONS = Kept(
    lambda tickets: Edition.objects.filter(
        pk__in=Coverage.objects.filter(Among("ticket", tickets)).values("edition")
    ).select_related("agreement", "calendar"),
    tickets=list,
)
_CHANGES = Kept(lambda ticket: CoverageChange.objects.filter(coverage=ticket), ticket=int)


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
    key: str = ""
    turn: int = 0
    of: str = ""
    explanation: Sequence[str] = ()
    ruler: Ruler | None = None

    @property
    def name(self) -> str:
        """By which a verb is told which promise of a ticket is meant."""
        turn = f".{self.turn}" if self.turn else ""
        return f"{self.of}:{self.key}{turn}" if self.of else f"{self.key}{turn}"

    @property
    def direct(self) -> bool:
        """Is it due at once?"""
        return self.due_at == self.started_at

    @property
    def missed_aim(self) -> bool:
        """Was it done, later than what did not bind? Then it was neither kept nor breached."""
        done, aim = self.met_at, self.due_at
        return not self.binding and done is not None and aim is not None and done > aim

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
    cards, _coverage = cards_and_coverage(ticket, now=now, replayed=replayed, merged=merged)
    return cards


def cards_and_coverage(
    ticket: Ticket, *, now: datetime, replayed: bool = False, merged: bool = True
) -> tuple[list[Card], Coverage | None]:
    """The same, and under what the ticket stands."""
    read_now = _Reading(now, known_at=now if replayed else None, worlds=Worlds(), merged=merged)
    cards, covered = read_now.cards([ticket])[ticket.pk]
    return cards, next(iter(covered), None)


Told = tuple[list[Card], Sequence[Coverage]]


@dataclass(frozen=True)
class _Reading:
    """How the promises of tickets are read: at which moment, and with what was known when."""

    now: datetime
    known_at: datetime | None
    worlds: Worlds
    merged: bool

    def cards(self, tickets: Sequence[Ticket]) -> dict[int, Told]:
        """The cards of each ticket and under what it stands; as many statements for many tickets
        as for one, and as many again for those that were merged into them.
        """
        answers = iter(together(*(each for ticket in tickets for each in self._asks(ticket.pk))))
        facts = {ticket.pk: tuple(next(answers) for _each in range(4)) for ticket in tickets}
        goes_on = going_on([each.pk for each in tickets if each.status == Status.MERGED])
        here = {pk: self._merged_here(events) for pk, (_covered, events, *_rest) in facts.items()}
        into = Ticket.objects.in_bulk({pk for pks in here.values() for pk in pks} or [])
        theirs = self.cards(list(into.values())) if into else {}
        found: dict[int, Told] = {}
        for ticket in tickets:
            covered, events, moved, changes = facts[ticket.pk]
            history = engine_events([*events, *goes_on.get(ticket.pk, ())])
            cards = self._own(history, covered, moved, changes)
            for other in sorted(set(here[ticket.pk]) & set(into)):
                of = into[other].reference
                cards += [replace(card, of=card.of or of) for card in theirs[other][0]]
            found[ticket.pk] = cards, covered
        return found

    def _asks(self, ticket: int) -> Sequence[Question[Any]]:
        return (
            _COVERAGE(ticket=ticket),
            _EVENTS(ticket=ticket),
            _MOVED(ticket=ticket, now=self.now),
            _CHANGES(ticket=ticket),
        )

    def _merged_here(self, events: Iterable[TicketEvent]) -> list[int]:
        return merged_here(each for each in events if each.at <= self.now) if self.merged else []

    def _own(
        self,
        history: Sequence[Event],
        covered: Sequence[Coverage],
        moved: Iterable[Alert],
        changes: Iterable[CoverageChange],
    ) -> list[Card]:
        if not covered:
            return []
        moves: dict[tuple[str, datetime], list[Step]] = defaultdict(list)
        for alert in moved:
            moves[alert.target_key, alert.started_at].insert(0, _moved(alert))
        cover = self.worlds.cover_of(covered[0], changes)
        return [
            explained(each, self.now, moves[each[0].target.key, each[0].started_at], self.known_at)
            for each in derive(cover, history, now=self.now, known_at=self.known_at)
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
    measures = world_of(edition).measures if edition and clocks else {}
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


def edition_of(ticket: Ticket) -> Edition | None:
    """The edition under which a ticket stands."""
    coverage = coverage_of(ticket)
    return coverage.edition if coverage else None


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
    pks = sorted({ticket.pk for ticket in tickets})
    clocks, editions = together(_PRESSING(tickets=pks), _EDITIONS(tickets=pks))
    return _next_cards(pks, clocks, editions, now)


def presses(tickets: Sequence[int]) -> Sequence[Question[Any]]:
    """What to ask, together with other things, of what presses on some tickets."""
    return (_PRESSING(tickets=tickets), _EDITIONS(tickets=tickets), UNJUDGED(tickets=tickets))


def pressing(
    tickets: Sequence[Ticket], answers: Sequence[Any], *, now: datetime
) -> tuple[Mapping[int, Card], Mapping[int, Judging]]:
    """What the answers to that say: `next_cards`, and `judging_of`."""
    clocks, editions, unjudged = answers
    pks = [ticket.pk for ticket in tickets]
    return _next_cards(pks, clocks, editions, now), judging_from(tickets, unjudged, now)


def _next_cards(
    tickets: Iterable[int], clocks: Iterable[Clock], editions: Iterable[Edition], now: datetime
) -> Mapping[int, Card]:
    pks, most = set(tickets), dict[int, Clock]()
    for clock in sorted(clocks, key=_pressure):
        for pk in pks & {clock.ticket_id, clock.carried_by_id}:
            most.setdefault(pk, clock)
    worlds = Worlds()
    for edition in editions:
        worlds.of(edition)
    return {
        pk: _card(clock, worlds.by_pk(vars(clock)["edition"]), now, on=pk)
        for pk, clock in most.items()
    }


def cards_for(clocks: Iterable[Clock], *, now: datetime) -> list[Card]:
    """Clocks' rows as cards, without their explanation; in a fixed number of queries."""
    clocks = list(clocks)
    worlds = worlds_by_ticket([clock.ticket_id for clock in clocks])
    return [_card(clock, worlds[clock.ticket_id], now) for clock in clocks]


def worlds_by_ticket(tickets: Sequence[int]) -> Mapping[int, World]:
    """The worlds of some tickets, by ticket; each edition is read once."""
    under = dict(Coverage.objects.filter(pk__in=tickets).values_list("pk", "edition"))
    worlds = worlds_of(under.values())
    return {ticket: worlds[edition] for ticket, edition in under.items()}


def _pressure(clock: Clock) -> tuple[bool, bool, float]:
    return (
        not clock.binding,
        clock.due_at is None,
        clock.due_at.timestamp() if clock.due_at else 0.0,
    )


def coverage_of(ticket: Ticket) -> Coverage | None:
    """Under what a ticket stands, with its edition."""
    return next(iter(_COVERAGE(ticket=ticket.pk).asked()), None)


def explained(
    ruled: Ruled,
    now: datetime,
    moves: Sequence[Step] = (),
    known_at: datetime | None = None,
) -> Card:
    """A clock as it was read, as a card with its explanation. moves: when its deadline moved."""
    reading, rule = ruled
    # One that has stopped is explained with what was known when it did, as it was counted.
    hours = rule.world.hours(stopped_at(reading) or known_at)
    steps = explain(reading, rule.world.terms, hours, rule.waived, moves)
    stated = facts(reading)
    del stated["priority"], stated["pauses_since_due"]
    return Card(
        **stated,
        key=reading.target.key,
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
        measure=world.measures.get(clock.target_key, Measure.WORK),
        clause=clock.clause,
        binding=clock.binding,
        state=str(State.BREACHED if late and clock.binding else clock.state),
        started_at=clock.started_at,
        due_at=due,
        met_at=clock.met_at,
        breached_at=clock.breached_at,
        remaining=hours.elapsed(now, due) if due and owed else None,
        overdue=hours.elapsed(due, now, pauses_of(clock)) if late and due else None,
        key=clock.target_key,
        turn=clock.turn,
        of=Ticket(pk=clock.ticket_id).reference if on not in (0, clock.ticket_id) else "",
    )


def pauses_of(clock: Clock) -> list[Pause]:
    """What a clock's lateness leaves out."""
    return pauses_in(clock.pauses_since_due)


def pauses_in(kept: Iterable[Sequence[str]]) -> list[Pause]:
    """The same as its row keeps it."""
    return [
        (datetime.fromisoformat(begin), datetime.fromisoformat(end) if end else None)
        for begin, end in kept
    ]
