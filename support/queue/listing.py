"""The queue: what is open, by the deadline that presses most."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.core.cache import cache
from django.db.models import Count, F, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from sla.queries import Card, presses, pressing
from sla.unjudged import Judging
from support.mail.models import OutgoingMail
from support.queue import filters
from support.queue.filters import Asking
from support.queue.models import SavedView
from support.queue.ready import READY, meanings
from tickets.models import Organisation, Team, Ticket, TicketEvent, TicketQuerySet, User
from tickets.questions import Among, Kept, together

COUNTS_STAND = 10  # seconds


@dataclass(frozen=True)
class QueueRow:
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


LAST_EVENT = Kept(lambda: TicketEvent.objects.order_by("-pk").values_list("pk", flat=True)[:1])
SAVED = Kept(SavedView.objects.seen_by_numbers, user=int, team=int)


def views(
    asking: Asking,
    *,
    view: str,
    saved: SavedView | None,
    known: Sequence[SavedView],
    happened: Sequence[int],
) -> list[View]:
    """The ready-made views and the saved ones (known). happened: the answer to LAST_EVENT.

    One query counts them all. Of solved tickets there may be millions: those are not counted.
    """
    named = [(key, label, icon, f"?view={key}" if key else "?") for key, label, icon in READY]
    shown = [
        *named,
        *((f"saved_{each.pk}", each.name, _icon_of(each), address_of(each)) for each in known),
    ]

    def wanted() -> Mapping[str, Q]:
        ready = {key or "all": q for key, q in meanings(asking).items()}
        return ready | {
            f"saved_{each.pk}": filters.meaning(each.chosen, asking)
            for each in known
            if filters.is_of_open(each.chosen)
        }

    of = [asking.user.pk, asking.user.team_id, *(f"{row[0]} {row[3]}" for row in shown)]
    counts = counted(wanted, of=of, happened=happened)
    current = f"saved_{saved.pk}" if saved else view
    return [
        View(key, str(label), icon, url, counts.get(key or "all"), current=key == current)
        for key, label, icon, url in shown
    ]


def _icon_of(view: SavedView) -> str:
    return "users-round" if view.team_id else "bookmark"


def address_of(view: SavedView) -> str:
    """Where the queue shows a saved view."""
    chosen = urlencode({"saved": view.pk, **view.chosen}, doseq=True)
    return f"{reverse('queue')}?{chosen}"


def counted(
    wanted: Callable[[], Mapping[str, Q]], *, of: Sequence[object], happened: Sequence[int]
) -> dict[str, int]:
    """How many open tickets answer to each of these, in one query.

    of: what the meanings hang on besides the time, such as who asks. The numbers are kept for
    some seconds, and not longer than until something happens on any ticket: the answer to
    LAST_EVENT.
    """
    said = "|".join(str(part) for part in (*happened, *of))
    key = f"counts-{hashlib.sha256(said.encode()).hexdigest()}"
    counts: dict[str, int] | None = cache.get(key)
    if counts is None:
        counts = Ticket.objects.active().aggregate(
            **{name: Count("pk", filter=q) for name, q in wanted().items()}
        )
        cache.set(key, counts, COUNTS_STAND)
    return counts


def by_deadline(tickets: TicketQuerySet) -> QuerySet[Ticket]:
    """The nearest binding deadline first, then what has none, the oldest report first.

    For a few tickets, such as somebody's own; of many, `Deadlines` gives a part.
    """
    return (
        tickets.with_people()
        .select_related("coverage")
        .order_by(F("coverage__next_due_at").asc(nulls_last=True), "reported_at", "pk")
    )


def grouped(found: Iterable[QueueRow], now: datetime) -> list[dict[str, Any]]:
    """Rows in groups by urgency: to judge, too late, today, this week, later, no deadline."""
    keys = ("unjudged", "late", "today", "week", "later", "none")
    groups: dict[str, list[QueueRow]] = {key: [] for key in keys}
    for row in found:
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


_TICKETS = Kept(lambda tickets: Ticket.objects.filter(Among("pk", tickets)), tickets=list)
_ORGANISATIONS = Kept(
    lambda tickets: Organisation.objects.filter(pk__in=_these(tickets).values("organisation")),
    tickets=list,
)
_AGENTS = Kept(
    lambda tickets: User.objects.filter(pk__in=_these(tickets).values("assignee")), tickets=list
)
_TEAMS = Kept(
    lambda tickets: Team.objects.filter(pk__in=_these(tickets).values("team")), tickets=list
)
# Those whose customer did not get our last mail.
_POSTED = Kept(
    lambda tickets: (
        OutgoingMail.objects.filter(Among("ticket", tickets), message__isnull=False)
        .order_by("ticket", "-pk")
        .distinct("ticket")
        .values_list("ticket", "state")
    ),
    tickets=list,
)


def _these(tickets: list[int]) -> QuerySet[Ticket]:
    return Ticket.objects.filter(Among("pk", tickets))


def rows_of(numbers: Sequence[int], now: datetime) -> list[QueueRow]:
    """The tickets of these numbers with what presses on them, in one statement."""
    if not numbers:
        return []
    asked = list(numbers)
    parts = (_TICKETS, _ORGANISATIONS, _AGENTS, _TEAMS, _POSTED)
    tickets, organisations, agents, teams, posted, *rest = together(
        *(each(tickets=asked) for each in parts), *presses(asked)
    )
    people = {
        "organisation": {each.pk: each for each in organisations},
        "assignee": {each.pk: each for each in agents},
        "team": {each.pk: each for each in teams},
    }
    for ticket in tickets:
        for name, known in people.items():
            ticket._state.fields_cache[name] = known.get(getattr(ticket, f"{name}_id"))
    known = {ticket.pk: ticket for ticket in tickets}
    return _rows([known[pk] for pk in asked if pk in known], posted, rest, now)


def rows(tickets: Iterable[Ticket], now: datetime) -> dict[int, QueueRow]:
    """Tickets with what presses on them, by number, in one statement."""
    known = {ticket.pk: ticket for ticket in tickets}
    if not known:
        return {}
    numbers = list(known)
    posted, *rest = together(_POSTED(tickets=numbers), *presses(numbers))
    return {row.ticket.pk: row for row in _rows(list(known.values()), posted, rest, now)}


def _rows(
    tickets: Sequence[Ticket],
    posted: Iterable[tuple[int, str]],
    told: Sequence[Any],
    now: datetime,
) -> list[QueueRow]:
    cards, judging = pressing(tickets, told, now=now)
    lost = {pk for pk, state in posted if state == OutgoingMail.State.FAILED}
    return [
        QueueRow(ticket, cards.get(ticket.pk), ticket.pk in lost, judging.get(ticket.pk))
        for ticket in tickets
    ]


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
