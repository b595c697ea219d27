"""The verbs of the customer's side: they write again, they are away, our mail to them comes back.

What they write to a ticket that was done with reopens it where it says that it isn't; thanks, and
whatever comes after it was closed, waits for a colleague to say what it means. Long after, it is
a report of its own that follows the old one.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from sla import projection
from support import desk
from support.desk import correspondents, participants
from support.desk.answers import DeskError
from support.desk.conversation import Words, say
from support.desk.locking import locked
from support.notifications.mentions import colleagues
from support.who import Reporter
from tickets import facts, history
from tickets.addresses import bare_address
from tickets.models import EventKind, Link, LinkKind, Message, MessageKind, Status, Ticket, User

_THANKS = re.compile(
    r"(?i)\b(?:bedankt|dank|thanks|thank you|thx|top|super|fijn|prima|perfect|great|merci)\b"
)
_MORE = re.compile(r"(?i)\?|\b(?:maar|but|niet|not|nog|still|weer|again|toch|geen|no)\b")
_SHORT = 200
"""Characters within which thanks can be all that is said."""


@transaction.atomic
def writes(
    ticket: Ticket,
    reporter: Reporter,
    words: Words,
    *,
    channel: str,
    at: datetime | None = None,
    heard_late: bool = False,
    believed: bool = True,
    unconfirmed: str = "",
) -> Message:
    """The customer writes. That ends waiting for them, and may reopen what was done with.

    What is written to a merged ticket goes on in the other one. heard_late: it reached us at `at`;
    where we did something meanwhile, it counts from then. DeskError for a colleague, whose words
    are never a customer's, but on what they reported themselves. believed: False where our mail
    server says that the sender is forged; then it reopens nothing before a colleague has looked.
    unconfirmed: why nothing may be sent by itself, where it becomes a ticket of its own.
    """
    ticket, at = locked(ticket, at, follows=True, heard_late=heard_late)
    email = bare_address(reporter.their_email)
    is_own = email in ("", bare_address(ticket.reporter_email))
    if not is_own and colleagues().filter(email__iexact=email).exists():
        raise DeskError(_("You work here: answer on the ticket's page for agents."))
    if is_past(ticket, at):
        return _follow(ticket, reporter, words, channel=channel, unconfirmed=unconfirmed, at=at)
    said = MessageKind.CUSTOMER
    message = say(ticket, words, kind=said, channel=channel, at=at, reporter=reporter)
    unsure = ticket.status == Status.CLOSED or not believed or is_thanks(words.text)
    asks = unsure and not ticket.is_active
    after: facts.Present = {"wrote_after": ticket.wrote_after or at} if asks else {}
    history.record(ticket, EventKind.CUSTOMER_REPLIED, at=at, data={"channel": channel}, **after)
    if ticket.status == Status.WAITING:
        history.record(ticket, EventKind.RESUMED, at=at)
    elif not ticket.is_active and not asks:
        history.record(ticket, EventKind.REOPENED, at=at)
    projection.refresh(ticket, now=at)
    return message


@transaction.atomic
def follows(ticket: Ticket, reporter: Reporter, *, at: datetime | None = None) -> bool:
    """The customer follows a report that they may see in place of making a second: they take part
    in it. False where they do already. DeskError where it is done with, or a colleague asks.
    """
    ticket, at = locked(ticket, at, follows=True)
    email = bare_address(reporter.their_email)
    if participants.is_on(ticket, email):
        return False
    if colleagues().filter(email__iexact=email).exists():
        raise DeskError(_("You work here: follow it on the ticket's page for agents."))
    if not ticket.is_active:
        raise DeskError(_("This report is done with: write below what is new."))
    if ticket.participants.count() >= participants.MOST:
        raise DeskError(_("Too many people follow this report already; write to it below."))
    correspondents.add_participant(ticket, email=email, name=reporter.their_name, at=at)
    return True


@transaction.atomic
def says_solved(
    ticket: Ticket, reporter: Reporter, *, channel: str, at: datetime | None = None
) -> Ticket:
    """The customer says that it is solved, which nobody knows better. DeskError where it is done
    with already, or a colleague says so.
    """
    ticket, at = locked(ticket, at, follows=True)
    desk.require(ticket, EventKind.RESOLVED)
    words = Words(text=_("It is solved."))
    said = writes(ticket, reporter, words, channel=channel, at=at).ticket
    return desk.resolve(said, None, actor=None, at=at)


@transaction.atomic
def is_away(
    ticket: Ticket, reporter: Reporter, words: Words, *, channel: str, at: datetime
) -> Message:
    """An answer came that looks like a notice of absence without saying so. A colleague reads it;
    it ends no waiting and reopens nothing, but asks what it means where the ticket was done with.
    """
    ticket, at = locked(ticket, at, follows=True, heard_late=True)
    said = MessageKind.CUSTOMER
    message = say(ticket, words, kind=said, channel=channel, at=at, reporter=reporter)
    asks: facts.Present = {} if ticket.is_active else {"wrote_after": ticket.wrote_after or at}
    history.record(ticket, EventKind.ABSENT, at=at, data={"channel": channel}, **asks)
    projection.refresh(ticket, now=at)
    return message


@transaction.atomic
def mail_returned(
    ticket: Ticket, *, to: str, reason: str, ends_waiting: bool, at: datetime
) -> Ticket:
    """A mail server says that somebody never got our mail. ends_waiting: it was the reporter, for
    whose answer we can't wait then.
    """
    ticket, at = locked(ticket, at, follows=True, heard_late=True)
    data: facts.Returned = {"to": to[:300], "reason": reason[:300]}
    history.record(ticket, EventKind.RETURNED, at=at, data=data)
    if ends_waiting and ticket.status == Status.WAITING:
        history.record(ticket, EventKind.RESUMED, at=at)
    projection.refresh(ticket, now=at)
    return ticket


@transaction.atomic
def leave_closed(ticket: Ticket, *, actor: User, at: datetime | None = None) -> Ticket:
    """What the customer wrote asks for nothing: the ticket stays as it was."""
    ticket, at = locked(ticket, at, actor)
    desk.require(ticket, EventKind.LEFT_CLOSED)
    history.record(ticket, EventKind.LEFT_CLOSED, at=at, actor=actor, wrote_after=None)
    projection.refresh(ticket, now=at)
    return ticket


def is_thanks(text: str) -> bool:
    """Does it say thanks and nothing else? In doubt it doesn't."""
    said = text.strip()
    return len(said) <= _SHORT and bool(_THANKS.search(said)) and not _MORE.search(said)


