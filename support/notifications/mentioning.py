"""Colleagues who are named in a note are noted with it; support.notifications tells them."""

from __future__ import annotations

from datetime import datetime

from support.faults.kinds import if_it_can
from support.notifications import mentions
from support.notifications.models import Notification
from tickets.models import Message, Ticket, User


def tell(message: Message, *, at: datetime) -> list[User]:
    """Note whom a note names, in its transaction. Its own author knows already."""
    named = [person for person in mentions.named_in(message.text) if person != message.author]
    for person in named:
        Notification.objects.get_or_create(
            recipient=person,
            kind=Notification.Kind.MENTION,
            message=message,
            defaults={"ticket": message.ticket, "at": at},
        )
    return named


def seen(ticket: Ticket, *, reader: User, at: datetime) -> None:
    """Somebody opened a ticket: what waited there for them has been seen."""
    waiting = Notification.objects.filter(ticket=ticket, recipient=reader, seen_at=None)
    with if_it_can():
        waiting.update(seen_at=at)
