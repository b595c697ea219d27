"""Filters for letters, which are plain text."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.utils import timezone

from sla.wording import moment_words

register = template.Library()


@register.filter
def moment_text(at: datetime | None) -> str:
    """A moment in words, such as `ma 23 nov 2026 16:30`."""
    return moment_words(at, timezone.get_current_timezone())