def is_past(ticket: Ticket, at: datetime) -> bool:
    """Was it done with so long ago that what a customer writes now is another matter?"""
    if ticket.is_active or not settings.REOPEN_DAYS:
        return False
    ends = (EventKind.RESOLVED, EventKind.DECLINED, EventKind.CLOSED)
    last = ticket.events.filter(kind__in=ends).order_by("-version").values_list("at", flat=True)
    return bool(last) and last[0] + timedelta(days=settings.REOPEN_DAYS) < at


def _follow(
    old: Ticket, reporter: Reporter, words: Words, *, channel: str, unconfirmed: str, at: datetime
) -> Message:
    """A ticket of its own, which says on both what it follows."""
    new = desk.open_ticket(
        reporter,
        words,
        subject=words.subject or old.subject,
        kind=None,
        channel=channel,
        unconfirmed=unconfirmed,
        at=at,
    )
    Link.objects.create(ticket=new, other=old, kind=LinkKind.FOLLOWS, at=at)
    for each, seen, back in ((new, old, False), (old, new, True)):
        data: facts.Linked = {
            "kind": LinkKind.FOLLOWS.value,
            "ticket": seen.reference,
            "back": back,
        }
        history.record(each, EventKind.LINKED, at=max(at, each.updated_at), data=data)
        projection.refresh(each, now=at)
    return new.messages.filter(kind=MessageKind.CUSTOMER).get()
