"""Webhooks are made, get another secret, and are switched off and on."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max

from sla.models import Alert
from support.secrets.sealing import Unsealable, seal, unseal
from support.webhooks.models import Webhook, WebhookDelivery
from support.webhooks.signing import new_secret
from tickets.models import TicketEvent

OLD_SECRET_LASTS = timedelta(days=1)


def make(webhook: Webhook, *, now: datetime) -> str:
    """Save a new webhook, which hears what happens from now on. Gives its secret, this once."""
    secret = new_secret()
    webhook.sealed_secret = seal(secret)
    webhook.created_at = now
    _listen(webhook, now)
    webhook.save(force_insert=True)
    return secret


@transaction.atomic
def rotate(webhook: Webhook, *, now: datetime) -> str:
    """Give it another secret, this once; for a day we sign with the old one as well."""
    held = Webhook.objects.select_for_update(no_key=True).get(pk=webhook.pk)
    secret = new_secret()
    try:
        unseal(held.sealed_secret)
    except Unsealable:
        held.sealed_old_secret, held.old_secret_until = "", None
    else:
        held.sealed_old_secret = held.sealed_secret
        held.old_secret_until = now + OLD_SECRET_LASTS
    held.sealed_secret = seal(secret)
    held.save(update_fields=["sealed_secret", "sealed_old_secret", "old_secret_until"])
    return secret


@transaction.atomic
def switch_off(webhook: Webhook, *, why: Webhook.Off, now: datetime) -> bool:
    """It hears nothing any more, and what waited is not sent. False if it was off already."""
    off = {"active": False, "disabled_at": now, "disabled_why": why}
    if not Webhook.objects.filter(pk=webhook.pk, active=True).update(**off):
        return False
    webhook.deliveries.filter(state=WebhookDelivery.State.QUEUED).update(
        state=WebhookDelivery.State.FAILED,
        fault=WebhookDelivery.Fault.OFF,
        next_try_at=None,
        claimed_at=None,
        finished_at=now,
    )
    return True


@transaction.atomic
def switch_on(webhook: Webhook, *, now: datetime) -> bool:
    """It hears again, from now on: what happened meanwhile is not told. False if it was on."""
    held = Webhook.objects.select_for_update(no_key=True).get(pk=webhook.pk)
    if held.active:
        return False
    held.active, held.disabled_at, held.disabled_why = True, None, Webhook.Off.NOT
    held.failing_since = held.resting_until = None
    _listen(held, now)
    held.save()
    return True


def _listen(webhook: Webhook, now: datetime) -> None:
    """Let it begin where the histories end. What is being written is sorted by its moment."""
    webhook.hears_from = now
    webhook.heard_events = TicketEvent.objects.aggregate(last=Max("pk"))["last"] or 0
    webhook.heard_alerts = Alert.objects.aggregate(last=Max("pk"))["last"] or 0
    webhook.mark_transaction = None
