"""Outages and maintenance as webhooks hear of them.

Their facts are few and on no ticket, so there is no place to keep of how far they were heard: those
of lately are looked at each time, and a delivery is unique by webhook and event.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Exists, Q, QuerySet

from sla.models import MaintenanceEvent, OutageEvent, Service
from support.api.maintenance import MaintenanceAnswer
from support.api.outages import OutageAnswer
from support.webhooks.happenings import id_of, payload
from support.webhooks.models import Webhook, WebhookDelivery, WebhookEvent
from tickets.models import Ticket

LATELY = timedelta(days=25)
"""Shorter than deliveries are kept: what was told is not told again."""
Data = dict[str, object]


@dataclass(frozen=True)
class Ledger:
    """Facts of one kind. stream: by which their numbers are told from others'. noted: whether there
    are any lately, as webhooks are fetched with. kinds: what each is to a webhook. facts: all of
    them, with what is told. services: which one is about. told: what a webhook reads of it, given
    which of the services it may know of.
    """

    stream: str
    noted: str
    kinds: Mapping[str, WebhookEvent]
    facts: Callable[[], QuerySet[Any]]
    services: Callable[[Any], set[int]]
    told: Callable[[Any, set[int], Webhook], Data]


def with_lately(hooks: QuerySet[Webhook], now: datetime) -> QuerySet[Webhook]:
    """With whether anything was written into each ledger lately, so that nothing more is asked
    where nothing was.
    """
    lately = {"at__gte": now - LATELY}
    return hooks.annotate(
        **{each.noted: Exists(each.facts().order_by().filter(**lately)) for each in LEDGERS}
    )


def perhaps_behind(hooks: QuerySet[Webhook], now: datetime) -> QuerySet[Webhook]:
    """Those among which somebody may have to hear of a fact of lately."""
    noted = [Q(**{each.noted: True}) for each in LEDGERS]
    return with_lately(hooks, now).filter(reduce(or_, noted))


def tell(hooks: Sequence[Webhook], *, now: datetime) -> int:
    """Write a delivery of each fact for each webhook that wants it and has none of it yet.

    hooks: fetched `with_lately`.
    """
    return sum(_tell(ledger, hooks, now) for ledger in LEDGERS)


def _tell(ledger: Ledger, hooks: Sequence[Webhook], now: datetime) -> int:
    kinds = set(ledger.kinds.values())
    wanting = [hook for hook in hooks if getattr(hook, ledger.noted) and set(hook.events) & kinds]
    if not wanting:
        return 0
    since = max(min(hook.hears_from for hook in wanting), now - LATELY)
    lately = ledger.facts().filter(at__gte=since, kind__in=ledger.kinds)
    events = {id_of(ledger.stream, pk): pk for pk in lately.values_list("pk", flat=True)}
    there = set(
        WebhookDelivery.objects.filter(
            webhook__in=wanting, event_id__in=list(events), redelivery_of=None
        ).values_list("webhook", "event_id")
    )
    deliveries = [
        delivery
        for hook in wanting
        for event in _untold(
            ledger,
            hook,
            [pk for event_id, pk in events.items() if (hook.pk, event_id) not in there],
        )
        if (delivery := _delivery(ledger, hook, event, now)) is not None
    ]
    WebhookDelivery.objects.bulk_create(deliveries, ignore_conflicts=True)
    return len(deliveries)


def _untold(ledger: Ledger, hook: Webhook, pks: Sequence[int]) -> list[object]:
    if not pks:
        return []
    kinds = [kind for kind, told in ledger.kinds.items() if told in hook.events]
    found = ledger.facts().filter(pk__in=pks, kind__in=kinds, at__gte=hook.hears_from)
    return list(found.order_by("pk"))


def _delivery(ledger: Ledger, hook: Webhook, event: Any, now: datetime) -> WebhookDelivery | None:
    """None for a webhook of an organisation that it does not concern."""
    concerned = ledger.services(event)
    if hook.organisation is not None:
        theirs = Service.objects.of(hook.organisation).filter(pk__in=concerned)
        concerned = set(theirs.values_list("pk", flat=True))
        if not concerned:
            return None
    event_id, kind = id_of(ledger.stream, event.pk), ledger.kinds[event.kind]
    actor = event.actor
    data = ledger.told(event, concerned, hook) | {
        "reason": event.data.get("reason", ""),
        "actor": {"id": actor.pk, "name": actor.name} if actor else None,
    }
    return WebhookDelivery(
        webhook=hook,
        event_id=event_id,
        kind=kind,
        payload=payload(event_id, kind, at=event.at, ticket=None, data=data),
        created_at=now,
        next_try_at=now,
    )


def _maintenance(event: MaintenanceEvent, services: set[int], _hook: Webhook) -> Data:
    told = MaintenanceAnswer(event.maintenance, context={"services": services}).data
    return {"maintenance": dict(told)}


def _outage(event: OutageEvent, _services: set[int], hook: Webhook) -> Data:
    outage = event.outage
    ticket = Ticket.objects.filter(outages=outage)
    if hook.organisation_id is not None:  # what is of another customer is not named
        ticket = ticket.filter(organisation=hook.organisation_id)
    tickets = {one.pk: one.reference for one in ticket}
    return {"outage": dict(OutageAnswer(outage, context={"tickets": tickets}).data)}


LEDGERS = (
    Ledger(
        stream="maintenance-events",
        noted="has_upkeep",
        kinds={
            MaintenanceEvent.Kind.ANNOUNCED: WebhookEvent.MAINTENANCE_ANNOUNCED,
            MaintenanceEvent.Kind.CHANGED: WebhookEvent.MAINTENANCE_CHANGED,
            MaintenanceEvent.Kind.STARTED: WebhookEvent.MAINTENANCE_STARTED,
            MaintenanceEvent.Kind.FINISHED: WebhookEvent.MAINTENANCE_FINISHED,
            MaintenanceEvent.Kind.CANCELLED: WebhookEvent.MAINTENANCE_CANCELLED,
        },
        facts=lambda: MaintenanceEvent.objects.select_related(
            "actor", "maintenance"
        ).prefetch_related("maintenance__services"),
        services=lambda event: {service.pk for service in event.maintenance.services.all()},
        told=_maintenance,
    ),
    Ledger(
        stream="outage-events",
        noted="has_outages",
        kinds={
            OutageEvent.Kind.REPORTED: WebhookEvent.OUTAGE_REPORTED,
            OutageEvent.Kind.DETECTED: WebhookEvent.OUTAGE_DETECTED,
            OutageEvent.Kind.RESTORED: WebhookEvent.OUTAGE_RESTORED,
            OutageEvent.Kind.CAUSE_SET: WebhookEvent.OUTAGE_CAUSE,
            OutageEvent.Kind.CORRECTED: WebhookEvent.OUTAGE_CORRECTED,
            OutageEvent.Kind.WITHDRAWN: WebhookEvent.OUTAGE_WITHDRAWN,
        },
        facts=lambda: OutageEvent.objects.select_related("actor", "outage"),
        services=lambda event: {event.outage.service_id},
        told=_outage,
    ),
)
