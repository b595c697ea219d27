"""What customers see of maintenance on every page."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from support.maintenance import shown

MOST = 3
"""That are shown; the page of maintenance has all."""


def maintenance_near(user: Any) -> dict[str, object]:
    """What goes on or comes soon of a customer's services; one query where there is nothing."""
    if not user.is_authenticated or user.is_agent:
        return {"lines": []}
    near = shown.near(user, timezone.now())
    return {"lines": [(row.phase, shown.in_a_line(row)) for row in near[:MOST]]}
