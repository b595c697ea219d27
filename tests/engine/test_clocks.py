"""The rules of the clock, each by its clause. Monday 18 May 2026; the 25th is a holiday."""

import dataclasses

import pytest

from sla.engine import State, Unbound, read_clocks
from tests.engine.calendars import HOUR, WERKDAGEN, at, wall
from tests.engine.histories import (
    HOOG_BACK,
    HOOG_CALL,
    HOOG_MAIL,
    LAAG_MAIL,
    MIDDEL_BACK,
    MIDDEL_MAIL,
    RELEASES,
    SOON,
    agreement,
    event,
    moments,
    reading,
    readings,
    told,
)

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


# What our own monitoring found: a promise needs somebody to whom it was made.

OWN_HOOG = "2026-05-18 10:00 reported monitor incident hoog own"
OWN_SUPPORT = "2026-05-18 10:00 reported monitor incident own"


@pytest.mark.parametrize(
    ("report", "key", "waiver"), [(OWN_HOOG, "dialog", True), (OWN_SUPPORT, "diploc", False)]
)
def test_no_reaction_is_missed_on_what_nobody_reported(
    report: str, key: str, *, waiver: bool
) -> None:
    found = readings(report, key=key, waiver=waiver)
    reaction = reading("reaction", found)
    assert (reaction.unbound, reaction.breached_at) == (Unbound.UNASKED, None)
    customers = reading("reaction", readings(report.removesuffix(" own"), key=key, waiver=waiver))
    assert (customers.binding, customers.state) == (True, State.BREACHED)


def test_what_we_found_ourselves_must_still_be_solved_in_time() -> None:
    resolution = reading("resolution", readings(OWN_HOOG))
    assert (resolution.binding, wall(resolution.breached_at)) == (True, "2026-05-19 10:00")


@pytest.mark.parametrize("heard", ["customer_replied", "called authorised", "called"])
def test_the_reaction_counts_from_when_a_customer_asks_about_what_we_found(heard: str) -> None:
    more = [f"2026-05-18 11:30 {heard}", "2026-05-18 12:00 customer_replied"]
    reaction = reading("reaction", readings(OWN_SUPPORT, *more, key="diploc"))
    assert reaction.binding
    assert moments(reaction) == ("2026-05-18 11:30", None, "2026-05-18 15:30")


def test_whom_we_told_of_it_before_they_asked_had_their_reaction() -> None:
    more = ["2026-05-18 10:30 replied", "2026-05-18 11:30 customer_replied"]
    reaction = reading("reaction", readings(OWN_SUPPORT, *more, key="diploc"))
    assert (reaction.unbound, reaction.state) == (Unbound.UNASKED, State.MET)


def test_4d_holds_of_what_we_found_too() -> None:
    wrote = reading("reaction", readings(OWN_HOOG, "2026-05-18 11:00 customer_replied"))
    assert wrote.unbound is Unbound.NOT_PHONED
    phoned = reading("reaction", readings(OWN_HOOG, "2026-05-18 11:00 called authorised"))
    assert (phoned.binding, wall(phoned.started_at)) == (True, "2026-05-18 11:00")


def test_what_is_said_after_a_merge_asks_nothing_of_what_we_found() -> None:
    more = ["2026-05-18 10:30 merged", "2026-05-18 11:30 customer_replied"]
    assert reading("reaction", readings(OWN_SUPPORT, *more, key="diploc")).unbound


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
    expected = State.RUNNING if state is State.MET else State.BREACHED
    assert reading("resolution", readings(HOOG_MAIL, now=answer)).state is expected


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


def test_middel_does_not_count_a_release_after_a_working_day_of_waiting() -> None:
    held = [MIDDEL_MAIL, "2026-05-18 17:00 waiting"]
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
