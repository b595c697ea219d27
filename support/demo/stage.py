"""Who plays in the demonstration, and what time it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sla.engine import WorkingHours
from tickets.models import Contact, User

ZONE = ZoneInfo("Europe/Amsterdam")
WERKDAGEN = WorkingHours.dutch()


@dataclass(frozen=True)
class Stage:
    """Who plays, and what time it is."""

    now: datetime
    noor: User
    daan: User
    carla: Contact
    bas: Contact
    ines: Contact
    dirk: Contact

    def at(self, werkdagen: int, clock: str) -> datetime:
        """A moment so many werkdagen ago; never later than now."""
        day = self.now.astimezone(ZONE).date()
        while not is_werkdag(day):
            day -= timedelta(days=1)
        while werkdagen:
            day -= timedelta(days=1)
            werkdagen -= is_werkdag(day)
        moment = datetime.combine(day, time.fromisoformat(clock), ZONE).astimezone(UTC)
        return min(moment, self.now)


def is_werkdag(day: date) -> bool:
    """Is the desk there on that day?"""
    return WERKDAGEN.is_open(datetime.combine(day, time(12), ZONE))
