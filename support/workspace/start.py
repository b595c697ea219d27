"""Where an agent's day begins: what presses, what waits for them, what happened since yesterday."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sla.models import Alert, Maintenance, Outage
from support import access
from support.mail.counts import WAITING
from support.maintenance import shown
from support.notifications.counts import UNSEEN
from support.queue import filters
from support.queue import listing as queues
from support.queue.filters import ME, Asking
from tickets.models import (
    EventKind,
    Message,
    MessageKind,
    Status,
    Ticket,
    TicketEvent,
    TicketQuerySet,
)
from tickets.questions import Kept, together

MOST = 7
"""Rows of each list."""

Chosen = dict[str, list[str]]


@dataclass(frozen=True)
class News:
    """Something that happened on a ticket of theirs."""

    at: datetime
    icon: str
    what: str
    ticket: Ticket


@access.agents_only
def start(request: HttpRequest) -> HttpResponse:
    """The start page of whoever is signed in."""
    asking = Asking(access.signed_in(request), timezone.now())
    user, now = asking.user, asking.now
    me, team = {"user": user.pk}, {"user": user.pk, "team": user.team_id or 0}
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    since, until = midnight - timedelta(days=1), midnight + timedelta(days=1)
    waiting, mine, pressing, after, events, alerts, upkeep, down, happened, *counts = together(
        _WAITING(**me),
        _MINE(**me),
        _PRESSING(**team, until=until),
        _WRITTEN_AFTER(**team),
        _EVENTS(**me, since=since),
        _ALERTS(**me, since=since),
        _UPKEEP(now=now, until=now + timedelta(days=1)),
        _DOWN(),
        queues.LAST_EVENT(),
        WAITING.count(),
        UNSEEN.count(**me),
    )
    lists = {
        "waiting": waiting,
        "mine": [pk for pk in mine if pk not in waiting][:MOST],
        "team": pressing,
        "after": after,
    }
    numbers = list(dict.fromkeys(pk for found in lists.values() for pk in found))
    rows = {row.ticket.pk: row for row in queues.rows_of(numbers, now)}
    context = {
        "tiles": _tiles(asking, happened),
        **{name: [rows[pk] for pk in found if pk in rows] for name, found in lists.items()},
        "news": _news(events, alerts),
        "nav_counts": {"quarantine": sum(counts[0]), "unseen": sum(counts[1])},
        "outages": down,
        "maintenance": _maintenance(asking, upkeep),
    }
    return render(request, "workspace/start.html", context)


def waiting_for(tickets: TicketQuerySet) -> TicketQuerySet:
    """Those on which the customer spoke last and we are not waiting for them."""
    said = Message.objects.filter(ticket=OuterRef("pk"), public=True)
    last = said.exclude(kind=MessageKind.AUTOMATIC).order_by("-at", "-pk").values("kind")[:1]
    spoke = tickets.annotate(last_said=Subquery(last))
    return spoke.filter(last_said=MessageKind.CUSTOMER).exclude(status=Status.WAITING)


def _numbers(tickets: QuerySet[Ticket], most: int = MOST) -> QuerySet[Ticket, int]:
    return tickets.values_list("pk", flat=True)[:most]


def _pressing(user: int, team: int, until: datetime) -> QuerySet[Ticket, int]:
    """What presses in the team, or in nobody's hands, besides one's own."""
    theirs = Q(team=team) | filters.NOBODYS
    # Inner join, so that the database walks along the deadlines instead of sorting them all.
    dated = Ticket.objects.active().filter(theirs, coverage__next_due_at__lt=until)
    others = dated.exclude(assignee=user)
    return _numbers(others.order_by("coverage__next_due_at", "reported_at", "pk"))


def _written_after(user: int, team: int) -> QuerySet[Ticket, int]:
    """What was done with and was written to since: one's own, the team's, nobody's."""
    theirs = Q(assignee=user) | filters.NOBODYS | Q(team=team)
    found = Ticket.objects.written_to_after().filter(theirs)
    return _numbers(found.order_by("wrote_after", "pk"))


_WAITING = Kept(
    lambda user: _numbers(
        queues.by_deadline(waiting_for(Ticket.objects.active().filter(assignee=user)))
    ),
    user=int,
)
# As many more as may wait for an answer, which are shown apart.
_MINE = Kept(
    lambda user: _numbers(
        queues.by_deadline(Ticket.objects.active().filter(assignee=user)), 2 * MOST
    ),
    user=int,
)
_PRESSING = Kept(_pressing, user=int, team=int, until=datetime)
_WRITTEN_AFTER = Kept(_written_after, user=int, team=int)
# Rows of these are fetched only where there are any, which is seldom.
_UPKEEP = Kept(
    lambda now, until: _numbers_of_upkeep(
        Maintenance.objects.near(now, until) | Maintenance.objects.unsaid(now)
    ),
    now=datetime,
    until=datetime,
)
_DOWN = Kept(lambda: Outage.objects.open().select_related("service")[:MOST])


