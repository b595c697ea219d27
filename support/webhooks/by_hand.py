"""What a person does with deliveries: send one again, send a test; and the clearing up at night."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

from support.webhooks.happenings import payload
from support.webhooks.models import TEST, Webhook, WebhookDelivery
from support.webhooks.sending import send_at_once

KEPT = timedelta(days=30)
_BATCH = 1000


def send_again(delivery: WebhookDelivery, *, now: datetime) -> WebhookDelivery:
    """Send the same event once more, at once, under the same id; kept beside the first."""
    again = WebhookDelivery(
        webhook=delivery.webhook,
        event_id=delivery.event_id,
        kind=delivery.kind,
        ticket_id=delivery.ticket_id,
        payload=delivery.payload,
        created_at=now,
        redelivery_of_id=delivery.redelivery_of_id or delivery.pk,
    )
    send_at_once(again, now=now)
    return again


def send_test(webhook: Webhook, *, now: datetime) -> WebhookDelivery:
    """Send an event that is about nothing, at once and once only, also while switched off."""
    event_id = uuid4()
    delivery = WebhookDelivery(
        webhook=webhook,
        event_id=event_id,
        kind=TEST,
        payload=payload(event_id, TEST, at=now, ticket=None, data={"webhook": webhook.name}),
        created_at=now,
    )
    send_at_once(delivery, now=now)
    return delivery


def forget(*, now: datetime) -> int:
    """Delete deliveries of more than thirty days ago. Gives how many."""
    forgotten = 0
    old = WebhookDelivery.objects.filter(created_at__lt=now - KEPT).order_by("created_at")
    while pks := list(old.values_list("pk", flat=True)[:_BATCH]):
        WebhookDelivery.objects.filter(pk__in=pks).only("pk").delete()
        forgotten += len(pks)
    return forgotten
