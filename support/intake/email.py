"""Mail coming in: stored before anything else, then read; nothing that reached us is lost."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from support import customer_side, desk, participants
from support.conversation import Reporter, Words, say
from support.intake import copies, delivery, loops, people, threads
from support.intake import raw as raws
from support.intake.attached import Limits
from support.intake.mime import ParsedMail, Unreadable, parse
from support.intake.problems import REASONS
from support.models import IncomingMail
from support.notices.post import mail_domain
from tickets.files import File
from tickets.models import Channel, Message, MessageKind, Ticket

log = logging.getLogger(__name__)

ATTEMPTS = 5
WAITING = (IncomingMail.State.STORED, IncomingMail.State.QUARANTINE)
RESULT = ["state", "reason", "sender", "subject", "ticket", "message", "mentions", "unconfirmed"]


def receive(raw: bytes, *, now: datetime) -> IncomingMail:
    """Store a mail, then read it. Only a database that is away makes this fail."""
    return take_in(raw, at=now)[0]


def take_in(raw: bytes, *, at: datetime) -> tuple[IncomingMail, bool]:
    """The same of a mail that reached us at a moment; also says whether it is new to us."""
    mail, is_new = raws.keep(raw, at=at)
    return (process(mail, raw) if mail.state in WAITING else mail), is_new


def process(mail: IncomingMail, raw: bytes = b"") -> IncomingMail:
    """Make a ticket or a message of a stored mail, or say in the row why that can't be done.

    raw: its source, where the caller still has it.
    """
    try:
        with transaction.atomic():
            mail = IncomingMail.objects.defer("raw").select_for_update().get(pk=mail.pk)
            if mail.state in WAITING:
                _take(mail, raw or raws.read(mail))
                mail.save(update_fields=RESULT)
    except Unreadable as error:
        _set_aside(mail, _(error.reason), attempts=ATTEMPTS)
    except Exception as error:
        # Whatever a poisonous mail does, the ones behind it go on; agents see it and may retry.
        log.exception("mail %s could not be taken in", mail.pk)
        _set_aside(mail, f"{type(error).__name__}: {error}", attempts=mail.attempts + 1)
    return mail


def retry_stored() -> int:
    """Read again what was stored but not read: its process was killed, or it failed before."""
    waiting = IncomingMail.objects.filter(state__in=WAITING, attempts__lt=ATTEMPTS)
    mails = list(waiting.defer("raw").order_by("received_at")[:100])
    for mail in mails:
        process(mail)
    return len(mails)


def _take(mail: IncomingMail, raw: bytes) -> None:
    parsed = parse(
        raw,
        own_domains=[mail_domain()],
        limits=Limits(
            size=settings.ATTACHMENTS_MAX_BYTES,
            count=settings.ATTACHMENTS_MAX_FILES,
            refused=settings.ATTACHMENTS_REFUSED,
        ),
        zone=ZoneInfo(settings.TIME_ZONE),
        translate=_,
    )
    mail.sender, mail.subject = parsed.sender_email[:254], parsed.subject
    if (first := copies.first_of(mail, parsed)) is not None:
        mail.state, mail.ticket, mail.message = IncomingMail.State.COPY, first.ticket, None
        return
    if parsed.automatic == "bounce":
        delivery.note(parsed, at=mail.received_at)
    thread = threads.find(parsed)
    ticket, why = thread.ticket, parsed.automatic
    if ticket is not None and not why and loops.is_confirmation(parsed.subject, parsed.text):
        why = "auto-reply"
    mail.state, mail.reason = IncomingMail.State.TAKEN, ""
    if ticket is not None and why:
        _keep(ticket, mail, parsed)
        mail.state, mail.reason = IncomingMail.State.IGNORED, why
    elif why and not parsed.notice:
        mail.state, mail.reason = IncomingMail.State.IGNORED, why
    elif ticket is not None:
        ticket = _answer(ticket, mail, parsed).ticket
        if thread.proven and participants.is_on(ticket, parsed.sender_email):
            _copy_to(ticket, parsed)
    else:
        mail.unconfirmed = _unconfirmed(mail, parsed)
        mail.mentions = thread.mentions
        ticket = _open(mail, parsed)
        _copy_to(ticket, parsed)
    mail.ticket = ticket


def _keep(ticket: Ticket, mail: IncomingMail, parsed: ParsedMail) -> None:
    """Kept with the ticket for whoever looks, but it is nobody's answer and gets none."""
    say(
        ticket,
        _words(mail, parsed),
        kind=MessageKind.AUTOMATIC,
        channel=Channel.EMAIL,
        at=mail.received_at,
        reporter=Reporter(name=parsed.sender_name, email=parsed.sender_email),
        public=False,
    )


