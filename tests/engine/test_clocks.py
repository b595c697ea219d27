"""The rules of the clock, each by its clause. Monday 18 May 2026; the 25th is a holiday."""

import dataclasses
from datetime import datetime

import pytest

from sla.engine import Agreement, Promise, State, Unbound, read_clocks
from tests.engine.calendars import HOUR, WERKDAGEN, at, wall
from tests.engine.histories import (
    RELEASES,
    agreement,
    event,
    moments,
    reading,
    readings,
    told,
)

HOOG_CALL = "2026-05-18 10:00 reported phone incident hoog authorised answered"
HOOG_BACK = "2026-05-18 10:00 reported phone incident hoog authorised"
HOOG_MAIL = "2026-05-18 10:00 reported email incident hoog"
MIDDEL_BACK = "2026-05-18 10:00 reported phone incident middel authorised"
MIDDEL_MAIL = "2026-05-18 10:00 reported email incident middel"
LAAG_MAIL = "2026-05-18 10:00 reported web incident laag"
SOON = "2026-05-18 11:00"


# Reaction: 4.D, 3.C and Bijlage 1.


@pytest.mark.parametrize("channel", ["email", "web", "widget", "api", "monitor"])
@pytest.mark.parametrize("priority", ["hoog", "middel"])
def test_4d_reaction_does_not_bind_when_not_phoned(channel: str, priority: str) -> None:
    report = f"2026-05-18 10:00 reported {channel} incident {priority}"
    reaction = reading("reaction", readings(report))
    assert (reaction.binding, reaction.state) == (False, State.RUNNING)
    assert (reaction.unbound, reaction.breached_at) == (Unbound.NOT_PHONED, None)


@pytest.mark.parametrize("channel", ["email", "web", "widget", "api", "monitor"])
def test_4d_lifts_the_reaction_only(channel: str) -> None:
    report = f"2026-05-18 10:00 reported {channel} incident hoog"
    resolution = reading("resolution", readings(report))
    assert (resolution.binding, resolution.state) == (True, State.BREACHED)
    assert wall(resolution.breached_at) == "2026-05-19 10:00"


def test_4d_reaction_to_middel_binds_when_phoned() -> None:
    assert told(readings(MIDDEL_BACK, now=SOON))["reaction-middel"] == (
        "running binding 2026-05-19 10:00"
    )


def test_3c_unauthorised_caller_counts_as_not_phoned() -> None:
    report = "2026-05-18 10:00 reported phone incident middel"
    reaction = reading("reaction", readings(report))
    assert (reaction.binding, reaction.unbound) == (False, Unbound.CALLER)


def test_3c_answered_call_of_a_stranger_is_an_answer_that_binds_nobody() -> None:
    reaction = reading(
        "reaction", readings("2026-05-18 10:00 reported phone incident hoog answered")
    )
    assert (reaction.binding, reaction.state) == (False, State.MET)


@pytest.mark.parametrize("report", [MIDDEL_MAIL, "2026-05-18 10:00 reported phone incident middel"])
def test_3c_later_call_of_an_authorised_contact_starts_the_clock(report: str) -> None:
    reaction = reading("reaction", readings(report, "2026-05-19 14:00 called authorised"))
    assert reaction.binding
    assert moments(reaction) == ("2026-05-19 14:00", None, "2026-05-20 14:00")


def test_3c_later_call_of_a_stranger_starts_nothing() -> None:
    reaction = reading("reaction", readings(MIDDEL_MAIL, "2026-05-19 14:00 called"))
    assert not reaction.binding


def test_second_call_leaves_the_clock_where_it_is() -> None:
    calls = ["2026-05-18 11:00 called authorised", "2026-05-18 15:00 called authorised"]
    reaction = reading("reaction", readings(MIDDEL_MAIL, *calls))
    assert wall(reaction.due_at) == "2026-05-19 11:00"


def test_4d_waiver_binds_by_whatever_channel() -> None:
    assert told(readings(MIDDEL_MAIL, waiver=True, now=SOON))["reaction-middel"] == (
        "running binding 2026-05-19 10:00"
    )
    hoog = reading("reaction", readings(HOOG_MAIL, waiver=True))
    assert (hoog.binding, hoog.state, hoog.due_at) == (True, State.BREACHED, hoog.started_at)


def test_direct_is_kept_by_an_answered_call() -> None:
    reaction = reading("reaction", readings(HOOG_CALL))
    assert (reaction.state, reaction.due_at, reaction.met_at) == (
        State.MET,
        reaction.started_at,
        reaction.started_at,
    )


