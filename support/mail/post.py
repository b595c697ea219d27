"""The outbox for mail: rows written with what they tell about, sent afterwards until they are.

One sender works at a time, a mail at a time, and for a bounded while: a mail server that accepts
connections and says nothing must not take the workers, nor hold mail that nobody is sending.
"""

from __future__ import annotations

import logging
import re
import smtplib
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from email.mime.text import MIMEText
from email.utils import parseaddr
from threading import Timer
from urllib.parse import quote
from uuid import uuid4

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils import timezone

from sla.models import ReportFile
from support.faults import met
from support.mail import secrets
from support.mail.brand import logo_in
from support.mail.models import OutgoingMail
from support.mail.reply_address import colleagues_reply_to, reply_to
from support.sweeping import sending
from support.sweeping.alone import alone
from support.sweeping.sending import Round
from tickets.models import Message, MessageKind, Ticket, User

log = logging.getLogger(__name__)

# A claim this old belongs to a worker that died: the mail is sent again, under the same Message-ID,
# so that the recipient's server can tell. No mail takes as long.
LEASE = timedelta(minutes=1)
ROUND = 30
"""Seconds in which one round takes up mail."""
_ALONE = 0x6D61696C
_UNSUBSCRIBE = "unsubscribe"
Refused = Mapping[str, tuple[int, bytes]]  # address → code and words
Lost = Callable[[OutgoingMail, list[str], datetime], None]
_OF_SILENCE = 4
"""Attempts that are counted where no server answered."""
PATIENCE = tuple(timedelta(minutes=each) for each in (1, 5, 15, 60, 240, 720, 1440))
"""Until the next attempt; after the last of them it has failed."""


def post(
    *,
    to: str,
    subject: str,
    text: str,
    at: datetime,
    letter: str = "",
    html: str = "",
    ticket: Ticket | None = None,
    message: Message | None = None,
    cc: Sequence[str] = (),
    automatic: bool = True,
    broadcast: bool = False,
    unasked: bool = False,
    leaves_at: str = "",
    sender: str = "",
    colleague: User | None = None,
    follows: Sequence[str] | None = None,
    calendar: str = "",
    report_file: ReportFile | None = None,
    report_name: str = "",
) -> OutgoingMail:
    """Queue a mail in the caller's transaction. On a ticket it carries the thread's headers.

    letter: the name of its templates. html: in the layout of all letters; without it the text is
    put into that, in the language of the moment.
    broadcast: one of many with the same words, which says how to be left out of them; leaves_at:
    where, at one click. unasked: anybody can set such a letter off. sender: whom it is from, if not
    the house. colleague: who works here and gets it; only they can answer it.
    follows: the Message-IDs of the conversation so far, where the caller knows them.
    calendar: a VCALENDAR that goes along, for the reader's calendar. report_file: goes along too,
    under report_name.
    """
    if follows is None:
        follows = _thread(ticket, to=to, customer=message is not None) if ticket else []
    name = ticket.reference.lower() if ticket else "werkdag"
    return OutgoingMail.objects.create(
        to=to,
        cc=list(cc),
        letter=letter,
        subject=subject[:255],
        text=text,
        calendar=calendar,
        report_file=report_file,
        report_name=report_name,
        html=html or render_to_string("mail/plain.html", {"subject": subject, "text": text}),
        ticket=ticket,
        message=message,
        automatic=automatic,
        broadcast=broadcast,
        unasked=unasked,
        leaves_at=leaves_at,
        sender=sender,
        colleague=colleague,
        mail_id=f"<{name}.{uuid4().hex}@{mail_domain()}>",
        in_reply_to=follows[-1] if follows else "",
        references=" ".join(follows),
        created_at=at,
        next_try_at=at,
    )


def mail_domain() -> str:
    """The domain of our Message-IDs: ours alone, unlike that of our colleagues' addresses."""
    return f"werkdag.{settings.ORIGIN.host}"


