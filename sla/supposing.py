"""What the promises on a ticket would be if something were otherwise. Nothing is written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q

from sla.derivation import derive, engine_events
from sla.engine import Event
from sla.engine.events import Happened
from sla.histories import history_of
from sla.models import Edition
from sla.projection import agreed_at
from sla.queries import Card, coverage_of, explained
from sla.world import Cover, Rule, Worlds, world_of
from tickets.models import Organisation, Ticket, TicketEvent


def cards_for_history(
    edition: Edition, events: Sequence[Event], *, now: datetime, waived: bool
) -> list[Card]:
    """Every promise on a history that is nobody's ticket, as it would stand at a moment."""
    rule = Rule(world_of(edition), waived)
    return [explained(each, now) for each in derive(Cover(rule), events, now=now)]


def cards_under(ticket: Ticket, edition: Edition, *, now: datetime) -> list[Card]:
    """The promises on a ticket if it were put under another edition now."""
    coverage = coverage_of(ticket)
    if coverage is None:
        return []
    cover = Worlds().cover_of(coverage)
    waived = cover.now.waived
    events, now = _history_before(ticket, now)
    moved = Cover(Rule(world_of(edition), waived), [*cover.before, (now, cover.now)])
    return [explained(each, now) for each in derive(moved, events, now=now)]


def cards_if_of(
    ticket: Ticket, organisation: Organisation, *, authorised: bool, now: datetime
) -> list[Card]:
    """The promises on a ticket if it turned out now to be of somebody at an organisation, who may
    phone (authorised) or may not. Nothing is written.
    """
    agreed = agreed_at(ticket.reported_at, organisation)
    if agreed is None:
        return []
    rule, coverage = Rule(world_of(agreed["edition"]), agreed["waived"]), coverage_of(ticket)
    events, now = _history_before(ticket, now)
    cover = Cover(rule)
    if coverage is not None:
        present = Worlds().cover_of(coverage)
        same = (coverage.edition_id, coverage.waived) == (agreed["edition"].pk, agreed["waived"])
        cover = present if same else Cover(rule, [*present.before, (now, present.now)])
    said = Event.of(now, Happened.IDENTIFIED, {"authorised": authorised})
    return [explained(each, now) for each in derive(cover, [*events, said], now=now)]


def cards_if(ticket: Ticket, *, now: datetime, kind: str = "", priority: str = "") -> list[Card]:
    """The promises on a ticket if its kind or its priority were changed now. Nothing is written."""
    coverage = coverage_of(ticket)
    if coverage is None:
        return []
    events, now = _history_before(ticket, now)
    if kind and kind != ticket.kind:
        events.append(Event.of(now, Happened.CLASSIFIED, {"ticket_kind": kind}))
    if priority and priority != ticket.priority:
        events.append(Event.of(now, Happened.PRIORITISED, {"priority": priority}))
    ruled = derive(Worlds().cover_of(coverage), events, now=now)
    return [explained(each, now) for each in ruled]


def _history_before(ticket: Ticket, now: datetime) -> tuple[list[Event], datetime]:
    """What happened on a ticket, and the moment at which something more could happen to it.

    That is `now`, unless a colleague wrote something between the moment at which somebody asked
    and this reading: then what would be changed comes after that.
    """
    events = history_of(ticket)
    return events, max(now, ticket.updated_at, events[-1].at)


def cards_unchanged(ticket: Ticket, *, since: int, now: datetime) -> list[Card]:
    """The promises on a ticket if its kind and priority had stayed as they were at a version."""
    coverage = coverage_of(ticket)
    if coverage is None:
        return []
    changes = (Happened.CLASSIFIED, Happened.PRIORITISED)
    later = Q(version__gt=since, kind__in=[change.value for change in changes])
    events = TicketEvent.objects.filter(~later, ticket=ticket).order_by("version")
    ruled = derive(Worlds().cover_of(coverage), engine_events(events), now=now)
    return [explained(each, now) for each in ruled]
