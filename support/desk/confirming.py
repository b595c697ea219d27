"""The one place that decides whether a report is confirmed: by mail, form, widget, API or phone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet

from support.desk import letters
from support.mail import addresses
from support.mail.models import IncomingMail, OutgoingMail
from tickets.models import Channel, Ticket
from tickets.questions import Kept, together

Why = IncomingMail.Unconfirmed
AT_ONCE = 8
"""As many may be taken in beside each other: further from a cap than that, nobody waits."""
A_MOMENT = timedelta(minutes=1)
"""By so much may who comes at the same moment be later than who is counted first."""
_LOCK = 0x636F6E66


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
    all that we don't know, and for all together. Near to one, whoever comes at the same moment
    waits until the letter of the one before is there to be counted: ask in the letter's
    transaction.
    """
    if addresses.is_machine(to):
        return Why.MACHINE
    if addresses.ours([to]):
        return Why.OURS
    sent = _sent(to, at=at)
    reached = _reached(sent, known=known)
    if reached or not _reached(sent, known=known, beside=AT_ONCE):
        return reached
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    return _reached(_sent(to, at=at), known=known)


class _Sent(NamedTuple):
    """How many letters went out by themselves lately: to this address, to all, to strangers."""

    theirs: int
    everybodys: int
    strangers: int


def _sent(to: str, *, at: datetime) -> _Sent:
    since = at - timedelta(minutes=settings.INTAKE_BRAKE_MINUTES)
    until = at + A_MOMENT
    counts = together(
        _THEIRS.count(since=since, until=until, to=to),
        _LATELY.count(since=since, until=until),
        _STRANGERS.count(since=since, until=until),
    )
    return _Sent(*(count for (count,) in counts))


def _reached(sent: _Sent, *, known: bool, beside: int = 0) -> str:
    """Which cap is reached, if so many letters more were on their way beside this one."""
    if sent.theirs + beside >= settings.INTAKE_BRAKE_MAILS:
        return Why.BRAKE
    if sent.everybodys + beside >= settings.CONFIRMATIONS:
        return Why.CAP
    if not known and sent.strangers + beside >= settings.CONFIRMATIONS_TO_STRANGERS:
        return Why.CAP
    return ""


def _lately(since: datetime, until: datetime) -> QuerySet[OutgoingMail]:
    return OutgoingMail.objects.filter(unasked=True, created_at__gt=since, created_at__lte=until)


_LATELY = Kept(_lately, since=datetime, until=datetime)
_THEIRS = Kept(
    lambda since, until, to: _lately(since, until).filter(to__iexact=to),
    since=datetime,
    until=datetime,
    to=str,
)
_STRANGERS = Kept(
    lambda since, until: _lately(since, until).filter(ticket__organisation=None),
    since=datetime,
    until=datetime,
)
