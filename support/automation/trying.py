"""A trigger tried out on tickets there are, without doing anything."""

from __future__ import annotations

from datetime import datetime

from sla.models import Alert
from support.automation import conditions, lasting
from support.automation.models import Trigger
from support.automation.sweep import OF_ALERTS, OF_EVENTS
from tickets.models import Ticket, TicketEvent

LAST = 100
"""Tickets that it is tried out on."""


def would_fire(trigger: Trigger, *, now: datetime) -> tuple[list[Ticket], int]:
    """On which of the last hundred tickets it would have done something, and of how many.

    What it listens to happened to them, and they meet its conditions as they stand now.
    """
    tickets = list(Ticket.objects.with_people().order_by("-pk")[:LAST])
    pks = [ticket.pk for ticket in tickets]
    kinds = [kind for kind, heard in OF_EVENTS.items() if heard in trigger.events]
    happened = TicketEvent.objects.filter(ticket__in=pks, kind__in=kinds)
    found: dict[int, list[Alert | None]] = {
        pk: [None] for pk in happened.values_list("ticket", flat=True)
    }
    found |= {cause.ticket_id: [None] for cause in lasting.due(trigger, now=now, among=pks)}
    kinds = [kind for kind, heard in OF_ALERTS.items() if heard in trigger.events]
    for alert in Alert.objects.standing().filter(ticket__in=pks, kind__in=kinds):
        found.setdefault(alert.ticket_id, []).append(alert)
    fired = [
        ticket
        for ticket in tickets
        if any(conditions.met(trigger, ticket, alert) for alert in found.get(ticket.pk, ()))
    ]
    return fired, len(tickets)
