"""What is said on a ticket, made into messages; shared by the verbs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from support.mail.models import IncomingMail
from support.who import Reporter
from tickets.files import File, attach
from tickets.models import (
    Channel,
    Kind,
    Message,
    MessageKind,
    Team,
    Ticket,
    User,
)
from tickets.questions import Kept

_FIRST_TEAM = Kept(lambda: Team.objects.order_by("pk")[:1])


@dataclass(frozen=True, kw_only=True)
class Words:
    """What somebody said: readable text, the history quoted below it, sanitised HTML, files.

    subject: of the mail, shown and found where it is another than the ticket's.
    mail: which brought them. It is told the message that they become; whoever reads it saves it.
    """

    text: str
    subject: str = ""
    quoted: str = ""
    html: str = ""
    files: Sequence[File] = ()
    mail_id: str = ""
    mail: IncomingMail | None = None


def begun(reporter: Reporter, *, kind: str, channel: str, priority: str) -> Ticket:
    """A ticket not saved yet; the organisation's fixed contact takes it (3.F)."""
    organisation = reporter.their_organisation
    return Ticket(
        kind=Kind(kind),
        proposed_priority=priority,
        priority=priority,
        channel=Channel(channel),
        organisation=organisation,
        contact=reporter.contact,
        reporter_name=reporter.their_name,
        reporter_email=reporter.their_email,
        reporter_proved=reporter.proved,
        answers_to=reporter.answers_to,
        came_to=reporter.came_to,
        brand=reporter.brand,
        team=next(iter(_FIRST_TEAM().asked()), None),
        assignee=organisation.present_contact if organisation else None,
    )


def say(
    ticket: Ticket,
    words: Words,
    *,
    kind: MessageKind,
    channel: str,
    at: datetime,
    author: User | None = None,
    reporter: Reporter | None = None,
    public: bool = True,
) -> Message:
    """Write a message with its files."""
    message = Message.objects.create(
        ticket=ticket,
        kind=kind,
        public=public,
        channel=channel,
        author=author,
        sender_name=reporter.their_name if reporter else "",
        sender_email=reporter.their_email if reporter else "",
        subject=_other_subject(words.subject, ticket),
        text=words.text.replace("\x00", ""),
        quoted=words.quoted.replace("\x00", ""),
        html=words.html.replace("\x00", ""),
        mail_id=words.mail_id,
        at=at,
    )
    for file in words.files:
        attach(message, file)
    if words.mail is not None:
        words.mail.message = message
    return message


_PREFIX = re.compile(
    r"(?i)^\s*(?:(?:re|fwd?|fw|antw|aw|wg|sv|tr|rv|doorst)\s*(?:\[\d+\])?\s*:|\[[^\]]{1,40}\])\s*"
)


def _other_subject(given: str, ticket: Ticket) -> str:
    """A mail's subject where it says something else than the ticket's; '' where it doesn't."""
    bare, known = _bare(given), _bare(ticket.subject)
    return given[:200] if bare and bare.casefold() != known.casefold() else ""


def _bare(subject: str) -> str:
    """Without what mail programs, gateways and we put before it."""
    bare = " ".join(subject.replace("\x00", "").split())
    while (shorter := _PREFIX.sub("", bare)) != bare:
        bare = shorter
    return bare


def subject_of(subject: str, words: Words) -> str:
    """A subject on one line; the first words of the text where none was given."""
    line = " ".join(subject.replace("\x00", "").split())
    line = line or " ".join(words.text.replace("\x00", "").split())[:80]
    return line[:200]
