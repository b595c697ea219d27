"""Histories once read wrongly, each one case of a kind. Dialog, Hoog by phone unless said."""

from datetime import datetime, timedelta

import pytest
from django.utils.translation import override

from sla.engine import Agreement, Event, Happened, Reading, State, WorkingHours, read_clocks
from sla.engine.alarms import alarms
from sla.engine.explanation import Step, Why, explain
from sla.explaining import in_words
from tests.engine.calendars import ALWAYS, AMSTERDAM, HOUR, WERKDAGEN, at, wall
from tests.engine.histories import agreement, event, reading, readings, told

ZERO = timedelta(0)
PHONED = "2026-06-15 10:00 reported phone incident hoog authorised answered"
MIDDEL = "2026-06-01 10:00 reported phone incident middel authorised answered"
RELEASES = ["2026-06-30 07:00", "2026-07-21 07:00"]


def dutch(steps: list[Step]) -> list[str]:
    with override("nl"):
        return in_words(steps, AMSTERDAM, {})


def resolution(*history: str, now: str, releases: list[str] | None = None) -> Reading:
    return reading("resolution", readings(*history, now=now, releases=releases or RELEASES))


# 4.F: what was declined never counts, closed or not.


@pytest.mark.parametrize(
    "away",
    [
        ["2026-06-15 12:00 declined", "2026-06-17 12:00 closed"],
        ["2026-06-15 12:00 declined"],
        [
            "2026-06-15 12:00 declined",
            "2026-06-16 12:00 reopened",
            "2026-06-16 12:00 declined",
            "2026-06-17 12:00 closed",
        ],
    ],
)
def test_4f_what_was_declined_counts_for_nothing_closed_or_not(away: list[str]) -> None:
    now = "2026-06-18 12:00"
    one = resolution(PHONED, *away, f"{now} reopened", now=now)
    assert (one.state, wall(one.due_at), one.remaining) == (
        State.RUNNING,
        "2026-06-19 10:00",
        6 * HOUR,
    )
    told = alarms(one, WERKDAGEN, agreement().escalation)
    assert not [each for each in told if at("2026-06-15 12:00") < each.at < at(now)]


def test_4f_a_reaction_does_not_run_while_declined_either() -> None:
    report = "2026-06-15 10:00 reported phone incident middel authorised"
    history = [report, "2026-06-15 12:00 declined", "2026-06-18 12:00 reopened"]
    one = reading("reaction", readings(*history, now="2026-06-18 12:00"))
    assert (one.state, wall(one.due_at)) == (State.RUNNING, "2026-06-19 10:00")


def test_4f_a_reaction_that_was_given_keeps_its_deadline_whatever_comes_after() -> None:
    report = "2026-06-15 10:00 reported phone incident middel authorised"
    answered = [report, "2026-06-15 11:00 replied"]
    later = [*answered, "2026-06-15 12:00 declined", "2026-06-18 12:00 reopened"]
    for history in (answered, later):
        one = reading("reaction", readings(*history, now="2026-06-18 12:00"))
        assert (one.state, wall(one.due_at)) == (State.MET, "2026-06-16 10:00")


def test_4f_the_explanation_names_the_time_outside_the_agreement() -> None:
    away = ["2026-06-15 12:00 declined", "2026-06-17 12:00 closed", "2026-06-18 12:00 reopened"]
    steps = explain(resolution(PHONED, *away, now="2026-06-18 12:00"), agreement(), WERKDAGEN)
    (outside,) = [step for step in steps if step.why is Why.OUTSIDE]
    assert (wall(outside.at), wall(outside.until)) == ("2026-06-15 12:00", "2026-06-18 12:00")
    assert sum((step.worked or ZERO for step in steps if step.why is Why.COUNTED), ZERO) == 8 * HOUR


# Lateness and later alarms leave out what does not count.


def test_lateness_stands_still_while_we_wait() -> None:
    history = [PHONED, "2026-06-16 12:00 waiting"]
    for now in ("2026-06-16 12:00", "2026-06-16 16:00", "2026-09-01 12:00"):
        one = resolution(*history, now=now)
        assert (one.state, one.overdue) == (State.BREACHED, 2 * HOUR)
    again = resolution(*history, "2026-06-17 09:00 resumed", now="2026-06-17 10:00")
    assert again.overdue == 3 * HOUR


def test_no_later_alarm_while_we_wait_and_it_comes_as_much_later() -> None:
    def later(*history: str, now: str) -> list[str | None]:
        found = alarms(resolution(*history, now=now), WERKDAGEN, agreement().escalation)
        return [wall(alarm.at) for alarm in found if alarm.after]

    waiting = "2026-06-16 12:00 waiting"
    assert later(PHONED, now="2026-06-16 11:00") == ["2026-06-16 14:00"]
    assert later(PHONED, waiting, now="2026-06-16 15:00") == []
    resumed = later(PHONED, waiting, "2026-06-17 09:00 resumed", now="2026-06-17 09:00")
    assert resumed == ["2026-06-17 11:00"]


