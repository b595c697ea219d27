"""The queue: what is open, by the deadline that presses most."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.db.models import F, Min, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sla.models import Clock
from sla.queries import Card, next_cards
from support.models import OutgoingMail
from tickets.models import (
    ACTIVE,
    Organisation,
    Priority,
    Status,
    Team,
    Ticket,
    TicketQuerySet,
    User,
)

PER_PAGE = 50
OWED = Q(clocks__met_at=None, clocks__state__in=["running", "paused", "breached"])


@dataclass(frozen=True)
class Row:
    """A ticket in the queue with its most pressing promise.

    undelivered: the last mail to the customer could not be delivered.
    """

    ticket: Ticket
    clock: Card | None
    undelivered: bool = False


class QueueFilter(forms.Form):
    """What to show of the queue; it stands in the address."""

    organisation = forms.ModelChoiceField(
        label=gettext_lazy("Organisation"), queryset=Organisation.objects.all(), required=False
    )
    team = forms.ModelChoiceField(
        label=gettext_lazy("Team"), queryset=Team.objects.all(), required=False
    )
    priority = forms.ChoiceField(
        label=gettext_lazy("Priority"), choices=[("", "—"), *Priority.choices], required=False
    )
    status = forms.ChoiceField(
        label=gettext_lazy("Status"), choices=[("", "—"), *Status.choices], required=False
    )

    def apply(self, tickets: TicketQuerySet) -> TicketQuerySet:
        """Only the tickets that were asked for."""
        if self.is_valid():
            for name, value in self.cleaned_data.items():
                if value:
                    tickets = tickets.filter(**{name: value})
        return tickets

    @property
    def active(self) -> int:
        """How many filters are on."""
        return sum(bool(value) for value in self.cleaned_data.values()) if self.is_valid() else 0


def views(user: User, current: str) -> list[dict[str, Any]]:
    """The ready-made views, with their counts."""
    active = Ticket.objects.filter(status__in=ACTIVE)
    late = Clock.objects.filter(state="breached", met_at=None).values("ticket")
    asked = {
        "": (_("All open"), "inbox", active),
        "mine": (_("Mine"), "user-round", active.filter(assignee=user)),
        "team": (_("My team's"), "users-round", active.filter(team=user.team_id or 0)),
        "nobody": (_("Nobody's"), "circle-dashed", active.filter(assignee=None)),
        # No promise runs on these yet; somebody must say what they are.
        "new": (_("To judge"), "scale", active.filter(status=Status.NEW, clocks=None)),
        "late": (_("Too late"), "clock-alert", active.filter(pk__in=late)),
    }
    return [
        {
            "key": key,
            "label": label,
            "icon": icon,
            "count": tickets.count(),
            "current": key == current,
            "url": f"?view={key}" if key else "?",
            "tickets": tickets,
        }
        for key, (label, icon, tickets) in asked.items()
    ]


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
    pressing = next_cards(tickets, now=now)
    undelivered = _undelivered(tickets)
    groups: dict[str, list[Row]] = {key: [] for key in ("late", "today", "week", "later", "none")}
    for ticket in tickets:
        card = pressing.get(ticket.pk)
        groups[_urgency(card, now)].append(Row(ticket, card, ticket.pk in undelivered))
    titles = {
        "late": (_("Too late"), "clock-alert"),
        "today": (_("Today"), "timer"),
        "week": (_("Within a week"), "calendar-days"),
        "later": (_("Later"), "calendar"),
        "none": (_("Without a deadline"), "calendar-off"),
    }
    return [
        {"key": key, "label": titles[key][0], "icon": titles[key][1], "rows": rows}
        for key, rows in groups.items()
        if rows
    ]


def _undelivered(tickets: list[Ticket]) -> set[int]:
    """Those whose customer did not get our last mail."""
    to_customers = OutgoingMail.objects.filter(ticket__in=tickets, message__isnull=False)
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
