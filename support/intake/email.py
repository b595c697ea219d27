"""Mail coming in: stored before anything else, then read; nothing that reached us is lost."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import override

from support import desk, who
from support.desk import correspondents, customer_side, participants
from support.desk.conversation import Words, say
from support.faults import met
from support.faults.kinds import Fault, fault_of
from support.intake import colleagues, copies, delivery, loops, threads
from support.intake import raw as raws
from support.intake.attached import Limits
from support.intake.headers import Address
from support.intake.mime import ParsedMail, Unreadable, parse
from support.intake.problems import REASONS
from support.mail import addresses, origin
from support.mail.models import IncomingMail
from support.mail.post import mail_domain
from support.who import Reporter
from tickets.addresses import bare_address
from tickets.files import File
from tickets.models import Channel, Message, MessageKind, Ticket

log = logging.getLogger(__name__)

ATTEMPTS = 5
NOBODY: Address = ("", "")
UNREAD = (IncomingMail.State.STORED, IncomingMail.State.QUARANTINE)
RESULT = [
    *("state", "reason", "sender", "subject", "ticket", "message", "mentions", "unconfirmed"),
    *("came_to", "reply_to", "verdict", "meant", "text"),
]
SHORTEST, LONGEST = timedelta(minutes=1), timedelta(minutes=15)
"""Between two tries of a mail that only a machine of ours keeps from being taken in."""
AT_ONCE = timedelta(minutes=1)
"""Within which of ours a machine answers, and a person hardly ever does."""
KEPT_TEXT = 20_000  # characters of what became no message, to be found and judged by


def receive(raw: bytes, *, now: datetime) -> IncomingMail:
    """Store a mail, then read it. Only a database that is away makes this fail."""
    return take_in(raw, at=now)[0]


def take_in(raw: bytes, *, at: datetime, came_to: str = "") -> tuple[IncomingMail, bool]:
    """The same of a mail that reached us at a moment; also says whether it is new to us.

    came_to: the address of the mailbox that it was found in.
    """
    mail, is_new = raws.keep(raw, at=at)
    if is_new and came_to:
        IncomingMail.objects.filter(pk=mail.pk).update(came_to=came_to)
    return (process(mail, raw, now=at) if mail.state in UNREAD else mail), is_new


def process(mail: IncomingMail, raw: bytes = b"", *, now: datetime) -> IncomingMail:
    """Make a ticket or a message of a stored mail, or say in the row why that can't be done.

    raw: its source, where the caller still has it.
    """
    try:
        with transaction.atomic():
            mail = IncomingMail.objects.defer("raw").select_for_update().get(pk=mail.pk)
            if mail.state in UNREAD:
                _take(mail, raw or raws.read(mail))
                mail.save(update_fields=RESULT)
    except Unreadable as error:
        _describe(mail, raw or raws.read(mail))
        _set_aside(mail, error.reason, attempts=ATTEMPTS)
    except Exception as error:
        fault = fault_of(error)
        if fault is not None and fault.lasts:
            _wait(mail, fault, now=now)
            return mail
        # Whatever a poisonous mail does, the ones behind it go on; agents see it and may retry.
        log.exception("mail %s could not be taken in", mail.pk)
        _set_aside(mail, f"{type(error).__name__}: {error}", attempts=mail.attempts + 1)
    return mail


def retry_stored(*, now: datetime) -> int:
    """Read again what was stored but not read: its process was killed, or it failed before."""
    waiting = IncomingMail.objects.filter(
        Q(next_try_at=None) | Q(next_try_at__lte=now), state__in=UNREAD, attempts__lt=ATTEMPTS
    )
    mails = list(waiting.defer("raw").order_by("received_at")[:100])
    for mail in mails:
        process(mail, now=now)
    return len(mails)


def read(raw: bytes, *, sender: Address | None = None) -> ParsedMail:
    """Read a mail as this house does. sender: said by a person, where the mail can't be asked."""
    return parse(
        raw,
        own_domains=[mail_domain()],
        servers=settings.AUTHENTICATION_SERVERS,
        sender=sender,
        limits=Limits(
            size=settings.ATTACHMENTS_MAX_BYTES,
            count=settings.ATTACHMENTS_MAX_FILES,
            refused=settings.ATTACHMENTS_REFUSED,
        ),
        zone=ZoneInfo(settings.TIME_ZONE),
        translate=_,
    )


