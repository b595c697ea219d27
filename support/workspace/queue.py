"""The queue: what is open, by the deadline that presses most."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.core.cache import cache
from django.db.models import (
    Count,
    DateTimeField,
    Exists,
    F,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Value,
)
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from sla.models import Clock
from sla.queries import Card, Judging, judging_of, next_cards
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

    undelivered: the last mail to the customer could not be delivered. judging: nobody has judged
    it yet.
    """

    ticket: Ticket
    clock: Card | None
    undelivered: bool = False
    judging: Judging | None = None


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
        # No promise runs on these yet, or a worse one may: somebody must say what they are.
        ("new", _("To judge"), "scale", (Q(status=Status.NEW) & ~Q(Exists(clocks))) | UNJUDGED),
        ("late", _("Too late"), "clock-alert", filters.meaning({"due": ["late"]}, asking)),
    ]


def in_view(key: str, asking: Asking) -> Q:
    """Which of the open tickets a ready-made view shows; all of them if there is no such view."""
    return {name: q for name, _label, _icon, q in _ready_made(asking)}.get(key, Q())


def by_deadline(tickets: TicketQuerySet) -> QuerySet[Ticket]:
    """The nearest binding deadline first, then what has none, the oldest report first.

    For a few tickets, such as somebody's own; of many, `Deadlines` gives a part.
    """
    return (
        tickets.with_people()
        .select_related("coverage")
        .order_by(F("coverage__next_due_at").asc(nulls_last=True), "reported_at", "pk")
    )


# Nobody has judged these: what they would owe is known, or not even whose they are.
UNJUDGED = Q(coverage__judge_by__isnull=False)
UNKNOWN = Q(status=Status.NEW, organisation=None, priority_is_definitive=False)


class Deadlines(Sequence[Ticket]):
    """Many tickets as they press, as a paginator wants them: what nobody has judged yet, by when
    somebody must; then by deadline. Each part is read along an index.

    In one query the database would have to put them all in order to give the first fifty.
    """

    ordered = True

    def __init__(self, tickets: TicketQuerySet) -> None:
        judged = tickets.filter(coverage__judge_by=None)
        known = judged.exclude(UNKNOWN)
        dated = known.filter(coverage__next_due_at__isnull=False)
        undated = known.filter(coverage__next_due_at=None)
        self._parts = [
            _part(0, tickets.filter(UNJUDGED), F("coverage__judge_by")),
            _part(1, judged.filter(UNKNOWN), NEVER),
            _part(2, dated, F("coverage__next_due_at")),
            _part(3, undated, NEVER),
        ]
        self._tickets = tickets

    def __len__(self) -> int:
        """How many there are, or MOST."""
        return self._tickets.order_by()[:MOST].count()

    def __getitem__(self, asked: Any) -> Any:
        numbers = self.numbers(asked.start or 0, asked.stop)
        people = self._tickets.model.objects.with_people()
        known = people.select_related("coverage").in_bulk(numbers)
        return [known[pk] for pk in numbers if pk in known]

    def numbers(self, start: int, stop: int) -> list[int]:
        """The numbers of a part."""
        found: list[int] = []
        if stop <= start or self._tickets.query.is_empty():
            return found  # nothing can't be joined to nothing
        before, parts = 0, self._parts  # so many lie in the parts that were passed
        if not start:  # most look no further: one question for all but the last part
            first, *others = (part[:stop] for part in parts[:-1])
            together = first.union(*others, all=True).order_by(*IN_PART)
            found, parts = [pk for _part, _by, _at, pk in together[:stop]], parts[-1:]
        for part in parts:
            if len(found) == stop - start:
                break
            first_here, wanted = max(start - before, 0), stop - start - len(found)
            here = part[first_here : first_here + wanted]
            numbers = [pk for _part, _by, _at, pk in here]
            found += numbers
            if numbers or not first_here:
                before += first_here + len(numbers)
            else:
                before += part[:first_here].count()
        return found


IN_PART = ("part", "by", "reported_at", "pk")
NEVER = Value(None, DateTimeField())


def _part(number: int, tickets: QuerySet[Ticket], by: F | Value) -> QuerySet[Any, Any]:
    """Tickets of which the nearest moment comes first, or the oldest where they have none."""
    named = tickets.annotate(part=Value(number), by=by)
    if isinstance(by, F):
        named = named.order_by(by, "reported_at", "pk")
    else:
        named = named.order_by("reported_at", "pk")
    return named.values_list(*IN_PART)


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
    """Rows in groups by urgency: to judge, too late, today, this week, later, no deadline."""
    keys = ("unjudged", "late", "today", "week", "later", "none")
    groups: dict[str, list[Row]] = {key: [] for key in keys}
    for row in rows(tickets, now).values():
        key = _urgency(row.clock, now) if row.judging is None else "unjudged"
        groups[key].append(row)
    titles = {
        "unjudged": (_("To judge first"), "scale"),
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
    judging = judging_of(known.values(), now=now)
    return {
        pk: Row(ticket, pressing.get(pk), pk in undelivered, judging.get(pk))
        for pk, ticket in known.items()
    }


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
