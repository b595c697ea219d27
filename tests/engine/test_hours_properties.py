"""What holds for every calendar, start, target and pause (READINGS §2)."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from sla.engine import WorkingHours
from tests.engine.calendars import ALWAYS, AMSTERDAM, HOUR, MINUTE, TICK, WERKDAGEN
from tests.engine.minute_oracle import MinuteOracle

Spans = list[tuple[datetime, datetime]]
Week = dict[int, list[tuple[str, str]]]

ZERO = timedelta(0)
WEEK = timedelta(weeks=1)
OFFICE: Week = {day: [("08:30", "12:00"), ("13:00", "17:30")] for day in range(5)}
NIGHT: Week = {day: [("00:00", "06:00"), ("22:00", "24:00")] for day in range(7)}
QUICK = settings(max_examples=50, deadline=None)
# A calendar of its own for each example costs its table.
COSTLY = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])

POOL = [
    WERKDAGEN,
    ALWAYS,
    WorkingHours(OFFICE, "Asia/Kolkata"),
    WorkingHours(NIGHT, "Europe/Amsterdam"),
    WorkingHours(NIGHT, "Australia/Lord_Howe"),
    WorkingHours(NIGHT, "Africa/Casablanca"),
    WorkingHours({0: [("10:00", "10:07")], 6: [("02:00", "03:00")]}, "America/New_York"),
    WorkingHours(OFFICE, "Pacific/Apia", [date(2026, 5, 18) + timedelta(days=n) for n in range(9)]),
]
AMSTERDAM_OFFICE = WorkingHours(OFFICE, "Europe/Amsterdam")
# Somewhere between two clock changes, and around each kind of them.
TURNS = {
    "Europe/Amsterdam": ["2026-03-29T01:00", "2026-10-25T01:00", "2026-12-30T12:00"],
    "America/Sao_Paulo": ["2018-11-04T03:00", "2019-02-17T02:00"],
    "Asia/Kolkata": ["2026-05-18T00:00"],
    "Pacific/Apia": ["2011-12-30T10:00", "2012-03-31T14:00"],
    "Africa/Casablanca": ["2025-02-23T02:00", "2025-04-06T02:00", "2026-09-20T02:00"],
    "Australia/Lord_Howe": ["2026-04-04T15:00", "2026-10-03T15:30"],
    "America/St_Johns": ["2026-03-08T05:30", "2026-11-01T04:30"],
}

calendars = st.sampled_from(POOL)
starts = st.datetimes(datetime(2025, 1, 1), datetime(2028, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
works = st.timedeltas(TICK, 300 * HOUR)
zones = st.sampled_from(
    [UTC, AMSTERDAM, ZoneInfo("Asia/Kathmandu"), timezone(-timedelta(hours=11, minutes=30))]
)


@st.composite
def pauses_after(draw: st.DrawFn, start: datetime) -> Spans:
    """Up to four pauses around the days after a start, in any order."""
    found = []
    for _ in range(draw(st.integers(0, 4))):
        begin = start + draw(st.timedeltas(timedelta(days=-5), timedelta(days=40)))
        found.append((begin, begin + draw(st.timedeltas(ZERO, timedelta(days=12)))))
    return found


@st.composite
def cases(draw: st.DrawFn) -> tuple[WorkingHours, datetime, timedelta, Spans]:
    """A calendar, a start, a target and pauses."""
    start = draw(starts)
    return draw(calendars), start, draw(works), draw(pauses_after(start))


Case = tuple[WorkingHours, datetime, timedelta, Spans]


def due_of(
    hours: WorkingHours, start: datetime, work: timedelta, pauses: Sequence[object] = ()
) -> datetime:
    """The deadline, which there must be; in UTC, since == fails in the hour that comes twice."""
    due = hours.due(start, work, pauses)  # type: ignore[arg-type]
    assert due is not None
    return due.astimezone(UTC)


@QUICK
@given(cases(), st.timedeltas(TICK, timedelta(days=60)))
def test_1_due_is_the_first_moment_by_which_the_work_is_done(
    case: Case, earlier: timedelta
) -> None:
    hours, start, work, pauses = case
    due = due_of(hours, start, work, pauses)
    assert hours.elapsed(start, due, pauses) == work
    assert hours.elapsed(start, due - TICK, pauses) < work
    assert hours.elapsed(start, due - earlier, pauses) < work
    assert hours.due(start, ZERO, pauses) == start


@QUICK
@given(cases(), st.timedeltas(ZERO, timedelta(days=9)), st.timedeltas(ZERO, 50 * HOUR))
def test_2_later_starts_and_larger_targets_are_never_due_earlier(
    case: Case, later: timedelta, more: timedelta
) -> None:
    hours, start, work, pauses = case
    due = due_of(hours, start, work, pauses)
    assert due_of(hours, start + later, work, pauses) >= due
    assert due_of(hours, start, work + more, pauses) >= due
    assert hours.elapsed(start, due + later, pauses) >= work


@QUICK
@given(cases(), st.timedeltas(ZERO, timedelta(days=60)), st.timedeltas(ZERO, timedelta(days=20)))
def test_2_another_pause_is_never_due_earlier(
    case: Case, after: timedelta, length: timedelta
) -> None:
    hours, start, work, pauses = case
    another = (start + after, start + after + length)
    assert due_of(hours, start, work, [*pauses, another]) >= due_of(hours, start, work, pauses)


@COSTLY
@given(starts, works, st.sets(st.integers(0, 60), max_size=9))
def test_2_another_closed_day_is_never_due_earlier(
    start: datetime, work: timedelta, days: set[int]
) -> None:
    closed = [start.date() + timedelta(days=n) for n in days]
    fewer = WorkingHours(OFFICE, "Europe/Amsterdam", closed[1:])
    more = WorkingHours(OFFICE, "Europe/Amsterdam", closed)
    assert due_of(more, start, work) >= due_of(fewer, start, work)


@QUICK
@given(cases(), works, st.timedeltas(ZERO, timedelta(days=40)), st.timedeltas(ZERO, WEEK))
def test_3_time_adds_up(case: Case, more: timedelta, first: timedelta, second: timedelta) -> None:
    hours, start, work, pauses = case
    middle, end = start + first, start + first + second
    parts = hours.elapsed(start, middle, pauses) + hours.elapsed(middle, end, pauses)
    assert parts == hours.elapsed(start, end, pauses)
    halfway = due_of(hours, start, work, pauses)
    assert due_of(hours, start, work + more, pauses) == due_of(hours, halfway, more, pauses)


@QUICK
@given(cases(), st.timedeltas(-WEEK, timedelta(days=400)))
def test_4_no_more_is_counted_than_has_passed(case: Case, length: timedelta) -> None:
    hours, start, _work, pauses = case
    assert ZERO <= hours.elapsed(start, start + length, pauses) <= max(ZERO, length)


@QUICK
@given(st.integers(0, 200))
def test_4_an_ordinary_week_has_forty_hours(weeks: int) -> None:
    monday = datetime(2026, 1, 5, tzinfo=AMSTERDAM)
    assert AMSTERDAM_OFFICE.elapsed(monday, monday + weeks * WEEK) == weeks * 40 * HOUR


@QUICK
@given(cases(), zones, zones)
def test_5_equal_moments_give_equal_answers_however_written(
    case: Case, one: timezone, other: timezone
) -> None:
    hours, start, work, pauses = case
    written = [(begin.astimezone(one), end.astimezone(other)) for begin, end in pauses]
    due = due_of(hours, start, work, pauses)
    assert due_of(hours, start.astimezone(one), work, written) == due
    assert hours.elapsed(start.astimezone(other), due.astimezone(one), written) == work
    assert hours.is_open(start.astimezone(one)) == hours.is_open(start)


@QUICK
@given(st.sampled_from(POOL), st.integers(0, 3 * 3600), works)
def test_5_both_halves_of_the_repeated_hour_are_told_apart(
    hours: WorkingHours, second: int, work: timedelta
) -> None:
    moment = datetime(2026, 10, 24, 23, 30, tzinfo=UTC) + timedelta(seconds=second)
    assert due_of(hours, moment.astimezone(AMSTERDAM), work) == due_of(hours, moment, work)


@QUICK
@given(st.data(), starts, works, st.integers(-40, 40))
def test_6_whole_weeks_translate(
    data: st.DataObject, start: datetime, work: timedelta, weeks: int
) -> None:
    hours = POOL[2]  # Kolkata has neither clock changes nor, here, holidays
    pauses = data.draw(pauses_after(start))
    moved = [(begin + weeks * WEEK, end + weeks * WEEK) for begin, end in pauses]
    due = due_of(hours, start, work, pauses)
    assert due_of(hours, start + weeks * WEEK, work, moved) == due + weeks * WEEK


@QUICK
@given(st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1)), works, st.integers(0, 40))  # noqa: DTZ001
def test_6_office_hours_keep_their_wall_clock_over_a_clock_change(
    shown: datetime, work: timedelta, weeks: int
) -> None:
    assume(shown.hour > 3)
    due = AMSTERDAM_OFFICE.due(shown.replace(tzinfo=AMSTERDAM), work)
    moved = AMSTERDAM_OFFICE.due((shown + weeks * WEEK).replace(tzinfo=AMSTERDAM), work)
    assert due is not None
    assert moved is not None
    assert moved.replace(tzinfo=None) == due.replace(tzinfo=None) + weeks * WEEK


@QUICK
@given(cases(), st.randoms(use_true_random=False), st.fractions(0, 1))
def test_7_order_splitting_and_empty_pauses_make_no_difference(
    case: Case, random: object, share: float
) -> None:
    hours, start, work, pauses = case
    due = due_of(hours, start, work, pauses)
    cut = [(begin, begin + (end - begin) * float(share)) for begin, end in pauses]
    rest = [(middle, end) for (_, middle), (_, end) in zip(cut, pauses, strict=True)]
    empty = [(begin, begin) for begin, _ in pauses] + [(start, start), (due, due)]
    pieces = [*cut, *rest, *empty, *pauses[:1]]
    random.shuffle(pieces)  # type: ignore[attr-defined]
    assert due_of(hours, start, work, pieces) == due


@QUICK
@given(cases(), st.timedeltas(ZERO, timedelta(days=60)))
def test_7_a_pause_costs_exactly_the_working_time_in_it(case: Case, length: timedelta) -> None:
    hours, start, _work, pauses = case
    end = start + length
    one = pauses[:1]
    lost = sum((hours.elapsed(max(a, start), min(b, end)) for a, b in one), ZERO)
    assert hours.elapsed(start, end, one) == hours.elapsed(start, end) - lost


@QUICK
@given(cases(), st.timedeltas(ZERO, timedelta(days=4000)), st.timedeltas(ZERO, WEEK))
def test_7_a_pause_from_the_deadline_on_changes_nothing(
    case: Case, after: timedelta, length: timedelta
) -> None:
    hours, start, work, pauses = case
    due = due_of(hours, start, work, pauses)
    fresh = WorkingHours(OFFICE, "Asia/Kolkata") if hours is POOL[2] else hours
    assert due_of(fresh, start, work, [*pauses, (due + after, due + after + length)]) == due
    assert due_of(hours, start, work, [*pauses, (due + after, None)]) == due


@QUICK
@given(cases(), st.timedeltas(TICK, timedelta(days=30)))
def test_7_an_open_pause_leaves_no_deadline(case: Case, before: timedelta) -> None:
    hours, start, work, pauses = case
    due = due_of(hours, start, work, pauses)
    assert hours.due(start, work, [*pauses, (due - before, None)]) is None


@QUICK
@given(cases())
def test_8_a_deadline_is_the_end_of_counted_time(case: Case) -> None:
    hours, start, work, pauses = case
    before = due_of(hours, start, work, pauses) - TICK
    assert hours.is_open(before)
    assert not any(begin <= before < end for begin, end in pauses)


@QUICK
@given(cases())
def test_14_the_stretches_add_up_to_the_target(case: Case) -> None:
    hours, start, work, pauses = case
    due = due_of(hours, start, work, pauses)
    stretches = list(hours.stretches(start, due, pauses))
    assert sum((stretch.worked for stretch in stretches), ZERO) == work
    assert all(a.end <= b.start for a, b in pairwise(stretches))
    assert stretches[-1].end == due


times = st.integers(0, 48).map(lambda half: f"{half // 2:02}:{half % 2 * 30:02}")


@st.composite
def weeks(draw: st.DrawFn) -> Week:
    """Some days with some blocks that do not overlap."""
    found: Week = {}
    for day in draw(st.sets(st.integers(0, 6), min_size=1)):
        edges = sorted(draw(st.sets(times, min_size=2, max_size=6)))
        found[day] = list(zip(edges[::2], edges[1::2], strict=False))
    return found


@settings(COSTLY, max_examples=50)
@given(st.data(), weeks(), st.sampled_from(sorted(TURNS)))
def test_counting_agrees_with_counting_minute_by_minute(
    data: st.DataObject, week: Week, zone: str
) -> None:
    turn = datetime.fromisoformat(data.draw(st.sampled_from(TURNS[zone]))).replace(tzinfo=UTC)
    minutes = st.integers(-1800, 1800)
    start = turn + data.draw(minutes) * MINUTE
    end = start + data.draw(st.integers(0, 4 * 1440)) * MINUTE
    closed = [turn.date() + timedelta(days=n) for n in data.draw(st.sets(st.integers(-2, 3)))]
    pauses = [
        (begin, begin + data.draw(st.integers(0, 1500)) * MINUTE)
        for begin in [turn + data.draw(minutes) * MINUTE for _ in range(2)]
    ]
    hours = WorkingHours(week, zone, closed)
    oracle = MinuteOracle(week, zone, closed, turn)
    counted = oracle.elapsed(start, end, pauses)
    assert hours.elapsed(start, end, pauses) == counted
    if counted:
        due = due_of(hours, start, counted, pauses)
        assert oracle.elapsed(start, due, pauses) == counted
        assert oracle.counts(due - MINUTE)
        assert hours.is_open(due - MINUTE)
    for minute in (start, end, turn, turn - MINUTE):
        assert hours.is_open(minute) == oracle.counts(minute)
