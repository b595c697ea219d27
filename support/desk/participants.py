"""Who takes part in a ticket's conversation, and who may come to do so by a customer's mail."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models.functions import Lower

from support.mail import addresses
from support.mail.models import Proposal
from support.mail.reply_address import without_tag
from tickets.models import EventKind, Role, Ticket, User

MOST = 30
"""Participants of one ticket that mail may add."""


def is_on(ticket: Ticket, email: str) -> bool:
    """Is this the address of the reporter or a participant?"""
    return bool(email) and email.lower() in _on(ticket)


def may_write(ticket: Ticket, email: str) -> bool:
    """Does mail from this address go on with the ticket? Also from whoever its report named."""
    if is_on(ticket, email):
        return True
    named = ticket.proposals.filter(email=email.lower()).exclude(agreed=False)
    return bool(email) and named.exists()


def newcomers(ticket: Ticket, people: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Of (name, address) in a customer's mail, those that come to take part by it.

    Not who takes part already, not we ourselves, not machines, and nobody that a colleague took
    off the ticket: only a colleague puts them back.
    """
    wanted = {
        email.lower(): name
        for name, email in people
        if not addresses.is_machine(email) and len(email) <= 254
    }
    if not wanted:
        return []
    for known in (ticket.reporter_email.lower(), *addresses.ours(wanted), *_colleagues(wanted)):
        wanted.pop(known, None)
    if not wanted:
        return []
    gone = _out(ticket)
    kept = [(name, email) for email, name in wanted.items() if email not in gone]
    return kept[: max(MOST - ticket.participants.count(), 0)]


def propose(ticket: Ticket, people: Iterable[tuple[str, str]], *, at: datetime) -> None:
    """Note who got a copy of a mail that nothing proves: they take part once a colleague agrees."""
    named = newcomers(ticket, people)
    if not named:
        return
    room = max(MOST - ticket.proposals.count(), 0)
    Proposal.objects.bulk_create(
        [
            Proposal(ticket=ticket, email=email, name=name[:120], proposed_at=at)
            for name, email in named[:room]
        ],
        ignore_conflicts=True,
    )


def _out(ticket: Ticket) -> set[str]:
    """Who takes part already, or was taken off."""
    removed = ticket.events.filter(kind=EventKind.PARTICIPANT_REMOVED)
    return _on(ticket) | set(removed.values_list("data__email", flat=True))


def _on(ticket: Ticket) -> set[str]:
    found = {ticket.reporter_email.lower(), ticket.answers_to.lower()}
    found |= {email.lower() for email in ticket.participants.values_list("email", flat=True)}
    if ticket.contact is not None:
        found |= {address.email.lower() for address in ticket.contact.addresses.all()}
        if ticket.contact.user is not None:
            found.add(ticket.contact.user.email.lower())
    return found - {""}


def _colleagues(emails: Iterable[str]) -> set[str]:
    """Those that are of somebody who works here, with or without a tag."""
    plain = {each: email for email in emails for each in (email, without_tag(email))}
    staff = User.objects.exclude(role=Role.CUSTOMER).annotate(plain=Lower("email"))
    found = staff.order_by().filter(plain__in=plain).values_list("plain", flat=True)
    return {plain[email] for email in found} if plain else set()
