"""Finds the ticket that a mail goes on with, and says how sure that is."""

from __future__ import annotations

import re
from dataclasses import dataclass

from support.desk import participants
from support.intake.mime import ParsedMail
from support.mail import reply_address
from support.mail.models import IncomingMail, OutgoingMail
from support.notifications.mentions import colleagues
from tickets.addresses import bare_address
from tickets.lifecycle import current
from tickets.models import MessageKind, Ticket, User

_NUMBER = re.compile(r"(?i)\bWD-(\d{1,18})\b")


@dataclass(frozen=True)
class Thread:
    """The ticket, if any. `proven`: by what only a reader of its mail can know.

    mentions: a ticket that it names, or holds a key of, by somebody who is not on it.
    colleague: whose own address it is from, writing about a ticket that is another's. internal:
    it answers mail to colleagues, or can't be told from such an answer. signed: to the address that
    was signed for this colleague, which is a proof.
    """

    ticket: Ticket | None = None
    proven: bool = False
    mentions: Ticket | None = None
    colleague: User | None = None
    internal: bool = False
    signed: bool = False


@dataclass(frozen=True)
class _Key:
    """What a mail can show that it answers: a ticket's mail to its customer, or to colleagues."""

    ticket: Ticket | None = None
    internal: bool = False
    reader: int = 0


def find(parsed: ParsedMail, *, machine: bool = False) -> Thread:
    """By the signed address, else by the headers, else by a number from somebody on that ticket.

    None of it lets anybody in: mail is forwarded with all that it holds. Whoever is not on the
    ticket only mentions it. What goes on with a merged ticket goes on in the one that it was merged
    into. machine: no person wrote it, so it is nobody's answer wherever it goes.
    """
    key = _key(parsed)
    if machine:
        found = None if key.internal else key.ticket
        return Thread(current(found), proven=True) if found else Thread()
    named = _named(parsed) if key.ticket is None and not key.internal else None
    about = key.ticket or named
    # What answers mail to colleagues is a colleague's, also about what they reported themselves.
    reported = None if key.internal else about
    if (about or key.internal) and (colleague := _colleague(parsed, reported)):
        return Thread(
            ticket=current(about) if about else None,
            proven=key.ticket is not None,
            colleague=colleague,
            internal=key.internal or named is not None or _headers_key(parsed).internal,
            signed=key.reader == colleague.pk,
        )
    if about is None:
        return Thread()
    if key.ticket is not None:
        goes_on = participants.may_write(current(about), parsed.sender_email)
    else:
        believed = parsed.verdict != IncomingMail.Verdict.FAIL
        goes_on = believed and participants.is_on(current(about), parsed.sender_email)
    if not goes_on:
        return Thread(mentions=about)
    return Thread(current(about), proven=key.ticket is not None)


def _key(parsed: ParsedMail) -> _Key:
    if signed := reply_address.colleagues_of(parsed.delivered_to):
        return _Key(signed.ticket, internal=True, reader=signed.reader)
    if ticket := reply_address.ticket_of(parsed.delivered_to):
        return _Key(ticket)
    return _headers_key(parsed)


def _headers_key(parsed: ParsedMail) -> _Key:
    known = [*parsed.in_reply_to, *reversed(parsed.references), *parsed.bounce_of]
    if not known:
        return _Key()
    ours = OutgoingMail.objects.filter(mail_id__in=known).select_related("ticket")
    by_id = {mail.mail_id: mail for mail in ours.defer("text", "html")}
    for mail_id in known:  # the nearest is what it answers
        if mail := by_id.get(mail_id):
            # Without a message it went to colleagues.
            return _Key(mail.ticket, internal=mail.message_id is None)
    theirs = Ticket.objects.filter(messages__mail_id__in=known, messages__kind=MessageKind.CUSTOMER)
    return _Key(theirs.order_by("-pk").first())


def _named(parsed: ParsedMail) -> Ticket | None:
    number = _NUMBER.search(parsed.subject)
    return Ticket.objects.filter(pk=int(number[1])).first() if number else None


def _colleague(parsed: ParsedMail, about: Ticket | None) -> User | None:
    """Whose own address it is from; not who reported `about`, and so is its customer here."""
    email = parsed.sender_email
    if not email or (about is not None and bare_address(current(about).reporter_email) == email):
        return None
    return colleagues().filter(email__iexact=email).first()
