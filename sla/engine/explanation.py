"""Why a clock stands as it does: the steps from the report to the deadline, as values.

The counted stretches add up to the target; what did not count is named beside them.
`sla.wording` puts the steps into words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from sla.engine.agreement import Agreement, Measure, Promise, Strength
from sla.engine.clocks import Reading, State, Unbound
from sla.engine.events import Channel, Happened, Priority, TicketKind
from sla.engine.hours import ClosedDay, Stretch, WorkingHours
from sla.engine.instants import Pause
from sla.engine.owed import owed_work
from sla.engine.standing_still import unbroken


class Why(StrEnum):
    """The kinds of step."""

    REPORTED = "reported"
    KIND = "kind"
    PRIORITY = "priority"
    FROM_REPORT = "from_report"
    FROM_CHANGE = "from_change"
    ASKED = "asked"
    PROMISE = "promise"
    WAIVED = "waived"
    NOT_PHONED = "not_phoned"
    CALLER = "caller"
    UNASKED = "unasked"
    HEARD = "heard"
    CALL = "call"
    DIRECT = "direct"
    DAYS = "days"
    DAY_END = "day_end"
    COUNTED = "counted"
    WEEKEND = "weekend"
    CLOSED = "closed"
    WAITED = "waited"
    SOLVED = "solved"
    OUTSIDE = "outside"
    LONG_IDLE = "long_idle"
    NOT_LATER = "not_later"
    NOT_LATER_NOW = "not_later_now"
    RELEASE = "release"
    RELEASE_PASSED = "release_passed"
    NO_RELEASE = "no_release"
    PLANNED = "planned"
    NOT_PLANNED = "not_planned"
    MOVED = "moved"
    DUE = "due"
    AIM = "aim"
    PAUSED = "paused"
    MET = "met"
    MET_LATE = "met_late"
    MET_AFTER_AIM = "met_after_aim"
    BREACHED = "breached"
    DECLINED = "declined"
    ENDED = "ended"
    MERGED = "merged"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an explanation; only what its kind needs is filled in."""

    why: Why
    at: datetime | None = None
    until: datetime | None = None
    before: datetime | None = None
    worked: timedelta | None = None
    name: str = ""
    clause: str = ""
    channel: Channel | None = None
    authorised: bool = False
    number: float = 0
    strength: Strength | None = None
    ticket_kind: TicketKind | None = None
    priority: Priority | None = None
    causes: Sequence[Mapping[str, object]] = ()


def explain(
    reading: Reading,
    agreement: Agreement,
    hours: WorkingHours,
    waived: bool = False,
    moves: Sequence[Step] = (),
) -> list[Step]:
    """The steps of one clock, in the order in which a reader asks for them.

    moves: how its deadline moved without anybody touching the ticket, which its history knows.
    """
    story = reading.story
    report = story.report
    steps = [
        Step(
            Why.REPORTED,
            at=report.at,
            channel=report.channel,
            authorised=report.authorised,
            ticket_kind=report.ticket_kind,
            priority=report.priority,
        )
    ]
    target = reading.target
    if reading.asked is not None:
        steps.append(Step(Why.ASKED, at=reading.asked.asked_at))
    else:
        steps += _changes(reading, agreement)
    promised = Step(Why.PROMISE, clause=target.clause, name=target.key, strength=target.strength)
    steps.append(promised)
    steps += _own_finding(reading)
    if reading.unbound is not Unbound.UNASKED:
        steps += _phone_rule(reading, agreement, waived)
    if reading.story.merged_at is not None:
        steps.append(Step(Why.MERGED, at=reading.story.merged_at))
    if reading.state is not State.CANCELLED:
        steps += _count(reading, agreement, hours, moves)
    steps += _outcome(reading, agreement, hours)
    return steps


