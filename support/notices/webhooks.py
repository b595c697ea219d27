"""A webhook that was switched off because nothing arrived: managers hear of it, once."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import override

from support.models import Webhook
from support.notices.post import post
from tickets.models import Role, User


def tell_off(webhook: Webhook, *, why: Webhook.Off, now: datetime) -> int:
    """Write mail that a webhook was switched off, in the caller's transaction. Says how many."""
    readers = User.objects.filter(is_active=True, role__in=(Role.MANAGER, Role.ADMIN))
    url = settings.ORIGIN.url + reverse("webhook", args=[webhook.pk])
    for reader in readers:
        with override(reader.language):
            context = {"webhook": webhook, "why": why.label, "url": url}
            subject = render_to_string("mail/webhook_off.subject.txt", context)
            text = render_to_string("mail/webhook_off.txt", context)
            post(to=reader.email, subject=" ".join(subject.split()), text=text, at=now)
    return len(readers)
