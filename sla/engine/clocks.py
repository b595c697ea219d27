"""The clocks of one ticket: its history read under an agreement. Pure; "now" comes in.

Rules and their clauses: DESIGN §3 and READINGS. In short: reaction runs from the report to the
first human answer, binds for a Storing of Hoog or Middel only when phoned in by somebody who may
(4.D, 3.C), and never pauses; what our own monitoring found binds it from the moment at which a
customer speaks of it. A next response runs from the oldest customer's message without an
answer. Resolution runs from the report under the last priority, pauses while
waiting on the customer, and does not count the time between solved and reopened. No clock counts
the time between declined and reopened (4.F).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import cast

from sla.engine.agreement import NOT_PHONE, TIMED, Agreement, Measure, Promise, Target
from sla.engine.events import Channel, Event, Happened, Priority, check_history
from sla.engine.hours import WorkingHours
from sla.engine.instants import Pause
from sla.engine.owed import next_release, owed_work
from sla.engine.standing_still import pauses_of, unbroken, within
from sla.engine.story import Story, Turn, by_callers, recognised, tell

ZERO = timedelta(0)
SOLVES = (Happened.RESOLVED, Happened.CLOSED)
CALLS = (Happened.REPORTED, Happened.CALLED)


class State(StrEnum):
    """How a promise stands."""

    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    BREACHED = "breached"
    CANCELLED = "cancelled"


class Unbound(StrEnum):
    """Why a promise does not bind."""

    NOT_PHONED = "not_phoned"
    CALLER = "caller"
    UNASKED = "unasked"


@dataclass(frozen=True, slots=True)
class Reading:
    """A promise on one ticket at one moment.

    turn: which of its next responses, from 1; 0 for what is promised once. asked: that turn.
    due_at: None where no date is promised, none is planned, or a pause holds it.
    remaining: working time left, none of it once late; None when stopped or without a deadline.
    overdue: working time past the deadline, pauses left out; None unless it is late and still owed.
    """

    target: Target
    binding: bool
    state: State
    started_at: datetime
    due_at: datetime | None
    met_at: datetime | None
    breached_at: datetime | None
    cancelled_at: datetime | None
    remaining: timedelta | None
    pauses: tuple[Pause, ...]
    story: Story
    overdue: timedelta | None = None
    unbound: Unbound | None = None
    call: Event | None = None
    turn: int = 0
    asked: Turn | None = None

    @property
    def pauses_since_due(self) -> list[Pause]:
        """The pauses that end after the deadline: what lateness leaves out."""
        due = self.due_at
        return [] if due is None else [each for each in self.pauses if not each[1] or each[1] > due]

    @property
    def priority(self) -> Priority | None:
        """Under which it is read: the ticket's, or that of its turn."""
        return self.asked.priority if self.asked else self.story.priority


def state_at(due: datetime | None, met: datetime | None, now: datetime) -> State:
    """Kept, missed or running: on the deadline itself is in time."""
    if due is not None and (met or now) > due:
        return State.BREACHED
    return State.MET if met is not None else State.RUNNING


def read_clocks(  # noqa: PLR0917 - one call, in the order in which one thinks of it
    agreement: Agreement,
    hours: WorkingHours,
    releases: Sequence[datetime],
    events: Sequence[Event],
    now: datetime,
    phone_waiver: bool = False,
) -> list[Reading]:
    """Every promise on a ticket as it stands at `now`; what happens later is not looked at.

    releases: the planned releases, in order, without hotfixes.
    phone_waiver: it was agreed that reports bind by whatever channel (4.D, "tenzij").
    ValueError for a history out of order or without its report, or a naive `now`.
    """
    if now.utcoffset() is None:
        raise ValueError(f"now: {now} needs its UTC offset")
    now = now.astimezone(UTC)
    check_history(events)
    known: Sequence[Event] = [event for event in events if event.at <= now]
    if not known:
        return []
    known = by_callers(recognised(known), named=bool(agreement.caller_clause))
    world = _World(agreement, hours, releases, now, phone_waiver)
    story = tell(known)
    readings = world.read(story)
    if story.changes:
        readings = _keep_what_was_met(world, known, story, readings)
    readings += world.responses(story)
    return sorted(readings, key=lambda reading: not reading.binding)