def _changes(reading: Reading, agreement: Agreement) -> Iterator[Step]:
    story = reading.story
    for change in story.changes:
        if change.kind is Happened.CLASSIFIED:
            yield Step(Why.KIND, at=change.at, ticket_kind=change.ticket_kind)
        else:
            clause = agreement.priority_clause
            yield Step(Why.PRIORITY, at=change.at, priority=change.priority, clause=clause)
    if story.changes:
        why = Why.FROM_CHANGE if reading.target.from_change else Why.FROM_REPORT
        yield Step(why, at=story.changed_at if reading.target.from_change else story.report.at)


def _own_finding(reading: Reading) -> Iterator[Step]:
    """What our own monitoring found, nobody asked us to react to."""
    story = reading.story
    if reading.unbound is Unbound.UNASKED:
        yield Step(Why.UNASKED)
    elif reading.target.promise is Promise.REACTION and story.report.own:
        yield Step(Why.HEARD, at=story.heard_at)


def _phone_rule(reading: Reading, agreement: Agreement, waived: bool) -> Iterator[Step]:
    if not reading.target.phone_required:
        return
    if waived:
        yield Step(Why.WAIVED, clause=agreement.phone_clause)
    elif reading.unbound is Unbound.CALLER:
        yield Step(Why.CALLER, clause=agreement.caller_clause)
    elif reading.unbound is Unbound.NOT_PHONED:
        yield Step(Why.NOT_PHONED, clause=agreement.phone_clause)
    elif reading.call is not None:
        yield Step(Why.CALL, at=reading.call.at, clause=agreement.phone_clause)


def _count(
    reading: Reading, agreement: Agreement, hours: WorkingHours, moves: Sequence[Step]
) -> Iterator[Step]:
    target = reading.target
    if target.measure is Measure.PLANNING:
        planned = reading.story.planned
        yield Step(Why.PLANNED if planned else Why.NOT_PLANNED, at=planned)
        return
    if target.measure is Measure.RELEASE:
        yield from _long_idle(reading, agreement, hours)
        yield _release(reading, hours.day * agreement.release_after_days)
    elif target.measure is Measure.WORK and not target.work:
        yield Step(Why.DIRECT, at=reading.started_at)
    else:
        yield from _in_days(reading, hours)
        yield from _counted(reading, hours)
    yield from moves
    if reading.due_at is not None:
        yield Step(Why.DUE if reading.binding else Why.AIM, at=reading.due_at)


def _in_days(reading: Reading, hours: WorkingHours) -> Iterator[Step]:
    """What the calendar makes of working days."""
    target, start = reading.target, reading.started_at
    worked = owed_work(target, hours, start)
    if target.measure is Measure.DAYS:
        yield Step(Why.DAYS, worked=worked, number=target.days)
    elif target.measure is Measure.DAY_END:
        end = hours.end_of_day(start, int(target.days))
        yield Step(Why.DAY_END, at=end, worked=worked, number=target.days)


def _release(reading: Reading, least: timedelta) -> Step:
    """least: so much waiting without a break, and a release does not count."""
    if reading.due_at is not None:
        return Step(Why.RELEASE, at=reading.due_at)
    paused = bool(reading.pauses) and reading.pauses[-1][1] is None
    return Step(Why.RELEASE_PASSED, worked=least) if paused else Step(Why.NO_RELEASE)


def _counted(reading: Reading, hours: WorkingHours) -> Iterator[Step]:
    """What counted, what did not and why, in order of time."""
    start = reading.started_at
    held_since = reading.pauses[-1][0] if reading.pauses else start
    end = reading.due_at or max(start, held_since)
    steps = [
        Step(Why.COUNTED, at=stretch.start, until=stretch.end, worked=stretch.worked)
        for stretch in _whole_days(list(hours.stretches(start, end, reading.pauses)))
    ]
    days = list(hours.closed_days(start, end))
    steps += [_closed(run, hours) for run in _runs(days)]
    due = reading.due_at
    before = [pause for pause in reading.pauses if due is None or pause[0] < due]
    steps += list(_pauses(before, reading, hours))
    # By instant: of two moments in one zone Python compares the wall clocks, and an hour comes
    # twice.
    yield from sorted(steps, key=lambda step: (step.at or start).astimezone(UTC))


