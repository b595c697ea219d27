"""Beat's timetable, which heals itself when the machine's clock is put back.

Celery keeps for each entry when it last ran and when it is next due, on the clock of the wall. A
clock that ran ahead for a while and is corrected leaves both in the future: nothing would run until
then, nor after a restart, which reads the same from the file.
"""

from __future__ import annotations

import logging
import time
from typing import Any

from celery.beat import PersistentScheduler

log = logging.getLogger(__name__)

JUMP = 2.0
"""Seconds by which the wall's clock may go otherwise than time does, between two looks."""


class HealingScheduler(PersistentScheduler):
    """What lies ahead of now has run just now."""

    _looked: tuple[float, float] | None = None

    def setup_schedule(self) -> None:
        """The timetable from the file, without what that says of the future."""
        super().setup_schedule()
        self.heal()

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """One look at what is due."""
        wall, steady = time.time(), time.monotonic()
        if self._looked is not None:
            jump = (wall - self._looked[0]) - (steady - self._looked[1])
            if jump < -JUMP:
                log.warning("the clock was put back by %.0f s: the timetable begins anew", -jump)
                self.heal()
        self._looked = (wall, steady)
        delay: float = super().tick(*args, **kwargs)
        return delay

    def heal(self) -> None:
        """Let nothing have run, or be due, later than its own period from now."""
        now = self.app.now()
        for entry in self.schedule.values():
            last = entry.last_run_at
            if last is not None and last > (now if last.tzinfo else now.replace(tzinfo=None)):
                entry.last_run_at = now
        self._heap = None
