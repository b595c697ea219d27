"""What holds for the clocks of every history (READINGS §2: 9, 11, 13, 14)."""

import dataclasses
from datetime import UTC, datetime, timedelta

from hypothesis import example, given, settings
from hypothesis import strategies as st

from sla.engine import (
    Channel,
    Event,
    Happened,
    Measure,
    Priority,
    Promise,
    Reading,
    State,
    TicketKind,
    WorkingHours,
    read_clocks,
)
from sla.engine.explanation import Why, explain
from sla.engine.story import tell
from tests.engine.calendars import AMSTERDAM, WERKDAGEN, at
from tests.engine.histories import RELEASES, agreement

ZERO = timedelta(0)
MODEST = settings(max_examples=80, deadline=None)
MOMENTS = [at(release) for release in RELEASES]
LATER_KINDS = [kind for kind in Happened if kind is not Happened.REPORTED]
OPEN_ENDED = WorkingHours({day: [("09:00", "17:00")] for day in range(5)}, "Asia/Kolkata")

# Its reaction was given in time, in the moment in which it was changed: what is read of it then is
# from before the change.
A_SETTING_THAT_BECAME_AN_INCIDENT = [
    Event(
        at("2026-05-11 08:00"),
        Happened.REPORTED,
        channel=Channel.PHONE,
        ticket_kind=TicketKind.SETTING,
        priority=Priority.HIGH,
    ),
    Event(at("2026-05-11 09:00"), Happened.CALLED, answered=True),
    Event(
        at("2026-05-11 09:00"),
        Happened.CLASSIFIED,
        ticket_kind=TicketKind.INCIDENT,
        priority=Priority.HIGH,
    ),
]


@st.composite
def histories(draw: st.DrawFn) -> list[Event]:
    """A report, and some of what may happen to it in the two months after."""
    moment = at("2026-05-11 08:00") + draw(st.timedeltas(ZERO, timedelta(days=7)))
    channel = draw(st.sampled_from(Channel))
    report = Event(
        moment,
        Happened.REPORTED,
        channel=channel,
        ticket_kind=draw(st.sampled_from(TicketKind)),
        priority=draw(st.sampled_from([*Priority, None])),
        authorised=draw(st.booleans()),
        answered=draw(st.booleans()),
        own=channel is Channel.MONITOR and draw(st.booleans()),
    )
    events = [report]
    for kind in draw(st.lists(st.sampled_from(LATER_KINDS), max_size=8)):
        step = st.sampled_from([ZERO, timedelta(hours=1), timedelta(hours=9), timedelta(days=6)])
        moment += draw(step)
        events.append(
            Event(
                moment,
                kind,
                ticket_kind=draw(st.sampled_from(TicketKind)),
                priority=draw(st.sampled_from(Priority)),
                authorised=draw(st.booleans()),
                answered=draw(st.booleans()),
            )
        )
    return events


nows = st.timedeltas(ZERO, timedelta(days=60)).map(lambda after: at("2026-05-18 08:00") + after)


def read(events: list[Event], now: datetime, *, waiver: bool = False) -> list[Reading]:
    """The clocks of a history under Dialog's agreement."""
    return read_clocks(agreement(), WERKDAGEN, MOMENTS, events, now, waiver)


def facts(found: list[Reading]) -> list[tuple[object, ...]]:
    """What is kept of clocks."""
    return [
        (
            one.target.key,
            one.binding,
            one.state,
            one.started_at,
            one.due_at,
            one.met_at,
            one.breached_at,
            one.cancelled_at,
            one.remaining,
        )
        for one in found
    ]


@MODEST
@given(histories(), nows)
def test_9_deriving_again_gives_the_same(events: list[Event], now: datetime) -> None:
    assert read(events, now) == read(list(events), now)


@MODEST
@given(histories(), nows)
def test_9_what_is_still_to_come_makes_no_difference(events: list[Event], now: datetime) -> None:
    known = [event for event in events if event.at <= now]
    if known:
        assert read(events, now) == read(known, now)
    else:
        assert read(events, now) == []


@MODEST
@given(histories(), nows)
def test_9_the_offset_in_which_events_are_written_makes_no_difference(
    events: list[Event], now: datetime
) -> None:
    written = [dataclasses.replace(event, at=event.at.astimezone(AMSTERDAM)) for event in events]
    assert facts(read(written, now.astimezone(AMSTERDAM))) == facts(read(events, now))


@MODEST
@given(histories(), st.sampled_from(Priority))
def test_9_raise_and_lower_returns_to_the_same(events: list[Event], priority: Priority) -> None:
    moment = events[-1].at
    changes = [event for event in events if event.kind is Happened.PRIORITISED]
    before = changes[-1].priority if changes else events[0].priority
    raised = Event(moment, Happened.PRIORITISED, priority=priority)
    lowered = Event(moment, Happened.PRIORITISED, priority=before)
    now = moment + timedelta(days=3)
    assert facts(read([*events, raised, lowered], now)) == facts(read(events, now))
    assert facts(read([*events, lowered], now)) == facts(read(events, now))


