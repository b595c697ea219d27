"""Days and months of the calendar. A month is its first day."""

from __future__ import annotations

from calendar import monthrange
from datetime import date


def first_of(day: date) -> date:
    """The month of a day."""
    return day.replace(day=1)


def months_later(day: date, months: int) -> date:
    """The same day so many months later, else that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def after(month: date) -> date:
    """The next month."""
    return months_later(month, 1)


def before(month: date) -> date:
    """The month before."""
    return months_later(month, -1)


def up_to(month: date, count: int) -> list[date]:
    """So many months, this one last."""
    return [months_later(month, back) for back in range(1 - count, 1)]
