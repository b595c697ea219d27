"""When a contract is renewed: counted in months from where it began, never from the last time."""

from __future__ import annotations

from datetime import date

from sla.engine.dates import months_later


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
    if not period_months or (begin := renews_on or starts_on) is None:
        return None
    passed = max((today.year - begin.year) * 12 + today.month - begin.month, 0)
    number = max(passed // period_months, 0 if renews_on else 1)
    while (day := months_later(begin, number * period_months)) <= today:
        number += 1
    return day if ends_on is None or day <= ends_on else None
