"""Why some promises of the demonstration were missed."""

from __future__ import annotations

from itertools import cycle

from sla.models import Clock
from support.causes.models import Cause, name_of
from support.desk import causing
from tickets.models import Status, User

NOTES = ("Twee collega’s waren ziek.", "", "Het bleek aan de koppeling te liggen.")


def build(*, manager: User) -> None:
    """Say it of what was done too late; of what is still open nobody has yet."""
    late = Clock.objects.filter(state=Clock.State.BREACHED, met_at__isnull=False)
    late = late.filter(ticket__status__in=(Status.RESOLVED, Status.CLOSED))
    causes, notes = cycle(Cause.objects.in_use()), cycle(NOTES)
    for clock in late.select_related("ticket").order_by("started_at", "pk"):
        causing.give_cause(
            clock.ticket,
            cause=next(causes),
            note=next(notes),
            promise=name_of(clock, on=clock.ticket),
            actor=manager,
            at=clock.ticket.updated_at,
        )
