"""The background tasks of the wiring itself: a sign of life of beat and of each worker."""

from celery import shared_task
from django.utils import timezone

from support.faults.met import CLOCK, WORK, beat


@shared_task
def heartbeat() -> None:
    """Note that beat sent this task and the worker that keeps the clock ran it."""
    beat(CLOCK, at=timezone.now())


@shared_task
def heartbeat_of_work() -> None:
    """Note that a worker for all the rest, which waits for other machines, got round to this."""
    beat(WORK, at=timezone.now())