def send_due(*, now: datetime, lost: Lost | None = None) -> int:
    """Send what is due for a while, each mail claimed first so that two senders never send the
    same. A round ends with the first mail that the server itself did not take.

    lost: told of each mail that is not taken for somebody, with what is noted on it; and for whom.
    """
    sent, turn = 0, Round(now=now, seconds=ROUND)
    with alone(_ALONE) as ours:
        while ours and not turn.is_over() and (claimed := _claim(turn.moment())):
            done, silent = _send(claimed[0], now, lost)
            sent += done
            if silent:
                met.mail_silent(now=now)
                break
            if done and met.mail_answers():
                _hurry(now)
    return sent


def due(now: datetime) -> QuerySet[OutgoingMail]:
    """What may be sent now, and nobody is sending."""
    return sending.due(_queued(), now=now, lease=LEASE)


def _claim(now: datetime) -> list[OutgoingMail]:
    return sending.claim(_queued(), now=now, lease=LEASE)


def _queued() -> QuerySet[OutgoingMail]:
    return OutgoingMail.objects.filter(state=OutgoingMail.State.QUEUED)


def _send(mail: OutgoingMail, now: datetime, lost: Lost | None) -> tuple[bool, bool]:
    """Hand one mail to the mail server; note what came of it. Gives whether it was taken, and
    whether the server did not even answer.
    """
    connected = False
    error: Exception | None = None
    refused: Refused = {}
    try:
        message = _message(mail)
        connected = True
        refused = _hand_over(message)
    except Exception as fault:  # noqa: BLE001 - whatever is wrong with one, the others go on
        error = fault
    silent = connected and _is_silence(error)
    with transaction.atomic():
        if sending.is_ours(mail):
            _note(mail, error, refused, now, silent=silent)
            failed = mail.state == OutgoingMail.State.FAILED
            if lost is not None and (gone := [mail.to, *mail.cc] if failed else list(refused)):
                lost(mail, gone, now)
    return error is None, silent


def _hand_over(message: EmailMultiAlternatives) -> Refused:
    """Send it. Gives for whom the server did not take it, where it did for somebody."""
    connection = get_connection()
    with _ended_after(settings.EMAIL_WHOLE_TIME, connection), connection:
        connection.send_messages([message])
    return getattr(connection, "refused", {})


@contextmanager
def _ended_after(seconds: float, connection: object) -> Iterator[None]:
    """Hang up on a server that takes longer for a whole mail, however it spends the time.

    Its silence is bounded by EMAIL_TIMEOUT already; not that it says a byte now and then.
    """

    def hang_up() -> None:
        # Where TLS began, the first one has handed its end of the line to the second.
        for holder in (connection, getattr(connection, "connection", None)):
            if (sock := getattr(holder, "sock", None)) is not None:
                with suppress(OSError):
                    sock.shutdown(socket.SHUT_RDWR)

    timer = Timer(seconds, hang_up)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _is_silence(error: Exception | None) -> bool:
    """Did no mail server answer, rather than refuse this mail?"""
    return isinstance(error, (OSError, smtplib.SMTPServerDisconnected)) and not isinstance(
        error, (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused)
    )


def _note(
    mail: OutgoingMail, error: Exception | None, refused: Refused, now: datetime, *, silent: bool
) -> None:
    """silent: no server said anything, which is no reason to give a mail up: an hour at most
    between two tries, for as long as it takes.
    """
    if error is None:
        mail.state, mail.sent_at = OutgoingMail.State.SENT, timezone.now()
        sending.let_go(mail, again=None, error=_refusals(refused))
    else:
        if silent:
            mail.attempts = min(mail.attempts, _OF_SILENCE)
        wait = None if _is_final(error) else sending.pause(PATIENCE, mail.attempts)
        sending.let_go(mail, again=now + wait if wait else None, error=_error_words(error))
        log.warning("mail %s to %s not sent: %s", mail.pk, mail.to, mail.error)
        if wait is None:
            mail.state = OutgoingMail.State.FAILED
    mail.save(update_fields=["state", "sent_at", *mail.MOVES])


def _hurry(now: datetime) -> None:
    """The mail server is back: what waited for it goes now, not when its pause is over."""
    waiting = OutgoingMail.objects.filter(state=OutgoingMail.State.QUEUED, next_try_at__gt=now)
    waiting.filter(attempts__gt=0).update(next_try_at=now)


