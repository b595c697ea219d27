"""Answers by people: a public message, its event, and the mail that takes it to the reporter."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from support.desk import letters
from support.desk.conversation import Words, say
from tickets import facts, history
from tickets.models import Channel, EventKind, Message, MessageKind, Status, Ticket, User


class DeskError(Exception):
    """A verb that can't be done; its text is for the person who tried."""


def require_words(words: Words) -> None:
    """DeskError if nothing was said."""
    if not words.text.strip():
        raise DeskError(_("Write something first."))


def internal(
    ticket: Ticket,
    words: Words,
    *,
    kind: MessageKind,
    actor: User | None,
    channel: Channel,
    at: datetime,
) -> Message:
    """Something that only colleagues read: a note, or an account of a call."""
    return say(ticket, words, kind=kind, channel=channel, at=at, author=actor, public=False)


def answer(
    ticket: Ticket,
    words: Words,
    *,
    actor: User,
    at: datetime,
    channel: Channel = Channel.WEB,
    opinions: Sequence[object] = (),
) -> Message:
    """A public message by a person, mailed to the reporter, and its event.

    opinions: the mail asks how it was, by these choices.
    """
    require_words(words)
    said = MessageKind.REPLY
    message = say(ticket, words, kind=said, channel=channel, at=at, author=actor)
    mailed = letters.send_reply(ticket, message, at=at, opinions=opinions)
    if not mailed and not _reads_on_the_web(ticket):
        raise DeskError(
            _("Nobody would get this answer: the reporter has no e-mail address of their own.")
        )
    record_answer(ticket, actor=actor, at=at, channel=channel)
    return message


def record_answer(ticket: Ticket, *, actor: User, at: datetime, channel: str) -> None:
    """The event that is the reaction; a new ticket is open from here on."""
    opened: facts.Present = {"status": Status.OPEN} if ticket.status == Status.NEW else {}
    history.record(
        ticket, EventKind.REPLIED, at=at, actor=actor, data={"channel": channel}, **opened
    )


def _reads_on_the_web(ticket: Ticket) -> bool:
    return ticket.contact is not None and ticket.contact.user_id is not None
