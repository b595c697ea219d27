"""Months in addresses and forms, read as what they may mean."""

from __future__ import annotations

from datetime import date

FIRST_YEAR, LAST_YEAR = 2000, 2100
"""Beyond these no agreement was in force, and calendars end somewhere."""


def month_in(text: object) -> date | None:
    """The month that somebody wrote, as 2026-01; None for anything else."""
    if not (isinstance(text, str) and len(text) == len("2026-01")):
        return None
    try:
        month = date.fromisoformat(f"{text}-01")
    except ValueError:
        return None
    return month if FIRST_YEAR <= month.year < LAST_YEAR else None
