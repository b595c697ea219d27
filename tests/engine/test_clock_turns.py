"""What becomes of clocks: changes, waiting, solving, reopening and the ends, by their clause."""

import dataclasses
from datetime import datetime

import pytest

from sla.engine import Agreement, Promise, State, read_clocks
from tests.engine.calendars import AMSTERDAM, HOUR, WERKDAGEN, wall
from tests.engine.histories import (
    HOOG_BACK,
    HOOG_CALL,
    HOOG_MAIL,
    LAAG_MAIL,
    MIDDEL_BACK,
    MIDDEL_MAIL,
    agreement,
    event,
    moments,
    reading,
    readings,
    told,
)

# 4.G: changes.


def test_4g_a_change_counts_from_the_report() -> None:
    raised = readings(LAAG_MAIL, "2026-05-18 15:00 prioritised hoog", now="2026-05-18 16:00")
    assert told(raised) == {
        "resolution-hoog": "running binding 2026-05-19 10:00",
        "reaction-hoog": "running not binding 2026-05-18 10:00",
    }


def test_4g_a_late_raise_may_be_breached_at_once() -> None:
    found = readings(LAAG_MAIL, "2026-05-21 15:00 prioritised hoog", now="2026-05-21 15:00")
    resolution = reading("resolution", found)
    assert (resolution.state, wall(resolution.breached_at)) == (State.BREACHED, "2026-05-19 10:00")


def test_4g_raise_and_lower_returns_to_the_first_deadline() -> None:
    changes = ["2026-05-18 12:00 prioritised hoog", "2026-05-18 13:00 prioritised middel"]
    assert told(readings(MIDDEL_BACK, *changes)) == told(readings(MIDDEL_BACK))


def test_4g_the_same_priority_again_changes_nothing() -> None:
    again = readings(MIDDEL_BACK, "2026-05-18 12:00 prioritised middel")
    assert told(again) == told(readings(MIDDEL_BACK))
    assert again[0].story.changes == []


def test_4g_reaction_met_stays_met_after_a_late_raise() -> None:
    found = readings(MIDDEL_BACK, "2026-05-18 15:00 replied", "2026-05-18 16:00 prioritised hoog")
    assert told(found)["reaction-middel"] == "met binding 2026-05-19 10:00"
    assert "reaction-hoog" not in told(found)


def test_4g_clocks_keep_their_order_when_one_stays_met() -> None:
    found = readings(MIDDEL_BACK, "2026-05-18 15:00 replied", "2026-05-18 16:00 prioritised laag")
    assert [one.target.key for one in found] == ["reaction-middel", "resolution-laag"]


def test_4g_an_answer_is_judged_alone_though_a_change_shares_its_moment() -> None:
    report = "2026-05-18 10:00 reported phone incident laag answered"
    changes = ["2026-05-18 10:00 prioritised hoog", "2026-05-18 11:00 prioritised laag"]
    assert told(readings(report, *changes)) == told(readings(report))


def test_4g_resolution_met_stays_met_after_a_late_raise() -> None:
    history = [MIDDEL_MAIL, "2026-05-20 06:00 resolved", "2026-05-20 10:00 prioritised hoog"]
    assert told(readings(*history))["resolution-middel"] == "met binding 2026-05-20 07:00"
    reopened = told(readings(*history, "2026-05-20 12:00 reopened"))
    assert reopened["resolution-hoog"].startswith("breached binding 2026-05-19 10:00")


def test_reclassified_after_a_breach_counts_by_its_last_classification() -> None:
    lowered = readings(HOOG_MAIL, "2026-05-21 10:00 prioritised laag")
    assert told(lowered) == {"resolution-laag": "running binding None"}
    wish = readings(HOOG_MAIL, "2026-05-21 10:00 classified wish", "2026-05-21 10:01 prioritised")
    assert told(wish) == {}


def test_4g_a_call_after_the_answer_restarts_the_reaction_even_when_changed() -> None:
    history = [
        MIDDEL_MAIL,
        "2026-05-18 11:00 replied",
        "2026-05-18 12:00 called authorised",
        "2026-05-18 13:00 prioritised hoog",
    ]
    reaction = reading("reaction", readings(*history))
    assert (reaction.target.key, wall(reaction.breached_at)) == (
        "reaction-hoog",
        "2026-05-18 12:00",
    )


def test_an_agreement_may_count_from_the_change() -> None:
    dialog = agreement()
    targets = tuple(dataclasses.replace(target, from_change=True) for target in dialog.targets)
    terms = dataclasses.replace(dialog, targets=targets)
    found = readings(
        LAAG_MAIL, "2026-05-18 15:00 prioritised hoog", terms=terms, now="2026-05-18 16:00"
    )
    assert wall(reading("resolution", found).due_at) == "2026-05-19 15:00"


