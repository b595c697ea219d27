"""Counting in working hours: the cases that a calendar, a clock change and a pause make."""

import pickle
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import holidays
import pytest

from sla.engine import WorkingHours
from tests.engine.calendars import (
    ALWAYS,
    AMSTERDAM,
    HOUR,
    TICK,
    WERKDAG,
    WERKDAGEN,
    at,
    span,
    wall,
)

NINE_TO_FIVE = [("09:00", "17:00")]
WEEK = dict.fromkeys(range(5), NINE_TO_FIVE)


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        pytest.param("2026-05-18 10:00", 8, "2026-05-19 10:00", id="same time next working day"),
        pytest.param("2026-05-18 09:00", 8, "2026-05-18 17:00", id="a whole day ends at closing"),
        pytest.param("2026-05-16 11:00", 8, "2026-05-18 17:00", id="Saturday + 1 = Monday 17:00"),
        pytest.param("2026-05-18 07:00", 8, "2026-05-18 17:00", id="before opening"),
        pytest.param("2026-05-18 17:00", 8, "2026-05-19 17:00", id="at closing"),
        pytest.param("2026-05-18 23:59", 8, "2026-05-19 17:00", id="late in the evening"),
        pytest.param("2026-05-18 16:59", 1, "2026-05-19 09:59", id="a minute before closing"),
        pytest.param("2026-05-15 16:00", 4, "2026-05-18 12:00", id="over an ordinary weekend"),
        pytest.param("2026-04-02 16:00", 4, "2026-04-07 12:00", id="over Goede Vrijdag and Pasen"),
        pytest.param("2026-05-22 16:00", 8, "2026-05-26 16:00", id="over Pinksteren"),
        pytest.param("2026-05-13 16:00", 2, "2026-05-15 10:00", id="over Hemelvaart"),
        pytest.param("2026-12-24 16:00", 8, "2026-12-28 16:00", id="over Kerst"),
        pytest.param("2025-12-31 16:00", 8, "2026-01-02 16:00", id="over the year's end"),
        pytest.param("2028-02-28 12:00", 8, "2028-02-29 12:00", id="into 29 February"),
        pytest.param("2028-02-29 12:00", 8, "2028-03-01 12:00", id="out of 29 February"),
        pytest.param("2026-03-27 16:00", 8, "2026-03-30 16:00", id="over the night of spring"),
        pytest.param("2026-10-23 16:00", 8, "2026-10-26 16:00", id="over the night of autumn"),
        pytest.param("2026-05-05 10:00", 8, "2026-05-06 10:00", id="5 May 2026 is a werkdag"),
        pytest.param("2025-05-02 16:00", 8, "2025-05-06 16:00", id="5 May 2025 is none"),
        pytest.param("2026-05-18 10:00", 0, "2026-05-18 10:00", id="nothing is due at the start"),
        pytest.param("2026-05-17 10:00", 0, "2026-05-17 10:00", id="nothing, on a Sunday"),
    ],
)
def test_due(start: str, hours: int, due: str) -> None:
    assert wall(WERKDAGEN.due(at(start), hours * HOUR)) == due


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        pytest.param("2026-05-18 10:00", "2026-05-18 12:00", 2, id="within a day"),
        pytest.param("2026-05-18 00:00", "2026-05-19 00:00", 8, id="a day"),
        pytest.param("2026-05-18 00:00", "2026-05-25 00:00", 40, id="a week"),
        pytest.param("2026-05-18 18:00", "2026-05-18 22:00", 0, id="both after hours"),
        pytest.param("2026-05-15 18:00", "2026-05-18 08:00", 0, id="a weekend"),
        pytest.param("2026-05-18 17:00", "2026-05-19 09:00", 0, id="a night, edge to edge"),
        pytest.param("2026-05-18 12:00", "2026-05-18 10:00", 0, id="backwards"),
        pytest.param("2026-05-18 10:00", "2026-05-18 10:00", 0, id="no time"),
        pytest.param("2026-12-21 00:00", "2026-12-28 00:00", 32, id="the week of Kerst"),
    ],
)
def test_elapsed(start: str, end: str, hours: int) -> None:
    assert WERKDAGEN.elapsed(at(start), at(end)) == hours * HOUR


