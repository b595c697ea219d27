"""The desk's periodic work; each task only fetches the time and calls the matter's function."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from support import whatif
from support.intake import email
from support.notices import alerts, drift, editions, post


@shared_task
def send_alerts() -> None:
    """Write mail about warnings and breaches."""
    alerts.tell(now=timezone.now())


@shared_task
def announce_editions() -> None:
    """Write mail about editions that were announced."""
    editions.tell(now=timezone.now())


@shared_task
def tell_of_drift() -> None:
    """Alarm people about an audit that found something."""
    drift.tell(now=timezone.now())


@shared_task
def send_mail() -> None:
    """Send the mail that is due."""
    post.send_due(now=timezone.now())


@shared_task
def retry_intake() -> None:
    """Read mail that was stored but not read."""
    email.retry_stored()


@shared_task
def work_whatifs() -> None:
    """Work for some seconds on the what-ifs that were asked."""
    whatif.work(now=timezone.now())
