"""Finds the ticket that a mail goes on with, and says how sure that is."""

from __future__ import annotations

import re
from dataclasses import dataclass

from support import participants
from support.intake.mime import ParsedMail
from support.locking import current
from support.models import OutgoingMail
from support.notices import reply_address
from tickets.models import MessageKind, Ticket

_NUMBER = re.compile(r"(?i)\bWD-(\d{1,18})\b")


@dataclass(frozen=True)
class Thread:
    """The ticket, if any. `proven`: by what only a reader of its mail can know.

    mentions: a ticket that the subject names, by somebody who is not on it.
    """

    ticket: Ticket | None = None
    proven: bool = False
    mentions: Ticket | None = None


def find(parsed: ParsedMail) -> Thread:
    """By the signed address, else by the headers, else by a number from somebody on that ticket.

    Never by a number alone: anybody can write one. What goes on with a merged ticket goes on in
    the one that it was merged into.
    """
    found = reply_address.ticket_of(parsed.delivered_to) or _by_headers(parsed)
    if found is not None:
        return Thread(current(found), proven=True)
    named = _NUMBER.search(parsed.subject)
    ticket = Ticket.objects.filter(pk=int(named[1])).first() if named else None
    if ticket is None or not participants.is_on(current(ticket), parsed.sender_email):
        return Thread(mentions=ticket)
    return Thread(current(ticket))


def _by_headers(parsed: ParsedMail) -> Ticket | None:
    known = [*parsed.in_reply_to, *reversed(parsed.references), *parsed.bounce_of]
    if not known:
        return None
    # With a message: an alert went to a colleague, whose answer to it is no customer's.
    ours = OutgoingMail.objects.filter(mail_id__in=known, message__isnull=False)
    theirs = Ticket.objects.filter(messages__mail_id__in=known, messages__kind=MessageKind.CUSTOMER)
    found = ours.select_related("ticket").order_by("-pk").first()
    return found.ticket if found else theirs.order_by("-pk").first()
