"""Counting over clock changes, in zones of every sort."""

from datetime import UTC, date, datetime, timedelta

import pytest

from sla.engine import WorkingHours
from tests.engine.calendars import ALWAYS, HOUR, MINUTE, NIGHTS, at

WEEK = {day: [("09:00", "17:00")] for day in range(5)}


# Clock changes: 29 March and 25 October 2026, both at 01:00 UTC.


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2026-03-28T12:00:00+01:00", 24, "2026-03-29T13:00:00+02:00"),
        ("2026-10-24T12:00:00+02:00", 24, "2026-10-25T11:00:00+01:00"),
        ("2026-03-29T01:30:00+01:00", 1, "2026-03-29T03:30:00+02:00"),
        ("2026-10-25T01:30:00+02:00", 1, "2026-10-25T02:30:00+02:00"),
        ("2026-10-25T01:30:00+02:00", 2, "2026-10-25T02:30:00+01:00"),
        ("2026-10-25T02:30:00+02:00", 1, "2026-10-25T02:30:00+01:00"),
        ("2026-10-25T02:30:00+01:00", 1, "2026-10-25T03:30:00+01:00"),
    ],
)
def test_round_the_clock_counts_real_time(start: str, hours: int, due: str) -> None:
    found = ALWAYS.due(datetime.fromisoformat(start), hours * HOUR)
    assert found is not None
    assert found.isoformat() == due


@pytest.mark.parametrize(
    ("day", "hours"), [("2026-03-29", 5), ("2026-10-25", 7), ("2026-06-01", 6)]
)
def test_a_night_shift_is_as_long_as_the_night(day: str, hours: int) -> None:
    assert NIGHTS.elapsed(at(f"{day} 00:00"), at(f"{day} 12:00")) == hours * HOUR


def test_months_of_a_clock_change_are_an_hour_short_and_long() -> None:
    march = ALWAYS.elapsed(at("2026-03-01 00:00"), at("2026-04-01 00:00"))
    october = ALWAYS.elapsed(at("2026-10-01 00:00"), at("2026-11-01 00:00"))
    assert (march / MINUTE, october / MINUTE) == (44_580, 44_700)


def opened(blocks: list[tuple[str, str]], day: str, zone: str = "Europe/Amsterdam") -> list[str]:
    """What counts on a day, as UTC."""
    hours = WorkingHours(dict.fromkeys(range(7), blocks), zone)
    midnight = datetime.fromisoformat(day).replace(tzinfo=hours.zone)
    after = (datetime.fromisoformat(day) + timedelta(days=1)).replace(tzinfo=hours.zone)
    return [
        f"{stretch.start.astimezone(UTC):%H:%M}-{stretch.end.astimezone(UTC):%H:%M}"
        for stretch in hours.stretches(midnight, after)
    ]


@pytest.mark.parametrize(
    ("block", "counted"),
    [
        pytest.param(("02:00", "03:00"), [], id="the skipped hour itself"),
        pytest.param(("02:15", "02:45"), ["01:15-01:45"], id="inside it: as much later"),
        pytest.param(("01:00", "02:30"), ["00:00-01:00", "01:00-01:30"], id="ends in it"),
        pytest.param(("02:30", "05:00"), ["01:30-03:00"], id="begins in it"),
        pytest.param(("01:00", "04:00"), ["00:00-01:00", "01:00-02:00"], id="around it"),
    ],
)
def test_edges_that_do_not_exist(block: tuple[str, str], counted: list[str]) -> None:
    assert opened([block], "2026-03-29") == counted


def test_blocks_that_a_skipped_hour_pushes_together_count_once() -> None:
    day = "2026-03-29"
    hours = WorkingHours({6: [("00:00", "02:30"), ("03:00", "05:00")]}, "Europe/Amsterdam")
    assert hours.elapsed(at(f"{day} 00:00"), at(f"{day} 12:00")) == 4 * HOUR


@pytest.mark.parametrize(
    ("block", "counted"),
    [
        pytest.param(("02:00", "03:00"), ["00:00-01:00", "01:00-02:00"], id="both of them"),
        pytest.param(("02:15", "02:45"), ["00:15-00:45"], id="the first of two"),
        pytest.param(("01:00", "02:30"), ["23:00-00:30"], id="ends in the first"),
        pytest.param(("02:30", "05:00"), ["00:30-01:00", "01:00-04:00"], id="begins in the first"),
    ],
)
def test_edges_that_exist_twice(block: tuple[str, str], counted: list[str]) -> None:
    assert opened([block], "2026-10-25") == counted


def test_midnight_that_does_not_exist() -> None:
    # São Paulo, 4 November 2018: 00:00 became 01:00.
    assert opened([("00:00", "24:00")], "2018-11-04", "America/Sao_Paulo") == ["03:00-02:00"]
    assert opened([("22:00", "24:00")], "2018-11-03", "America/Sao_Paulo") == ["01:00-03:00"]


def test_a_day_that_a_zone_skips_has_no_hours() -> None:
    # Samoa went from Thursday 29 to Saturday 31 December 2011.
    hours = WorkingHours(WEEK, "Pacific/Apia")
    thursday = datetime(2011, 12, 29, 16, tzinfo=hours.zone)
    assert str(hours.due(thursday, 2 * HOUR)) == "2012-01-02 10:00:00+14:00"


def test_half_an_hour_of_clock_change() -> None:
    hours = WorkingHours({day: [("00:00", "24:00")] for day in range(7)}, "Australia/Lord_Howe")
    short, long = date(2026, 10, 4), date(2026, 4, 5)
    for day, length in ((short, 23.5), (long, 24.5)):
        begin = datetime(day.year, day.month, day.day, tzinfo=hours.zone)
        end = datetime(day.year, day.month, day.day + 1, tzinfo=hours.zone)
        assert hours.elapsed(begin, end) == length * HOUR
