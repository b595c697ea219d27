"""The numbers beside the menu."""

from __future__ import annotations

from support.mail.models import IncomingMail
from tickets.questions import Kept

WAITING = Kept(
    lambda: IncomingMail.objects.filter(
        state__in=(IncomingMail.State.QUARANTINE, IncomingMail.State.WAITING)
    )
)
"""The mail that somebody must decide about."""


def nav_counts() -> dict[str, int]:
    """How much waits where somebody must look."""
    return {"quarantine": sum(WAITING.count().asked())}
