"""Mail of automation to colleagues: what a trigger tells them, and that one was switched off."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import override

from support.models import Trigger
from support.notices.post import post
from tickets.models import Role, Team, Ticket, User


def tell_colleague(
    reader: User | Team, ticket: Ticket, *, name: str, text: str, at: datetime
) -> None:
    """Write a colleague or a team what a trigger has to say about a ticket.

    name: of the trigger.
    """
    language = reader.language if isinstance(reader, User) else settings.LANGUAGE_CODE
    with override(language):
        context = {"ticket": ticket, "name": name, "text": text, "url": settings.ORIGIN.url}
        subject = render_to_string("mail/automation.subject.txt", context)
        post(
            to=reader.email,
            subject=" ".join(subject.split()),
            text=render_to_string("mail/automation.txt", context),
            at=at,
            ticket=ticket,
            colleague=reader if isinstance(reader, User) else None,
        )


def tell_off(trigger: Trigger, *, problem: str, now: datetime) -> int:
    """Write managers that a trigger was switched off. Says how many."""
    readers = User.objects.filter(is_active=True, role__in=(Role.MANAGER, Role.ADMIN))
    url = settings.ORIGIN.url + reverse("automation-trigger", args=[trigger.pk])
    for reader in readers:
        with override(reader.language):
            context = {"trigger": trigger, "problem": problem, "url": url}
            subject = render_to_string("mail/automation_off.subject.txt", context)
            text = render_to_string("mail/automation_off.txt", context)
            post(to=reader.email, subject=" ".join(subject.split()), text=text, at=now)
    return len(readers)
