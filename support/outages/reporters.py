"""Whoever reported an outage: their tickets, and one answer to all of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from sla.models import Outage
from sla.outages import LedgerError
from support import desk
from support.desk.conversation import Words
from tickets.models import Link, LinkKind, Status, Ticket, TicketQuerySet, User

SILENT = (Status.CLOSED, Status.MERGED)
"""Nobody is answered on these: the one is over, the other goes on elsewhere."""


def tickets_of(outage: Outage) -> TicketQuerySet:
    """The ticket that it is dealt with on, and those that were caused by it; the oldest first."""
    if outage.ticket_id is None:
        return Ticket.objects.none()
    caused = Q(links__kind=LinkKind.CAUSED, links__other=outage.ticket_id)
    return Ticket.objects.filter(Q(pk=outage.ticket_id) | caused).distinct().order_by("pk")


def outages_on(ticket: int) -> QuerySet[Outage]:
    """The outages that a ticket of this number is of, its own or the one that caused it; the latest
    first.
    """
    causes = Link.objects.filter(ticket=ticket, kind=LinkKind.CAUSED).values("other")
    of = Q(ticket=ticket) | Q(ticket__in=causes)
    return Outage.objects.standing().filter(of).select_related("service").order_by("-pk")


def to_answer(outage: Outage) -> Sequence[Ticket]:
    """The tickets on which somebody hears from us: not what our monitoring opened for itself."""
    found = tickets_of(outage).exclude(status__in=SILENT).with_people()
    return [ticket for ticket in found if ticket.reporter_email or ticket.contact_id]


@transaction.atomic
def answer(
    outage: Outage, text: str, *, solves: bool, actor: User, now: datetime
) -> Sequence[Ticket]:
    """Answer everybody who reported it, each on their own ticket; gives those tickets.

    solves: these tickets, and the one of our monitoring, are resolved with it. LedgerError where
    there is nobody to answer.
    """
    found = to_answer(outage)
    if not found:
        raise LedgerError(_("Nobody reported this outage, so nobody waits for an answer."))
    for ticket in found:
        if solves and ticket.is_active:
            desk.resolve(ticket, Words(text=text), actor=actor, at=now)
        else:
            desk.reply(ticket, Words(text=text), actor=actor, at=now)
    if solves and outage.ticket is not None and outage.ticket not in found:
        ticket = Ticket.objects.get(pk=outage.ticket.pk)
        if ticket.is_active:
            desk.resolve(ticket, None, actor=actor, at=now)
    return found