def _take(mail: IncomingMail, raw: bytes) -> None:
    parsed = read(raw)
    _note(mail, parsed)
    if (first := copies.first_of(mail, parsed, parse=read)) is not None:
        mail.state, mail.ticket, mail.message = IncomingMail.State.COPY, first.ticket, None
        return
    if parsed.automatic == "bounce":
        delivery.note(parsed, at=mail.received_at)
    why = "" if parsed.automatic in loops.UNANSWERED else parsed.automatic
    thread = threads.find(parsed, machine=bool(why))
    ticket = thread.ticket
    if (
        ticket is not None
        and not (why or thread.colleague)
        and loops.is_confirmation(parsed.subject, parsed.text)
    ):
        why = "auto-reply"
    mail.state, mail.reason, mail.mentions = IncomingMail.State.TAKEN, "", thread.mentions
    if why and (ticket is not None or not parsed.notice):
        if ticket is not None:
            _keep(ticket, mail, parsed)
        mail.state, mail.reason = IncomingMail.State.IGNORED, why
    elif thread.colleague is not None:
        colleagues.take(mail, words_of(mail, parsed, remarks=thread.internal), thread)
        ticket = mail.ticket
    elif ticket is not None:
        ticket = _answer(ticket, mail, parsed).ticket
        if thread.proven and participants.is_on(ticket, parsed.sender_email):
            _copy_to(ticket, mail, parsed, known=mail.verdict != IncomingMail.Verdict.FAIL)
    else:
        ticket = _open(mail, parsed)
        _copy_to(ticket, mail, parsed, known=mail.verdict == IncomingMail.Verdict.PASS)
    mail.ticket = ticket
    if mail.message is not None:
        mail.text = ""


def _note(mail: IncomingMail, parsed: ParsedMail) -> None:
    """What is known of it before anything is done with it."""
    mail.sender, mail.subject = parsed.sender_email[:254], parsed.subject
    mail.verdict = parsed.verdict
    mail.came_to = mail.came_to or origin.came_to(parsed.delivered_to)
    asked = [email for _name, email in parsed.reply_to]
    mail.reply_to = ""
    if asked and parsed.sender_email not in asked and not addresses.ours(asked[:1]):
        mail.reply_to = asked[0]
    # What we wrote ourselves may hold a link for its reader alone.
    text = "" if parsed.automatic == "own" else parsed.text
    mail.text = text[:KEPT_TEXT].replace("\x00", "")


def _describe(mail: IncomingMail, raw: bytes) -> None:
    """What can be read of a mail without a sender, for whoever looks for it."""
    try:
        _note(mail, read(raw, sender=NOBODY))
    except Unreadable:
        return


def _keep(ticket: Ticket, mail: IncomingMail, parsed: ParsedMail) -> None:
    """Kept with the ticket for whoever looks, but it is nobody's answer and gets none."""
    say(
        ticket,
        words_of(mail, parsed),
        kind=MessageKind.AUTOMATIC,
        channel=Channel.EMAIL,
        at=mail.received_at,
        reporter=Reporter(name=parsed.sender_name, email=parsed.sender_email),
        public=False,
    )


def _answer(ticket: Ticket, mail: IncomingMail, parsed: ParsedMail) -> Message:
    """What a customer wrote again; a notice of absence is read, but answers nothing."""
    reporter = who.by_address(parsed.sender_email, parsed.sender_name)
    said, at = words_of(mail, parsed), mail.received_at
    at_once = _came_at_once(ticket, parsed.sender_email, at=at)
    if loops.is_absence(parsed.subject, parsed.text, at_once=at_once):
        return customer_side.is_away(ticket, reporter, said, channel=Channel.EMAIL, at=at)
    message = customer_side.writes(
        ticket,
        _as_believed(reporter, mail),
        said,
        channel=Channel.EMAIL,
        at=at,
        heard_late=True,
        believed=mail.verdict != IncomingMail.Verdict.FAIL,
        unconfirmed=_unconfirmed(parsed),
    )
    proved = mail.verdict == IncomingMail.Verdict.PASS
    theirs = parsed.sender_email == bare_address(message.ticket.reporter_email)
    if mail.reply_to and proved and theirs:
        correspondents.answer_to(message.ticket, email=mail.reply_to, actor=None)
    return message