def _keep_what_was_met(
    world: _World, events: Sequence[Event], story: Story, readings: list[Reading]
) -> list[Reading]:
    """4.G: a change counts from the report, but what had been fulfilled in time stays so.

    Look again at each answer and at the solution with what was known then.
    """
    last_change = story.changes[-1].at
    for promise in (Promise.REACTION, Promise.RESOLUTION):
        for index, event in enumerate(events):
            if event.at > last_change or not _stops(promise, event, story):
                continue
            then = [
                reading
                for reading in world.at(event.at).read(tell(events[: index + 1]))
                if reading.target.promise is promise
            ]
            if then and all(_met_by(reading, event) for reading in then):
                current = [r for r in readings if r.target.promise is promise]
                if not _restarted(current, events[index + 1 :]):
                    readings = [r for r in readings if r.target.promise is not promise] + then
                break
    in_order = world.agreement.targets.index
    return sorted(readings, key=lambda reading: in_order(reading.target))


def _stops(promise: Promise, event: Event, story: Story) -> bool:
    """Is this the event that solved the ticket, or one that answered? Others share moments."""
    if promise is Promise.RESOLUTION:
        return event.kind in SOLVES and event.at == story.solved_at
    return event.kind is Happened.REPLIED or (event.kind in CALLS and event.answered)


def _met_by(reading: Reading, event: Event) -> bool:
    """Was it met, and not by a solution that was reopened in the same moment?"""
    solved = reading.target.promise is Promise.RESOLUTION
    return reading.state is State.MET and (not solved or reading.met_at == event.at)


def _restarted(readings: Sequence[Reading], later: Sequence[Event]) -> bool:
    """Did a call after that answer start a binding clock, or was the report declined since?"""
    return any(
        reading.state is State.CANCELLED or any(reading.call is event for event in later)
        for reading in readings
    )


