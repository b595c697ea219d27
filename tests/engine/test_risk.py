"""The chance that a promise is missed is what happened to those like it."""

from __future__ import annotations

from collections import defaultdict
from math import inf, sqrt
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sla.engine.risk import ENOUGH, Curve

used = st.one_of(st.floats(0, 3), st.just(inf))


def test_it_is_counted_among_those_still_open_at_the_same_point() -> None:
    curve = Curve([0.1] * 30 + [0.8] * 15 + [1.2] * 5 + [inf] * 5)
    for at, missed, like in ((0.0, 10, 55), (0.5, 10, 25), (0.1, 10, 25)):
        chance = curve.chance(at)
        assert chance is not None
        assert (chance.missed, chance.like) == (missed, like)
    assert curve.chance(0.9) is None  # ten like it are too few


def test_what_is_over_is_no_chance() -> None:
    with pytest.raises(ValueError, match="over"):
        Curve([0.5] * 50).chance(1.0)


@given(st.lists(used, min_size=ENOUGH), st.floats(0, 0.99), st.floats(0, 0.99))
def test_the_longer_it_is_open_the_likelier_it_is_missed(
    past: list[float], one: float, other: float
) -> None:
    sooner, later = (Curve(past).chance(at) for at in sorted((one, other)))
    if sooner is None:
        assert later is None
    elif later is not None:
        assert sooner.share <= later.share
        assert 0 <= sooner.share <= 1


def test_of_those_said_to_be_missed_in_seven_of_ten_seven_of_ten_are_over_a_replayed_year() -> None:
    """A year, day by day: each is judged by those that were decided by then, and only by them."""
    chance, told = Random(2026), list[tuple[float, bool]]()
    past: list[float] = []
    for _day in range(250):
        curve = Curve(past)
        today = [chance.lognormvariate(-0.9, 0.9) for _ticket in range(12)]
        for done_at in today:
            for at in (0.0, chance.random(), 0.9 + chance.random() / 10.1):
                said = curve.chance(at) if done_at > at else None
                if said is not None:
                    told.append((said.share, done_at > 1))
        past += today
    bins = defaultdict[int, list[bool]](list)
    for share, missed in told:
        bins[int(share * 10)].append(missed)
    judged = {low: outcomes for low, outcomes in bins.items() if len(outcomes) >= 50}
    assert len(judged) >= 5
    for low, outcomes in judged.items():
        happened = sum(outcomes) / len(outcomes)
        slack = 3 * sqrt(0.25 / len(outcomes))
        assert low / 10 - slack <= happened <= (low + 1) / 10 + slack, (low, happened)