# Waiting, solving, reopening.


def test_waiting_pauses_resolution_and_never_reaction() -> None:
    history = [MIDDEL_BACK.replace("middel", "hoog"), "2026-05-18 12:00 waiting"]
    resolution = reading("resolution", readings(*history))
    assert (resolution.state, resolution.due_at, resolution.remaining) == (
        State.PAUSED,
        None,
        6 * HOUR,
    )
    reaction = reading("reaction", readings(MIDDEL_BACK, "2026-05-18 12:00 waiting"))
    assert (reaction.state, reaction.pauses) == (State.BREACHED, ())


@pytest.mark.parametrize("ends", ["customer_replied", "resumed"])
def test_what_ends_waiting(ends: str) -> None:
    history = [HOOG_MAIL, "2026-05-18 12:00 waiting", f"2026-05-18 14:00 {ends}"]
    assert wall(reading("resolution", readings(*history)).due_at) == "2026-05-19 12:00"


def test_our_own_reply_does_not_end_waiting() -> None:
    history = [HOOG_MAIL, "2026-05-18 12:00 waiting", "2026-05-18 14:00 replied"]
    assert reading("resolution", readings(*history)).state is State.PAUSED


def test_waiting_twice_over_counts_once() -> None:
    history = [
        HOOG_MAIL,
        "2026-05-18 12:00 waiting",
        "2026-05-18 13:00 waiting",
        "2026-05-18 14:00 resumed",
        "2026-05-18 15:00 resumed",
    ]
    assert wall(reading("resolution", readings(*history)).due_at) == "2026-05-19 12:00"


def test_waiting_after_the_deadline_does_not_undo_the_breach() -> None:
    resolution = reading("resolution", readings(HOOG_MAIL, "2026-05-19 11:00 waiting"))
    assert (resolution.state, wall(resolution.breached_at)) == (State.BREACHED, "2026-05-19 10:00")


def test_solved_straight_from_waiting() -> None:
    history = [HOOG_MAIL, "2026-05-18 12:00 waiting", "2026-05-27 14:00 resolved"]
    resolution = reading("resolution", readings(*history))
    assert (resolution.state, wall(resolution.met_at)) == (State.MET, "2026-05-27 14:00")
    again = reading(
        "resolution", readings(*history, "2026-05-27 15:00 reopened", now="2026-05-27 15:00")
    )
    assert (again.state, wall(again.due_at)) == (State.RUNNING, "2026-05-28 13:00")


def test_time_between_solved_and_reopened_does_not_count() -> None:
    history = [HOOG_MAIL, "2026-05-18 12:00 resolved", "2026-05-20 10:00 reopened"]
    resolution = reading("resolution", readings(*history, now="2026-05-20 10:00"))
    assert resolution.state is State.RUNNING
    assert wall(resolution.started_at) == "2026-05-18 10:00"
    assert (wall(resolution.due_at), resolution.remaining) == ("2026-05-20 16:00", 6 * HOUR)


def test_reopened_after_months_goes_on_with_what_was_left() -> None:
    history = [HOOG_MAIL, "2026-05-18 12:00 closed", "2026-11-16 09:00 reopened"]
    resolution = reading("resolution", readings(*history, now="2026-11-16 10:00"))
    assert (resolution.state, wall(resolution.due_at)) == (State.RUNNING, "2026-11-16 15:00")


def test_reopened_after_a_late_solution_stays_breached() -> None:
    history = [HOOG_MAIL, "2026-05-21 12:00 resolved", "2026-05-22 10:00 reopened"]
    resolution = reading("resolution", readings(*history))
    assert resolution.state is State.BREACHED
    assert moments(resolution) == ("2026-05-18 10:00", None, "2026-05-19 10:00")


def test_middel_reopened_after_a_working_day_is_due_with_the_next_release() -> None:
    history = [MIDDEL_MAIL, "2026-05-18 17:00 resolved", "2026-05-21 10:00 reopened"]
    assert wall(reading("resolution", readings(*history)).due_at) == "2026-06-10 07:00"


def test_solved_twice_counts_the_first_and_closing_adds_nothing() -> None:
    history = [HOOG_MAIL, "2026-05-18 12:00 resolved", "2026-06-18 12:00 closed"]
    resolution = reading("resolution", readings(*history))
    assert (resolution.state, wall(resolution.met_at)) == (State.MET, "2026-05-18 12:00")


# The ends: 4.F, merging, closing.


def test_4f_declined_cancels_what_runs() -> None:
    found = readings(MIDDEL_BACK, "2026-05-18 11:00 declined")
    assert [(one.state, wall(one.cancelled_at), one.breached_at) for one in found] == [
        (State.CANCELLED, "2026-05-18 11:00", None)
    ] * 2


