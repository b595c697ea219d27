"""New facts and alerts become deliveries: a sweep, so that no verb ever waits for a webhook.

Rows get their number when they are written, but are seen when their transaction ends: number 7 may
turn up after number 8. So how far a webhook has heard moves in two steps. A sweep notes a mark:
the last number that it sees, and a transaction that begins after it saw it. Whoever wrote a lower
number had begun by then (a verb locks its ticket, and so is a transaction, before it numbers
anything). Once every transaction before the one of the mark is over, nothing can turn up below the
mark any more, and the webhook has heard up to there. Until then that stretch is looked at again
each time, and the deliveries are unique by webhook and event. A transaction that stays open makes
the stretch longer; nothing is lost by it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Model, QuerySet, Subquery

from sla.models import Alert
from support.models import Webhook, WebhookDelivery
from support.webhooks import happenings
from support.webhooks.happenings import OF_ALERTS, OF_EVENTS, Happening
from tickets.models import TicketEvent

BATCH = 200
_MOVES = ("heard_events", "heard_alerts", "mark_events", "mark_alerts", "mark_transaction")


def sweep(*, now: datetime) -> int:
    """Write what webhooks must be told. One query when there is nothing. Gives how many rows.

    May run twice at once: whatever is noted about how far was heard is true for ever.
    """
    hooks = _hearing()
    if not any(map(_is_behind, hooks)):
        return 0
    begun, oldest = _transactions()
    made = sum(_fan_out(hooks, batch, now=now) for batch in _happenings(hooks))
    for hook in hooks:
        _move_on(hook, begun=begun, oldest=oldest)
    Webhook.objects.bulk_update(hooks, _MOVES)
    return made


def _hearing() -> list[Webhook]:
    """Webhooks in use, each with the last numbers there are, in a transaction of its own."""
    hooks = Webhook.objects.filter(active=True).defer("sealed_secret", "sealed_old_secret")
    return list(hooks.annotate(last_event=_last(TicketEvent), last_alert=_last(Alert)))


def _last(model: type[Model]) -> Subquery:
    return Subquery(model._default_manager.order_by("-pk").values("pk")[:1])


def _is_behind(hook: Any) -> bool:
    last_event, last_alert = hook.last_event or 0, hook.last_alert or 0
    return bool(hook.heard_events < last_event or hook.heard_alerts < last_alert)


def _transactions() -> tuple[int, int]:
    """A transaction that begins now, and the oldest one that is not over."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_current_xact_id()::text, pg_snapshot_xmin(pg_current_snapshot())::text"
        )
        begun, oldest = cursor.fetchone()
    return int(begun), int(oldest)


def _move_on(hook: Any, *, begun: int, oldest: int) -> None:
    """Note how far it has heard, and the next mark when there is none."""
    if hook.mark_transaction is not None and hook.mark_transaction <= oldest:
        hook.heard_events, hook.heard_alerts = hook.mark_events, hook.mark_alerts
        hook.mark_transaction = None
    if hook.mark_transaction is None and _is_behind(hook):
        hook.mark_events, hook.mark_alerts = hook.last_event or 0, hook.last_alert or 0
        hook.mark_transaction = begun


def _happenings(hooks: Sequence[Webhook]) -> Iterator[list[Happening]]:
    """What is past what the webhooks have heard, in batches."""
    since = min(hook.hears_from for hook in hooks)
    wanted = {kind for hook in hooks for kind in hook.events}
    kinds = [kind for kind, told in OF_EVENTS.items() if told in wanted]
    events = TicketEvent.objects.filter(kind__in=kinds, at__gte=since).select_related("actor")
    for facts in _batches(events, after=min(hook.heard_events for hook in hooks)):
        yield happenings.of_events(facts)
    kinds = [kind for kind, told in OF_ALERTS.items() if told in wanted]
    alerts = Alert.objects.filter(kind__in=kinds, at__gte=since)
    for news in _batches(alerts, after=min(hook.heard_alerts for hook in hooks)):
        yield happenings.of_alerts(news)


def _batches(rows: QuerySet[Any], *, after: int) -> Iterator[list[Any]]:
    while batch := list(rows.filter(pk__gt=after).order_by("pk")[:BATCH]):
        yield batch
        if len(batch) < BATCH:
            return
        after = batch[-1].pk


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
    hook: Webhook, happening: Happening, ticket: dict[str, Any], *, now: datetime
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
        next_attempt_at=now,
    )
