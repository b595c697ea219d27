"""The one way to write a fact: append an event and bring the ticket's present up to it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Unpack

from tickets import lifecycle, numbering
from tickets.facts import Facts, Present, Reported
from tickets.models import EventKind, Ticket, TicketEvent, User


def begin(ticket: Ticket, *, at: datetime, actor: User | None, data: Reported) -> TicketEvent:
    """Save a new ticket together with its first event, `reported`."""
    at = at.astimezone(UTC)  # as the database gives it back
    ticket.reported_at = ticket.updated_at = at
    ticket.version = 1
    numbering.skip(at=at)
    ticket.save(force_insert=True)
    return TicketEvent.objects.create(
        ticket=ticket, version=1, at=at, kind=EventKind.REPORTED, actor=actor, data=data
    )


def record(
    ticket: Ticket,
    event: EventKind,
    *,
    at: datetime,
    actor: User | None = None,
    data: Facts | None = None,
    **present: Unpack[Present],
) -> TicketEvent:
    """Append an event to a ticket that the caller has locked, and set its present columns.

    present: what the event changes of the ticket. ValueError for an event before the last one,
    for one its status does not allow, and for a column that is not the history's to set.
    """
    if at < ticket.updated_at:
        raise ValueError(f"{ticket.reference}: {event} at {at} would precede its last event")
    if not lifecycle.allows(ticket, event):
        raise ValueError(f"{ticket.reference}: {event} is not possible while {ticket.status}")
    if unknown := set(present) - set(Present.__annotations__):
        raise ValueError(f"not present facts of a ticket: {', '.join(sorted(unknown))}")
    if event in lifecycle.TO:
        present.setdefault("status", lifecycle.TO[event])
    for name, value in present.items():
        setattr(ticket, name, value)
    ticket.version += 1
    ticket.updated_at = at
    ticket.save(update_fields=[*present, "version", "updated_at"])
    return TicketEvent.objects.create(
        ticket=ticket,
        version=ticket.version,
        at=at,
        kind=event,
        actor=actor,
        data=data or {},
    )
