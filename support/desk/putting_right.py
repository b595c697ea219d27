"""What was written down wrongly is put right, openly: a subject, and whose report it is."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from sla import changes, projection
from support.desk.answers import DeskError
from support.desk.locking import locked
from tickets import facts, history
from tickets.models import Contact, EventKind, Ticket, User


@transaction.atomic
def identify(
    ticket: Ticket,
    *,
    contact: Contact,
    actor: User,
    reason: str = "",
    at: datetime | None = None,
) -> Ticket:
    """Say whose report this is, where the address did not tell or told wrong. Its promises are
    then those of that organisation, counted from the report; what was phoned in, they phoned in
    (3.C).

    reason: needed where it was another organisation's; DeskError without.
    """
    ticket, at = locked(ticket, at, actor)
    before = ticket.organisation
    moves = before is not None and before != contact.organisation
    if moves and not reason.strip():
        said = _("This ticket is of %(organisation)s. Say why it is another organisation's.")
        raise DeskError(said % {"organisation": before})
    if ticket.contact_id == contact.pk:
        return ticket
    data: facts.Identified = {
        "contact": contact.name,
        "organisation": contact.organisation.name,
        # A report by phone was theirs from the call on (3.C).
        "authorised": contact.may_phone,
    }
    if moves:
        data["from"], data["reason"] = str(before), reason.strip()
    history.record(
        ticket,
        EventKind.IDENTIFIED,
        at=at,
        actor=actor,
        data=data,
        contact=contact,
        organisation=contact.organisation,
        assignee=ticket.assignee or contact.organisation.present_contact,
    )
    if moves:
        changes.follow_organisation(ticket, why=reason.strip(), actor=actor, now=at)
    projection.refresh(ticket, now=at)
    return ticket


@transaction.atomic
def rename(ticket: Ticket, *, subject: str, actor: User, at: datetime | None = None) -> Ticket:
    """Give a ticket a subject that says what it is about. What was mailed keeps the old one."""
    ticket, at = locked(ticket, at, actor)
    subject = " ".join(subject.replace("\x00", "").split())[:200]
    if not subject:
        raise DeskError(_("Write a subject first."))
    if subject != ticket.subject:
        data: facts.Renamed = {"from": ticket.subject, "subject": subject}
        history.record(ticket, EventKind.RENAMED, at=at, actor=actor, data=data, subject=subject)
        projection.refresh(ticket, now=at)
    return ticket
