"""What is said on a ticket, made into messages; shared by the verbs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from support.models import IncomingMail
from tickets.files import File, attach
from tickets.models import (
    Channel,
    Contact,
    Kind,
    Message,
    MessageKind,
    Organisation,
    Team,
    Ticket,
    User,
)


@dataclass(frozen=True, kw_only=True)
class Words:
    """What somebody said: readable text, the history quoted below it, sanitised HTML, files.

    mail: which brought them. It is told the message that they become; whoever reads it saves it.
    """

    text: str
    quoted: str = ""
    html: str = ""
    files: Sequence[File] = ()
    mail_id: str = ""
    mail: IncomingMail | None = None


@dataclass(frozen=True, kw_only=True)
class Reporter:
    """Who reports: a contact we know, or a name and an address.

    answers_to: where they asked for answers, if not at that address. came_to: which address of ours
    they wrote to.
    """

    name: str = ""
    email: str = ""
    contact: Contact | None = None
    organisation: Organisation | None = None
    answers_to: str = ""
    came_to: str = ""

    @property
    def their_organisation(self) -> Organisation | None:
        """The contact's, or the one that the address is known to be of."""
        return self.contact.organisation if self.contact else self.organisation

    @property
    def their_name(self) -> str:
        """The name given, or the contact's."""
        return (self.name or (self.contact.name if self.contact else ""))[:120]

    @property
    def their_email(self) -> str:
        """The address given, or the contact's first."""
        return self.email or (self.contact.email if self.contact else "")


def begun(reporter: Reporter, *, kind: str, channel: str, priority: str) -> Ticket:
    """A ticket not saved yet; the organisation's fixed contact takes it (3.F)."""
    organisation = reporter.their_organisation
    fixed = organisation.fixed_contact if organisation else None
    return Ticket(
        kind=Kind(kind),
        proposed_priority=priority,
        priority=priority,
        channel=Channel(channel),
        organisation=organisation,
        contact=reporter.contact,
        reporter_name=reporter.their_name,
        reporter_email=reporter.their_email,
        answers_to=reporter.answers_to,
        came_to=reporter.came_to,
        team=Team.objects.order_by("pk").first(),
        assignee=fixed if fixed and fixed.is_agent else None,
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


def subject_of(subject: str, words: Words) -> str:
    """A subject on one line; the first words of the text where none was given."""
    line = " ".join(subject.replace("\x00", "").split())
    line = line or " ".join(words.text.replace("\x00", "").split())[:80]
    return line[:200]
