"""When contracts are renewed, counted from where they began."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sla.engine.dates import months_later
from sla.engine.renewals import next_renewal


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2028-01-31", 1, "2028-02-29"),
        ("2026-01-31", 2, "2026-03-31"),
        ("2026-12-15", 1, "2027-01-15"),
        ("2028-02-29", 12, "2029-02-28"),
        ("2026-03-30", 0, "2026-03-30"),
    ],
)
def test_a_month_later_is_the_same_day_else_the_last(day: str, months: int, expected: str) -> None:
    assert months_later(date.fromisoformat(day), months) == date.fromisoformat(expected)


@pytest.mark.parametrize(
    ("today", "said", "expected"),
    [
        ("2026-05-01", {"starts_on": "2025-06-15"}, "2026-06-15"),
        ("2026-06-15", {"starts_on": "2025-06-15"}, "2027-06-15"),
        ("2020-01-01", {"starts_on": "2025-06-15"}, "2026-06-15"),
        ("2026-05-01", {"starts_on": "2025-06-15", "renews_on": "2026-01-01"}, "2027-01-01"),
        ("2026-05-01", {"renews_on": "2026-01-01"}, "2027-01-01"),
        ("2026-05-01", {"starts_on": "2025-06-15", "ends_on": "2026-06-14"}, None),
        ("2026-05-01", {"starts_on": "2025-06-15", "period_months": None}, None),
        ("2026-05-01", {}, None),
        ("2026-02-28", {"starts_on": "2025-12-31", "period_months": 1}, "2026-03-31"),
        # The first falls on the last day of a short month, and the next does not stay there.
        ("2001-02-28", {"starts_on": "2000-07-29", "period_months": 7}, "2001-09-29"),
    ],
)
def test_the_next_renewal(today: str, said: dict[str, object], expected: str | None) -> None:
    read = {
        name: date.fromisoformat(value) if isinstance(value, str) else value
        for name, value in said.items()
    }
    asked: dict[str, object] = {"starts_on": None, "period_months": 12, **read}
    found = next_renewal(date.fromisoformat(today), **asked)  # type: ignore[arg-type]
    assert found == (date.fromisoformat(expected) if expected else None)


days = st.dates(date(2000, 1, 1), date(2060, 1, 1))


@given(days, st.integers(1, 60), st.integers(0, 9000))
def test_it_is_the_first_of_all_that_come_after(start: date, period: int, later: int) -> None:
    today = start + timedelta(days=later)
    found = next_renewal(today, starts_on=start, period_months=period)
    all_of_them = (months_later(start, number * period) for number in range(1, 400))
    assert found == next(day for day in all_of_them if day > today)
