"""The verbs between tickets: merge two, split one message off, and link what belongs together."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from sla import projection
from sla.queries import edition_of
from support import desk, who
from support.desk import confirming, correspondents, letters, participants
from support.desk.answers import DeskError
from support.desk.conversation import Words
from support.desk.locking import locked
from support.who import Reporter
from tickets import facts, history
from tickets.addresses import bare_address
from tickets.models import (
    BY_HAND,
    EventKind,
    Link,
    LinkKind,
    Message,
    MessageKind,
    Status,
    Ticket,
    User,
)


def refusal(ticket: Ticket, into: Ticket) -> str:
    """Why one ticket can't be merged into another, in a sentence; '' if it can.

    Whoever reported the one reads our answers on the other from then on, so never between
    two organisations.
    """
    if ticket.pk == into.pk:
        return _("A ticket can't be merged into itself.")
    if Status.MERGED in (ticket.status, into.status):
        return _("One of the two was merged into another ticket already.")
    if not into.is_active:
        return _("%(ticket)s is not open any more; reopen it first.") % {"ticket": into.reference}
    ours, theirs = ticket.organisation_id, into.organisation_id
    if ours and theirs and ours != theirs:
        return _("%(ticket)s is of another organisation: they would read what is not theirs.") % {
            "ticket": into.reference
        }
    return ""


@transaction.atomic
def merge(ticket: Ticket, *, into: Ticket, actor: User, at: datetime | None = None) -> Ticket:
    """Let the conversation of a ticket go on in another one, which is returned. There is no undo.

    Its promises stand, and are kept or missed by what happens on the other. Its reporter is told,
    and takes part in the other with who took part in it.
    """
    ticket, into, at = _both(ticket, into, at, actor)
    if problem := refusal(ticket, into):
        raise DeskError(problem)
    comes = [(ticket.answers_to or ticket.reporter_email, ticket.reporter_name)]
    comes += ticket.participants.values_list("email", "name")
    Link.objects.create(ticket=ticket, other=into, kind=LinkKind.MERGED, at=at, actor=actor)
    data: facts.Merged = {"into": into.reference}
    history.record(ticket, EventKind.MERGED, at=at, actor=actor, data=data)
    _say_link(into, ticket, LinkKind.MERGED, at=at, actor=actor, back=True)
    projection.refresh(ticket, now=at)
    projection.refresh(into, now=at)
    for email, name in comes:
        if email and not participants.is_on(into, email):
            into = correspondents.add_participant(into, email=email, name=name, actor=actor, at=at)
    undecided = ticket.proposals.filter(agreed=None).values_list("name", "email")
    participants.propose(into, undecided, at=at)
    letters.tell_merged(ticket, into, at=at)
    return into


@transaction.atomic
def split(
    message: Message,
    *,
    subject: str,
    kind: str,
    priority: str,
    actor: User,
    at: datetime | None = None,
) -> Ticket:
    """A ticket of its own for a customer's message, as reported when and how that was sent.

    The message stays where it was too: it may have ended a wait, and what was counted stays.
    """
    old, at = locked(message.ticket, at, actor)
    if not can_be_split(message):
        raise DeskError(_("Only a message of the customer can become a ticket of its own."))
    attached = {file.pk: file for file in message.attachments.all()}
    new = desk.open_ticket(
        replace(
            _sender(message, old),
            came_to=old.came_to,
            brand=old.brand,
            answers_to=_asked_by(message, old),
        ),
        Words(text=message.text, quoted=message.quoted, html=message.html),
        subject=subject,
        kind=kind,
        channel=message.channel,
        priority=priority,
        actor=actor,
        confirm=False,
        at=message.at,
    )
    first = new.messages.get()
    for file in attached.values():  # the same stored content, once more by name
        file.pk, file.message = None, first
        file.save(force_insert=True)
    _link(new, old, LinkKind.SPLIT, at=at, actor=actor)
    clocks = projection.refresh(new, now=at)
    projection.refresh(old, now=at)
    to, _why = confirming.decide(new, at=at)
    if to:
        letters.confirm(new, first, edition=edition_of(new), clocks=clocks, at=at, to=to)
    return new


def can_be_split(message: Message) -> bool:
    """Is it something that the customer wrote after the report?"""
    first = message.ticket.messages.order_by("pk").values_list("pk", flat=True).first()
    return message.kind == MessageKind.CUSTOMER and message.public and message.pk != first


@transaction.atomic
def link(
    ticket: Ticket, *, other: Ticket, kind: str, actor: User, at: datetime | None = None
) -> Ticket:
    """Say that a ticket belongs with another, repeats it, or was caused by it."""
    if kind not in BY_HAND:
        raise ValueError(f"{kind}: no link that is made by hand")
    if ticket.pk == other.pk:
        raise DeskError(_("A ticket can't be linked to itself."))
    ticket, other, at = _both(ticket, other, at, actor)
    if Link.objects.filter(ticket=ticket, other=other, kind=kind).exists():
        return ticket
    _link(ticket, other, LinkKind(kind), at=at, actor=actor)
    for each in (ticket, other):
        projection.refresh(each, now=at)
    return ticket


@transaction.atomic
def unlink(ticket: Ticket, *, number: int, actor: User, at: datetime | None = None) -> Ticket:
    """Take away a link that was made by hand, from either side."""
    found = Link.objects.filter(pk=number, kind__in=BY_HAND).select_related("ticket", "other")
    made = found.first()
    if made is None or ticket.pk not in (made.ticket_id, made.other_id):
        raise DeskError(_("A colleague took this link away."))
    one, other, at = _both(made.ticket, made.other, at, actor)
    made.delete()
    for each, seen, back in ((one, other, False), (other, one, True)):
        data: facts.Linked = {"kind": made.kind, "ticket": seen.reference, "back": back}
        history.record(each, EventKind.UNLINKED, at=at, actor=actor, data=data)
        projection.refresh(each, now=at)
    return one if one.pk == ticket.pk else other


def _both(
    ticket: Ticket, other: Ticket, at: datetime | None, actor: User
) -> tuple[Ticket, Ticket, datetime]:
    """Two tickets held at once; the lower number first, so that nobody waits in a ring."""
    first, second = sorted((ticket, other), key=lambda each: each.pk)
    held_first, at_first = locked(first, at, actor)
    held_second, at_second = locked(second, at, actor)
    moment = max(at_first, at_second)
    if first.pk == ticket.pk:
        return held_first, held_second, moment
    return held_second, held_first, moment


def _link(ticket: Ticket, other: Ticket, kind: LinkKind, *, at: datetime, actor: User) -> None:
    """Write a link, and say so on both."""
    Link.objects.create(ticket=ticket, other=other, kind=kind, at=at, actor=actor)
    _say_link(ticket, other, kind, at=at, actor=actor, back=False)
    _say_link(other, ticket, kind, at=at, actor=actor, back=True)


def _say_link(
    ticket: Ticket, other: Ticket, kind: LinkKind, *, at: datetime, actor: User, back: bool
) -> None:
    data: facts.Linked = {"kind": kind.value, "ticket": other.reference, "back": back}
    history.record(ticket, EventKind.LINKED, at=at, actor=actor, data=data)


def _asked_by(message: Message, ticket: Ticket) -> str:
    """Where the writer of a message is answered, if that is known to be elsewhere."""
    theirs = bare_address(message.sender_email) == bare_address(ticket.reporter_email)
    return ticket.answers_to if theirs else ""


def _sender(message: Message, ticket: Ticket) -> Reporter:
    """Whose message it is; a colleague of the reporter's without a contact is of the same house."""
    contact = ticket.contact
    if contact and bare_address(message.sender_email) in ("", bare_address(contact.email)):
        return Reporter(
            name=message.sender_name,
            email=message.sender_email,
            contact=contact,
            proved=ticket.reporter_proved,
        )
    known = who.by_address(message.sender_email, message.sender_name)
    if known.contact or known.organisation:
        return known
    return Reporter(
        name=message.sender_name, email=message.sender_email, organisation=ticket.organisation
    )