def test_a_year_is_its_open_days() -> None:
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    closed = holidays.country_holidays("NL", years=2026)
    open_days = sum(day.weekday() < 5 and day not in closed for day in days)
    assert WERKDAGEN.elapsed(at("2026-01-01 00:00"), at("2027-01-01 00:00")) == open_days * WERKDAG


@pytest.mark.parametrize(
    ("pauses", "due"),
    [
        pytest.param(["2026-05-18 12:00 / 2026-05-18 14:00"], "2026-05-19 12:00", id="in hours"),
        pytest.param(["2026-05-18 16:00 / 2026-05-19 10:00"], "2026-05-19 12:00", id="over night"),
        pytest.param(["2026-05-18 17:00 / 2026-05-19 09:00"], "2026-05-19 10:00", id="over closed"),
        pytest.param(["2026-05-18 12:00 / 2026-05-18 12:00"], "2026-05-19 10:00", id="nothing"),
        pytest.param(["2026-05-22 16:00 / 2026-05-26 09:00"], "2026-05-19 10:00", id="later on"),
        pytest.param(["2026-05-19 10:00 / 2026-05-21 10:00"], "2026-05-19 10:00", id="from due on"),
        pytest.param(["2026-05-18 16:00 / 2026-05-26 09:00"], "2026-05-26 11:00", id="holiday"),
        pytest.param(["2026-05-11 12:00 / 2026-05-18 09:30"], "2026-05-19 10:00", id="before it"),
        pytest.param(["2026-05-11 12:00 / 2026-05-18 11:00"], "2026-05-19 11:00", id="around it"),
        pytest.param(
            ["2026-05-18 12:00 / 2026-05-18 14:00", "2026-05-18 13:00 / 2026-05-18 15:00"],
            "2026-05-19 13:00",
            id="overlapping count once",
        ),
        pytest.param(
            ["2026-05-18 14:00 / 2026-05-18 15:00", "2026-05-18 11:00 / 2026-05-18 12:00"],
            "2026-05-19 12:00",
            id="in any order",
        ),
        pytest.param(
            ["2026-05-18 11:00 / 2026-05-18 16:00", "2026-05-18 12:00 / 2026-05-18 13:00"],
            "2026-05-19 15:00",
            id="one inside the other",
        ),
    ],
)
def test_pauses_cost_the_working_time_in_them(pauses: list[str], due: str) -> None:
    spans = [span(pause) for pause in pauses]
    assert wall(WERKDAGEN.due(at("2026-05-18 10:00"), WERKDAG, spans)) == due
    assert WERKDAGEN.elapsed(at("2026-05-18 10:00"), at(due), spans) == WERKDAG


def test_a_pause_keeps_its_seconds() -> None:
    start = at("2026-05-18 10:00")
    pause = (start + HOUR, start + HOUR + timedelta(seconds=3601))
    due = WERKDAGEN.due(start, 6 * HOUR, [pause])
    assert due == at("2026-05-19 09:00") + timedelta(seconds=1)


def test_an_open_pause_leaves_no_deadline_and_closing_it_gives_one() -> None:
    start, held = at("2026-05-18 10:00"), at("2026-05-18 12:00")
    assert WERKDAGEN.due(start, WERKDAG, [(held, None)]) is None
    assert wall(WERKDAGEN.due(start, WERKDAG, [(held, at("2026-05-18 13:00"))])) == (
        "2026-05-19 11:00"
    )


def test_an_open_pause_from_the_deadline_on_changes_nothing() -> None:
    start, due = at("2026-05-18 10:00"), at("2026-05-19 10:00")
    assert WERKDAGEN.due(start, WERKDAG, [(due, None)]) == due
    assert WERKDAGEN.due(start, WERKDAG, [(due - TICK, None)]) is None


