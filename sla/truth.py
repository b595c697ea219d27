"""The database's clock is the clock of truth: all processes of a house share it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

TOLERANCE = timedelta(seconds=5)


def difference() -> timedelta:
    """How far this process's clock is ahead of the database's; below nought where it is behind.

    What the question takes on its way is not held against either.
    """
    before = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        truth: datetime = cursor.fetchone()[0]
    after = timezone.now()
    if before <= truth <= after:
        return timedelta()
    return before - truth if before > truth else after - truth


def is_trusted(difference: timedelta) -> bool:
    """May a process that differs so much judge what fell due?"""
    return abs(difference) <= TOLERANCE
