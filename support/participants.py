"""Who takes part in a ticket's conversation, and who may come to do so by a customer's mail."""

from __future__ import annotations

import re
from collections.abc import Iterable
from email.utils import parseaddr

from django.conf import settings
from django.db.models.functions import Lower

from sla.models import Agreement
from support.models import Mailbox
from support.notices.reply_address import without_tag
from tickets.models import EventKind, Role, Team, Ticket, User

MOST = 30
"""Participants of one ticket that mail may add."""

_NOBODY = re.compile(
    r"(?:no|do-?not|never|niet)[-_.]?(?:reply|respond|beantwoorden|antwoorden)\b"
    r"|mailer-daemon@|postmaster@|bounces?[@+-]|undisclosed",
    re.IGNORECASE,
)


def is_on(ticket: Ticket, email: str) -> bool:
    """Is this the address of the reporter or a participant?"""
    return bool(email) and email.lower() in _on(ticket)


def newcomers(ticket: Ticket, addresses: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Of (name, address) in a customer's mail, those that come to take part by it.

    Not who takes part already, not we ourselves, not machines, and nobody that a colleague took
    off the ticket: only a colleague puts them back.
    """
    us = {settings.REPLY_ADDRESS.lower(), parseaddr(settings.DEFAULT_FROM_EMAIL)[1].lower()}
    wanted = {
        email.lower(): name
        for name, email in addresses
        if without_tag(email) not in us and not _NOBODY.search(email) and len(email) <= 254
    }
    wanted.pop(ticket.reporter_email.lower(), None)
    # Most mail is to us alone, and is asked about no further.
    wanted = _without(wanted, _mailboxes(wanted))
    wanted = _without(wanted, _ours(wanted))
    if not wanted:
        return []
    gone = _out(ticket)
    kept = [(name, email) for email, name in wanted.items() if email not in gone]
    return kept[: max(MOST - ticket.participants.count(), 0)]


def _without(wanted: dict[str, str], ours: set[str]) -> dict[str, str]:
    return {
        email: name
        for email, name in wanted.items()
        if email not in ours and without_tag(email) not in ours
    }


def _mailboxes(emails: Iterable[str]) -> set[str]:
    """The addresses of mailboxes that we read."""
    if not emails:
        return set()
    read = Mailbox.objects.order_by().values_list("address", flat=True)
    return {address.lower() for address in read}


def _out(ticket: Ticket) -> set[str]:
    """Who takes part already, or was taken off."""
    removed = ticket.events.filter(kind=EventKind.PARTICIPANT_REMOVED)
    return _on(ticket) | set(removed.values_list("data__email", flat=True))


def _on(ticket: Ticket) -> set[str]:
    found = {ticket.reporter_email.lower()}
    found |= {email.lower() for email in ticket.participants.values_list("email", flat=True)}
    if ticket.contact is not None:
        found |= {address.email.lower() for address in ticket.contact.addresses.all()}
        if ticket.contact.user is not None:
            found.add(ticket.contact.user.email.lower())
    return found - {""}


def _ours(emails: Iterable[str]) -> set[str]:
    """Those that are of an agreement or a team of ours, or of somebody who works here."""
    if not emails:
        return set()
    plain = [*emails, *(without_tag(email) for email in emails)]
    colleagues = User.objects.exclude(role=Role.CUSTOMER)
    first, *more = (
        queryset.order_by()
        .annotate(plain=Lower("email"))
        .filter(plain__in=plain)
        .values_list("plain", flat=True)
        for queryset in (Agreement.objects.all(), Team.objects.all(), colleagues)
    )
    return set(first.union(*more))