@MODEST
@given(histories(), nows, st.booleans())
def test_11_breached_exactly_when_a_binding_deadline_was_missed(
    events: list[Event], now: datetime, waiver: bool
) -> None:
    for one in read(events, now, waiver=waiver):
        assert (one.breached_at is not None) == (one.state is State.BREACHED)
        assert (one.cancelled_at is not None) == (one.state is State.CANCELLED)
        if one.state is State.BREACHED:
            assert one.binding
            assert one.due_at is not None
            assert one.breached_at == one.due_at < (one.met_at or now)
        elif one.state is State.MET:
            assert one.met_at is not None
            assert not one.binding or one.due_at is None or one.met_at <= one.due_at
        elif one.state is State.RUNNING:
            assert one.met_at is None
            assert not one.binding or one.due_at is None or now <= one.due_at
        elif one.state is State.PAUSED:
            assert (one.due_at, one.pauses[-1][1]) == (None, None)


@MODEST
@given(histories(), nows)
def test_11_no_reaction_is_missed_before_anybody_asked_for_one(
    events: list[Event], now: datetime
) -> None:
    found_by_us = [dataclasses.replace(events[0], channel=Channel.MONITOR, own=True)]
    asks = (Happened.CALLED, Happened.CUSTOMER_REPLIED)
    unasked = [event for event in events[1:] if event.kind not in asks]
    for one in read([*found_by_us, *unasked], now, waiver=True):
        assert one.target.promise is not Promise.REACTION or one.breached_at is None


@MODEST
@given(histories(), nows, st.timedeltas(ZERO, timedelta(days=90)))
def test_11_time_alone_undoes_nothing(events: list[Event], now: datetime, later: timedelta) -> None:
    known = [event for event in events if event.at <= now]
    for then, after in zip(
        read(known, now) if known else [], read(known, now + later) if known else [], strict=True
    ):
        if then.state is State.RUNNING:
            assert after.state in {State.RUNNING, State.BREACHED}
        else:
            assert after.state is then.state
        assert (after.due_at, after.met_at) == (then.due_at, then.met_at)


@MODEST
@given(histories(), nows)
@example(A_SETTING_THAT_BECAME_AN_INCIDENT, at("2026-05-18 08:00"))
def test_4d_a_waiver_only_makes_more_bind(events: list[Event], now: datetime) -> None:
    found = read(events, now)
    without = {one.target.key for one in found if one.binding}
    waived = read(events, now, waiver=True)
    assert all(one.binding for one in waived)
    # Counted from the report an answer may be late that was in time after a call; then a later
    # change leaves nothing of it (4.G).
    if found and not tell([event for event in events if event.at <= now]).changes:
        assert without <= {one.target.key for one in waived}


@MODEST
@given(histories(), nows)
def test_4f_nothing_of_a_declined_report_counts_as_missed(
    events: list[Event], now: datetime
) -> None:
    last = max(now, events[-1].at)
    declined = [*events, Event(last, Happened.DECLINED)]
    states = {one.state for one in read(declined, last + timedelta(days=30))}
    assert states <= {State.MET, State.CANCELLED}


@MODEST
@given(histories(), nows, st.booleans())
def test_reaction_never_stands_still_and_starts_at_the_report_or_a_call(
    events: list[Event], now: datetime, waiver: bool
) -> None:
    for one in read(events, now, waiver=waiver):
        starts = {
            event.at for event in events if event.kind in (Happened.REPORTED, Happened.CALLED)
        }
        assert one.started_at in starts
        if one.target.promise is Promise.REACTION:
            assert set(one.pauses) <= set(one.story.outside)  # 4.F alone
            assert one.state is not State.PAUSED
        else:
            assert one.started_at == events[0].at


@MODEST
@given(histories(), nows, st.integers(-30, 30))
def test_6_whole_weeks_translate(events: list[Event], now: datetime, weeks: int) -> None:
    shift = timedelta(weeks=weeks)
    moved = [dataclasses.replace(event, at=event.at + shift) for event in events]
    releases = [moment + shift for moment in MOMENTS]
    here = read_clocks(agreement(), OPEN_ENDED, MOMENTS, events, now)
    there = read_clocks(agreement(), OPEN_ENDED, releases, moved, now + shift)
    assert [(one.state, one.due_at and one.due_at + shift, one.remaining) for one in here] == [
        (one.state, one.due_at, one.remaining) for one in there
    ]


@MODEST
@given(histories(), nows, st.booleans())
def test_14_the_counted_steps_add_up_to_the_target(
    events: list[Event], now: datetime, waiver: bool
) -> None:
    for one in read(events, now, waiver=waiver):
        steps = explain(one, agreement(), WERKDAGEN, waiver)
        assert steps[0].why is Why.REPORTED
        if one.target.measure is not Measure.WORK or one.state is State.CANCELLED:
            continue
        counted = sum((step.worked or ZERO for step in steps if step.why is Why.COUNTED), ZERO)
        if one.due_at is not None:
            assert counted == one.target.work
        else:
            assert one.remaining == one.target.work - counted


@MODEST
@given(histories(), nows)
def test_remaining_and_elapsed_are_the_whole_target(events: list[Event], now: datetime) -> None:
    for one in read(events, now):
        if one.state is State.RUNNING and one.target.measure is Measure.WORK and one.binding:
            assert one.remaining is not None
            passed = WERKDAGEN.elapsed(one.started_at, now, one.pauses)
            assert passed + one.remaining == one.target.work


@MODEST
@given(histories())
def test_13_every_history_is_answered(events: list[Event]) -> None:
    for now in (events[0].at, events[-1].at, datetime(2100, 1, 1, tzinfo=UTC)):
        for one in read(events, now):
            assert one.started_at.tzinfo is not None
