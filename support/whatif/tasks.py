"""Working out what-ifs: begun by the page that asks, and found again by the schedule."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from support.whatif import working


@shared_task
def work_whatifs() -> None:
    """Work for some seconds on the what-ifs that were asked."""
    working.work(now=timezone.now())
