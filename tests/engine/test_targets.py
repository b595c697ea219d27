"""Targets as contracts write them: in hours, working days, to the end of one; by channel."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st

from sla.engine import Agreement, Reading, State, Target, WorkingHours, read_clocks
from sla.engine.agreement import Strength, channels_of, channels_written
from sla.engine.events import Channel
from sla.engine.explanation import Why, explain
from sla.engine.owed import owed_work
from sla.explaining import in_words
from tests.engine.calendars import ALWAYS, AMSTERDAM, HOUR, WERKDAGEN, at, wall
from tests.engine.histories import agreement, event

ZERO = timedelta(0)
SEVEN = WorkingHours({day: [("09:00", "16:00")] for day in range(5)}, "Europe/Amsterdam")
SPLIT = WorkingHours(
    {day: [("09:00", "12:00"), ("13:00", "18:00")] for day in range(5)} | {5: [("09:00", "13:00")]},
    "Europe/Amsterdam",
)


def target(**data: Any) -> Target:
    return Target.read(
        {"key": "t", "promise": "resolution", "clause": "§ 1", "ticket_kinds": ["incident"]} | data
    )


def terms(*targets: Target, caller: str = "3.C") -> Agreement:
    return Agreement("third", targets, caller_clause=caller)


def read(
    one: Target | Agreement, *history: str, now: str, hours: WorkingHours = WERKDAGEN
) -> list[Reading]:
    written = one if isinstance(one, Agreement) else terms(one)
    return read_clocks(written, hours, [], [event(text) for text in history], at(now))


MAIL = "2026-06-15 10:00 reported email incident"  # a Monday


@pytest.mark.parametrize(
    ("hours", "days", "due"),
    [
        (WERKDAGEN, 1, "2026-06-16 10:00"),
        (SEVEN, 1, "2026-06-16 10:00"),  # a seven-hour day is one werkdag there
        (SEVEN, 2, "2026-06-17 10:00"),
        (SEVEN, 5, "2026-06-22 10:00"),
        (WERKDAGEN, 0.5, "2026-06-15 14:00"),
        (SPLIT, 1, "2026-06-16 10:00"),
        (ALWAYS, 1, "2026-06-16 10:00"),
    ],
)
def test_working_days_are_as_long_as_those_of_the_calendar(
    hours: WorkingHours, days: float, due: str
) -> None:
    (one,) = read(target(days=days), MAIL, now="2026-06-15 10:00", hours=hours)
    assert wall(one.due_at) == due


@pytest.mark.parametrize(
    ("reported", "number", "due"),
    [
        ("2026-06-15 10:00", 1, "2026-06-16 17:00"),
        ("2026-06-15 08:00", 1, "2026-06-16 17:00"),
        ("2026-06-15 18:00", 1, "2026-06-16 17:00"),
        ("2026-06-13 12:00", 1, "2026-06-15 17:00"),  # a Saturday
        ("2026-06-19 10:00", 1, "2026-06-22 17:00"),  # a Friday
        ("2026-05-22 10:00", 1, "2026-05-26 17:00"),  # before Pinksteren
        ("2026-06-15 10:00", 5, "2026-06-22 17:00"),
    ],
)
def test_until_the_end_of_a_working_day(reported: str, number: int, due: str) -> None:
    promised = target(measure="day_end", days=number)
    (one,) = read(promised, f"{reported} reported email incident", now=reported)
    assert wall(one.due_at) == due


def test_a_pause_costs_what_it_lasted_also_of_a_promise_to_the_end_of_a_day() -> None:
    promised = target(measure="day_end", days=1, pauses_while_waiting=True)
    held = ["2026-06-15 12:00 waiting", "2026-06-15 12:01 resumed"]
    (one,) = read(promised, MAIL, *held, now="2026-06-15 13:00")
    assert wall(one.due_at) == "2026-06-17 09:01"
    (open_one,) = read(promised, MAIL, held[0], now="2026-06-15 13:00")
    assert (open_one.state, open_one.remaining) == (State.PAUSED, 13 * HOUR)


@given(
    st.integers(1, 12),
    st.timedeltas(ZERO, timedelta(days=40)),
    st.sampled_from([WERKDAGEN, SEVEN, SPLIT]),
)
@settings(max_examples=60, deadline=None)
def test_the_end_of_a_day_is_a_closing_time_and_never_earlier_for_a_later_report(
    number: int, later: timedelta, hours: WorkingHours
) -> None:
    start = at("2026-04-20 07:00") + later
    end = hours.end_of_day(start, number)
    assert end > start
    assert not hours.is_open(end)
    assert hours.is_open(end - timedelta(seconds=1))
    assert hours.end_of_day(start + timedelta(hours=5), number) >= end
    assert hours.end_of_day(start, number + 1) > end
    promised = target(measure="day_end", days=number)
    due = hours.due(start, owed_work(promised, hours, start))
    assert due == end


@pytest.mark.parametrize("data", [{"days": 2}, {"measure": "day_end", "days": 2}])
@pytest.mark.parametrize("hours", [WERKDAGEN, SEVEN, SPLIT])
def test_what_counted_adds_up_and_is_explained(data: dict[str, Any], hours: WorkingHours) -> None:
    promised = target(**data)
    (one,) = read(promised, MAIL, now="2026-06-15 11:00", hours=hours)
    steps = explain(one, terms(promised), hours)
    counted = sum((step.worked or ZERO for step in steps if step.why is Why.COUNTED), ZERO)
    assert counted == owed_work(promised, hours, one.started_at)
    assert one.remaining == counted - hours.elapsed(one.started_at, at("2026-06-15 11:00"))


def test_the_explanation_says_how_long_a_working_day_is() -> None:
    promised = target(days=1)
    (one,) = read(promised, MAIL, now="2026-06-15 11:00", hours=SEVEN)
    with override("nl"):
        words = in_words(explain(one, terms(promised), SEVEN), AMSTERDAM, {})
    assert "Eén werkdag van deze kalender is 7u." in words


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ({"days": 1, "hours": 4}, "hours go with"),
        ({"measure": "day_end"}, "how many"),
        ({"measure": "day_end", "days": 1.5}, "whole number"),
        ({"measure": "work", "days": 1}, "days go with"),
        ({"measure": "release", "days": 1}, "days go with"),
        ({"days": -1}, "working days"),
        ({"channels": "letter"}, "not_phone"),
        ({"channels": ["letter"]}, "known are"),
        ({"channels": []}, "holds for no report"),
        ({"strength": "hope"}, "known are"),
        ({"promise": "next_response", "hours": 2, "channels": "phone"}, "next response"),
    ],
)
def test_what_means_nothing_is_refused(data: dict[str, Any], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        target(**data)


# By channel.

BY_CHANNEL = terms(
    target(key="phone", promise="reaction", hours=0, channels="phone"),
    target(key="other", promise="reaction", hours=4, channels="not_phone"),
    target(key="listed", hours=8, channels=["email", "widget"]),
    target(key="any", hours=40),
)


@pytest.mark.parametrize(
    ("report", "promised"),
    [
        ("phone incident authorised", {"phone", "any"}),
        ("phone incident", {"other", "any"}),  # 3.C: counts as not by phone
        ("email incident", {"other", "listed", "any"}),
        ("web incident", {"other", "any"}),
        ("widget incident", {"other", "listed", "any"}),
    ],
)
def test_a_promise_holds_for_reports_by_its_channels(report: str, promised: set[str]) -> None:
    found = read(BY_CHANNEL, f"2026-06-15 10:00 reported {report}", now="2026-06-15 10:00")
    assert {one.target.key for one in found} == promised
    assert all(one.binding for one in found)


def test_where_nobody_is_kept_from_phoning_any_call_is_by_phone() -> None:
    anybody = Agreement("third", BY_CHANNEL.targets)
    found = read(anybody, "2026-06-15 10:00 reported phone incident", now="2026-06-15 10:00")
    assert {one.target.key for one in found} == {"phone", "any"}


@pytest.mark.parametrize("rule", [{"channels": "phone"}, {"phone_required": True}])
def test_where_nobody_is_kept_from_phoning_a_later_call_counts_too(rule: dict[str, Any]) -> None:
    anybody = terms(target(promise="reaction", hours=1, **rule), caller="")
    (one,) = read(anybody, MAIL, "2026-06-15 11:00 called", now="2026-06-15 11:30")
    assert (wall(one.started_at), one.binding) == ("2026-06-15 11:00", True)
    named = terms(target(promise="reaction", hours=1, **rule))
    found = read(named, MAIL, "2026-06-15 11:00 called", now="2026-06-15 11:30")
    assert not any(one.binding for one in found)


def test_a_later_call_starts_what_is_promised_by_phone_and_leaves_the_rest() -> None:
    found = read(BY_CHANNEL, MAIL, "2026-06-15 11:00 called authorised", now="2026-06-15 11:30")
    starts = {one.target.key: wall(one.started_at) for one in found}
    assert starts == {
        "phone": "2026-06-15 11:00",
        "other": "2026-06-15 10:00",
        "listed": "2026-06-15 10:00",
        "any": "2026-06-15 10:00",
    }


@pytest.mark.parametrize("written", ["any", "phone", "not_phone", ["email", "web"]])
def test_channels_are_written_as_they_were(written: str | list[str]) -> None:
    assert channels_written(channels_of(written)) == written
    assert channels_of(list(Channel)) == frozenset()


# A guarantee or an effort.


def test_an_effort_is_judged_like_a_guarantee_and_told_apart() -> None:
    effort, guarantee = (target(hours=8, strength=each) for each in ("effort", "guarantee"))
    for promised, said in ((effort, "een inspanning"), (guarantee, "een garantie")):
        (one,) = read(promised, MAIL, now="2026-06-20 10:00")
        assert (one.binding, one.state) == (True, State.BREACHED)
        with override("nl"):
            words = in_words(explain(one, terms(promised), WERKDAGEN), AMSTERDAM, {"nl": "Snel"})
        assert f"§ 1: “Snel”, {said}." in words


def test_dialog_is_read_as_it_is_written() -> None:
    found = {one.key: one for one in agreement().targets}
    efforts = {key for key, one in found.items() if one.strength is Strength.EFFORT}
    assert efforts == set(found) - {"reaction-setting"}  # 3.G: "zal er … gereageerd worden"
    assert found["reaction-setting"].strength is Strength.GUARANTEE
    assert {found[key].work for key in ("reaction-middel", "resolution-hoog")} == {8 * HOUR}
    assert agreement("diploc").targets[0].strength is Strength.GUARANTEE


@pytest.mark.parametrize(
    ("day", "who"),
    [("15", "Wachten op de klant van"), ("16", "Wachten op de klant, of opgelost, van")],
)
def test_what_stood_still_outside_hours_is_not_told_as_nothing_of_time(day: str, who: str) -> None:
    promised = target(hours=8, pauses_while_waiting=True)  # till Tuesday 16 June 10:00
    history = [f"2026-06-{day} 18:00 waiting", f"2026-06-{day} 20:00 resumed"]
    (one,) = read(promised, MAIL, *history, now="2026-06-17 09:30")
    with override("nl"):
        words = in_words(explain(one, terms(promised), WERKDAGEN), AMSTERDAM, {"nl": "Snel"})
    (said,) = [sentence for sentence in words if sentence.startswith(who)]
    assert said.endswith(f"{day} jun 2026 20:00: daarin viel geen werktijd.")
    assert not any(" 0m" in sentence for sentence in words)
