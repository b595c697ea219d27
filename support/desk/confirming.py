"""The one place that decides whether a report is confirmed: by mail, form, widget, API or phone."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet

from support.desk import letters
from support.mail import addresses
from support.mail.models import IncomingMail, OutgoingMail
from tickets.models import Channel, Ticket
from tickets.questions import Kept, together

Why = IncomingMail.Unconfirmed


def decide(
    ticket: Ticket, *, at: datetime, proved: bool = False, unconfirmed: str = ""
) -> tuple[str, str]:
    """Where the confirmation of a report goes, '' for nowhere; and if withheld, why.

    The reason is a word of IncomingMail.Unconfirmed. The ticket need not be saved. proved: our mail
    server vouches for its sender. unconfirmed: why none may go, as far as whoever took it in knows.
    """
    to = letters.reader_of(ticket, automatic=True, proved=proved)
    if not to or ticket.channel == Channel.MONITOR:
        return "", ""
    known = ticket.organisation_id is not None
    why = unconfirmed or withheld(to, known=known, at=at)
    return ("" if why else to), str(why)


def withheld(to: str, *, known: bool, at: datetime) -> str:
    """Why no letter may go by itself to this address at this moment; '' if one may.

    known: it is of an organisation of ours. What anybody can set off has a cap: for an address, for
    all that we don't know, and for all together.
    """
    if addresses.is_machine(to):
        return Why.MACHINE
    if addresses.ours([to]):
        return Why.OURS
    since = at - timedelta(minutes=settings.INTAKE_BRAKE_MINUTES)
    (theirs,), (everybodys,), (strangers,) = together(
        _THEIRS.count(since=since, at=at, to=to),
        _LATELY.count(since=since, at=at),
        _STRANGERS.count(since=since, at=at),
    )
    if theirs >= settings.INTAKE_BRAKE_MAILS:
        return Why.BRAKE
    if everybodys >= settings.CONFIRMATIONS:
        return Why.CAP
    if not known and strangers >= settings.CONFIRMATIONS_TO_STRANGERS:
        return Why.CAP
    return ""


def _lately(since: datetime, at: datetime) -> QuerySet[OutgoingMail]:
    return OutgoingMail.objects.filter(unasked=True, created_at__gt=since, created_at__lte=at)


_LATELY = Kept(_lately, since=datetime, at=datetime)
_THEIRS = Kept(
    lambda since, at, to: _lately(since, at).filter(to__iexact=to),
    since=datetime,
    at=datetime,
    to=str,
)
_STRANGERS = Kept(
    lambda since, at: _lately(since, at).filter(ticket__organisation=None),
    since=datetime,
    at=datetime,
)
