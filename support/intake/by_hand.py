"""What was set aside, taken up by a person: a ticket, a note, an answer, or left for good."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from support import desk, who
from support.desk.conversation import Words
from support.intake import colleagues, email
from support.intake import raw as raws
from support.intake.mime import Unreadable
from support.mail.models import IncomingMail
from tickets.addresses import bare_address
from tickets.files import File
from tickets.models import Channel, Ticket, User

State = IncomingMail.State
ASIDE = (State.IGNORED, State.QUARANTINE, State.WAITING)
"""States of mail that is on no ticket, or only kept with one."""

P = ParamSpec("P")
R = TypeVar("R")


def is_to_decide(mail: IncomingMail) -> bool:
    """Can somebody still say what becomes of it?"""
    return mail.state in ASIDE and mail.ticket_id is None


def may_answer(mail: IncomingMail, user: User) -> bool:
    """Is it theirs to send to the customer? They alone know whether they wrote it."""
    return (
        mail.state == State.WAITING
        and mail.mentions_id is not None
        and bare_address(mail.sender) == user.email
    )


def _decision(
    act: Callable[Concatenate[IncomingMail, User, P], R],
) -> Callable[Concatenate[int, User, P], R]:
    """In one transaction, of a mail held by its number. DeskError where it was decided already."""

    @wraps(act)
    @transaction.atomic
    def decided(pk: int, actor: User, /, *args: P.args, **kwargs: P.kwargs) -> R:
        mail = IncomingMail.objects.defer("raw").select_for_update(of=("self",)).get(pk=pk)
        if not is_to_decide(mail):
            raise desk.DeskError(_("Somebody has decided about this mail already."))
        mail.settled_by, mail.settled_at = actor, timezone.now()
        result = act(mail, actor, *args, **kwargs)
        mail.save(update_fields=[*email.RESULT, "settled_by", "settled_at"])
        mail.copies.filter(state=State.COPY).update(ticket=mail.ticket)
        return result

    return decided


@_decision
def open_ticket(mail: IncomingMail, _actor: User, *, address: str, name: str) -> Ticket:
    """A ticket of a mail as it came, when it came; address: of its sender, '' if nobody knows."""
    parsed, words = _read(mail, address, name)
    mail.sender = address
    reporter = replace(who.by_address(address, name), came_to=mail.came_to)
    mail.ticket = desk.open_ticket(
        replace(reporter, answers_to=mail.reply_to),
        words,
        subject=parsed,
        kind=None,
        channel=Channel.EMAIL,
        unconfirmed=IncomingMail.Unconfirmed.BY_HAND,
        at=_came(mail),
    )
    mail.state, mail.reason, mail.text = State.TAKEN, "", ""
    return mail.ticket


@_decision
def note(mail: IncomingMail, actor: User, *, ticket: Ticket) -> Ticket:
    """An internal note, by whoever says so; it names the sender, who is not known to be a person
    of ours.
    """
    _subject, words = _read(mail, mail.sender, "")
    if bare_address(mail.sender) != actor.email:
        whose = _("Mail from %(sender)s, put here by a colleague:")
        first = whose % {"sender": mail.sender or _("an unknown sender")}
        words = replace(words, text=f"{first}\n\n{words.text}")
    return _write_as(mail, ticket, words, actor, IncomingMail.Meant.NOTE)


@_decision
def answer(mail: IncomingMail, actor: User) -> Ticket:
    """The answer to the customer that it was meant to be, by its own sender."""
    if not may_answer(mail, actor) or mail.mentions is None:
        raise desk.DeskError(_("Only whose address it is can send this as an answer."))
    _subject, words = _read(mail, mail.sender, "", remarks=False)
    return _write_as(mail, mail.mentions, words, actor, IncomingMail.Meant.ANSWER)


@_decision
def leave(mail: IncomingMail, _actor: User) -> None:
    """Nothing becomes of it. It stays to be found."""
    mail.state = State.IGNORED


def _write_as(mail: IncomingMail, ticket: Ticket, words: Words, actor: User, meant: str) -> Ticket:
    found = colleagues.say(ticket, words, actor=actor, meant=meant, mail=mail).ticket
    mail.state, mail.reason, mail.text, mail.meant = State.TAKEN, "", "", meant
    return found


def _came(mail: IncomingMail) -> datetime:
    """The customer's time runs from when it reached us, whoever found it later."""
    return mail.received_at


def _read(
    mail: IncomingMail, address: str, name: str, *, remarks: bool = True
) -> tuple[str, Words]:
    """Its subject and words; of what can't be read at all, the source as a file."""
    source = raws.read(mail)
    try:
        parsed = email.read(source, sender=(name, address))
    except Unreadable:
        text = _("This mail could not be read. It is attached as it came.")
        file = File(f"mail-{mail.pk}.eml", "message/rfc822", source, "")
        return mail.subject, Words(text=text, files=[file], mail=mail)
    return parsed.subject, email.words_of(mail, parsed, remarks=remarks)
