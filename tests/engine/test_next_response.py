"""A next response, for agreements that promise one: from the oldest message without an answer."""

import dataclasses
from copy import deepcopy
from itertools import pairwise

import pytest
from hypothesis import given, settings

from sla.contracts import contract
from sla.engine import Agreement, Event, Reading, State, read_clocks
from sla.engine.explanation import Why, explain
from tests.engine.calendars import WERKDAGEN, at, wall
from tests.engine.histories import HOOG_BACK, MIDDEL_MAIL, readings
from tests.engine.test_clock_properties import histories

ANSWERED = "2026-05-18 11:00 replied"


def terms(**more: object) -> Agreement:
    """Dialog, with a next response within four working hours, one at Hoog."""
    data = deepcopy(contract("dialog"))
    for priority in ("hoog", "middel", "laag"):
        data["targets"].append(
            {
                "key": f"next-{priority}",
                "promise": "next_response",
                "clause": "7.A",
                "ticket_kinds": ["incident"],
                "priorities": [priority],
                "hours": 1 if priority == "hoog" else 4,
            }
            | more
        )
    return Agreement.read(data)


WITH = terms()


def turns(*history: str, now: str = "2026-05-18 16:00") -> list[str]:
    """Each next response: which turn, its state, from when and until when."""
    return [
        f"{one.turn} {one.state} {wall(one.started_at)} {wall(one.due_at)}"
        for one in readings(*history, now=now, terms=WITH)
        if one.turn
    ]


def test_it_runs_from_the_oldest_message_without_an_answer() -> None:
    asked = ["2026-05-18 12:00 customer_replied", "2026-05-18 13:00 customer_replied"]
    assert turns(MIDDEL_MAIL, ANSWERED, *asked) == ["1 running 2026-05-18 12:00 2026-05-18 16:00"]


def test_until_the_first_answer_it_is_the_report_that_waits() -> None:
    assert turns(MIDDEL_MAIL, "2026-05-18 10:30 customer_replied") == []
    assert turns(MIDDEL_MAIL, "2026-05-18 10:30 customer_replied", ANSWERED) == []


def test_each_turn_is_a_promise_of_its_own() -> None:
    history = [
        "2026-05-18 12:00 customer_replied",
        "2026-05-18 13:00 replied",
        "2026-05-18 14:00 customer_replied",
    ]
    assert turns(MIDDEL_MAIL, ANSWERED, *history) == [
        "1 met 2026-05-18 12:00 2026-05-18 16:00",
        "2 running 2026-05-18 14:00 2026-05-19 10:00",
    ]


def test_a_missed_turn_stays_missed_when_the_next_one_is_kept() -> None:
    history = [
        "2026-05-18 12:00 customer_replied",
        "2026-05-19 12:00 replied",
        "2026-05-19 13:00 customer_replied",
        "2026-05-19 13:30 replied",
    ]
    assert turns(MIDDEL_MAIL, ANSWERED, *history, now="2026-05-20 12:00") == [
        "1 breached 2026-05-18 12:00 2026-05-18 16:00",
        "2 met 2026-05-19 13:00 2026-05-19 17:00",
    ]


def test_a_call_to_be_called_back_waits_and_an_answered_one_answers() -> None:
    asked = "2026-05-18 12:00 called authorised"
    assert turns(MIDDEL_MAIL, ANSWERED, asked) == ["1 running 2026-05-18 12:00 2026-05-18 16:00"]
    taken = "2026-05-18 13:00 called authorised answered"
    assert turns(MIDDEL_MAIL, ANSWERED, asked, taken) == ["1 met 2026-05-18 12:00 2026-05-18 16:00"]


def test_a_thank_you_after_the_solution_starts_nothing() -> None:
    thanks = ["2026-05-18 12:00 resolved", "2026-05-18 12:30 customer_replied"]
    assert turns(MIDDEL_MAIL, ANSWERED, *thanks) == []


