"""The verbs about who gets our answers: who takes part, and where the reporter is answered."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from sla import projection
from support.desk import participants
from support.desk.answers import DeskError
from support.desk.locking import locked
from support.mail import addresses
from tickets import facts, history
from tickets.models import EventKind, Ticket, User


@transaction.atomic
def add_participant(
    ticket: Ticket,
    *,
    email: str,
    name: str = "",
    actor: User | None = None,
    at: datetime | None = None,
) -> Ticket:
    """Somebody else gets our answers too. Without an actor, a customer's mail named them."""
    ticket, at = locked(ticket, at, actor)
    email = email.strip().lower()
    if participants.is_on(ticket, email):
        raise DeskError(_("%(email)s takes part in this ticket already.") % {"email": email})
    ticket.participants.create(email=email, name=name[:120], added_at=at, added_by=actor)
    ticket.proposals.filter(email=email).update(agreed=True)
    data: facts.Correspondent = {"email": email, "name": name[:120]}
    history.record(ticket, EventKind.PARTICIPANT_ADDED, at=at, actor=actor, data=data)
    projection.refresh(ticket, now=at)
    return ticket


@transaction.atomic
def remove_participant(
    ticket: Ticket, *, email: str, actor: User, at: datetime | None = None
) -> Ticket:
    """Somebody gets our answers no longer, or not after all; a customer's mail does not put them
    back.
    """
    ticket, at = locked(ticket, at, actor)
    data: facts.Correspondent = {"email": email.strip().lower()}
    proposed = ticket.proposals.filter(email=data["email"]).exclude(agreed=False)
    was_proposed = proposed.update(agreed=False)
    if ticket.participants.filter(email=data["email"]).delete()[0] or was_proposed:
        history.record(ticket, EventKind.PARTICIPANT_REMOVED, at=at, actor=actor, data=data)
        projection.refresh(ticket, now=at)
    return ticket


@transaction.atomic
def answer_to(
    ticket: Ticket, *, email: str, actor: User | None, at: datetime | None = None
) -> Ticket:
    """Say where answers go from now on. Without an actor, a proved mail of the reporter asked."""
    ticket, at = locked(ticket, at, actor)
    email = email.strip().lower()
    if email == ticket.reporter_email.lower():
        email = ""
    if addresses.ours([email]):
        raise DeskError(_("This is one of our own addresses."))
    # Said once more by a colleague, it is vouched for.
    if email != ticket.answers_to or actor is not None:
        data: facts.Correspondent = {
            "email": email or ticket.reporter_email,
            "from": ticket.answers_to,
        }
        history.record(
            ticket, EventKind.ANSWERS_GO_TO, at=at, actor=actor, data=data, answers_to=email
        )
        projection.refresh(ticket, now=at)
    return ticket