def _came_at_once(ticket: Ticket, email: str, *, at: datetime) -> bool:
    """Did we only just write to them? Nobody reads and answers as quickly."""
    lately = ticket.outgoing.filter(sent_at__gt=at - AT_ONCE, sent_at__lte=at)
    return lately.filter(Q(to__iexact=email) | Q(cc__contains=[email])).exists()


def _open(mail: IncomingMail, parsed: ParsedMail) -> Ticket:
    """A new ticket. A machine's report opens one too, but is never answered by ours."""
    reporter = who.by_address(parsed.sender_email, parsed.sender_name)
    return desk.open_ticket(
        _as_believed(reporter, mail),
        words_of(mail, parsed),
        subject=parsed.subject,
        kind=None,
        channel=Channel.MONITOR if parsed.notice else Channel.EMAIL,
        unconfirmed=_unconfirmed(parsed),
        at=mail.received_at,
    )


def _as_believed(reporter: Reporter, mail: IncomingMail) -> Reporter:
    """Who writes, by which way, and whether our own mail server vouches for their address."""
    proved = mail.verdict == IncomingMail.Verdict.PASS
    return replace(reporter, answers_to=mail.reply_to, came_to=mail.came_to, proved=proved)


def _unconfirmed(parsed: ParsedMail) -> str:
    """What in a mail forbids to confirm it; '' if nothing does."""
    if parsed.automatic:
        return IncomingMail.Unconfirmed.MARK
    if parsed.helpdesk or loops.is_confirmation(parsed.subject, parsed.text):
        return IncomingMail.Unconfirmed.HELPDESK
    return ""


def _copy_to(ticket: Ticket, mail: IncomingMail, parsed: ParsedMail, *, known: bool) -> None:
    """Whoever got a copy of a customer's mail takes part in its ticket, once its sender is known:
    to those that a forged mail names, our answers would go.
    """
    if parsed.notice:
        return
    # Most mail is to us alone, and is asked about no further.
    copied = [pair for pair in (*parsed.to, *parsed.cc) if pair[1] != mail.came_to]
    if not known:
        participants.propose(ticket, copied, at=mail.received_at)
        return
    for name, email in participants.newcomers(ticket, copied):
        correspondents.add_participant(ticket, email=email, name=name)


def words_of(mail: IncomingMail, parsed: ParsedMail, *, remarks: bool = True) -> Words:
    """What a mail says, with a line for each thing that was wrong with it.

    remarks: ours, for who reads here; not where the words are an answer that goes to the customer.
    """
    text = parsed.text.strip()
    if remarks:
        # What was left out is named with its reason in the text already.
        problems = dict.fromkeys(p.sentence for p in parsed.problems if p.word not in REASONS)
        survived = ("[" + _(sentence) + "]" for sentence in problems)
        text = "\n\n".join([text or _("(no text)"), *survived])
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


def _wait(mail: IncomingMail, fault: Fault, *, now: datetime) -> None:
    """Nothing is wrong with the mail: it is read again by itself, for as long as it takes."""
    log.warning("mail %s waits: %s", mail.pk, fault.part)
    met.note(fault.part, now=now)
    pause = min(max((now - mail.received_at) / 4, SHORTEST), LONGEST)
    mail.state, mail.next_try_at = IncomingMail.State.STORED, now + pause
    with override(None):  # reasons are kept as they are written here, and put in words when shown
        reason = str(fault.said)[:300]
    IncomingMail.objects.filter(pk=mail.pk).update(
        state=mail.state, next_try_at=mail.next_try_at, reason=reason
    )


def _set_aside(mail: IncomingMail, reason: str, *, attempts: int) -> None:
    mail.state, mail.reason, mail.attempts = (
        IncomingMail.State.QUARANTINE,
        reason[:300],
        attempts,
    )
    mail.ticket = mail.message = mail.mentions = (
        None  # what was made of it was undone with the transaction
    )
    mail.meant = ""
    mail.save(update_fields=[*RESULT, "attempts"])
