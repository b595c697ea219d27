"""The queue: what is open, by the deadline that presses most."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.core.cache import cache
from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from sla.models import Clock
from sla.queries import Card, next_cards
from support.models import OutgoingMail, SavedView
from support.workspace import filters
from support.workspace.filters import Asking
from tickets.models import Status, Ticket, TicketEvent, TicketQuerySet

PER_PAGE = 50
MOST = 1000 * PER_PAGE
"""So many tickets are counted and paged through; who wants more wants a filter."""
COUNTS_STAND = 10  # seconds


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
        for key, label, icon, q in _ready_made(asking)
    ]
    for each in SavedView.objects.seen_by(asking.user):
        url = address_of(each)
        q = filters.meaning(each.chosen, asking) if filters.is_of_open(each.chosen) else None
        icon = "users-round" if each.team_id else "bookmark"
        known.append((f"saved_{each.pk}", each.name, icon, url, q))
    wanted = {key or "all": q for key, *_shown, q in known if q is not None}
    counts = counted(wanted, of=[asking.user.pk, asking.user.team_id, *(row[3] for row in known)])
    current = f"saved_{saved.pk}" if saved else view
    return [
        View(key, label, icon, url, counts.get(key or "all"), current=key == current)
        for key, label, icon, url, _q in known
    ]


def address_of(view: SavedView) -> str:
    """Where the queue shows a saved view."""
    chosen = urlencode({"saved": view.pk, **view.chosen}, doseq=True)
    return f"{reverse('queue')}?{chosen}"


def counted(wanted: Mapping[str, Q], *, of: Sequence[object]) -> dict[str, int]:
    """How many open tickets answer to each of these, in one query.

    of: what the meanings hang on besides the time, such as who asks. The numbers are kept for
    some seconds, and not longer than until something happens on any ticket.
    """
    happened = TicketEvent.objects.aggregate(last=Max("pk"))["last"]
    said = "|".join(str(part) for part in (happened, *wanted, *of))
    key = f"counts-{hashlib.sha256(said.encode()).hexdigest()}"
    counts: dict[str, int] | None = cache.get(key)
    if counts is None:
        counts = Ticket.objects.active().aggregate(
            **{name: Count("pk", filter=q) for name, q in wanted.items()}
        )
        cache.set(key, counts, COUNTS_STAND)
    return counts


def _ready_made(asking: Asking) -> list[tuple[str, str, str, Q]]:
    user, clocks = asking.user, Clock.objects.filter(ticket=OuterRef("pk"))
    return [
        ("", _("All open"), "inbox", Q()),  # what the filters say of the status holds
        ("mine", _("Mine"), "user-round", Q(assignee=user)),
        ("team", _("My team's"), "users-round", Q(team=user.team_id or 0)),
        ("nobody", _("Nobody's"), "circle-dashed", filters.NOBODYS),
        # No promise runs on these yet; somebody must say what they are.
        ("new", _("To judge"), "scale", Q(status=Status.NEW) & ~Q(Exists(clocks))),
        ("late", _("Too late"), "clock-alert", filters.meaning({"due": ["late"]}, asking)),
    ]


def in_view(key: str, asking: Asking) -> Q:
    """Which of the open tickets a ready-made view shows; all of them if there is no such view."""
    return {name: q for name, _label, _icon, q in _ready_made(asking)}.get(key, Q())


def by_deadline(tickets: TicketQuerySet) -> QuerySet[Ticket]:
    """The nearest binding deadline first, then what has none, the oldest report first.

    For a few tickets, such as somebody's own; of many, `Deadlines` gives a part.
    """
    return tickets.with_people().order_by(
        F("coverage__next_due_at").asc(nulls_last=True), "reported_at", "pk"
    )


class Deadlines(Sequence[Ticket]):
    """Many tickets by deadline, as a paginator wants them: each part is read along an index.

    In one query the database would have to put them all in order to give the first fifty.
    """

    ordered = True

    def __init__(self, tickets: TicketQuerySet) -> None:
        self._dated = tickets.filter(coverage__next_due_at__isnull=False).order_by(
            "coverage__next_due_at", "reported_at", "pk"
        )
        undated = tickets.filter(coverage__next_due_at=None)
        self._undated = undated.order_by("reported_at", "pk")
        self._tickets = tickets

    def __len__(self) -> int:
        """How many there are, or MOST."""
        return self._tickets.order_by()[:MOST].count()

    def __getitem__(self, asked: Any) -> Any:
        numbers = self.numbers(asked.start or 0, asked.stop)
        known = self._tickets.model.objects.with_people().in_bulk(numbers)
        return [known[pk] for pk in numbers if pk in known]

    def numbers(self, start: int, stop: int) -> list[int]:
        """The numbers of a part."""
        dated = self._dated.values_list("pk", flat=True)
        found = list(dated[start:stop])
        if len(found) < stop - start:
            before = start + len(found) if found else dated[:start].count()
            first, wanted = max(start - before, 0), stop - start - len(found)
            found += self._undated.values_list("pk", flat=True)[first : first + wanted]
        return found


class Latest(Sequence[Ticket]):
    """Many tickets, the latest first: what is solved has no deadline to be put in order by."""

    ordered = True

    def __init__(self, tickets: TicketQuerySet) -> None:
        self._tickets = tickets

    def __len__(self) -> int:
        """How many there are, or MOST."""
        return self._tickets.order_by()[:MOST].count()

    def __getitem__(self, asked: Any) -> Any:
        return list(self._tickets.with_people().order_by("-pk")[asked])

    def numbers(self, start: int, stop: int) -> list[int]:
        """The numbers of a part."""
        return list(self._tickets.order_by("-pk").values_list("pk", flat=True)[start:stop])


def in_order(tickets: TicketQuerySet, chosen: Mapping[str, Sequence[str]]) -> Deadlines | Latest:
    """What was chosen, by deadline; the latest first where not only open tickets are asked for."""
    return Deadlines(tickets) if filters.is_of_open(chosen) else Latest(tickets)


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