def _answer(ticket: Ticket, mail: IncomingMail, parsed: ParsedMail) -> Message:
    """What a customer wrote again; a notice of absence is read, but answers nothing."""
    reporter = people.by_address(parsed.sender_email, parsed.sender_name)
    said, at = _words(mail, parsed), mail.received_at
    if loops.is_absence(parsed.subject, parsed.text):
        return customer_side.is_away(ticket, reporter, said, channel=Channel.EMAIL, at=at)
    return customer_side.writes(
        ticket, reporter, said, channel=Channel.EMAIL, at=at, heard_late=True
    )


def _open(mail: IncomingMail, parsed: ParsedMail) -> Ticket:
    """A new ticket. A machine's report opens one too, but is never answered by ours."""
    return desk.open_ticket(
        people.by_address(parsed.sender_email, parsed.sender_name),
        _words(mail, parsed),
        subject=parsed.subject,
        kind=None,
        channel=Channel.MONITOR if parsed.notice else Channel.EMAIL,
        confirm=not mail.unconfirmed,
        at=mail.received_at,
    )


def _unconfirmed(mail: IncomingMail, parsed: ParsedMail) -> str:
    """Why a report from this address is not confirmed; '' if it is, or needs no confirmation."""
    if parsed.notice:
        return ""
    if parsed.helpdesk or loops.is_confirmation(parsed.subject, parsed.text):
        return IncomingMail.Unconfirmed.HELPDESK
    since = mail.received_at - timedelta(minutes=settings.INTAKE_BRAKE_MINUTES)
    lately = IncomingMail.objects.filter(
        sender=mail.sender, received_at__gt=since, received_at__lte=mail.received_at
    )
    most = settings.INTAKE_BRAKE_MAILS
    # One of them may be this mail, read again; more than that need not be counted.
    found = lately.order_by().values_list("pk", flat=True)[: most + 1]
    braked = sum(pk != mail.pk for pk in found) >= most
    return IncomingMail.Unconfirmed.BRAKE if braked else ""


def _copy_to(ticket: Ticket, parsed: ParsedMail) -> None:
    """Whoever got a copy of a customer's mail takes part in its ticket."""
    if parsed.notice:
        return
    for name, email in participants.newcomers(ticket, [*parsed.to, *parsed.cc]):
        desk.add_participant(ticket, email=email, name=name)


def _words(mail: IncomingMail, parsed: ParsedMail) -> Words:
    # What was left out is named with its reason in the text already.
    problems = dict.fromkeys(p.sentence for p in parsed.problems if p.word not in REASONS)
    survived = [_(sentence) for sentence in problems]
    text = parsed.text.strip() or _("(no text)")
    if survived:
        text = "\n\n".join([text, *(f"[{sentence}]" for sentence in survived)])
    return Words(
        text=text,
        subject=parsed.subject,
        quoted=parsed.quoted,
        html=parsed.html,
        files=[
            File(file.name, file.content_type, file.data, file.content_id)
            for file in parsed.attachments
        ],
        mail_id=parsed.message_id[:255],
        mail=mail,
    )


def _set_aside(mail: IncomingMail, reason: str, *, attempts: int) -> None:
    mail.state, mail.reason, mail.attempts = (
        IncomingMail.State.QUARANTINE,
        reason[:300],
        attempts,
    )
    mail.ticket = mail.message = None  # what was made of it was undone with the transaction
    mail.save(update_fields=["state", "reason", "attempts", "sender", "subject"])
