"""The numbers beside the menu."""

from __future__ import annotations

from support.models import IncomingMail


def nav_counts() -> dict[str, int]:
    """How much waits where somebody must look."""
    waiting = IncomingMail.objects.filter(state=IncomingMail.State.QUARANTINE)
    return {"quarantine": waiting.count()}
