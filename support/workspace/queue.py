"""The queue: what is open, by the deadline that presses most."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from sla.models import Clock
from sla.queries import Card, next_cards
from support.models import OutgoingMail, SavedView
from support.workspace import filters
from support.workspace.filters import Asking
from tickets.models import Status, Ticket, TicketQuerySet, User

PER_PAGE = 50
OWED = Q(clocks__met_at=None, clocks__state__in=["running", "paused", "breached"])
MISSED = Q(state=Clock.State.BREACHED, met_at=None)


@dataclass(frozen=True)
class Row:
    """A ticket in the queue with its most pressing promise.

    undelivered: the last mail to the customer could not be delivered.
    """

    ticket: Ticket
    clock: Card | None
    undelivered: bool = False


@dataclass(frozen=True)
class View:
    """A way to look at the queue, with how many tickets it shows; None where that isn't counted."""

    key: str
    label: str
    icon: str
    url: str
    count: int | None
    current: bool


def views(asking: Asking, *, view: str, saved: SavedView | None) -> list[View]:
    """The ready-made views and the saved ones.

    One query counts them all. Of solved tickets there may be millions: those are not counted.
    """
    known: list[tuple[str, str, str, str, Q | None]] = [
        (key, label, icon, f"?view={key}" if key else "?", q)
        for key, label, icon, q in _ready_made(asking.user)
    ]
    for each in SavedView.objects.seen_by(asking.user):
        url = address_of(each)
        q = filters.meaning(each.chosen, asking) if filters.is_of_open(each.chosen) else None
        icon = "users-round" if each.team_id else "bookmark"
        known.append((f"saved_{each.pk}", each.name, icon, url, q))
    counts = counted({key or "all": q for key, *_shown, q in known if q is not None})
    current = f"saved_{saved.pk}" if saved else view
    return [
        View(key, label, icon, url, counts.get(key or "all"), current=key == current)
        for key, label, icon, url, _q in known
    ]


def address_of(view: SavedView) -> str:
    """Where the queue shows a saved view."""
    chosen = urlencode({"saved": view.pk, **view.chosen}, doseq=True)
    return f"{reverse('queue')}?{chosen}"


def counted(wanted: Mapping[str, Q]) -> dict[str, int]:
    """How many open tickets answer to each of these, in one query."""
    return Ticket.objects.active().aggregate(
        **{key: Count("pk", filter=q) for key, q in wanted.items()}
    )


def _ready_made(user: User) -> list[tuple[str, str, str, Q]]:
    clocks = Clock.objects.filter(ticket=OuterRef("pk"))
    return [
        ("", _("All open"), "inbox", Q()),  # what the filters say of the status holds
        ("mine", _("Mine"), "user-round", Q(assignee=user)),
        ("team", _("My team's"), "users-round", Q(team=user.team_id or 0)),
        ("nobody", _("Nobody's"), "circle-dashed", Q(assignee=None)),
        # No promise runs on these yet; somebody must say what they are.
        ("new", _("To judge"), "scale", Q(status=Status.NEW) & ~Q(Exists(clocks))),
        ("late", _("Too late"), "clock-alert", Q(Exists(clocks.filter(MISSED)))),
    ]


def in_view(key: str, user: User) -> Q:
    """Which of the open tickets a ready-made view shows; all of them if there is no such view."""
    return {name: q for name, _label, _icon, q in _ready_made(user)}.get(key, Q())


def plain(text: str) -> str:
    """What to search for, without what PostgreSQL has no text for."""
    return text.replace("\x00", "").strip()


def search(tickets: TicketQuerySet, text: str) -> TicketQuerySet:
    """Tickets by number, subject, reporter or organisation."""
    by_number = Ticket.objects.by_reference(text)
    return tickets.filter(
        Q(pk__in=by_number)
        | Q(subject__icontains=text)
        | Q(reporter_name__icontains=text)
        | Q(reporter_email__icontains=text)
        | Q(organisation__name__icontains=text)
    )


def by_deadline(tickets: TicketQuerySet) -> QuerySet[Ticket]:
    """The nearest binding deadline first, then what has none, the oldest report first."""
    binding = OWED & Q(clocks__binding=True)
    return (
        tickets.with_people()
        .annotate(next_due=Min("clocks__due_at", filter=binding))
        .order_by(F("next_due").asc(nulls_last=True), "reported_at", "pk")
    )


def grouped(tickets: list[Ticket], now: datetime) -> list[dict[str, Any]]:
    """Rows in groups by urgency: too late, today, this week, later, without a deadline."""
    groups: dict[str, list[Row]] = {key: [] for key in ("late", "today", "week", "later", "none")}
    for row in rows(tickets, now).values():
        groups[_urgency(row.clock, now)].append(row)
    titles = {
        "late": (_("Too late"), "clock-alert"),
        "today": (_("Today"), "timer"),
        "week": (_("Within a week"), "calendar-days"),
        "later": (_("Later"), "calendar"),
        "none": (_("Without a deadline"), "calendar-off"),
    }
    return [
        {"key": key, "label": titles[key][0], "icon": titles[key][1], "rows": found}
        for key, found in groups.items()
        if found
    ]


def rows(tickets: Iterable[Ticket], now: datetime) -> dict[int, Row]:
    """Tickets with what presses on them, by number, in a fixed number of queries."""
    known = {ticket.pk: ticket for ticket in tickets}
    pressing = next_cards(known.values(), now=now)
    undelivered = _undelivered(known)
    return {pk: Row(ticket, pressing.get(pk), pk in undelivered) for pk, ticket in known.items()}


def _undelivered(tickets: Iterable[int]) -> set[int]:
    """Those whose customer did not get our last mail."""
    to_customers = OutgoingMail.objects.filter(ticket__in=list(tickets), message__isnull=False)
    last = to_customers.order_by("ticket", "-pk").distinct("ticket")
    states = dict(last.values_list("ticket", "state"))
    return {pk for pk, state in states.items() if state == OutgoingMail.State.FAILED}


def _urgency(card: Card | None, now: datetime) -> str:
    if card is None or card.due_at is None or not card.binding:
        return "none"
    if card.due_at < now:
        return "late"
    today = timezone.localdate(now)
    day = timezone.localdate(card.due_at)
    if day == today:
        return "today"
    return "week" if day - today < timedelta(days=7) else "later"