def _whole_days(stretches: list[Stretch]) -> list[Stretch]:
    """Join what a clock change has cut in two."""
    joined: list[Stretch] = []
    for stretch in stretches:
        touching = joined and joined[-1].end.astimezone(UTC) == stretch.start.astimezone(UTC)
        if touching:
            joined[-1] = Stretch(joined[-1].start, stretch.end)
        else:
            joined.append(stretch)
    return joined


def _runs(days: list[ClosedDay]) -> Iterator[list[ClosedDay]]:
    """Weekend days that follow each other are told together; a holiday stands alone."""
    run: list[ClosedDay] = []
    for day in days:
        if run and (day.name or run[-1].name or (day.day - run[-1].day).days > 1):
            yield run
            run = []
        run.append(day)
    if run:
        yield run


def _closed(run: list[ClosedDay], hours: WorkingHours) -> Step:
    first, last = (
        datetime(day.day.year, day.day.month, day.day.day, tzinfo=hours.zone)
        for day in (run[0], run[-1])
    )
    if run[0].name:
        return Step(Why.CLOSED, at=first, until=last, name=run[0].name)
    return Step(Why.WEEKEND, at=first, until=last)


def _pauses(pauses: Sequence[Pause], reading: Reading, hours: WorkingHours) -> Iterator[Step]:
    story = reading.story
    for begin, end in pauses:
        if end is None:
            yield Step(Why.PAUSED, at=begin)
            continue
        why = Why.SOLVED if (begin, end) in story.gaps else Why.WAITED
        if (begin, end) in story.outside:
            why = Why.OUTSIDE
        lost = hours.elapsed(max(begin, reading.started_at), end)
        yield Step(why, at=begin, until=end, worked=lost)


def _long_idle(reading: Reading, agreement: Agreement, hours: WorkingHours) -> Iterator[Step]:
    """What may have kept a release from counting: declined, or idle for long enough."""
    outside = [pause for pause in reading.pauses if pause in reading.story.outside]
    yield from _pauses(outside, reading, hours)
    least = hours.day * agreement.release_after_days
    for begin, end in unbroken([pause for pause in reading.pauses if pause not in outside]):
        if end is None and reading.due_at is None:
            yield Step(Why.PAUSED, at=begin)
        elif end is not None and hours.elapsed(begin, end) >= least:
            yield Step(Why.LONG_IDLE, at=begin, until=end, worked=least)


def _not_later(reading: Reading, hours: WorkingHours) -> Iterator[Step]:
    """What is left out of how late it is."""
    for begin, end in unbroken(reading.pauses_since_due):
        since = max(begin, reading.due_at or begin)
        if end is None:
            yield Step(Why.NOT_LATER_NOW, at=since)
        else:
            lost = hours.elapsed(since, end)
            yield Step(Why.NOT_LATER, at=since, until=end, worked=lost)


def _outcome(reading: Reading, agreement: Agreement, hours: WorkingHours) -> Iterator[Step]:
    if reading.state is State.CANCELLED:
        declined = reading.story.declined_at is not None
        why = Why.DECLINED if declined else Why.ENDED
        yield Step(why, at=reading.cancelled_at, clause=agreement.declined_clause)
    elif reading.state is State.BREACHED:
        yield Step(Why.BREACHED, at=reading.breached_at)
        yield from _not_later(reading, hours)
        if reading.met_at is not None:
            yield Step(Why.MET_LATE, at=reading.met_at, name=reading.target.promise)
    elif reading.state is State.MET:
        aim, done = reading.due_at, reading.met_at
        late = aim is not None and done is not None and done > aim
        why = Why.MET_AFTER_AIM if late and not reading.binding else Why.MET
        yield Step(why, at=done, name=reading.target.promise)