def test_pauses_may_come_from_a_generator() -> None:
    pauses = [span("2026-05-18 12:00 / 2026-05-18 14:00")]
    due = WERKDAGEN.due(at("2026-05-18 10:00"), WERKDAG, (pause for pause in pauses))
    assert wall(due) == "2026-05-19 12:00"


def test_a_pause_can_not_end_before_it_begins() -> None:
    start = at("2026-05-18 10:00")
    with pytest.raises(ValueError, match="can't end before it begins"):
        WERKDAGEN.due(start, WERKDAG, [(start + HOUR, start)])


def test_a_pause_years_ahead_changes_nothing_whatever_was_asked_before() -> None:
    hours = WorkingHours.dutch()
    hours.due(at("2026-06-01 10:00"), HOUR)
    due = hours.due(at("2025-03-03 10:00"), WERKDAG, [span("2030-01-01 00:00 / 2030-01-02 00:00")])
    assert wall(due) == "2025-03-04 10:00"


def test_a_pause_of_years_counts_whatever_was_asked_before() -> None:
    pause = span("2025-03-03 12:00 / 2033-03-01 12:00")
    asked = WorkingHours.dutch()
    asked.due(at("2026-06-01 10:00"), HOUR)
    assert wall(asked.due(at("2025-03-03 10:00"), WERKDAG, [pause])) == "2033-03-02 10:00"


# Calendars.


def test_24_00_closes_no_minute_of_the_night() -> None:
    assert ALWAYS.elapsed(at("2026-06-01 00:00"), at("2026-06-08 00:00")) == 168 * HOUR
    assert ALWAYS.is_open(at("2026-06-01 23:59") + timedelta(seconds=59))


def test_lunch_does_not_count() -> None:
    hours = WorkingHours({0: [("13:00", "17:30"), ("08:30", "12:00")]}, "Europe/Amsterdam")
    assert wall(hours.due(at("2026-05-18 08:00"), 4 * HOUR)) == "2026-05-18 13:30"
    assert wall(hours.due(at("2026-05-18 08:00"), timedelta(hours=3.5))) == "2026-05-18 12:00"


def test_a_special_day_has_hours_of_its_own() -> None:
    special = {date(2026, 12, 24): [("09:00", "12:00")], date(2026, 12, 25): NINE_TO_FIVE}
    hours = WorkingHours(WEEK, "Europe/Amsterdam", [date(2026, 12, 25)], special)
    assert wall(hours.due(at("2026-12-24 11:00"), 2 * HOUR)) == "2026-12-25 10:00"


def test_hours_open_at_the_first_instant_and_close_at_the_last() -> None:
    assert WERKDAGEN.is_open(at("2026-05-18 09:00"))
    assert not WERKDAGEN.is_open(at("2026-05-18 09:00") - TICK)
    assert WERKDAGEN.is_open(at("2026-05-18 17:00") - TICK)
    assert not WERKDAGEN.is_open(at("2026-05-18 17:00"))
    assert not WERKDAGEN.is_open(at("2026-05-25 12:00"))  # Tweede Pinksterdag


def test_closed_days_bear_their_names() -> None:
    days = WERKDAGEN.closed_days(at("2026-05-22 10:00"), at("2026-05-26 16:00"))
    assert [(day.day.day, day.name) for day in days] == [
        (23, ""),
        (24, ""),
        (25, "Tweede pinksterdag"),
    ]


DUTCH_DAYS = {
    "Goede vrijdag": ["2024-03-29", "2025-04-18", "2026-04-03", "2027-03-26", "2028-04-14"],
    "Tweede paasdag": ["2024-04-01", "2025-04-21", "2026-04-06", "2027-03-29", "2028-04-17"],
    "Bevrijdingsdag": ["2025-05-05", "2030-05-05"],
    "Hemelvaartsdag": ["2024-05-09", "2025-05-29", "2026-05-14", "2027-05-06", "2028-05-25"],
}


