"""Availability of a month and what it costs (Dialog 1, Diploc Downtime and Restitutie)."""

from datetime import datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sla.contracts import contract
from sla.engine.availability import (
    Availability,
    AvailabilityTerms,
    Span,
    availability,
    month_span,
)
from tests.engine.calendars import HOUR, MINUTE, at, span

DIALOG, DIPLOC = (
    AvailabilityTerms.read(contract(key)["availability"]) for key in ("dialog", "diploc")
)
JUNE = month_span(2026, 6, "Europe/Amsterdam")
FIRST = JUNE[0]
SECOND = timedelta(seconds=1)


def judged(
    outages: list[Span], excused: list[Span] | None = None, terms: AvailabilityTerms = DIPLOC
) -> Availability:
    """June 2026."""
    return availability(terms, JUNE, outages, excused or [])


def down(length: timedelta, begin: datetime = FIRST + 24 * HOUR) -> Span:
    """An outage of some length."""
    return begin, begin + length


@pytest.mark.parametrize(
    ("month", "minutes"), [(1, 44_640), (2, 40_320), (3, 44_580), (6, 43_200), (10, 44_700)]
)
def test_a_month_is_as_long_as_it_really_is(month: int, minutes: int) -> None:
    first, last = month_span(2026, month, "Europe/Amsterdam")
    assert (last - first) / MINUTE == minutes


def test_december_ends_with_the_year() -> None:
    assert month_span(2026, 12, "Europe/Amsterdam") == (
        at("2026-12-01 00:00"),
        at("2027-01-01 00:00"),
    )


def test_1a_exactly_the_guarantee_meets_it_and_a_second_more_does_not() -> None:
    assert judged([down(216 * MINUTE)], terms=DIALOG).guarantee_met
    assert not judged([down(216 * MINUTE + SECOND)], terms=DIALOG).guarantee_met


@pytest.mark.parametrize(
    ("share", "over", "credit"),
    [
        pytest.param("99.5", 0, 0, id="99.5 meets the norm"),
        pytest.param("99.5", 1, 10, id="just under 99.5"),
        pytest.param("99.4", -1, 10, id="just over 99.4"),
        pytest.param("99.4", 0, 20, id="99.4"),
        pytest.param("99.3", -1, 20, id="just over 99.3"),
        pytest.param("99.3", 0, 30, id="99.3"),
        pytest.param("99.2", -1, 30, id="just over 99.2"),
        pytest.param("99.2", 0, 40, id="99.2 or lower"),
        pytest.param("0", 0, 40, id="never above 40"),
    ],
)
def test_restitutie_edges_belong_to_the_heavier_step(share: str, over: int, credit: int) -> None:
    length = (JUNE[1] - FIRST) * float((100 - Fraction(share)) / 100)
    outage = (FIRST, FIRST + timedelta(seconds=round(length.total_seconds())) + over * SECOND)
    assert judged([outage]).credit_percent == credit


def test_downtime_counts_above_a_quarter_of_an_hour_and_then_all_of_it() -> None:
    assert judged([down(15 * MINUTE)]).unavailable == timedelta(0)
    assert judged([down(15 * MINUTE + SECOND)]).unavailable == 15 * MINUTE + SECOND
    assert judged([down(SECOND)], terms=DIALOG).unavailable == SECOND


def test_overlapping_outages_count_once_and_are_measured_as_one() -> None:
    first, second = down(10 * MINUTE), down(10 * MINUTE, FIRST + 24 * HOUR + 8 * MINUTE)
    assert judged([second, first]).unavailable == 18 * MINUTE
    apart = down(10 * MINUTE, FIRST + 48 * HOUR)
    assert judged([first, apart]).unavailable == timedelta(0)


def test_excused_time_counts_neither_in_the_length_nor_in_the_sum() -> None:
    outage = down(2 * HOUR)
    maintenance = (outage[0] + 30 * MINUTE, outage[0] + 90 * MINUTE)
    assert judged([outage], [maintenance, maintenance]).unavailable == HOUR
    nearly_all = (outage[0], outage[1] - 15 * MINUTE)
    assert judged([outage], [nearly_all]).unavailable == timedelta(0)


def test_an_outage_over_the_months_end_is_judged_whole_and_split() -> None:
    outage = span("2026-06-30 23:50 / 2026-07-01 00:10")
    july = month_span(2026, 7, "Europe/Amsterdam")
    assert judged([outage]).unavailable == 10 * MINUTE
    assert availability(DIPLOC, july, [outage]).unavailable == 10 * MINUTE


def test_an_outage_elsewhere_in_the_year_costs_nothing() -> None:
    assert judged([span("2026-07-02 00:00 / 2026-07-03 00:00")]).percent == 100


def test_naive_and_inverted_outages_are_refused() -> None:
    with pytest.raises(ValueError, match="UTC offset"):
        judged([(FIRST.replace(tzinfo=None), FIRST)])
    with pytest.raises(ValueError, match="before it begins"):
        judged([(FIRST + HOUR, FIRST)])


outages = st.lists(
    st.tuples(
        st.timedeltas(timedelta(days=-40), timedelta(days=70)),
        st.timedeltas(timedelta(0), timedelta(days=3)),
    ).map(lambda drawn: (FIRST + drawn[0], FIRST + drawn[0] + drawn[1])),
    max_size=6,
)
QUICK = settings(max_examples=100, deadline=None)


@QUICK
@given(outages, outages)
def test_12_months_share_out_all_that_counted(found: list[Span], excused: list[Span]) -> None:
    quarter = (at("2026-04-01 00:00"), at("2026-11-01 00:00"))
    whole = availability(DIPLOC, quarter, found, excused)
    months = [
        availability(DIPLOC, month_span(2026, month, "Europe/Amsterdam"), found, excused)
        for month in range(4, 11)
    ]
    assert sum((month.unavailable for month in months), timedelta(0)) == whole.unavailable


@QUICK
@given(outages, outages, outages)
def test_12_more_downtime_never_helps(
    found: list[Span], more: list[Span], excused: list[Span]
) -> None:
    less_down = availability(DIALOG, JUNE, found, excused)
    more_down = availability(DIALOG, JUNE, found + more, excused)
    assert 0 <= more_down.percent <= less_down.percent <= 100
    credit, credit_more = judged(found).credit_percent, judged(found + more).credit_percent
    assert credit in {0, 10, 20, 30, 40}
    assert credit_more >= credit
