"""New facts and alerts become deliveries: a sweep, so that no verb ever waits for a webhook.

How far each webhook has heard: `support.sweeping.hearing`. The deliveries are unique by webhook and
event.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from sla.models import Alert
from support.sweeping import hearing
from support.webhooks import happenings, ledgers
from support.webhooks.happenings import OF_ALERTS, OF_EVENTS, Happening
from support.webhooks.models import Webhook, WebhookDelivery
from tickets.models import TicketEvent


def sweep(*, now: datetime) -> int:
    """Write what webhooks must be told. One query when there is nothing. Gives how many rows.

    May run twice at once: whatever is noted about how far was heard is true for ever.
    """
    hooks = _hearing(now)
    made = ledgers.tell(hooks, now=now)
    if not any(map(hearing.is_behind, hooks)):
        return made
    begun, oldest = hearing.transactions()
    made += sum(_fan_out(hooks, batch, now=now) for batch in _happenings(hooks))
    for hook in hooks:
        hearing.move_on(hook, begun=begun, oldest=oldest)
    Webhook.objects.bulk_update(hooks, Webhook.MOVES)
    return made


def due(now: datetime) -> list[QuerySet[Any]]:
    """Where this finds nothing, no webhook has anything to hear."""
    active = Webhook.objects.filter(active=True)
    return [hearing.behind(active), ledgers.perhaps_behind(active, now)]


def _hearing(now: datetime) -> list[Webhook]:
    """Webhooks in use, each with the last numbers there are, in a transaction of its own."""
    hooks = Webhook.objects.filter(active=True).defer("sealed_secret", "sealed_old_secret")
    return list(hearing.with_last(ledgers.with_lately(hooks, now)))


def _happenings(hooks: Sequence[Webhook]) -> Iterator[list[Happening]]:
    """What is past what the webhooks have heard, in batches."""
    since = min(hook.hears_from for hook in hooks)
    wanted = {kind for hook in hooks for kind in hook.events}
    kinds = [kind for kind, told in OF_EVENTS.items() if told in wanted]
    events = TicketEvent.objects.filter(kind__in=kinds, at__gte=since).select_related("actor")
    for facts in hearing.batches(events, after=min(hook.heard_events for hook in hooks)):
        yield happenings.of_events(facts)
    kinds = [kind for kind, told in OF_ALERTS.items() if told in wanted]
    alerts = Alert.objects.standing().filter(kind__in=kinds, at__gte=since)
    for news in hearing.batches(alerts, after=min(hook.heard_alerts for hook in hooks)):
        yield happenings.of_alerts(news)


def _fan_out(hooks: Sequence[Webhook], batch: Sequence[Happening], *, now: datetime) -> int:
    """Write a delivery for each webhook that wants an event and has none of it yet."""
    ids = [happening.event_id for happening in batch]
    there = set(
        WebhookDelivery.objects.filter(
            webhook__in=hooks, event_id__in=ids, redelivery_of=None
        ).values_list("webhook", "event_id")
    )
    asked = [
        (hook, happening)
        for happening in batch
        for hook in hooks
        if happening.kind in hook.events
        and happening.at >= hook.hears_from
        and (hook.pk, happening.event_id) not in there
    ]
    tickets = happenings.tickets_of(happening for _hook, happening in asked) if asked else {}
    deliveries = [
        _delivery(hook, happening, tickets[happening.ticket_id][1], now=now)
        for hook, happening in asked
        if hook.organisation_id in (None, tickets[happening.ticket_id][0].organisation_id)
    ]
    WebhookDelivery.objects.bulk_create(deliveries, ignore_conflicts=True)
    return len(deliveries)


def _delivery(
    hook: Webhook, happening: Happening, ticket: dict[str, object], *, now: datetime
) -> WebhookDelivery:
    return WebhookDelivery(
        webhook=hook,
        event_id=happening.event_id,
        kind=happening.kind,
        ticket_id=happening.ticket_id,
        payload=happenings.payload(
            happening.event_id,
            happening.kind,
            at=happening.at,
            ticket=ticket,
            data=happening.data,
        ),
        created_at=now,
        next_try_at=now,
    )
