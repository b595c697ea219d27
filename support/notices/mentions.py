"""Colleagues who are named in a note get a notification and a mail."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import override

from support import mentions
from support.models import Notification
from support.notices.post import post
from tickets.models import Message, Ticket, User


def tell(message: Message, *, at: datetime) -> list[User]:
    """Tell whoever a note names, in its transaction. Its own author knows already."""
    named = [person for person in mentions.named_in(message.text) if person != message.author]
    for person in named:
        _told, is_new = Notification.objects.get_or_create(
            recipient=person,
            kind=Notification.Kind.MENTION,
            message=message,
            defaults={"ticket": message.ticket, "at": at},
        )
        if is_new:
            _write(person, message, at=at)
    return named


def seen(ticket: Ticket, *, reader: User, at: datetime) -> None:
    """Somebody opened a ticket: what waited there for them has been seen."""
    waiting = Notification.objects.filter(ticket=ticket, recipient=reader, seen_at=None)
    waiting.update(seen_at=at)


def _write(person: User, message: Message, *, at: datetime) -> None:
    context = {"message": message, "ticket": message.ticket, "url": settings.ORIGIN.url}
    with override(person.language):
        post(
            to=person.email,
            subject=" ".join(render_to_string("mail/mention.subject.txt", context).split()),
            text=render_to_string("mail/mention.txt", context),
            html=render_to_string("mail/mention.html", context),
            at=at,
            ticket=message.ticket,
        )