def test_reopened_by_a_message_it_runs_from_that_message() -> None:
    history = [
        "2026-05-18 12:00 resolved",
        "2026-05-18 12:30 customer_replied",
        "2026-05-18 12:30 reopened",
    ]
    assert turns(MIDDEL_MAIL, ANSWERED, *history) == ["1 running 2026-05-18 12:30 2026-05-18 16:30"]


def test_solved_before_its_deadline_without_an_answer_it_lapses() -> None:
    history = ["2026-05-18 12:00 customer_replied", "2026-05-18 13:00 resolved"]
    (turn,) = turns(MIDDEL_MAIL, ANSWERED, *history)
    assert turn == "1 cancelled 2026-05-18 12:00 2026-05-18 16:00"


def test_solved_after_its_deadline_it_stays_missed() -> None:
    history = ["2026-05-18 12:00 customer_replied", "2026-05-19 13:00 resolved"]
    assert turns(MIDDEL_MAIL, ANSWERED, *history, now="2026-05-20 10:00") == [
        "1 breached 2026-05-18 12:00 2026-05-18 16:00"
    ]


def test_4f_declined_takes_missed_turns_out_too() -> None:
    history = ["2026-05-18 12:00 customer_replied", "2026-05-19 13:00 declined"]
    assert turns(MIDDEL_MAIL, ANSWERED, *history, now="2026-05-20 10:00") == [
        "1 cancelled 2026-05-18 12:00 2026-05-18 16:00"
    ]


def test_4g_a_turn_that_is_over_keeps_the_priority_of_then() -> None:
    history = [
        "2026-05-18 12:00 customer_replied",
        "2026-05-18 14:00 replied",
        "2026-05-18 14:30 customer_replied",
        "2026-05-18 15:00 prioritised hoog",
    ]
    assert turns(MIDDEL_MAIL, ANSWERED, *history, now="2026-05-18 15:10") == [
        "1 met 2026-05-18 12:00 2026-05-18 16:00",
        "2 running 2026-05-18 14:30 2026-05-18 15:30",
    ]


def test_it_binds_by_any_channel_and_never_stands_still() -> None:
    history = ["2026-05-18 12:00 customer_replied", "2026-05-18 12:30 waiting"]
    (turn,) = [one for one in readings(MIDDEL_MAIL, ANSWERED, *history, terms=WITH) if one.turn]
    assert (turn.binding, turn.pauses) == (True, ())


@pytest.mark.parametrize(
    "wrong", [{"hours": 0}, {"measure": "release"}, {"phone_required": True}, {"from_change": True}]
)
def test_a_next_response_that_means_nothing_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="next-"):
        terms(**wrong)


@given(histories())
@settings(max_examples=80, deadline=None)
def test_turns_follow_each_other_and_leave_the_other_clocks_alone(events: list[Event]) -> None:
    now = at("2026-08-01 12:00")

    def read(agreement: Agreement) -> list[Reading]:
        return read_clocks(agreement, WERKDAGEN, [], events, now)

    with_turns = read(WITH)
    plain = dataclasses.replace(
        WITH, targets=tuple(one for one in WITH.targets if one.promise != "next_response")
    )
    assert [one for one in with_turns if not one.turn] == read(plain)
    found = sorted((one for one in with_turns if one.turn), key=lambda one: one.turn)
    for before, after in pairwise(found):
        assert before.turn < after.turn
        assert before.started_at <= after.started_at
        assert before.met_at is not None or before.state is not State.RUNNING


def test_direct_clocks_are_not_touched() -> None:
    found = readings(HOOG_BACK, terms=WITH, now="2026-05-18 10:30")
    assert [one.turn for one in found] == [0, 0]


def test_why_begins_at_the_message_that_waits() -> None:
    asked = "2026-05-18 12:00 customer_replied"
    (one,) = [
        one
        for one in readings(MIDDEL_MAIL, ANSWERED, asked, now="2026-05-18 16:00", terms=WITH)
        if one.turn
    ]
    steps = explain(one, WITH, WERKDAGEN, waived=False)
    assert [wall(step.at) for step in steps if step.why is Why.ASKED] == ["2026-05-18 12:00"]