@pytest.mark.parametrize("name", DUTCH_DAYS)
def test_dutch_days_fall_on_their_dates(name: str) -> None:
    days = holidays.country_holidays("NL", language="nl", years=range(2024, 2031))
    found = [day.isoformat() for day, called in sorted(days.items()) if called == name]
    assert found[: len(DUTCH_DAYS[name])] == DUTCH_DAYS[name]


@pytest.mark.parametrize(
    ("day", "is_open"),
    [
        ("2024-05-06", True),
        ("2026-05-05", True),
        ("2025-05-05", False),
        ("2026-04-03", False),
        ("2026-04-27", False),
        ("2025-04-26", False),
        ("2026-12-24", True),
        ("2026-12-31", True),
        ("2026-05-04", True),
        ("2026-05-15", True),
        ("2027-12-27", True),
    ],
)
def test_werkdagen_are_open_by_date(day: str, is_open: bool) -> None:
    assert WERKDAGEN.is_open(at(f"{day} 12:00")) is is_open


def test_liberation_day_may_be_closed_every_year() -> None:
    yearly = WorkingHours.dutch(every_liberation_day=True)
    for year in (2026, 2027, 2028):
        assert not yearly.is_open(at(f"{year}-05-05 12:00"))
        assert WERKDAGEN.is_open(at(f"{year}-05-05 12:00"))


# What can't be.