@dataclass(frozen=True, slots=True)
class _World:
    """What the clocks of all tickets under an agreement have in common."""

    agreement: Agreement
    hours: WorkingHours
    releases: Sequence[datetime]
    now: datetime
    phone_waiver: bool

    def at(self, now: datetime) -> _World:
        return _World(self.agreement, self.hours, self.releases, now, self.phone_waiver)

    def read(self, story: Story) -> list[Reading]:
        targets = self.agreement.targets_for(story.kind, story.priority)
        return [
            self._reading(target, story)
            for target in targets
            if target.promise is not Promise.NEXT_RESPONSE
            and self._reached(target, story) is not None
        ]

    def _reached(self, target: Target, story: Story) -> datetime | None:
        """From when a report came by a channel for which this is promised; None if it did not.

        Who phones without being allowed to has not reported by phone (3.C).
        """
        channels, report = target.channels, story.report
        if not channels:
            return report.at
        if report.channel is Channel.PHONE and not report.authorised:
            here = channels == NOT_PHONE
        else:
            here = report.channel in channels
        if here:
            return report.at
        return story.calls[0].at if Channel.PHONE in channels and story.calls else None

    def responses(self, story: Story) -> list[Reading]:
        """The next responses: each turn by the kind and priority of then."""
        turns = [*story.turns, story.open_turn] if story.open_turn else story.turns
        return [
            self._response(target, story, turn, number)
            for number, turn in enumerate(turns, start=1)
            for target in self.agreement.targets_for(turn.kind, turn.priority)
            if target.promise is Promise.NEXT_RESPONSE
        ]

    def _response(self, target: Target, story: Story, turn: Turn, number: int) -> Reading:
        due = self.hours.due(turn.asked_at, owed_work(target, self.hours, turn.asked_at))
        met = turn.answered_at
        state, cancelled = self._state(due, met, turn.ended_at or story.ended_at, story)
        return Reading(
            target=target,
            binding=True,
            state=state,
            started_at=turn.asked_at,
            due_at=due,
            met_at=met,
            breached_at=due if state is State.BREACHED else None,
            cancelled_at=cancelled,
            remaining=self._remaining(
                target=target, start=turn.asked_at, due=due, state=state, met=met, pauses=()
            ),
            pauses=(),
            story=story,
            overdue=self._overdue(due=due, state=state, met=met, pauses=()),
            turn=number,
            asked=turn,
        )

    def _reading(self, target: Target, story: Story) -> Reading:
        start, unbound, call = self._start(target, story)
        is_reaction = target.promise is Promise.REACTION
        met = story.answered_since(start) if is_reaction else story.solved_at
        # What came after it was met moves its deadline no more.
        pauses = tuple(each for each in pauses_of(target, story) if met is None or each[0] < met)
        due = self._due(target, start, pauses, story)
        bound = due if unbound is None else None
        ended = story.ended_at or (story.closed_at if bound is None else None)
        if met is not None and ended is not None and met > ended:
            met = None
        state, cancelled = self._state(bound, met, ended, story)
        if state is State.RUNNING and due is None and pauses and pauses[-1][1] is None:
            state = State.PAUSED
        return Reading(
            target=target,
            binding=unbound is None,
            state=state,
            started_at=start,
            due_at=due,
            met_at=met,
            breached_at=due if state is State.BREACHED else None,
            cancelled_at=cancelled,
            remaining=self._remaining(
                target=target, start=start, due=due, state=state, met=met, pauses=pauses
            ),
            pauses=pauses,
            story=story,
            overdue=self._overdue(due=due, state=state, met=met, pauses=pauses),
            unbound=unbound,
            call=call,
        )

    def _state(
        self, due: datetime | None, met: datetime | None, ended: datetime | None, story: Story
    ) -> tuple[State, datetime | None]:
        """The state by the deadline that binds, if any, and since when the clock is cancelled.

        4.F takes a report out of the agreement from the start, so a missed promise no longer
        counts. Closing ends only a target that never bound. Nothing that is said or done after
        the end matters.
        """
        state = state_at(due, met, min(self.now, ended) if ended else self.now)
        if story.declined_at is not None and state is not State.MET:
            return State.CANCELLED, ended
        if ended is not None and state is State.RUNNING:
            return State.CANCELLED, ended
        return state, None

    def _start(self, target: Target, story: Story) -> tuple[datetime, Unbound | None, Event | None]:
        """From when the clock runs, why it does not bind, and the call that made it bind."""
        start = story.changed_at if target.from_change else story.report.at
        if target.promise is Promise.REACTION and story.report.own:
            if story.unasked:
                return start, Unbound.UNASKED, None
            start = max(start, story.heard_at or start)
        reached = self._reached(target, story) or start
        if reached > story.report.at and not target.phone_required:
            return max(start, reached), None, story.calls[0]
        if not target.phone_required or self.phone_waiver:
            return start, None, None
        if not story.calls:
            caller = story.stranger_called and story.report.channel is Channel.PHONE
            return start, Unbound.CALLER if caller else Unbound.NOT_PHONED, None
        call = story.calls[0]
        return max(start, call.at), None, call if call is not story.report else None

    def _due(
        self, target: Target, start: datetime, pauses: Sequence[Pause], story: Story
    ) -> datetime | None:
        if target.measure in TIMED:
            return self.hours.due(start, owed_work(target, self.hours, start), pauses)
        if target.measure is Measure.RELEASE:
            idle = [pause for pause in pauses if pause not in story.outside]
            passed = self._passed(unbroken(idle), story.outside)
            return next_release(self.releases, start, passed)
        return None

    def _passed(
        self, idle: Sequence[Pause], outside: Sequence[Pause]
    ) -> Callable[[datetime], bool]:
        """Does a release not count? One that came while the report was declined; or while it waited
        or was solved, if that had lasted long enough without a break when the release came.
        """
        least = self.hours.day * self.agreement.release_after_days

        def passed(release: datetime) -> bool:
            if any(within(release, pause) for pause in outside):
                return True
            return any(
                within(release, pause) and self.hours.elapsed(pause[0], release) >= least
                for pause in idle
            )

        return passed

    def _overdue(
        self,
        *,
        due: datetime | None,
        state: State,
        met: datetime | None,
        pauses: Sequence[Pause],
    ) -> timedelta | None:
        if met is not None or state is State.CANCELLED or due is None or due >= self.now:
            return None
        return self.hours.elapsed(due, self.now, pauses)

    def _remaining(
        self,
        *,
        target: Target,
        start: datetime,
        due: datetime | None,
        state: State,
        met: datetime | None,
        pauses: Sequence[Pause],
    ) -> timedelta | None:
        if met is not None or state is State.CANCELLED:
            return None
        if due is not None:
            return self.hours.elapsed(max(self.now, start), due, pauses)
        if target.measure in TIMED:
            owed = owed_work(target, self.hours, start)
            return owed - self.hours.elapsed(start, self.now, pauses)
        return None


def warning_moments(reading: Reading, hours: WorkingHours) -> list[tuple[int, datetime]]:
    """When to warn: percentage and moment, of a binding clock that has a deadline to come."""
    if reading.due_at is None or not reading.binding:
        return []
    total = hours.elapsed(reading.started_at, reading.due_at, reading.pauses)
    if total <= ZERO:
        return []
    moments = []
    for share in reading.target.warnings:
        # The whole has been counted by its deadline, whatever pauses there are; so has a part.
        at = hours.due(reading.started_at, total * share / 100, reading.pauses)
        moments.append((share, cast("datetime", at)))
    return moments