def test_direct_is_overdue_at_once_when_to_be_called_back() -> None:
    assert reading("reaction", readings(HOOG_BACK, now="2026-05-18 10:00")).state is State.RUNNING
    late = reading("reaction", readings(HOOG_BACK, "2026-05-18 10:01 replied"))
    assert late.state is State.BREACHED
    assert moments(late) == ("2026-05-18 10:00", "2026-05-18 10:01", "2026-05-18 10:00")


def test_direct_starts_at_the_later_call_and_is_kept_by_answering_it() -> None:
    kept = reading("reaction", readings(HOOG_MAIL, "2026-05-18 15:00 called authorised answered"))
    assert (kept.binding, kept.state, wall(kept.due_at)) == (True, State.MET, "2026-05-18 15:00")
    back = reading("reaction", readings(HOOG_MAIL, "2026-05-18 15:00 called authorised"))
    assert (back.state, wall(back.breached_at)) == (State.BREACHED, "2026-05-18 15:00")


def test_direct_outside_hours_is_still_direct() -> None:
    report = "2026-05-16 22:00 reported phone incident hoog authorised"
    assert wall(reading("reaction", readings(report)).breached_at) == "2026-05-16 22:00"


def test_first_answer_counts_and_later_ones_change_nothing() -> None:
    reaction = reading(
        "reaction", readings(MIDDEL_BACK, "2026-05-18 12:00 replied", "2026-05-22 12:00 replied")
    )
    assert (reaction.state, wall(reaction.met_at)) == (State.MET, "2026-05-18 12:00")


def test_customers_own_second_message_neither_answers_nor_moves() -> None:
    reaction = reading(
        "reaction",
        readings(MIDDEL_BACK, "2026-05-18 15:00 customer_replied", now="2026-05-18 16:00"),
    )
    assert (reaction.state, wall(reaction.due_at)) == (State.RUNNING, "2026-05-19 10:00")


@pytest.mark.parametrize(
    ("answer", "state"),
    [("2026-05-19 10:00", State.MET), ("2026-05-19 10:01", State.BREACHED)],
)
def test_on_the_deadline_itself_is_in_time(answer: str, state: State) -> None:
    assert reading("reaction", readings(MIDDEL_BACK, f"{answer} replied")).state is state
    assert reading("resolution", readings(HOOG_MAIL, f"{answer} resolved")).state is state
    without = {"now": answer}
    expected = State.RUNNING if state is State.MET else State.BREACHED
    assert reading("resolution", readings(HOOG_MAIL, **without)).state is expected


def test_late_answer_leaves_it_breached_at_the_deadline() -> None:
    reaction = reading("reaction", readings(MIDDEL_BACK, "2026-05-21 09:00 replied"))
    assert reaction.state is State.BREACHED
    assert moments(reaction) == ("2026-05-18 10:00", "2026-05-21 09:00", "2026-05-19 10:00")


# 3.G and 3.H: settings, questions, wishes; and Diploc.


@pytest.mark.parametrize("channel", ["phone", "email", "web", "widget", "api"])
def test_3g_setting_has_one_werkdag_by_any_channel(channel: str) -> None:
    report = f"2026-05-18 10:00 reported {channel} setting"
    assert told(readings(report, now=SOON)) == {
        "reaction-setting": "running binding 2026-05-19 10:00"
    }


@pytest.mark.parametrize("priority", ["middel", "laag"])
def test_3g_setting_keeps_its_werkdag_under_a_priority(priority: str) -> None:
    report = f"2026-05-18 10:00 reported email setting {priority}"
    assert told(readings(report, now=SOON)) == {
        "reaction-setting": "running binding 2026-05-19 10:00"
    }


def test_3g_setting_that_is_hoog_is_direct_only_by_phone() -> None:
    mail = "2026-05-18 10:00 reported email setting hoog"
    assert told(readings(mail, now=SOON)) == {
        "reaction-setting": "running binding 2026-05-19 10:00",
        "reaction-hoog": "running not binding 2026-05-18 10:00",
    }
    phone = "2026-05-18 10:00 reported phone setting hoog authorised answered"
    assert told(readings(phone, now=SOON)) == {
        "reaction-hoog": "met binding 2026-05-18 10:00",
        "reaction-setting": "met binding 2026-05-19 10:00",
    }


@pytest.mark.parametrize("kind", ["question", "wish"])
def test_3h_requests_have_a_time_only_under_a_priority(kind: str) -> None:
    report = f"2026-05-18 10:00 reported email {kind}"
    assert told(readings(report, now=SOON)) == {}
    assert told(readings(f"{report} laag", now=SOON)) == {}
    assert told(readings(f"{report} middel", now=SOON)) == {
        "reaction-middel-request": "running binding 2026-05-19 10:00"
    }
    assert told(readings(f"{report} hoog", now=SOON)) == {
        "reaction-hoog": "running not binding 2026-05-18 10:00"
    }


