"""The one background task of the wiring itself: a sign of life of beat and worker together."""

from celery import shared_task
from django.utils import timezone

from config.health import beat_heartbeat


@shared_task
def heartbeat() -> None:
    """Note that beat sent this task and a worker ran it."""
    beat_heartbeat(at=timezone.now())
