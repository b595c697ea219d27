"""What lasts too long sets triggers off: waiting for the customer, and solved but not closed.

Counted in werkdagen of eight hours, in the hours of the ticket's agreement; those of the first
calendar where it has none. Of tickets that waited already when the trigger was switched on, too.

This can't go round: from waiting a trigger leads to open or solved, from solved to closed, and
from those nothing of it begins.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from sla.calendars import hours_of
from sla.engine import WorkingHours
from sla.models import Calendar, Coverage
from sla.world import Worlds
from support.automation import conditions
from support.automation.models import AutomationRun, Trigger, TriggerEvent
from support.automation.running import Cause, consider
from tickets.models import EventKind, Status, Ticket, TicketEvent

SHORTEST = timedelta(hours=1)  # no calendar's working day is shorter
MOST = 500
"""Tickets that one trigger takes up in one go; the next follow a minute later."""
_SINCE = {
    TriggerEvent.WAITING: (Status.WAITING, EventKind.WAITING),
    TriggerEvent.SOLVED: (Status.RESOLVED, EventKind.RESOLVED),
}


def sweep(*, now: datetime) -> int:
    """Carry out what triggers say about what lasts. One query when there is none."""
    asked = {kind.value for kind in _SINCE}
    triggers = [each for each in Trigger.objects.filter(active=True) if asked & {*each.events}]
    return sum(
        consider(trigger, cause, now=now) is not None
        for trigger in triggers
        for cause in islice(due(trigger, now=now), MOST)
    )


def due(trigger: Trigger, *, now: datetime, among: Iterable[int] | None = None) -> Iterator[Cause]:
    """What lasts for as long as a trigger says, meets it, and that it did nothing about yet.

    among: only of these tickets.
    """
    hours = _Hours()
    for kind, (status, begun_by) in _SINCE.items():
        if kind not in trigger.events or not trigger.werkdagen:
            continue
        tickets = Ticket.objects.filter(status=status)
        if among is not None:
            tickets = tickets.filter(pk__in=among)
        least = SHORTEST * trigger.werkdagen
        for event in _since(trigger, kind, begun_by, tickets, before=now - least):
            theirs = hours.of(event.ticket)
            lasts = theirs.elapsed(event.at, now) >= theirs.day * trigger.werkdagen
            if lasts and conditions.met(trigger, event.ticket):
                yield Cause(kind=kind, ticket_id=event.ticket_id, event=event)


def _since(
    trigger: Trigger,
    kind: TriggerEvent,
    begun_by: EventKind,
    tickets: QuerySet[Ticket],
    *,
    before: datetime,
) -> QuerySet[TicketEvent]:
    """The last event of each ticket by which it began, oldest first.

    before: what began later can't have lasted so long in working time.
    """
    of_ticket = TicketEvent.objects.filter(ticket=OuterRef("pk"), kind=begun_by)
    last = tickets.annotate(since=Subquery(of_ticket.order_by("-version").values("pk")[:1]))
    done = AutomationRun.objects.filter(trigger=trigger, kind=kind, event=OuterRef("pk"))
    found = TicketEvent.objects.filter(pk__in=last.values("since"), at__lte=before)
    return found.filter(~Exists(done)).select_related("ticket__coverage").order_by("at", "pk")


class _Hours:
    """The working hours of tickets, each calendar read once."""

    def __init__(self) -> None:
        self._worlds = Worlds()
        self._first: WorkingHours | None = None

    def of(self, ticket: Ticket) -> WorkingHours:
        """Those of a ticket's agreement, or of the first calendar."""
        coverage: Coverage | None = getattr(ticket, "coverage", None)
        if coverage is not None:
            return self._worlds.by_pk(coverage.edition_id).hours()
        if self._first is None:
            calendar = Calendar.objects.order_by("pk").first()
            self._first = hours_of(calendar) if calendar else WorkingHours.dutch()
        return self._first
