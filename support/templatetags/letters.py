"""Filters for letters, which are plain text."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.utils import timezone

from sla.explaining import cause_words
from sla.wording import moment_words


def moment_text(at: datetime | date | None) -> str:
    """A moment in words, such as `ma 23 nov 2026 16:30`; a date without an hour, None as ""."""
    return moment_words(at, timezone.get_current_timezone())


def cause_text(cause: Mapping[str, object]) -> str:
    """Why a deadline moved, in words."""
    words = cause_words(cause)
    return words[:1].upper() + words[1:]