def _numbers_of_upkeep(found: QuerySet[Maintenance]) -> QuerySet[Maintenance, int]:
    return found.values_list("pk", flat=True)[:MOST]


def _maintenance(asking: Asking, upkeep: Sequence[int]) -> list[shown.WorkShown]:
    """What goes on, waits to be wound up, or comes within a day."""
    if not upkeep:
        return []
    found = access.maintenance_of(asking.user).filter(pk__in=upkeep)
    return shown.rows(found.prefetch_related("services__agreement"), asking.now)


def _tiles(asking: Asking, happened: Sequence[int]) -> list[dict[str, object]]:
    """Numbers that lead into the queue; one query counts them."""
    team = [str(asking.user.team_id)] if asking.user.team_id else []
    shown: list[tuple[str, str, str, Chosen]] = [
        (_("Mine"), "user-round", "", {"assignee": [ME]}),
        (_("Mine, due today"), "timer", "soon", {"assignee": [ME], "due": ["today"]}),
        (_("Mine, too late"), "clock-alert", "late", {"assignee": [ME], "due": ["late"]}),
        (_("My team's"), "users-round", "", {"team": team}),
        (_("Due today, all"), "timer", "soon", {"due": ["today"]}),
        (_("Too late, all"), "clock-alert", "late", {"due": ["late"]}),
    ]
    counts = queues.counted(
        lambda: {
            str(at): filters.meaning(chosen, asking) for at, (*_said, chosen) in enumerate(shown)
        },
        of=["start", asking.user.pk, asking.user.team_id],
        happened=happened,
    )
    return [
        {
            "label": label,
            "icon": icon,
            "tone": tone if counts[str(at)] else "",
            "number": counts[str(at)],
            "url": f"{reverse('queue')}?{urlencode(chosen, doseq=True)}",
        }
        for at, (label, icon, tone, chosen) in enumerate(shown)
        if chosen != {"team": []}
    ]


_SAID = {
    EventKind.CUSTOMER_REPLIED: ("message-square", gettext_lazy("The customer wrote")),
    EventKind.CALLED: ("phone", gettext_lazy("The customer phoned")),
    EventKind.RETURNED: ("mail-x", gettext_lazy("Our mail to the customer came back")),
    EventKind.REOPENED: ("rotate-ccw", gettext_lazy("Reopened")),
    EventKind.ASSIGNED: ("user-round", gettext_lazy("Given to you")),
    EventKind.NOTED: ("sticky-note", gettext_lazy("A colleague wrote a note")),
}
_TOLD = {
    Alert.Kind.BREACH: ("clock-alert", gettext_lazy("A promise was missed")),
    Alert.Kind.MOVED: ("calendar-clock", gettext_lazy("A deadline moved")),
}


def _events(user: int, since: datetime) -> QuerySet[TicketEvent]:
    mine = Ticket.objects.filter(assignee=user, updated_at__gte=since)
    happened = TicketEvent.objects.filter(ticket__in=mine, kind__in=_SAID, at__gte=since)
    return happened.exclude(actor=user).select_related("ticket").order_by("-at")[:MOST]


def _alerts(user: int, since: datetime) -> QuerySet[Alert]:
    alerts = Alert.objects.standing().filter(ticket__assignee=user, kind__in=_TOLD, at__gte=since)
    return alerts.select_related("ticket").order_by("-at")[:MOST]


_EVENTS = Kept(_events, user=int, since=datetime)
_ALERTS = Kept(_alerts, user=int, since=datetime)


def _news(events: Iterable[TicketEvent], alerts: Iterable[Alert]) -> list[News]:
    """What others did on one's tickets since yesterday, and what was missed; the latest first."""
    news = [
        *(_newly(event.at, _SAID[EventKind(event.kind)], event.ticket) for event in events),
        *(_newly(alert.at, _TOLD[Alert.Kind(alert.kind)], alert.ticket) for alert in alerts),
    ]
    return sorted(news, key=lambda each: each.at, reverse=True)[:MOST]


def _newly(at: datetime, said: tuple[str, object], ticket: Ticket) -> News:
    icon, what = said
    return News(at, icon, str(what), ticket)