@pytest.mark.parametrize("channel", ["phone", "email", "web"])
@pytest.mark.parametrize("kind", ["support", "incident"])
def test_diploc_reacts_within_four_office_hours(channel: str, kind: str) -> None:
    report = f"2026-05-22 16:00 reported {channel} {kind}"
    assert told(readings(report, key="diploc", now="2026-05-22 17:00")) == {
        "reaction-support": "running binding 2026-05-26 12:00"
    }


def test_diploc_promises_nothing_on_a_question() -> None:
    assert readings("2026-05-18 10:00 reported email question", key="diploc") == []


# Resolution: Bijlage 1.


@pytest.mark.parametrize(
    ("reported", "releases", "due"),
    [
        pytest.param("2026-05-18 10:00", RELEASES, "2026-05-20 07:00", id="the first one"),
        pytest.param("2026-05-20 06:59", RELEASES, "2026-05-20 07:00", id="a minute before it"),
        pytest.param("2026-05-20 07:00", RELEASES, "2026-06-10 07:00", id="strictly after"),
        pytest.param("2026-05-18 10:00", ["2026-05-27 07:00"], "2026-05-27 07:00", id="moved"),
        pytest.param("2026-05-18 10:00", [], None, id="none planned"),
        pytest.param("2026-07-02 10:00", RELEASES, None, id="all of them past"),
    ],
)
def test_middel_is_due_with_the_first_release_after_the_report(
    reported: str, releases: list[str], due: str | None
) -> None:
    found = readings(f"{reported} reported web incident middel", releases=releases, now=reported)
    resolution = reading("resolution", found)
    assert (resolution.state, wall(resolution.due_at)) == (State.RUNNING, due)


def test_middel_without_a_release_is_kept_by_solving_it() -> None:
    found = readings(MIDDEL_MAIL, "2026-06-01 10:00 resolved", releases=[])
    assert reading("resolution", found).state is State.MET


def test_middel_is_missed_when_its_release_has_passed() -> None:
    resolution = reading("resolution", readings(MIDDEL_MAIL))
    assert (resolution.state, wall(resolution.breached_at)) == (State.BREACHED, "2026-05-20 07:00")


def test_middel_does_not_count_a_release_during_a_wait() -> None:
    held = [MIDDEL_MAIL, "2026-05-19 10:00 waiting"]
    paused = reading("resolution", readings(*held, now="2026-05-20 10:00"))
    assert (paused.state, paused.due_at) == (State.PAUSED, None)
    resumed = reading("resolution", readings(*held, "2026-05-20 12:00 resumed"))
    assert wall(resumed.due_at) == "2026-06-10 07:00"
    early = reading("resolution", readings(*held, "2026-05-19 12:00 resumed"))
    assert wall(early.due_at) == "2026-05-20 07:00"


def test_laag_has_no_dates_and_is_kept_by_solving_it() -> None:
    assert told(readings(LAAG_MAIL)) == {"resolution-laag": "running binding None"}
    assert told(readings(LAAG_MAIL, "2026-07-01 09:00 resolved")) == {
        "resolution-laag": "met binding None"
    }


def test_laag_keeps_what_it_was_planned_for() -> None:
    planned = dataclasses.replace(event("2026-05-19 10:00 planned"), release=at(RELEASES[1]))
    found = read_clocks(
        agreement(), WERKDAGEN, [], [event(LAAG_MAIL), planned], at(SOON) + 99 * HOUR
    )
    assert found[0].story.planned == at(RELEASES[1])


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


def test_middel_reopened_is_due_with_the_next_release() -> None:
    history = [MIDDEL_MAIL, "2026-05-19 12:00 resolved", "2026-05-21 10:00 reopened"]
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


@pytest.mark.parametrize("end", ["declined", "merged"])
@pytest.mark.parametrize(
    "after", ["2026-05-18 11:05 replied", "2026-06-01 11:00 replied", "2026-05-18 11:05 closed"]
)
def test_nothing_after_the_end_revives_a_clock(end: str, after: str) -> None:
    found = readings(MIDDEL_BACK, f"2026-05-18 11:00 {end}", after)
    assert [(one.state, wall(one.cancelled_at), one.met_at) for one in found] == [
        (State.CANCELLED, "2026-05-18 11:00", None)
    ] * 2


def test_merged_ends_what_runs_and_leaves_what_was_missed() -> None:
    running = readings(MIDDEL_BACK, "2026-05-18 11:00 merged")
    assert {one.state for one in running} == {State.CANCELLED}
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
