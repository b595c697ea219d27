"""Mail from a colleague's own address about a ticket: theirs if it is proved, else it waits.

It is never shown as the customer's, and never as a colleague's before somebody knows that it is.
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum

from django.utils.translation import gettext_noop, override

from support import desk
from support.desk.conversation import Words
from support.intake import quotes
from support.intake.threads import Thread
from support.mail.models import IncomingMail
from tickets.lifecycle import current
from tickets.models import Channel, Message, Ticket, User

Meant = IncomingMail.Meant


class Doubt(StrEnum):
    """Why it waits: a sentence to translate for whoever reads it."""

    WHICH = gettext_noop("It answers a letter about several tickets, or about none.")
    WHO = gettext_noop("It is from a colleague's address, but nothing proves that they sent it.")


def take(mail: IncomingMail, words: Words, thread: Thread) -> None:
    """An answer to the customer or an internal note, or it waits for somebody to say which."""
    colleague, ticket = thread.colleague, thread.ticket
    if colleague is None:
        raise ValueError("not from a colleague")
    meant = Meant.NOTE if thread.internal else Meant.ANSWER
    vouched = mail.verdict == IncomingMail.Verdict.PASS
    proved = vouched or (thread.signed and mail.verdict != IncomingMail.Verdict.FAIL)
    if ticket is None:
        wait(mail, None, meant, Doubt.WHICH)
    elif not proved:
        wait(mail, ticket, meant, Doubt.WHO)
    else:
        try:
            with override(None):  # a reason is kept as it is written here, and told in words
                say(ticket, words, actor=colleague, meant=meant, mail=mail)
        except desk.DeskError as error:
            wait(mail, ticket, meant, str(error))


def wait(mail: IncomingMail, ticket: Ticket | None, meant: str, why: str) -> None:
    """Let it stand where colleagues decide, and be named on the ticket."""
    mail.state, mail.reason = IncomingMail.State.WAITING, why[:300]
    mail.ticket = mail.message = None  # what was begun was undone
    mail.mentions, mail.meant = ticket, meant


def say(ticket: Ticket, words: Words, *, actor: User, meant: str, mail: IncomingMail) -> Message:
    """Their words on the ticket. What the customer reads is what was written now, and no more:
    under an answer may hang anything.
    """
    # It may have been merged while the mail waited.
    ticket, at, channel = current(ticket), mail.received_at, Channel.EMAIL
    if meant == Meant.ANSWER:
        # What a mail passes on stays in sight, but not in that of the customer.
        words = replace(words, text=quotes.split(words.text).reply, quoted="", html="")
        message = desk.reply(ticket, words, actor=actor, channel=channel, at=at, heard_late=True)
    else:
        message = desk.note(ticket, words, actor=actor, channel=channel, at=at, heard_late=True)
    mail.ticket = message.ticket
    return message