def test_lateness_goes_on_at_the_reopening_where_it_was() -> None:
    history = [PHONED, "2026-06-16 11:00 resolved", "2026-09-16 11:00 reopened"]
    assert resolution(*history, now="2026-09-16 11:00").overdue == HOUR
    assert resolution(*history, now="2026-09-16 13:00").overdue == 3 * HOUR


def test_lateness_is_explained_with_what_it_leaves_out() -> None:
    history = [PHONED, "2026-06-16 12:00 waiting", "2026-06-17 10:00 resumed"]
    steps = explain(resolution(*history, now="2026-06-17 11:00"), agreement(), WERKDAGEN)
    (left_out,) = [step for step in steps if step.why is Why.NOT_LATER]
    assert left_out.worked == 6 * HOUR
    held = explain(resolution(*history[:2], now="2026-06-17 11:00"), agreement(), WERKDAGEN)
    assert Why.NOT_LATER_NOW in [step.why for step in held]


# The hour that comes twice, and seconds.


def test_stretches_in_the_repeated_hour_add_up() -> None:
    def moment(day: int, hour: int, minute: int, fold: int = 0) -> datetime:
        return datetime(2026, 10, day, hour, minute, tzinfo=AMSTERDAM, fold=fold)

    report = event("2026-10-24 22:00 reported phone incident hoog authorised answered")
    history = [
        report,
        Event(moment(25, 2, 15), Happened.WAITING),
        Event(moment(25, 2, 15, fold=1), Happened.RESUMED),
    ]
    found = read_clocks(agreement(), ALWAYS, [], history, moment(25, 5, 0))
    one = reading("resolution", found)
    steps = explain(one, agreement(), ALWAYS)
    counted = [step for step in steps if step.why is Why.COUNTED]
    assert wall(one.due_at) == "2026-10-25 06:00"
    assert sum((step.worked or ZERO for step in counted), ZERO) == 8 * HOUR
    assert counted[0].worked == 4.25 * HOUR
    words = dutch(steps)
    assert sum("02:15 (zomertijd)" in line for line in words) == 2
    assert sum("02:15 (wintertijd)" in line for line in words) == 2


def test_explanations_are_exact_to_the_second() -> None:
    start = at("2026-12-24 16:59:59")
    report = Event.read(
        {"at": start.isoformat(), "kind": "reported", "channel": "email", "ticket_kind": "support"}
    )
    (one,) = read_clocks(agreement("diploc"), WERKDAGEN, [], [report], start)
    words = dutch(explain(one, agreement("diploc"), WERKDAGEN))
    counted = [line for line in words if line.endswith("geteld.")]
    assert [line.split(": ")[1] for line in counted] == [
        "1s werktijd geteld.",
        "3u 59m 59s werktijd geteld.",
    ]
    assert words[-1] == "Uiterlijk: ma 28 dec 2026 12:59:59."
    assert words[0].startswith("Gemeld do 24 dec 2026 16:59:59,")


def test_told_amounts_add_up_though_moments_have_parts_of_seconds() -> None:
    start = at("2026-12-24 16:59:58").replace(microsecond=700_000)
    report = Event.read(
        {"at": start.isoformat(), "kind": "reported", "channel": "email", "ticket_kind": "support"}
    )
    (one,) = read_clocks(agreement("diploc"), WERKDAGEN, [], [report], start)
    words = dutch(explain(one, agreement("diploc"), WERKDAGEN))
    counted = [line.split(": ")[1] for line in words if line.endswith("geteld.")]
    assert counted == ["1s werktijd geteld.", "3u 59m 59s werktijd geteld."]


# 3.C: who phoned, not when we knew.


@pytest.mark.parametrize("flags", ["answered", ""])
def test_3c_a_caller_recognised_afterwards_had_phoned(flags: str) -> None:
    unknown = f"2026-06-15 10:00 reported phone incident hoog {flags}"
    found = readings(unknown, "2026-06-15 10:05 identified authorised", now="2026-06-15 10:05")
    one = reading("reaction", found)
    state = State.MET if flags else State.BREACHED
    assert (one.binding, one.state, wall(one.started_at)) == (True, state, "2026-06-15 10:00")
    assert told(readings(unknown, now="2026-06-15 10:04"))["reaction-hoog"].endswith(
        "not binding 2026-06-15 10:00"
    )


def test_3c_recognised_as_somebody_who_may_not_phone_had_not() -> None:
    unknown = "2026-06-15 10:00 reported phone incident hoog answered"
    found = readings(unknown, "2026-06-15 10:05 identified", now="2026-06-15 11:00")
    assert not reading("reaction", found).binding
    right = readings(PHONED, "2026-06-15 10:05 identified", now="2026-06-15 11:00")
    assert not reading("reaction", right).binding