def test_4f_declined_cancels_what_was_missed() -> None:
    found = readings(HOOG_BACK, "2026-05-21 11:00 declined")
    assert {one.state for one in found} == {State.CANCELLED}
    assert {one.breached_at for one in found} == {None}


def test_4f_declined_leaves_what_was_kept() -> None:
    found = readings(HOOG_CALL, "2026-05-18 11:00 declined")
    assert [one.state for one in found] == [State.MET, State.CANCELLED]


def test_4f_declined_and_reopened_goes_on_without_the_time_between() -> None:
    history = [HOOG_MAIL, "2026-05-18 11:00 declined", "2026-05-18 15:00 reopened"]
    resolution = reading("resolution", readings(*history))
    assert wall(resolution.due_at) == "2026-05-19 14:00"


@pytest.mark.parametrize(
    "after", ["2026-05-18 11:05 replied", "2026-06-01 11:00 replied", "2026-05-18 11:05 closed"]
)
def test_nothing_after_the_end_revives_a_clock(after: str) -> None:
    found = readings(MIDDEL_BACK, "2026-05-18 11:00 declined", after)
    assert [(one.state, wall(one.cancelled_at), one.met_at) for one in found] == [
        (State.CANCELLED, "2026-05-18 11:00", None)
    ] * 2


def test_merged_ends_nothing_and_leaves_what_was_missed() -> None:
    running = readings(MIDDEL_BACK, "2026-05-18 11:00 merged", now="2026-05-18 12:00")
    assert {one.state for one in running} == {State.RUNNING}
    missed = readings(MIDDEL_BACK, "2026-06-01 11:00 merged")
    assert {one.state for one in missed} == {State.BREACHED}


def test_closed_is_a_solution_and_ends_what_never_bound() -> None:
    found = readings(HOOG_MAIL, "2026-05-18 12:00 closed")
    assert [(one.target.promise, one.state) for one in found] == [
        (Promise.RESOLUTION, State.MET),
        (Promise.REACTION, State.CANCELLED),
    ]


# Reading itself.


def test_what_happens_later_is_not_looked_at() -> None:
    history = [HOOG_BACK, "2026-05-18 12:00 replied", "2026-05-18 13:00 resolved"]
    then = readings(*history, now="2026-05-18 11:59")
    assert then == readings(HOOG_BACK, now="2026-05-18 11:59")
    assert readings(*history, now="2026-05-18 09:59") == []


def test_the_hour_that_comes_twice_is_told_apart() -> None:
    first, again = (datetime(2026, 10, 25, 2, 30, fold=fold, tzinfo=AMSTERDAM) for fold in (0, 1))
    call = dataclasses.replace(event(HOOG_BACK), at=again)
    answer = dataclasses.replace(event("2026-05-18 10:00 replied"), at=again.replace(minute=31))
    late = dataclasses.replace(answer, at=first.replace(minute=31))
    (reaction, _) = read_clocks(agreement(), WERKDAGEN, [], [call, answer], again)
    assert reaction.state is State.RUNNING
    with pytest.raises(ValueError, match="out of order"):
        read_clocks(agreement(), WERKDAGEN, [], [call, late], again)
    assert read_clocks(agreement(), WERKDAGEN, [], [call], first.replace(minute=45)) == []


def test_binding_clocks_come_first() -> None:
    assert [one.binding for one in readings(HOOG_MAIL)] == [True, False]


@pytest.mark.parametrize(
    ("history", "words"),
    [
        ([], "begins with 'reported'"),
        (["2026-05-18 10:00 replied"], "begins with 'reported'"),
        ([HOOG_MAIL, HOOG_MAIL], "'reported' once"),
        ([HOOG_MAIL, "2026-05-18 09:59 replied"], "out of order"),
    ],
)
def test_impossible_histories_are_refused(history: list[str], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        readings(*history)


def test_naive_now_is_refused() -> None:
    with pytest.raises(ValueError, match="needs its UTC offset"):
        read_clocks(agreement(), WERKDAGEN, [], [event(HOOG_MAIL)], datetime(2026, 5, 19))  # noqa: DTZ001


def test_a_third_agreement_needs_only_data() -> None:
    terms = Agreement.read(
        {
            "key": "third",
            "targets": [
                {
                    "key": "answer",
                    "promise": "reaction",
                    "clause": "§ 1",
                    "ticket_kinds": ["wish"],
                    "hours": 2,
                }
            ],
        }
    )
    found = readings("2026-05-18 16:00 reported web wish", terms=terms, now="2026-05-18 16:00")
    assert told(found) == {"answer": "running binding 2026-05-19 10:00"}
