"""A form that was filled in right becomes a ticket: once, and of whoever is proved to send it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.utils import timezone

from support import desk, who
from support.desk.conversation import Words
from support.forms import once
from support.who import Reporter
from tickets.models import Ticket


def opened_once(data: dict[str, Any], *, channel: str, as_whom: Reporter) -> Ticket:
    """The ticket of a form that was filled in right: the same page sent again makes no other."""
    names = ("email", "name", "kind", "priority", "subject", "text")
    typed = [channel, *(data[name] for name in names), *sorted(data["values"].items())]
    key = once.key_of(data["opened"], typed, data["attachments"])
    now = timezone.now()
    return once.once(key, lambda: opened(data, channel=channel, as_whom=as_whom), now=now)


def opened(data: dict[str, Any], *, channel: str, as_whom: Reporter) -> Ticket:
    """The ticket of a form that was filled in right, here or in the widget.

    as_whom: who is proved to be sending it, if anybody is; the address typed may be another's.
    """
    reporter = who.by_address(data["email"], data["name"])
    if as_whom.brand is not None:
        reporter = replace(reporter, brand=as_whom.brand)
    if as_whom.proved and reporter.email == as_whom.their_email.lower():
        reporter = replace(as_whom, name=data["name"], email=reporter.email)
    return desk.open_ticket(
        reporter,
        Words(text=data["text"], files=data["attachments"]),
        subject=data["subject"],
        kind=data["kind"],
        channel=channel,
        priority=data["priority"],
        values=data["values"],
    )
