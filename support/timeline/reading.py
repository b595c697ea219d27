"""What a ticket's line of time is made of, read in one statement."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.db.models.functions import Left

from sla.models import Alert, CoverageChange
from support.automation.models import AutomationRun
from support.mail.models import IncomingMail, OutgoingMail
from support.notifications.models import Notification
from tickets.models import (
    Attachment,
    EventKind,
    Link,
    LinkKind,
    Message,
    MessageKind,
    Ticket,
    TicketEvent,
)
from tickets.questions import Kept, together

# These show as the message that was said with them.
SAID = (
    EventKind.REPORTED,
    EventKind.REPLIED,
    EventKind.CUSTOMER_REPLIED,
    EventKind.NOTED,
)


class Posted(NamedTuple):
    """What became of the mail that took a message out."""

    message: int
    state: str
    to: str
    cc: list[str]
    error: str
    bounced: bool


@dataclass(frozen=True)
class Along:
    """What goes along with messages, by the number of each."""

    files: Mapping[int, Sequence[tuple[int, str, int]]]
    posted: Mapping[int, Posted]
    named: Mapping[int, Sequence[str]]


@dataclass(frozen=True)
class Read:
    """All of it."""

    messages: Sequence[Message]
    along: Along
    events: Sequence[TicketEvent]
    alerts: Sequence[Alert]
    changes: Sequence[CoverageChange]
    mails: Sequence[IncomingMail]
    mergers: Sequence[Link]
    runs: Sequence[AutomationRun]


def _messages(ticket: int) -> QuerySet[Message]:
    found = Message.objects.filter(ticket=ticket).select_related("author")
    # Of its HTML only whether there is any: that stands on a page of its own.
    found = found.annotate(html_begins=Left("html", 5)).defer("html", "mail_id")
    return found.order_by("at", "pk")


def _events(ticket: int) -> QuerySet[TicketEvent]:
    # A merger shows with what was said on the other ticket.
    mergers = Q(kind=EventKind.LINKED, data__kind=LinkKind.MERGED)
    # A report that was not confirmed says why.
    shown = Q(kind__in=SAID) & ~Q(data__has_key="unconfirmed")
    found = TicketEvent.objects.filter(ticket=ticket).exclude(shown | mergers)
    return found.select_related("actor").order_by("version")


def _mails(ticket: int) -> QuerySet[IncomingMail]:
    """Those that something is to be said about, and those that wait beside the ticket."""
    stands_out = ~Q(mentions=None) | ~Q(unconfirmed="") | ~Q(reply_to="") | ~Q(settled_by=None)
    stands_out |= Q(state=IncomingMail.State.COPY)
    failed = Q(verdict=IncomingMail.Verdict.FAIL)
    waits = Q(mentions=ticket, state=IncomingMail.State.WAITING)
    found = IncomingMail.objects.filter(Q(ticket=ticket) & (stands_out | failed) | waits)
    return found.defer("raw", "text").select_related("mentions", "settled_by")


_MESSAGES = Kept(_messages, ticket=int)
_PUBLIC = Kept(
    lambda ticket: _messages(ticket).filter(public=True).exclude(kind=MessageKind.AUTOMATIC),
    ticket=int,
)
_FILES = Kept(
    lambda ticket: (
        Attachment.objects.filter(message__ticket=ticket)
        .order_by("pk")
        .values_list("message", "pk", "name", "size")
    ),
    ticket=int,
)
_POSTED = Kept(
    lambda ticket: (
        OutgoingMail.objects.filter(message__ticket=ticket)
        .order_by("-created_at")
        .values_list("message", "state", "to", "cc", "error", "bounced_at")
    ),
    ticket=int,
)
_NAMED = Kept(
    lambda ticket: (
        Notification.objects.filter(message__ticket=ticket)
        .order_by("-at", "-pk")
        .values_list("message", "recipient__name", "recipient__email")
    ),
    ticket=int,
)
_EVENTS = Kept(_events, ticket=int)
_ALERTS = Kept(lambda ticket: Alert.objects.filter(ticket=ticket), ticket=int)
_CHANGES = Kept(
    lambda ticket: CoverageChange.objects.filter(coverage=ticket).select_related("actor"),
    ticket=int,
)
_MAILS = Kept(_mails, ticket=int)
_MERGERS = Kept(
    lambda ticket: Link.objects.filter(other=ticket, kind=LinkKind.MERGED).select_related(
        "ticket", "actor"
    ),
    ticket=int,
)
_RUNS = Kept(
    lambda ticket: AutomationRun.objects.filter(ticket=ticket).select_related("by"), ticket=int
)


def whole(ticket: Ticket) -> Read:
    """Everything, for people of the helpdesk."""
    parts = (_MESSAGES, _FILES, _POSTED, _NAMED)
    others = (_EVENTS, _ALERTS, _CHANGES, _MAILS, _MERGERS, _RUNS)
    messages, files, posted, named, *rest = together(
        *(each(ticket=ticket.pk) for each in (*parts, *others))
    )
    return Read(messages, _along(files, posted, named), *rest)


def public(tickets: Sequence[Ticket]) -> Sequence[tuple[Sequence[Message], Along]]:
    """What was said between the customer and us on each of these, with its files."""
    asked = (each(ticket=ticket.pk) for ticket in tickets for each in (_PUBLIC, _FILES))
    answers = iter(together(*asked))
    return [
        (messages, _along(files, (), ())) for messages, files in zip(answers, answers, strict=True)
    ]


def _along(files: Sequence[Any], posted: Sequence[Any], named: Sequence[Any]) -> Along:
    kept: dict[int, list[tuple[int, str, int]]] = defaultdict(list)
    for message, pk, name, size in files:
        kept[message].append((pk, name, size))
    names: dict[int, list[str]] = defaultdict(list)
    for message, name, email in named:
        names[message] += [name, email]
    mails: dict[int, Posted] = {}
    for message, state, to, cc, error, bounced_at in posted:
        mails.setdefault(message, Posted(message, state, to, cc, error, bounced_at is not None))
    return Along(kept, mails, names)