def test_3c_a_mail_stays_a_mail_whoever_sent_it() -> None:
    mail = "2026-06-15 10:00 reported email incident hoog"
    found = readings(mail, "2026-06-15 10:05 identified authorised", now="2026-06-15 11:00")
    assert not reading("reaction", found).binding


def test_3c_what_was_met_by_the_call_stays_met_though_the_priority_changes() -> None:
    unknown = "2026-06-15 10:00 reported phone incident middel answered"
    found = readings(
        unknown,
        "2026-06-15 10:05 identified authorised",
        "2026-06-15 11:00 prioritised hoog",
        now="2026-06-15 11:00",
    )
    assert (reading("reaction", found).binding, reading("reaction", found).state) == (
        True,
        State.MET,
    )


# Waiting and releases.


def test_a_minute_of_waiting_does_not_cost_a_release() -> None:
    held = ["2026-06-30 06:59:00 waiting", "2026-06-30 07:00:30 resumed"]
    for now in ("2026-06-30 06:59:30", "2026-06-30 07:00:30"):
        one = resolution(MIDDEL, *held, now=now)
        assert wall(one.due_at) == "2026-06-30 07:00"
    assert one.state is State.BREACHED


@pytest.mark.parametrize("ends", ["resumed", "resolved"])
def test_a_release_after_a_working_day_of_waiting_does_not_count(ends: str) -> None:
    history = [MIDDEL, "2026-06-22 09:00 waiting"]
    waiting = resolution(*history, now="2026-06-30 06:00")
    assert (waiting.state, waiting.due_at) == (State.PAUSED, None)
    over = [f"2026-06-29 09:00 {ends}", "2026-07-01 12:00 reopened"]
    assert wall(resolution(*history, *over, now="2026-07-01 12:00").due_at) == (
        "2026-06-30 07:00" if ends == "resumed" else "2026-07-21 07:00"
    )
    long = [*history, "2026-07-01 12:00 resumed"]
    assert wall(resolution(*long, now="2026-07-01 12:00").due_at) == "2026-07-21 07:00"


@pytest.mark.parametrize(("since", "due"), [("09:00:00", "21"), ("09:00:01", "30")])
def test_the_working_day_of_waiting_is_counted_to_the_second(since: str, due: str) -> None:
    history = [MIDDEL, f"2026-06-29 {since} waiting", "2026-07-01 12:00 resumed"]
    found = wall(resolution(*history, now="2026-07-01 12:00").due_at)
    assert found == f"2026-0{7 if due == '21' else 6}-{due} 07:00"


def test_how_long_is_data_of_the_agreement() -> None:
    terms = Agreement("dialog", agreement().targets, release_after_days=3, phone_clause="4.D")
    history = [MIDDEL, "2026-06-26 09:00 waiting", "2026-07-01 12:00 resumed"]
    found = readings(*history, now="2026-07-01 12:00", releases=RELEASES, terms=terms)
    assert wall(reading("resolution", found).due_at) == "2026-06-30 07:00"
    assert wall(resolution(*history, now="2026-07-01 12:00").due_at) == "2026-07-21 07:00"


def test_a_release_that_came_while_the_report_was_declined_never_counts() -> None:
    history = [MIDDEL, "2026-06-30 06:59 declined", "2026-06-30 07:01 reopened"]
    assert wall(resolution(*history, now="2026-06-30 07:01").due_at) == "2026-07-21 07:00"


# Merging: what was promised stands, and is met by what happens on the ticket that stays.


def test_a_merge_ends_no_promise() -> None:
    report = "2026-08-03 09:00 reported phone incident hoog authorised answered"
    history = [report, "2026-08-03 16:45 merged", "2026-08-04 16:00 resolved"]
    one = resolution(*history, now="2026-08-04 17:00")
    assert (one.state, wall(one.breached_at), wall(one.met_at)) == (
        State.BREACHED,
        "2026-08-03 17:00",
        "2026-08-04 16:00",
    )
    steps = explain(one, agreement(), WERKDAGEN)
    assert [step.at for step in steps if step.why is Why.MERGED] == [at("2026-08-03 16:45")]
    in_time = [report, "2026-08-03 16:45 merged", "2026-08-03 16:50 resolved"]
    assert resolution(*in_time, now="2026-08-04 17:00").state is State.MET
    declined = [report, "2026-08-03 16:45 merged", "2026-08-04 16:50 declined"]
    assert resolution(*declined, now="2026-08-05 17:00").state is State.CANCELLED


def test_a_seven_hour_day_is_one_working_day() -> None:
    week = {day: [("09:00", "16:00")] for day in range(4)} | {4: [("09:00", "12:00")]}
    assert WorkingHours(week, "Europe/Amsterdam").day == 7 * HOUR
    assert WERKDAGEN.day == 8 * HOUR
    assert WorkingHours({0: [("09:00", "12:00")], 1: [("09:00", "17:00")]}, "UTC").day == 8 * HOUR