def _error_words(error: Exception) -> str:
    """What a mail server said, or what went wrong before it could."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return _refusals(error.recipients)
    return f"{type(error).__name__}: {error}"


def _refusals(refused: Refused) -> str:
    said = (
        f"{email}: {code} {text.decode('utf-8', 'replace')}"
        for email, (code, text) in refused.items()
    )
    return "; ".join(said)


def _is_final(error: Exception) -> bool:
    """Would it be refused another time too? A 4xx is a server that asks for patience."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _said in error.recipients.values())
    return isinstance(error, ValueError)


def _message(mail: OutgoingMail) -> EmailMultiAlternatives:
    headers = {"Message-ID": mail.mail_id, "X-Loop": mail_domain()}
    if mail.automatic:
        headers |= {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
    if mail.in_reply_to:
        headers |= {"In-Reply-To": mail.in_reply_to, "References": mail.references}
    if mail.leaves_at:
        headers["List-Unsubscribe"] = f"<{mail.leaves_at}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    elif mail.broadcast:
        address = settings.REPLY_ADDRESS or parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
        headers["List-Unsubscribe"] = f"<mailto:{address}?subject={quote(_UNSUBSCRIBE)}>"
    answers_to = _answers_to(mail)
    text, html = (
        body if mail.cc else secrets.reveal(body, to=mail.to) for body in (mail.text, mail.html)
    )
    if text != mail.text:
        headers["Sensitivity"] = "Private"
    message = EmailMultiAlternatives(
        mail.subject,
        text,
        from_email=mail.sender or None,
        to=[mail.to],
        cc=mail.cc,
        reply_to=[answers_to] if answers_to else None,
        headers=headers,
    )
    if html:
        message.attach_alternative(html, "text/html")
        if logo := logo_in(html):
            message.attach(logo)
    _attach(mail, message)
    return message


def _attach(mail: OutgoingMail, message: EmailMultiAlternatives) -> None:
    if mail.calendar:
        message.attach(_for_calendars(mail.calendar))
    if mail.report_file is not None:
        message.attach(mail.report_name, bytes(mail.report_file.content), "application/pdf")
    for attachment in mail.message.attachments.all() if mail.message and not mail.automatic else ():
        with attachment.file.open() as file:
            message.attach(attachment.name, file.read(), attachment.content_type)


def _for_calendars(text: str) -> MIMEText:
    """As calendar programs look for it: with its method beside its type (RFC 6047)."""
    part = MIMEText(text, "calendar", "utf-8")
    method = re.search(r"^METHOD:([A-Z]+)", text, re.MULTILINE)
    part.set_param("method", method[1] if method else "PUBLISH")
    part.add_header("Content-Disposition", "attachment", filename="werkdag.ics")
    return part


def _answers_to(mail: OutgoingMail) -> str:
    """The signed address for answers: of the ticket for a customer, and one of their own kind for
    colleagues, whose answers are not for the customer.
    """
    if mail.message is not None:
        return reply_to(mail.ticket, name=parseaddr(mail.sender)[0]) if mail.ticket else ""
    if mail.colleague is None and mail.ticket is None:
        return ""
    return colleagues_reply_to(mail.ticket, mail.colleague)


def _thread(ticket: Ticket, *, to: str, customer: bool) -> list[str]:
    """The Message-IDs of the conversation so far, oldest first; the first and the last ten.

    customer: of what the customer saw. Mail to a colleague goes on with our mail to them about the
    ticket, and never with the customer's: the answer to it would seem to be one to the customer.
    """
    if customer:
        said = ticket.messages.filter(public=True).exclude(mail_id="")
        incoming = said.exclude(kind=MessageKind.REPLY).values_list("at", "mail_id")
        outgoing = ticket.outgoing.exclude(message=None)
    else:
        incoming = ticket.messages.none().values_list("at", "mail_id")
        outgoing = ticket.outgoing.filter(message=None, to=to)
    written = outgoing.values_list("created_at", "mail_id")
    ids = [mail_id for _at, mail_id in sorted([*incoming, *written])]
    return ids[:1] + ids[1:][-10:]
