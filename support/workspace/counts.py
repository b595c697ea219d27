"""The numbers beside the menu."""

from __future__ import annotations

from support.models import IncomingMail


def nav_counts() -> dict[str, int]:
    """How much waits where somebody must look."""
    to_decide = (IncomingMail.State.QUARANTINE, IncomingMail.State.WAITING)
    waiting = IncomingMail.objects.filter(state__in=to_decide)
    return {"quarantine": waiting.count()}
