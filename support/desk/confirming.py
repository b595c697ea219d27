"""The one place that decides whether a report is confirmed: by mail, form, widget, API or phone."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.db.models import Count, Q

from support.desk import letters
from support.mail import addresses
from support.mail.models import IncomingMail, OutgoingMail
from tickets.models import Channel, Ticket

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
    if not _capped(to, known=known, at=at, beside=AT_ONCE):
        return ""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    return _capped(to, known=known, at=at)


def _capped(to: str, *, known: bool, at: datetime, beside: int = 0) -> str:
    """Which cap is reached, if so many letters more were on their way beside this one."""
    since = at - timedelta(minutes=settings.INTAKE_BRAKE_MINUTES)
    lately = OutgoingMail.objects.filter(
        unasked=True, created_at__gt=since, created_at__lte=at + A_MOMENT
    )
    theirs = Count("pk", filter=Q(to__iexact=to))
    counted = lately.order_by().aggregate(all=Count("pk"), theirs=theirs)
    if counted["theirs"] + beside >= settings.INTAKE_BRAKE_MAILS:
        return Why.BRAKE
    if counted["all"] + beside >= settings.CONFIRMATIONS:
        return Why.CAP
    most = settings.CONFIRMATIONS_TO_STRANGERS
    if not known and lately.filter(ticket__organisation=None).count() + beside >= most:
        return Why.CAP
    return ""
