"""Facts and alerts in the words that webhooks use.

Only what a customer of the ticket may see: a webhook may well end at a customer's. So no notes, no
account of a call, and of the agents' reasons only those that the customer was told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import NAMESPACE_URL, UUID, uuid5

from django.conf import settings
from django.utils import timezone
from django.utils.translation import override
from rest_framework.renderers import JSONRenderer

from sla.explaining import cause_words
from sla.models import Alert
from support.api.answers import MessageAnswer, TicketAnswer
from support.api.bodies import TEXT_MOST
from support.api.tickets import with_answer
from support.webhooks.models import WebhookEvent
from tickets.models import EventKind, Message, MessageKind, Ticket, TicketEvent

Data = dict[str, object]


@dataclass(frozen=True, kw_only=True)
class Happening:
    """Something to tell: which event, of what kind, when, on which ticket."""

    event_id: UUID
    kind: WebhookEvent
    at: datetime
    ticket_id: int
    data: Data


STATUS_CHANGES = (
    EventKind.WAITING,
    EventKind.RESUMED,
    EventKind.RESOLVED,
    EventKind.REOPENED,
    EventKind.DECLINED,
    EventKind.CLOSED,
    EventKind.MERGED,
)
OF_EVENTS: Mapping[str, WebhookEvent] = {
    EventKind.REPORTED: WebhookEvent.OPENED,
    EventKind.REPLIED: WebhookEvent.REPLIED,
    EventKind.CUSTOMER_REPLIED: WebhookEvent.CUSTOMER_REPLIED,
    EventKind.CALLED: WebhookEvent.CALLED,
    EventKind.PRIORITISED: WebhookEvent.PRIORITISED,
    EventKind.CLASSIFIED: WebhookEvent.CLASSIFIED,
    EventKind.ASSIGNED: WebhookEvent.ASSIGNED,
    EventKind.IDENTIFIED: WebhookEvent.IDENTIFIED,
    EventKind.PLANNED: WebhookEvent.PLANNED,
    **dict.fromkeys(STATUS_CHANGES, WebhookEvent.STATUS),
}
OF_ALERTS: Mapping[str, WebhookEvent] = {
    Alert.Kind.WARNING: WebhookEvent.WARNED,
    Alert.Kind.BREACH: WebhookEvent.BREACHED,
    Alert.Kind.UNJUDGED: WebhookEvent.UNJUDGED,
    Alert.Kind.TAKEN_BACK: WebhookEvent.TAKEN_BACK,
    Alert.Kind.MOVED: WebhookEvent.MOVED,
}
_SAID: Mapping[str, tuple[str, ...]] = {
    EventKind.REPORTED: (MessageKind.CUSTOMER, MessageKind.CALL),
    EventKind.REPLIED: (MessageKind.REPLY,),
    EventKind.CUSTOMER_REPLIED: (MessageKind.CUSTOMER,),
}
_Tell = Callable[[Data], Data]
_TOLD: Mapping[str, _Tell] = {
    EventKind.REPORTED: lambda data: {"channel": data.get("channel")},
    EventKind.REPLIED: lambda data: {"channel": data.get("channel")},
    EventKind.CUSTOMER_REPLIED: lambda data: {"channel": data.get("channel")},
    EventKind.CALLED: lambda data: {"answered": bool(data.get("answered"))},
    EventKind.PRIORITISED: lambda data: {"priority": data["priority"], "from": data.get("from")},
    EventKind.CLASSIFIED: lambda data: {"kind": data["ticket_kind"], "from": data.get("from")},
    EventKind.ASSIGNED: lambda data: {"assignee": data.get("assignee"), "team": data.get("team")},
    EventKind.IDENTIFIED: lambda data: {
        "contact": data.get("contact"),
        "organisation": data.get("organisation"),
    },
    EventKind.PLANNED: lambda data: {
        "release": data.get("name"),
        "planned_at": data.get("release"),
    },
    # The one reason that is written to the customer.
    EventKind.DECLINED: lambda data: {"reason": data.get("reason", "")},
}


def of_events(events: Sequence[TicketEvent]) -> list[Happening]:
    """What these facts are to a webhook. Fixed queries: their messages, and the files of these."""
    said = _said_with(events)
    return [
        Happening(
            event_id=id_of("events", event.pk),
            kind=OF_EVENTS[event.kind],
            at=event.at,
            ticket_id=event.ticket_id,
            data=_event_data(event, said),
        )
        for event in events
    ]


def of_alerts(alerts: Iterable[Alert]) -> list[Happening]:
    """What these alerts are to a webhook."""
    return [
        Happening(
            event_id=id_of("alerts", alert.pk),
            kind=OF_ALERTS[alert.kind],
            at=alert.at,
            ticket_id=alert.ticket_id,
            data=_alert_data(alert),
        )
        for alert in alerts
    ]


def tickets_of(happenings: Iterable[Happening]) -> dict[int, tuple[Ticket, Data]]:
    """The tickets that they are about, as the API shows them now."""
    pks = {happening.ticket_id for happening in happenings}
    found = with_answer(Ticket.objects.filter(pk__in=pks))
    return {ticket.pk: (ticket, TicketAnswer(ticket).data) for ticket in found}


def payload(event_id: UUID, kind: str, *, at: datetime, ticket: Data | None, data: Data) -> str:
    """The text that is signed and sent."""
    whole = {
        "id": str(event_id),
        "kind": kind,
        "occurred_at": timezone.localtime(at),
        "ticket": ticket,
        "data": data,
    }
    return JSONRenderer().render(whole).decode()


def id_of(stream: str, pk: int) -> UUID:
    """Of a row, always the same: so that an event made twice is found out."""
    return uuid5(NAMESPACE_URL, f"{settings.ORIGIN.url}/{stream}/{pk}")


def _event_data(event: TicketEvent, said: Mapping[tuple[int, datetime], list[Message]]) -> Data:
    data = _TOLD[event.kind](event.data) if event.kind in _TOLD else {}
    if event.kind in STATUS_CHANGES:
        data = {"change": event.kind, **data}
    if kinds := _SAID.get(event.kind):
        with_it = said.get((event.ticket_id, event.at), [])
        message = next((one for one in with_it if one.kind in kinds), None)
        data["message"] = _message(message) if message else None
    actor = event.actor
    data["actor"] = {"id": actor.pk, "name": actor.name} if actor else None
    return data


def _said_with(events: Sequence[TicketEvent]) -> dict[tuple[int, datetime], list[Message]]:
    """What was said in public in the same breath as these facts, by ticket and moment."""
    speaking = [event for event in events if event.kind in _SAID]
    messages = (
        Message.objects.filter(
            public=True,
            ticket__in={event.ticket_id for event in speaking},
            at__in={event.at for event in speaking},
        )
        .select_related("ticket", "author")
        .prefetch_related("attachments")
    )
    found: dict[tuple[int, datetime], list[Message]] = {}
    for message in messages if speaking else ():
        found.setdefault((message.ticket_id, message.at), []).append(message)
    return found


def _message(message: Message) -> Data:
    data = dict(MessageAnswer(message).data)
    return data | {name: data[name][:TEXT_MOST] for name in ("text", "quoted")}


def _alert_data(alert: Alert) -> Data:
    data: Data = {
        "promise": alert.promise,
        "clause": alert.clause,
        "started_at": timezone.localtime(alert.started_at),
        "due_at": _local(alert.due_at),
    }
    if alert.kind == Alert.Kind.WARNING:
        data["share"] = alert.share
    if alert.kind == Alert.Kind.MOVED:
        data["due_before"] = _local(alert.due_before)
        with override(settings.LANGUAGE_CODE):
            data["causes"] = [cause_words(cause) for cause in alert.causes]
    return data


def _local(at: datetime | None) -> datetime | None:
    return timezone.localtime(at) if at else None
