"""When a contract is renewed: counted in months from where it began, never from the last time."""

from __future__ import annotations

from calendar import monthrange
from datetime import date


def months_later(day: date, months: int) -> date:
    """The same day so many months later, else that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def next_renewal(
    today: date,
    *,
    starts_on: date | None,
    period_months: int | None,
    renews_on: date | None = None,
    ends_on: date | None = None,
) -> date | None:
    """The first renewal after a day; None for a contract that has none, or that ends before it.

    renews_on: the first one, where it is not a period after the start.
    """
    if not period_months or (starts_on is None and renews_on is None):
        return None
    first = renews_on or months_later(starts_on or today, period_months)
    passed = max((today.year - first.year) * 12 + today.month - first.month, 0)
    number = passed // period_months
    while (day := months_later(first, number * period_months)) <= today:
        number += 1
    return day if ends_on is None or day <= ends_on else None
