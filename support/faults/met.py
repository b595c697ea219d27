"""What processes tell each other: that they live, and which faults they met.

Kept in Redis for all, and of faults here too, for Redis may be what is lost.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core.cache import cache, caches

from support.faults.kinds import Part

CLOCK, WORK = "heartbeat", "heartbeat-work"
"""Of the worker that keeps the clock, and of those for all the rest."""
STANDS = timedelta(seconds=60)
"""How long a fault that a process met stands, though a try by another goes well."""
MAIL_SILENT = "mail-silent-since"
CLOCK_DIFFERS = "clock-differs"
"""By how many seconds the clock of a worker's machine did, a moment ago."""
here: dict[str, str] = {}
"""What this process met itself: the moment, under the fault's key."""


def beat(name: str, *, at: datetime) -> None:
    """Keep the moment at which such a worker last ran something."""
    caches["redis"].set(name, at.isoformat(), timeout=None)


def note(part: Part, *, now: datetime) -> None:
    """Tell that somebody just met such a fault, whatever a try finds."""
    here[key_of(part)] = now.isoformat()
    cache.set(key_of(part), now.isoformat(), timeout=STANDS.total_seconds())


def key_of(part: str) -> str:
    """Under which the moment of such a fault is kept."""
    return f"met:{part}"


def clock_differs(seconds: float) -> None:
    """Tell that this machine's clock is far from the database's."""
    cache.set(CLOCK_DIFFERS, f"{seconds:.0f}", timeout=STANDS.total_seconds())


def mail_silent(*, now: datetime) -> None:
    """Tell that the mail server did not answer; since when, stays as it was first told."""
    cache.add(MAIL_SILENT, now.isoformat(), timeout=None)


def mail_answers() -> bool:
    """Tell that it took a mail. Says whether it had been silent."""
    return bool(cache.delete(MAIL_SILENT))
