"""Mail coming in: stored before anything else, then read; nothing that reached us is lost."""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from support import desk
from support.conversation import Reporter, Words, say
from support.intake import people
from support.intake.mime import ParsedMail, Unreadable, parse
from support.models import IncomingMail, OutgoingMail
from support.notices.post import mail_domain
from support.portal import offer
from tickets.files import File
from tickets.models import Channel, Kind, MessageKind, Ticket

log = logging.getLogger(__name__)

ATTEMPTS = 5
# What identifies a mail whatever way it took: not the traces that each server on it adds.
_IDENTITY = (b"from", b"to", b"cc", b"subject", b"date", b"message-id")


def receive(raw: bytes, *, now: datetime) -> IncomingMail:
    """Store a mail, then read it. The same mail once more is the same row; another mail that
    uses its Message-ID again is not. Only a database that is away makes this fail.
    """
    mail, _is_new = IncomingMail.objects.get_or_create(
        digest=_digest(raw), defaults={"raw": raw, "received_at": now}
    )
    return process(mail)


def process(mail: IncomingMail) -> IncomingMail:
    """Make a ticket or a message of a stored mail, or say in the row why that can't be done."""
    try:
        with transaction.atomic():
            mail = IncomingMail.objects.select_for_update().get(pk=mail.pk)
            if mail.state in (IncomingMail.State.STORED, IncomingMail.State.QUARANTINE):
                _take(mail)
                mail.save()
    except Unreadable as error:
        _set_aside(mail, _(error.reason), attempts=ATTEMPTS)
    except Exception as error:
        # Whatever a poisonous mail does, the ones behind it go on; agents see it and may retry.
        log.exception("mail %s could not be taken in", mail.pk)
        _set_aside(mail, f"{type(error).__name__}: {error}", attempts=mail.attempts + 1)
    return mail


def retry_stored() -> int:
    """Read again what was stored but not read: its process was killed, or it failed before."""
    waiting = IncomingMail.objects.filter(
        Q(state=IncomingMail.State.STORED) | Q(state=IncomingMail.State.QUARANTINE),
        attempts__lt=ATTEMPTS,
    )
    mails = list(waiting.order_by("received_at")[:100])
    for mail in mails:
        process(mail)
    return len(mails)


def _take(mail: IncomingMail) -> None:
    parsed = parse(bytes(mail.raw), own_domains=[mail_domain()], translate=_)
    mail.sender, mail.subject = parsed.sender_email[:254], parsed.subject
    ticket = _thread(parsed)
    if ticket is not None and parsed.automatic:
        # Kept with the ticket for whoever looks, but it is nobody's answer and gets none.
        mail.message = say(
            ticket,
            _words(parsed),
            kind=MessageKind.AUTOMATIC,
            channel=Channel.EMAIL,
            at=mail.received_at,
            reporter=Reporter(name=parsed.sender_name, email=parsed.sender_email),
            public=False,
        )
        mail.state, mail.reason = IncomingMail.State.IGNORED, parsed.automatic
    elif parsed.automatic and not parsed.notice:
        mail.state, mail.reason = IncomingMail.State.IGNORED, parsed.automatic
    elif ticket is not None:
        reporter = people.by_address(parsed.sender_email, parsed.sender_name)
        channel = Channel.EMAIL
        mail.message = desk.customer_reply(ticket, reporter, _words(parsed), channel=channel)
        mail.state, mail.reason = IncomingMail.State.TAKEN, ""
    else:
        ticket = _open(parsed, at=mail.received_at)
        mail.message = ticket.messages.order_by("pk").first()
        mail.state, mail.reason = IncomingMail.State.TAKEN, ""
    mail.ticket = ticket


def _open(parsed: ParsedMail, *, at: datetime) -> Ticket:
    """A new ticket. A machine's report opens one too, but is never answered by ours."""
    reporter = people.by_address(parsed.sender_email, parsed.sender_name)
    offered = offer.kinds(offer.agreement_for(reporter))
    kind = Kind.QUESTION if Kind.QUESTION in offered else offered[0]
    channel = Channel.MONITOR if parsed.notice else Channel.EMAIL
    return desk.open_ticket(
        reporter, _words(parsed), subject=parsed.subject, kind=kind, channel=channel, at=at
    )


def _words(parsed: ParsedMail) -> Words:
    survived = [_(problem.sentence) for problem in parsed.problems]
    text = parsed.text.strip() or _("(no text)")
    if survived:
        text = "\n\n".join([text, *(f"[{sentence}]" for sentence in survived)])
    return Words(
        text=text,
        quoted=parsed.quoted,
        html=parsed.html,
        files=[
            File(file.name, file.content_type, file.data, file.content_id)
            for file in parsed.attachments
        ],
        mail_id=parsed.message_id[:255],
    )


def _thread(parsed: ParsedMail) -> Ticket | None:
    """The ticket whose conversation a mail goes on with, by the headers alone.

    Never by a number in the subject: anybody can write one.
    """
    known: Sequence[str] = [*parsed.in_reply_to, *reversed(parsed.references), *parsed.bounce_of]
    if not known:
        return None
    # With a message: an alert went to a colleague, whose answer to it is no customer's.
    ours = OutgoingMail.objects.filter(mail_id__in=known, message__isnull=False)
    theirs = Ticket.objects.filter(messages__mail_id__in=known, messages__kind=MessageKind.CUSTOMER)
    found = ours.select_related("ticket").order_by("-pk").first()
    return found.ticket if found else theirs.order_by("-pk").first()


def _set_aside(mail: IncomingMail, reason: str, *, attempts: int) -> None:
    mail.state, mail.reason, mail.attempts = (
        IncomingMail.State.QUARANTINE,
        reason[:300],
        attempts,
    )
    mail.ticket = mail.message = None  # what was made of it was undone with the transaction
    mail.save(update_fields=["state", "reason", "attempts", "sender", "subject"])


def _digest(raw: bytes) -> str:
    """A hash of what makes a mail itself: who, when, what; not the servers it passed."""
    head, _blank, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    unfolded = re.sub(rb"\n[ \t]+", b" ", head[:100_000])
    fields = [
        line
        for line in unfolded.split(b"\n")
        if line.partition(b":")[0].strip().lower() in _IDENTITY
    ]
    digest = hashlib.sha256(b"\n".join(fields))
    digest.update(b"\n\n" + (body or head))
    return digest.hexdigest()
