"""A webhook that was switched off because nothing arrived: managers hear of it, once."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.urls import reverse

from support.mail import letters
from support.webhooks.models import Webhook


def tell_off(webhook: Webhook, *, why: Webhook.Off, now: datetime) -> int:
    """Write mail that a webhook was switched off, in the caller's transaction. Says how many."""
    url = settings.ORIGIN.url + reverse("webhook", args=[webhook.pk])
    context = {"webhook": webhook, "why": why.label, "url": url}
    return letters.write_each("webhook_off", context, to=letters.managers(), at=now)
