"""The ruler: what is drawn of a clock, where, and that it stays small."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sla.engine import Reading, WorkingHours
from sla.engine.ruler import draw
from sla.engine.ruler_parts import LEFT, RIGHT, SHUT, WIDTH, Part, Ruler, Sign
from tests.engine.calendars import ALWAYS, HOUR, NIGHTS, WERKDAGEN, at, wall
from tests.engine.histories import (
    HOOG_BACK,
    HOOG_CALL,
    HOOG_MAIL,
    LAAG_MAIL,
    MIDDEL_BACK,
    MIDDEL_MAIL,
    RELEASES,
    reading,
    readings,
)

MOST = 120
FRIDAY_HOOG = "2026-11-20 16:30 reported phone incident hoog authorised answered"
FAR = ["2031-05-21 07:00"]


def drawn(
    promise: str,
    *history: str,
    now: str,
    hours: WorkingHours = WERKDAGEN,
    releases: list[str] | None = None,
) -> Ruler:
    """The ruler of the only clock of this promise."""
    ruler = draw(read(promise, *history, now=now, releases=releases), hours, at(now))
    assert ruler is not None
    return ruler


def read(promise: str, *history: str, now: str, releases: list[str] | None = None) -> Reading:
    """The only clock of this promise."""
    found = readings(*history, now=now, releases=RELEASES if releases is None else releases)
    return reading(promise, found)


def parts(ruler: Ruler) -> list[tuple[str, str | None, str]]:
    """What it is, until when, and its name."""
    return [(segment.part.value, wall(segment.end), segment.name) for segment in ruler.segments]


def signs(ruler: Ruler) -> dict[str, str | None]:
    """The marks that are not the calendar's, with their moments."""
    calendar = {Sign.DAY, Sign.WEEK, Sign.MONTH, Sign.YEAR}
    return {
        f"{mark.sign}{mark.share or ''}": wall(mark.at)
        for mark in ruler.marks
        if mark.sign not in calendar
    }


def test_a_clock_over_a_weekend_shows_what_counted_what_is_closed_and_what_is_left() -> None:
    ruler = drawn("resolution", FRIDAY_HOOG, now="2026-11-23 11:00")
    assert parts(ruler) == [
        ("counted", "2026-11-20 17:00", ""),
        ("closed", "2026-11-23 09:00", ""),
        ("counted", "2026-11-23 11:00", ""),
        ("ahead", "2026-11-23 16:30", ""),
    ]
    assert signs(ruler) == {
        "start": "2026-11-20 16:30",
        "warning50": "2026-11-23 12:30",
        "warning80": "2026-11-23 14:54",
        "deadline": "2026-11-23 16:30",
        "now": "2026-11-23 11:00",
    }


def test_open_time_is_wide_and_a_weekend_narrow() -> None:
    ruler = drawn("resolution", FRIDAY_HOOG, now="2026-11-23 11:00")
    half_hour, weekend, two_hours, rest = (segment.width for segment in ruler.segments)
    assert weekend < two_hours < rest
    assert rest / two_hours == pytest.approx(5.5 / 2, rel=0.02)
    assert half_hour < two_hours


def test_holidays_are_named_each_and_apart_from_the_weekend() -> None:
    ruler = drawn(
        "resolution",
        "2026-12-24 16:00 reported phone incident hoog authorised answered",
        now="2026-12-24 16:00",
    )
    assert parts(ruler) == [
        ("ahead", "2026-12-24 17:00", ""),
        ("holiday", "2026-12-26 00:00", "Eerste kerstdag"),
        ("closed", "2026-12-28 09:00", ""),
        ("ahead", "2026-12-28 16:00", ""),
    ]
    easter = drawn("reaction", "2026-04-02 16:00 reported web setting", now="2026-04-02 16:00")
    assert [segment.name for segment in easter.segments if segment.name] == [
        "Goede vrijdag",
        "Tweede paasdag",
    ]
    assert easter.segments[1].day == at("2026-04-03 12:00").date()


def test_waiting_and_the_time_until_a_reopening_are_drawn_as_one_each() -> None:
    ruler = drawn(
        "resolution",
        "2026-05-18 10:00 reported email incident hoog",
        "2026-05-18 12:00 waiting",
        "2026-05-19 10:00 resumed",
        "2026-05-19 11:00 resolved",
        "2026-05-22 09:00 reopened",
        now="2026-05-22 10:00",
    )
    assert parts(ruler) == [
        ("counted", "2026-05-18 12:00", ""),
        ("waiting", "2026-05-19 10:00", ""),
        ("counted", "2026-05-19 11:00", ""),
        ("solved", "2026-05-22 09:00", ""),
        ("counted", "2026-05-22 10:00", ""),
        ("ahead", "2026-05-22 14:00", ""),
    ]


