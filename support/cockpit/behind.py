"""The tickets behind every figure of the cockpit: each figure is named, and so is its value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from sla.kept import midnight
from sla.reporting import ZONE, month_bounds
from support import access
from support.forms.numbers import number_in
from tickets.models import ACTIVE, EventKind, TicketEvent, TicketQuerySet, User

NOBODY = "-"
AGES: Mapping[str, tuple[int, int | None]] = {
    "1": (0, 1),
    "3": (1, 3),
    "7": (3, 7),
    "14": (7, 14),
    "30": (14, 30),
    "more": (30, None),
}
"""How many days old, from and up to."""
DONE = (EventKind.RESOLVED, EventKind.DECLINED)


@dataclass(frozen=True)
class Asking:
    """Whose cockpit it is, and when."""

    user: User
    now: datetime

    @property
    def tickets(self) -> TicketQuerySet:
        """What is counted for them."""
        return access.counted_tickets(self.user)

    @property
    def active(self) -> TicketQuerySet:
        """Of those, what is not done."""
        return self.tickets.filter(status__in=ACTIVE)

    @property
    def this_month(self) -> date:
        """The first day of the month."""
        return self.now.astimezone(ZONE).date().replace(day=1)


def due(low: datetime | None, high: datetime) -> Q:
    """By the nearest binding deadline that is still owed."""
    owed = Q(coverage__next_due_at__lt=high)
    return owed & Q(coverage__next_due_at__gte=low) if low else owed


def _late(asking: Asking, _value: str) -> TicketQuerySet:
    return asking.tickets.filter(due(None, asking.now))


def _today(asking: Asking, _value: str) -> TicketQuerySet:
    return asking.tickets.filter(due(asking.now, midnight(asking.now)))


def _week(asking: Asking, _value: str) -> TicketQuerySet:
    return asking.tickets.filter(due(asking.now, midnight(asking.now, 7)))


def _backlog(asking: Asking, _value: str) -> TicketQuerySet:
    return asking.active


def age_bounds(value: str, now: datetime) -> Q:
    """When what is so old was reported."""
    low, high = AGES.get(value, (0, None))
    reported = Q(reported_at__lt=now - timedelta(days=low)) if low else Q()
    return reported & Q(reported_at__gte=now - timedelta(days=high)) if high else reported


def _age(asking: Asking, value: str) -> TicketQuerySet:
    return asking.active.filter(age_bounds(value, asking.now))


def _agent(asking: Asking, value: str) -> TicketQuerySet:
    return asking.active.filter(assignee=number_in(value))


def _agent_late(asking: Asking, value: str) -> TicketQuerySet:
    return _agent(asking, value).filter(due(None, asking.now))


def _agent_week(asking: Asking, value: str) -> TicketQuerySet:
    return _agent(asking, value).filter(due(asking.now, midnight(asking.now, 7)))


def _team(asking: Asking, value: str) -> TicketQuerySet:
    return asking.active.filter(team=number_in(value))


def _team_late(asking: Asking, value: str) -> TicketQuerySet:
    return _team(asking, value).filter(due(None, asking.now))


def _team_week(asking: Asking, value: str) -> TicketQuerySet:
    return _team(asking, value).filter(due(asking.now, midnight(asking.now, 7)))


def week_bounds(monday: date) -> tuple[datetime, datetime]:
    """The instants between which a week lies on the Amsterdam clock."""
    after = monday + timedelta(days=7)
    return datetime.combine(monday, time(), ZONE), datetime.combine(after, time(), ZONE)


def _monday(value: str) -> date:
    try:
        day = date.fromisoformat(value)
    except ValueError:
        day = date(2000, 1, 3)
    return day - timedelta(days=day.weekday()) if 2000 <= day.year < 2100 else date(2000, 1, 3)


def _in(asking: Asking, value: str) -> TicketQuerySet:
    first, last = week_bounds(_monday(value))
    return asking.tickets.filter(reported_at__gte=first, reported_at__lt=last)


def _out(asking: Asking, value: str) -> TicketQuerySet:
    first, last = week_bounds(_monday(value))
    done = TicketEvent.objects.filter(kind__in=DONE, at__gte=first, at__lt=last)
    return asking.tickets.filter(pk__in=done.values("ticket"))


def _channel(asking: Asking, value: str) -> TicketQuerySet:
    first, last = month_bounds(asking.this_month)
    return asking.tickets.filter(channel=value, reported_at__gte=first, reported_at__lt=last)


FIGURES: Mapping[str, tuple[object, Callable[[Asking, str], TicketQuerySet]]] = {
    "late": (_("Missed and still open"), _late),
    "today": (_("Due today"), _today),
    "week": (_("Due within a week"), _week),
    "backlog": (_("Not done yet"), _backlog),
    "age": (_("Not done yet, by age"), _age),
    "agent": (_("In somebody's hands"), _agent),
    "agent-late": (_("In somebody's hands, too late"), _agent_late),
    "agent-week": (_("In somebody's hands, due within a week"), _agent_week),
    "team": (_("Of a team"), _team),
    "team-late": (_("Of a team, too late"), _team_late),
    "team-week": (_("Of a team, due within a week"), _team_week),
    "in": (_("Came in that week"), _in),
    "out": (_("Done that week"), _out),
    "channel": (_("Came in this month, by channel"), _channel),
}


def url_of(figure: str, value: object = "") -> str:
    """Where a figure opens its tickets."""
    asked = {"figure": figure} | ({"value": value} if value != "" else {})
    return f"{reverse('cockpit-tickets')}?{urlencode(asked)}"
