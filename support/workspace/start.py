"""Where an agent's day begins: what presses, what waits for them, what happened since yesterday."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import OuterRef, Q, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from sla.models import Alert
from support import access
from support.workspace import filters
from support.workspace import queue as queues
from support.workspace.counts import nav_counts
from support.workspace.filters import ME, Asking
from tickets.models import (
    EventKind,
    Message,
    MessageKind,
    Status,
    Ticket,
    TicketEvent,
    TicketQuerySet,
)

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
    waiting, team = _waiting(asking), _team(asking)
    mine = _mine(asking, besides=waiting)
    after = _written_after(asking)
    rows = queues.rows([*mine, *team, *waiting, *after], asking.now)
    context = {
        "tiles": _tiles(asking),
        "mine": [rows[ticket.pk] for ticket in mine],
        "team": [rows[ticket.pk] for ticket in team],
        "waiting": [rows[ticket.pk] for ticket in waiting],
        "after": [rows[ticket.pk] for ticket in after],
        "news": _news(asking),
        "nav_counts": nav_counts(),
    }
    return render(request, "workspace/start.html", context)


def _mine(asking: Asking, *, besides: list[Ticket]) -> list[Ticket]:
    mine = Ticket.objects.active().filter(assignee=asking.user)
    others = mine.exclude(pk__in=[ticket.pk for ticket in besides])
    return list(queues.by_deadline(others)[:MOST])


def _team(asking: Asking) -> list[Ticket]:
    """What presses in the team, or in nobody's hands, besides one's own."""
    pressing = filters.meaning({"due": ["late", "today"]}, asking)
    theirs = Q(team=asking.user.team_id or 0) | filters.NOBODYS
    # Inner join, so that the database walks along the deadlines instead of sorting them all.
    dated = Ticket.objects.filter(pressing, theirs, coverage__next_due_at__isnull=False)
    others = dated.exclude(assignee=asking.user).with_people().select_related("coverage")
    return list(others.order_by("coverage__next_due_at", "reported_at", "pk")[:MOST])


def waiting_for(tickets: TicketQuerySet) -> TicketQuerySet:
    """Those on which the customer spoke last and we are not waiting for them."""
    said = Message.objects.filter(ticket=OuterRef("pk"), public=True)
    last = said.exclude(kind=MessageKind.AUTOMATIC).order_by("-at", "-pk").values("kind")[:1]
    spoke = tickets.annotate(last_said=Subquery(last))
    return spoke.filter(last_said=MessageKind.CUSTOMER).exclude(status=Status.WAITING)


def _waiting(asking: Asking) -> list[Ticket]:
    mine = Ticket.objects.active().filter(assignee=asking.user)
    return list(queues.by_deadline(waiting_for(mine))[:MOST])


def _written_after(asking: Asking) -> list[Ticket]:
    """What was done with and was written to since: one's own, the team's, nobody's."""
    user = asking.user
    theirs = Q(assignee=user) | filters.NOBODYS | Q(team=user.team_id or 0)
    found = Ticket.objects.written_to_after().filter(theirs).with_people()
    return list(found.order_by("wrote_after", "pk")[:MOST])


def _tiles(asking: Asking) -> list[dict[str, Any]]:
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
        {str(at): filters.meaning(chosen, asking) for at, (*_said, chosen) in enumerate(shown)},
        of=["start", asking.user.pk, asking.user.team_id],
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


def _yesterday(now: datetime) -> datetime:
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - timedelta(days=1)


def _news(asking: Asking) -> list[News]:
    """What others did on one's tickets since yesterday, and what was missed; the latest first."""
    since = _yesterday(asking.now)
    mine = Ticket.objects.filter(assignee=asking.user, updated_at__gte=since)
    said = {
        EventKind.CUSTOMER_REPLIED: ("message-square", _("The customer wrote")),
        EventKind.CALLED: ("phone", _("The customer phoned")),
        EventKind.RETURNED: ("mail-x", _("Our mail to the customer came back")),
        EventKind.REOPENED: ("rotate-ccw", _("Reopened")),
        EventKind.ASSIGNED: ("user-round", _("Given to you")),
        EventKind.NOTED: ("sticky-note", _("A colleague wrote a note")),
    }
    happened = TicketEvent.objects.filter(ticket__in=mine, kind__in=said, at__gte=since)
    others = happened.exclude(actor=asking.user).select_related("ticket").order_by("-at")[:MOST]
    news = [News(event.at, *said[EventKind(event.kind)], event.ticket) for event in others]
    told = {
        Alert.Kind.BREACH: ("clock-alert", _("A promise was missed")),
        Alert.Kind.MOVED: ("calendar-clock", _("A deadline moved")),
    }
    alerts = Alert.objects.filter(ticket__assignee=asking.user, kind__in=told, at__gte=since)
    latest = alerts.select_related("ticket").order_by("-at")[:MOST]
    news += [News(alert.at, *told[Alert.Kind(alert.kind)], alert.ticket) for alert in latest]
    return sorted(news, key=lambda each: each.at, reverse=True)[:MOST]