def test_4f_the_time_until_a_declined_one_was_reopened_is_drawn_as_outside() -> None:
    back = ["2026-05-18 12:00 declined", "2026-05-19 10:00 reopened"]
    ruler = drawn("resolution", HOOG_MAIL, *back, now="2026-05-19 11:00")
    assert parts(ruler)[:2] == [
        ("counted", "2026-05-18 12:00", ""),
        ("outside", "2026-05-19 10:00", ""),
    ]


def test_a_held_clock_has_no_deadline_and_goes_on() -> None:
    ruler = drawn("resolution", HOOG_MAIL, "2026-05-18 12:00 waiting", now="2026-05-19 12:00")
    assert ruler.open_ended
    assert [segment.part for segment in ruler.segments] == [Part.COUNTED, Part.WAITING]
    assert ruler.end < WIDTH - 100
    assert "deadline" not in signs(ruler)


def test_without_a_release_the_axis_goes_on() -> None:
    ruler = drawn("resolution", MIDDEL_MAIL, now="2026-05-18 12:00", releases=[])
    assert ruler.open_ended
    assert signs(ruler) == {"start": "2026-05-18 10:00", "now": "2026-05-18 12:00"}


def test_a_deadline_at_closing_time_ends_the_axis_there() -> None:
    ruler = drawn("resolution", FRIDAY_HOOG.replace("16:30", "17:00"), now="2026-11-20 17:00")
    assert signs(ruler)["deadline"] == "2026-11-23 17:00"
    assert ruler.segments[-1].part is Part.AHEAD
    mark = ruler.mark(Sign.DEADLINE)
    assert mark is not None
    assert mark.x == pytest.approx(RIGHT)


def test_a_missed_deadline_is_followed_by_the_time_it_is_late() -> None:
    owed = drawn("resolution", HOOG_MAIL, now="2026-05-19 12:00")
    assert parts(owed)[-1] == ("overdue", "2026-05-19 12:00", "")
    assert "now" in signs(owed)
    late = drawn("resolution", HOOG_MAIL, "2026-05-19 11:00 resolved", now="2026-06-19 12:00")
    assert parts(late)[-1] == ("overdue", "2026-05-19 11:00", "")
    assert signs(late)["late"] == "2026-05-19 11:00"
    assert "now" not in signs(late)


def test_however_late_it_is_the_promised_time_keeps_half_of_the_drawing() -> None:
    ruler = drawn("resolution", HOOG_MAIL, now="2028-05-19 12:00")
    deadline = ruler.mark(Sign.DEADLINE)
    assert deadline is not None
    assert deadline.x == pytest.approx(WIDTH / 2)


def test_what_was_kept_shows_the_answer_and_the_time_left_over() -> None:
    ruler = drawn("reaction", MIDDEL_BACK, "2026-05-18 12:00 replied", now="2026-06-18 12:00")
    assert signs(ruler)["kept"] == "2026-05-18 12:00"
    assert ruler.segments[0].part is Part.COUNTED
    assert ruler.segments[-1].part is Part.AHEAD


def test_4d_what_does_not_bind_is_drawn_as_such_and_without_warnings() -> None:
    ruler = drawn("reaction", MIDDEL_MAIL, now="2026-05-18 12:00")
    assert not ruler.binding
    assert not [mark for mark in ruler.marks if mark.sign is Sign.WARNING]


def test_direct_is_a_deadline_at_the_start_with_what_is_late_after_it() -> None:
    answered = drawn("reaction", HOOG_CALL, now="2026-05-18 12:00")
    assert (answered.segments, answered.open_ended) == ((), True)
    assert {mark.x for mark in answered.marks} == {LEFT}
    owed = drawn("reaction", HOOG_BACK, now="2026-05-18 12:00")
    assert parts(owed) == [("overdue", "2026-05-18 12:00", "")]


def test_nothing_is_drawn_where_nothing_is_measured() -> None:
    now = "2026-05-18 12:00"
    for promise, history in [
        ("resolution", [LAAG_MAIL]),
        ("reaction", [HOOG_MAIL]),  # due at a call that has not come
        ("resolution", [HOOG_MAIL, "2026-05-18 11:00 declined"]),
    ]:
        assert draw(read(promise, *history, now=now), WERKDAGEN, at(now)) is None


def test_the_days_are_marked_where_they_open_and_months_where_there_are_many() -> None:
    days = drawn("resolution", FRIDAY_HOOG, now="2026-11-23 11:00")
    found = [wall(mark.at) for mark in days.marks if mark.sign is Sign.DAY]
    assert found == ["2026-11-20 16:30", "2026-11-23 09:00"]
    long = drawn("resolution", MIDDEL_MAIL, now="2026-05-18 12:00", releases=["2027-05-20 07:00"])
    months = [mark for mark in long.marks if mark.sign is Sign.MONTH]
    assert len(months) == 12


