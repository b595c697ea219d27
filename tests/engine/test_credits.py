"""What a contract is owed for a month (Diploc Restitutie)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sla.engine.credits import Line, cap_of, owed

fees = st.decimals(0, 10_000, places=2)
lines = st.lists(st.builds(Line, st.just("x"), st.sampled_from([0, 10, 20, 30, 40]), fees))


def test_services_are_added_up_to_the_cap() -> None:
    fee = Decimal(100)
    one = owed([Line("a", 10, fee), Line("b", 0, fee)], fee, 40)
    assert (one.total, one.cap) == (Decimal(10), Decimal(40))
    three = owed([Line("a", 20, fee), Line("b", 30, fee)], fee, 40)
    assert (three.added, three.total) == (Decimal(50), Decimal(40))


def test_a_service_that_is_paid_apart_gives_a_share_of_its_own_fee() -> None:
    found = owed([Line("a", 40, Decimal(25)), Line("b", 10, Decimal(75))], Decimal(100), 40)
    assert found.total == Decimal("17.50")


@pytest.mark.parametrize(
    ("fee", "percent", "amount"),
    [("0.05", 10, "0.01"), ("0.04", 10, "0.00"), ("99.95", 30, "29.99"), ("12.25", 10, "1.23")],
)
def test_shares_are_whole_cents_half_a_cent_up(fee: str, percent: int, amount: str) -> None:
    assert Line("a", percent, Decimal(fee)).amount == Decimal(amount)


def test_the_cap_is_never_rounded_up() -> None:
    assert cap_of(Decimal("0.06"), 40) == Decimal("0.02")
    assert cap_of(None, 40) == 0


@given(lines, fees, st.integers(0, 100))
def test_12_never_more_than_the_cap_nor_less_than_nothing(
    found: list[Line], fee: Decimal, cap: int
) -> None:
    total = owed(found, fee, cap).total
    assert 0 <= total <= fee * cap / 100
    assert owed([*found, Line("more", 10, fee)], fee, cap).total >= total
