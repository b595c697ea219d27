"""Mail of automation to colleagues: what a trigger tells them, and that one was switched off."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from support.automation.models import Trigger
from support.mail import letters
from tickets.models import Team, Ticket, User


def tell_colleague(
    reader: User | Team, ticket: Ticket, *, name: str, text: str, at: datetime
) -> None:
    """Write a colleague or a team what a trigger has to say about a ticket.

    name: of the trigger.
    """
    language = reader.language if isinstance(reader, User) else settings.LANGUAGE_CODE
    with override(language):
        context = {"ticket": ticket, "name": name, "text": text, "url": settings.ORIGIN.url}
        letters.write(
            "automation",
            context,
            to=reader.email,
            at=at,
            html=False,
            ticket=ticket,
            colleague=reader if isinstance(reader, User) else None,
        )


def tell_off(trigger: Trigger, *, problem: str, now: datetime) -> int:
    """Write managers that a trigger was switched off. Says how many."""
    url = settings.ORIGIN.url + reverse("automation-trigger", args=[trigger.pk])
    context = {"trigger": trigger, "problem": problem, "url": url}
    return letters.write_each("automation_off", context, to=letters.managers(), at=now)