@pytest.mark.parametrize(
    ("calendar", "words"),
    [
        ({"week": {}}, "at least one weekday"),
        ({"week": {0: []}}, "at least one weekday"),
        ({"week": {7: NINE_TO_FIVE}}, "0 .Monday. to 6"),
        ({"week": {0: [("17:00", "09:00")]}}, "end after they begin"),
        ({"week": {0: [("09:00", "09:00")]}}, "end after they begin"),
        ({"week": {0: [("09:00", "12:00"), ("11:00", "17:00")]}}, "overlap"),
        ({"week": {0: [("09:00", "25:00")]}}, "not a time of day"),
        ({"week": {0: [("09:00", "24:01")]}}, "not a time of day"),
        ({"week": {0: [("09:60", "17:00")]}}, "not a time of day"),
        ({"week": {0: [("negen", "17:00")]}}, "not a time of day"),
        ({"week": {0: [("24:00", "24:00")]}}, "end after they begin"),
        ({"zone": "Europe/Utrecht"}, "unknown time zone"),
        ({"zone": ""}, "unknown time zone"),
        ({"zone": "../../etc/passwd"}, "unknown time zone"),
        ({"zone": "Europe"}, "unknown time zone"),
        ({"closed": [datetime(2026, 12, 25, tzinfo=UTC)]}, "is a date"),
        ({"closed": ["2026-12-25"]}, "is a date"),
        ({"special": {date(2026, 12, 25): [("9", "17:00")]}}, "not a time of day"),
    ],
)
def test_a_nonsensical_calendar_can_not_be_made(calendar: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        WorkingHours(**{"week": WEEK, "zone": "Europe/Amsterdam", **calendar})


def test_naive_times_are_refused_everywhere() -> None:
    naive, aware = datetime(2026, 5, 18, 10), at("2026-05-18 10:00")  # noqa: DTZ001
    asked = [
        lambda: WERKDAGEN.due(naive, HOUR),
        lambda: WERKDAGEN.due(naive, 0 * HOUR),
        lambda: WERKDAGEN.due(aware, HOUR, [(naive, None)]),
        lambda: WERKDAGEN.due(aware, HOUR, [(aware, naive)]),
        lambda: WERKDAGEN.elapsed(naive, aware),
        lambda: WERKDAGEN.elapsed(aware, naive),
        lambda: WERKDAGEN.is_open(naive),
        lambda: list(WERKDAGEN.stretches(naive, aware)),
    ]
    for ask in asked:
        with pytest.raises(ValueError, match="needs its UTC offset"):
            ask()


def test_negative_work_is_refused() -> None:
    with pytest.raises(ValueError, match="can't be negative"):
        WERKDAGEN.due(at("2026-05-18 10:00"), -TICK)


@pytest.mark.parametrize("work", [timedelta(0), HOUR])
@pytest.mark.parametrize(
    "start",
    [
        datetime.max.replace(tzinfo=UTC),
        datetime.min.replace(tzinfo=UTC),
        datetime.min.replace(tzinfo=timezone(timedelta(hours=14))),
        datetime(1899, 12, 31, tzinfo=UTC),
        datetime(2401, 1, 1, tzinfo=UTC),
    ],
)
def test_years_that_mean_nothing_are_refused(start: datetime, work: timedelta) -> None:
    with pytest.raises(ValueError, match="can be counted"):
        WorkingHours.dutch().due(start, work)


@pytest.mark.parametrize("work", [timedelta.max, timedelta(days=10**6)])
def test_work_for_ages_is_refused(work: timedelta) -> None:
    with pytest.raises(ValueError, match="beyond the year"):
        WorkingHours.dutch().due(at("2026-05-18 10:00"), work)


def test_a_calendar_that_is_closed_for_good_refuses_instead_of_searching() -> None:
    mondays = {date(2026, 1, 5) + timedelta(weeks=n) for n in range(-7000, 20_000)}
    hours = WorkingHours({0: NINE_TO_FIVE}, "Europe/Amsterdam", mondays)
    with pytest.raises(ValueError, match="beyond the year"):
        hours.due(at("2026-05-18 10:00"), HOUR)


@pytest.mark.parametrize(
    "offset",
    [UTC, timezone(timedelta(hours=5.5)), timezone(-timedelta(hours=11)), AMSTERDAM],
)
def test_sunday_evening_elsewhere_may_be_monday_here(offset: Any) -> None:
    monday = at("2026-05-18 09:00").astimezone(offset)
    due = WERKDAGEN.due(monday, HOUR)
    assert wall(due) == "2026-05-18 10:00"
    assert due is not None
    assert due.tzinfo is AMSTERDAM or str(due.tzinfo) == "Europe/Amsterdam"


def test_a_calendar_can_be_sent_to_another_process() -> None:
    there = pickle.loads(pickle.dumps(WorkingHours(WEEK, "Europe/Amsterdam", [date(2026, 5, 18)])))
    assert wall(there.due(at("2026-05-18 10:00"), HOUR)) == "2026-05-19 10:00"


def test_the_order_of_questions_makes_no_difference() -> None:
    starts = [at(f"{year}-03-03 10:00") for year in (2026, 2031, 1990, 2025, 2200, 2024)]
    asked = WorkingHours.dutch()
    for start in starts:
        fresh = WorkingHours.dutch()
        assert asked.due(start, 99 * HOUR) == fresh.due(start, 99 * HOUR)
        assert asked.elapsed(start, start + timedelta(days=400)) == fresh.elapsed(
            start, start + timedelta(days=400)
        )


def test_the_end_of_a_day_is_that_of_a_day_to_come_and_of_our_time() -> None:
    assert wall(WERKDAGEN.end_of_day(at("2026-05-22 16:00"), 1)) == "2026-05-26 17:00"
    with pytest.raises(ValueError, match="count from 1"):
        WERKDAGEN.end_of_day(at("2026-05-22 16:00"), 0)
    with pytest.raises(ValueError, match="beyond the year"):
        WERKDAGEN.end_of_day(at("2399-12-01 16:00"), 60)


def test_nothing_counts_between_a_moment_and_itself_or_one_before_it() -> None:
    noon = at("2026-05-20 12:00")
    assert list(WERKDAGEN.stretches(noon, noon)) == []
    assert list(WERKDAGEN.stretches(noon, noon - HOUR)) == []


def test_a_calendar_that_was_closed_for_years_begins_to_count_when_it_opens() -> None:
    closed = {date(2024, 1, 1) + timedelta(days=n) for n in range(366 + 365)}
    sundays = WorkingHours({6: [("12:00", "13:00")]}, "Europe/Amsterdam", closed)
    assert sundays.elapsed(at("2025-06-01 09:00"), at("2026-01-04 12:30")) == HOUR / 2