def test_a_release_three_weeks_off_still_shows_its_nights() -> None:
    ruler = drawn("resolution", MIDDEL_MAIL, now="2026-05-18 12:00", releases=["2026-06-08 07:00"])
    closed = [segment for segment in ruler.segments if segment.part is Part.CLOSED]
    assert len(closed) > 10
    assert [segment.name for segment in ruler.segments if segment.name] == ["Tweede pinksterdag"]


@pytest.mark.parametrize("now", ["2026-05-18 12:00", "2028-05-18 12:00", "2036-05-18 12:00"])
def test_five_years_stay_small(now: str) -> None:
    ruler = drawn("resolution", MIDDEL_MAIL, now=now, releases=FAR)
    assert len(ruler.segments) + len(ruler.marks) <= MOST


def test_a_hundred_pauses_stay_small() -> None:
    history = [HOOG_MAIL]
    for number in range(100):
        day = at("2026-06-01 10:00") + number * timedelta(days=7)
        history += [f"{day:%Y-%m-%d %H:%M} waiting", f"{day + 3 * HOUR:%Y-%m-%d %H:%M} resumed"]
    ruler = drawn("resolution", *history, now="2029-05-18 12:00")
    assert len(ruler.segments) + len(ruler.marks) <= MOST


def test_nights_give_way_to_many_short_pauses() -> None:
    history, moment = [MIDDEL_MAIL], at("2026-05-18 11:00")
    for _time in range(20):
        history.append(f"{wall(moment + 7 * HOUR)} waiting")
        moment += 21 * HOUR
        history.append(f"{wall(moment)} resumed")
    for promised, now in (("2026-09-20 07:00", "2026-06-24 23:00"), (None, "2026-06-05 23:00")):
        told = [history[0] if promised else HOOG_MAIL, *history[1:]]
        ruler = drawn("resolution", *told, now=now, releases=[promised] if promised else None)
        assert len(ruler.segments) <= 60
        waits = [one for one in ruler.segments if one.part is Part.WAITING]
        assert waits


BEGINS = st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
SPANS = st.timedeltas(timedelta(0), timedelta(days=1900))
CLOCK_CHANGES = [at("2026-03-28 20:00"), at("2026-10-24 20:00")]


@given(
    begin=BEGINS | st.sampled_from(CLOCK_CHANGES),
    ahead=st.timedeltas(timedelta(0), timedelta(days=60)) | SPANS,
    passed=st.timedeltas(timedelta(0), timedelta(days=60)) | SPANS,
    waits=st.lists(st.timedeltas(timedelta(0), timedelta(days=9)), max_size=8),
    hours=st.sampled_from([WERKDAGEN, ALWAYS, NIGHTS]),
)
def test_segments_follow_each_other_and_cover_the_clock(
    begin: datetime,
    ahead: timedelta,
    passed: timedelta,
    waits: list[timedelta],
    hours: WorkingHours,
) -> None:
    release, now = begin + ahead, begin + passed
    history = [f"{wall(begin)} reported email incident middel"]
    cursor = begin + HOUR
    for index, wait in enumerate(waits):
        cursor += wait
        if cursor < now:
            history.append(f"{wall(cursor)} {'resumed' if index % 2 else 'waiting'}")
    history = [history[0], *sorted(history[1:])]
    try:
        one = read("resolution", *history, now=str(wall(now)), releases=[str(wall(release))])
    except ValueError:
        return  # written on the wall clock, the hour that comes twice may seem out of order
    ruler = draw(one, hours, now)
    assert ruler is not None
    check(ruler, hours)


def check(ruler: Ruler, hours: WorkingHours) -> None:
    """What holds for every drawing."""
    assert len(ruler.segments) + len(ruler.marks) <= MOST
    whole = sum((segment.end - segment.start for segment in ruler.segments), timedelta())
    fine = whole <= timedelta(days=20)
    x, cursor = LEFT, None
    for segment in ruler.segments:
        assert segment.x == pytest.approx(x)
        assert segment.width > 0
        assert segment.start < segment.end
        assert cursor in {None, segment.start}
        x, cursor = segment.x + segment.width, segment.end
        worked = hours.elapsed(segment.start, segment.end)
        if segment.part in {Part.COUNTED, Part.AHEAD}:
            # Where nights are left out, open time may reach into one.
            assert not fine or worked == segment.end - segment.start
        elif segment.part in SHUT:
            assert not worked
    assert x <= WIDTH
    assert all(LEFT - 0.01 <= mark.x <= ruler.end + 0.01 for mark in ruler.marks)


@pytest.mark.parametrize("night", ["2026-03-29", "2026-10-25"])
def test_a_night_in_which_the_clock_changes_is_one_stretch(night: str) -> None:
    report = f"{night} 00:30 reported email incident middel"
    ruler = drawn(
        "resolution", report, now=f"{night} 05:00", hours=NIGHTS, releases=[f"{night} 05:30"]
    )
    assert [segment.part for segment in ruler.segments] == [Part.COUNTED, Part.AHEAD]
    check(ruler, NIGHTS)
