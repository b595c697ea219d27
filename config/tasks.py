"""What is true of each background task, and those of the wiring itself: signs of life."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from celery import Task, shared_task
from django.utils import timezone

from config import rounds, timetable
from sla import truth
from support.faults.met import CLOCK, WORK, beat, clock_differs

log = logging.getLogger(__name__)

TOLERANCE = timedelta(minutes=1)
"""What falls due once and for all, `sla.tasks.sweep`, bears less."""


def knows_the_time(name: str) -> bool:
    """May a task of that name do something? Not where this machine's clock is far from the
    database's: what it sent, deleted or gave up before its time would be so for good.
    """
    if name.startswith(f"{__name__}."):
        return True
    difference = truth.difference()
    if abs(difference) <= TOLERANCE:
        return True
    seconds = difference.total_seconds()
    clock_differs(seconds)
    log.error("%s: not done, the clock here differs by %.0f s from the database's", name, seconds)
    return False


class TimedTask(Task):  # type: ignore[type-arg]
    """A task that is left to the next time while its worker's clock is wrong."""

    abstract = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run it. Who calls it as a function knows what time it is."""
        if self.request.called_directly or knows_the_time(self.name):
            return self.run(*args, **kwargs)
        return None


@shared_task
def round_of_clock() -> None:
    """Note that beat sent this task and the worker that keeps the clock ran it; send what is due
    of that.
    """
    now = timezone.now()
    beat(CLOCK, at=now)
    rounds.send(timetable.CLOCK, now=now)


@shared_task
def round_of_work() -> None:
    """Note that a worker for all the rest, which waits for other machines, got round to this; send
    what is due of that.
    """
    now = timezone.now()
    beat(WORK, at=now)
    rounds.send(timetable.WORK, now=now)
