"""Measured time: what was not measured is neither up nor down, and all of it adds up."""

import itertools
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from sla.engine.measured import Found, Stretch, added_up, stretches

BEGIN = datetime(2026, 11, 2, 12, tzinfo=UTC)
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


def found(second: int, *, good: bool = True, every: int = 60, late: int = 30) -> Found:
    at = BEGIN + second * SECOND
    return Found(at, at + every * SECOND, at + (every + late) * SECOND, good)


def told(results: list[Found], end: timedelta = HOUR) -> list[tuple[int, int, bool | None]]:
    return [
        (int((each.begin - BEGIN) / SECOND), int((each.end - BEGIN) / SECOND), each.good)
        for each in stretches(results, BEGIN, BEGIN + end)
    ]


def test_time_without_any_result_was_not_measured() -> None:
    assert told([]) == [(0, 3600, None)]


def test_a_worker_that_stood_still_leaves_a_gap_after_the_interval_of_its_last_result() -> None:
    assert told([found(0), found(65), found(1000)], 20 * MINUTE) == [
        (0, 125, True),
        (125, 1000, None),
        (1000, 1060, True),
        (1060, 1200, None),
    ]


def test_a_result_from_before_the_time_vouches_for_its_beginning() -> None:
    assert told([found(-40), found(30, good=False)], MINUTE) == [(0, 30, True), (30, 60, False)]


results = st.lists(
    st.builds(
        found,
        st.integers(-5000, 9000),
        good=st.booleans(),
        every=st.integers(30, 7200),
        late=st.integers(0, 3600),
    ),
    unique_by=lambda each: each.at,
    max_size=30,
).map(lambda each: sorted(each, key=lambda one: one.at))


@given(results)
def test_stretches_follow_each_other_without_gap_and_differ(rows: list[Found]) -> None:
    parts = list(stretches(rows, BEGIN, BEGIN + HOUR))
    assert parts[0].begin == BEGIN
    assert parts[-1].end == BEGIN + HOUR
    for here, there in itertools.pairwise(parts):
        assert here.end == there.begin
        assert here.begin < here.end
        assert here.good is not there.good


@given(results)
def test_nothing_is_said_of_a_moment_that_no_result_vouches_for(rows: list[Found]) -> None:
    def vouched(part: Stretch) -> bool:
        middle = part.begin + (part.end - part.begin) / 2
        before = [each for each in rows if each.at <= middle]
        return bool(before) and middle < before[-1].next_by and before[-1].good is part.good

    parts = [part for part in stretches(rows, BEGIN, BEGIN + HOUR) if part.good is not None]
    assert all(map(vouched, _pieces(parts, rows)))


@given(results, st.integers(1, 3599))
def test_sums_of_parts_are_the_sum_of_the_whole(rows: list[Found], cut: int) -> None:
    middle = BEGIN + cut * SECOND
    whole = added_up(rows, BEGIN, BEGIN + HOUR)
    first, second = added_up(rows, BEGIN, middle), added_up(rows, middle, BEGIN + HOUR)
    assert whole.good == first.good + second.good
    assert whole.failed == first.failed + second.failed
    assert whole.unmeasured == first.unmeasured + second.unmeasured
    assert whole.good + whole.failed + whole.unmeasured == HOUR


def _pieces(parts: list[Stretch], rows: list[Found]) -> list[Stretch]:
    """Stretches cut at every result."""
    cut = []
    for part in parts:
        edges = [part.begin, *(r.at for r in rows if part.begin < r.at < part.end), part.end]
        cut += [Stretch(a, b, part.good) for a, b in itertools.pairwise(edges)]
    return cut
