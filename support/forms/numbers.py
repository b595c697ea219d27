"""Whole numbers in addresses and forms, read as what they may mean."""

from __future__ import annotations

_MOST_DIGITS = 18
"""Every number of so many digits is one that a row can have, and that Python reads at once."""


def number_in(text: object, *, digits: int = _MOST_DIGITS) -> int | None:
    """The whole number, not below nought, that somebody wrote; None for anything else."""
    if not (isinstance(text, str) and 0 < len(text) <= digits):
        return None
    return int(text) if text.isascii() and text.isdecimal() else None
