"""The desk's periodic work; each task only fetches the time and calls the matter's function."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from support.intake import email
from support.notices import alerts, post


@shared_task
def send_alerts() -> None:
    """Write mail about warnings and breaches."""
    alerts.tell(now=timezone.now())


@shared_task
def send_mail() -> None:
    """Send the mail that is due."""
    post.send_due(now=timezone.now())


@shared_task
def retry_intake() -> None:
    """Read mail that was stored but not read."""
    email.retry_stored()
