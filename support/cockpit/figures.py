"""What the cockpit counts; each in a fixed number of queries, however much there is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    Count,
    DateTimeField,
    F,
    Func,
    IntegerField,
    Q,
    QuerySet,
    Value,
)
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sla import months
from sla.availability_words import percent_words
from sla.kept import midnight
from sla.models import Clock, Outage, Service
from sla.queries import Card, next_cards
from sla.reporting import ZONE, month_bounds
from sla.wording import CHANNELS
from support import access
from support.cockpit.behind import (
    AGES,
    DONE,
    FIGURES,
    NOBODY,
    Asking,
    due,
    url_of,
    week_bounds,
)
from support.cockpit.coming import DAYS, hours_ahead, people_by_team
from support.reports.asking import asked_by
from support.reports.missed import Group, found, groups
from tickets.models import Team, Ticket, TicketEvent, User

WEEKS = 12
MARKS = 60
"""Deadlines on the hour line, the nearest."""
WORST = 6
DOWN = 5
"""Services of which the month so far is worked out."""


@dataclass(frozen=True)
class Bar:
    """A line of a table with a bar: a count that opens its tickets, the part that is late, what
    falls due within a week, and the working hours that there are for that.
    """

    label: str
    count: int
    url: str
    late: int = 0
    late_url: str = ""
    due: int = 0
    due_url: str = ""
    hours: float | None = None


@dataclass(frozen=True)
class Mark:
    """A deadline to come: the ticket, who has it, and how much working time is left."""

    ticket: Ticket
    card: Card

    @property
    def initials(self) -> str:
        """Of who has it, as they fit into a mark."""
        name = self.ticket.assignee.name if self.ticket.assignee else ""
        words = name.split()
        return "".join(word[:1] for word in (words[:1] + words[-1:] if words[1:] else words))


def at_risk(asking: Asking) -> list[Mark]:
    """What is due within a week, the nearest first."""
    due = FIGURES["week"][1](asking, "").with_people().order_by("coverage__next_due_at", "pk")
    tickets = list(due[:MARKS])
    cards = next_cards(tickets, now=asking.now)
    return [Mark(ticket, cards[ticket.pk]) for ticket in tickets if ticket.pk in cards]


@dataclass(frozen=True)
class Backlog:
    """What is not done: by how long ago it was reported, by who has it, by team."""

    ages: list[Bar]
    agents: list[Bar]
    teams: list[Bar]


def backlog(asking: Asking) -> Backlog:
    """What each agent and each team has, how much of it is late or falls due within a week, and
    the hours that they work in it, the most first; and by age.
    """
    begins = sorted(asking.now - timedelta(days=low) for low, _high in AGES.values())[:-1]
    place = Func(
        F("reported_at"),
        Value(begins, ArrayField(DateTimeField())),
        function="WIDTH_BUCKET",
        output_field=IntegerField(),
    )
    counted = asking.active.order_by().annotate(age=place).values("assignee", "team", "age")
    rows: Iterable[Any] = counted.annotate(
        count=Count("pk"),
        late=Count("pk", filter=due(None, asking.now)),
        due=Count("pk", filter=due(asking.now, midnight(asking.now, DAYS))),
    )
    apart: dict[str, dict[Any, Counter[str]]] = {"assignee": {}, "team": {}, "age": {}}
    for row in rows:
        for by, sums in apart.items():
            told = {name: row[name] for name in ("count", "late", "due")}
            sums.setdefault(row[by], Counter()).update(told)
    hours = hours_ahead(asking.now)
    agents = dict.fromkeys(apart["assignee"], hours)
    teams = {pk: people * hours for pk, people in people_by_team().items()}
    return Backlog(
        _ages(apart["age"]),
        _bars("agent", apart["assignee"], User.objects.all(), agents, _("nobody")),
        _bars("team", apart["team"], Team.objects.all(), teams, _("no team")),
    )


def _ages(sums: Mapping[int, Counter[str]]) -> list[Bar]:
    words = {
        "1": _("less than a day"),
        "3": _("1 to 3 days"),
        "7": _("3 to 7 days"),
        "14": _("7 to 14 days"),
        "30": _("14 to 30 days"),
        "more": _("more than 30 days"),
    }
    # The places count from the oldest.
    oldest_first = {value: place for place, value in enumerate(reversed(list(AGES)))}
    return [
        Bar(words[value], sums[place]["count"] if place in sums else 0, url_of("age", value))
        for value in AGES
        for place in [oldest_first[value]]
    ]


def _bars(
    figure: str,
    sums: Mapping[Any, Counter[str]],
    of: QuerySet[Any],
    hours: Mapping[Any, float],
    none: str,
) -> list[Bar]:
    names = dict(of.filter(pk__in=[pk for pk in sums if pk]).values_list("pk", "name"))
    bars = [
        Bar(
            label=names.get(pk, none),
            count=each["count"],
            url=url_of(figure, pk or NOBODY),
            late=each["late"],
            late_url=url_of(f"{figure}-late", pk or NOBODY),
            due=each["due"],
            due_url=url_of(f"{figure}-week", pk or NOBODY),
            hours=hours.get(pk, 0.0) if pk else None,
        )
        for pk, each in sums.items()
    ]
    return sorted(bars, key=lambda bar: (-bar.count, bar.label))


@dataclass(frozen=True)
class Week:
    """What came in and what was done in a week."""

    monday: date
    came: int
    done: int
    came_url: str
    done_url: str


def weeks(asking: Asking) -> list[Week]:
    """The last weeks, the present one last; a ticket that was done twice in a week counts once."""
    today = asking.now.astimezone(ZONE).date()
    monday = today - timedelta(days=today.weekday())
    mondays = [monday - timedelta(weeks=back) for back in range(WEEKS - 1, -1, -1)]
    first, last = week_bounds(mondays[0])[0], week_bounds(mondays[-1])[1]
    begins = Value([week_bounds(each)[0] for each in mondays], ArrayField(DateTimeField()))

    def place(column: str) -> Func:
        return Func(F(column), begins, function="WIDTH_BUCKET", output_field=IntegerField())

    reported = asking.tickets.filter(reported_at__gte=first, reported_at__lt=last)
    came = _by_place(reported.annotate(place=place("reported_at")), Count("pk"))
    events = TicketEvent.objects.filter(
        kind__in=DONE, at__gte=first, at__lt=last, ticket__in=asking.tickets
    )
    done = _by_place(events.annotate(place=place("at")), Count("ticket", distinct=True))
    return [
        Week(
            monday=each,
            came=came.get(at, 0),
            done=done.get(at, 0),
            came_url=url_of("in", each),
            done_url=url_of("out", each),
        )
        for at, each in enumerate(mondays, start=1)
    ]


def _by_place(rows: QuerySet[Any], count: Count) -> dict[int, int]:
    counted = rows.order_by().values("place").annotate(count=count)
    return {row["place"]: row["count"] for row in counted}


def channels(asking: Asking) -> list[Bar]:
    """By what came in this month."""
    first, last = month_bounds(asking.this_month)
    reported = asking.tickets.filter(reported_at__gte=first, reported_at__lt=last)
    rows = reported.order_by().values("channel").annotate(count=Count("pk"))
    bars = [
        Bar(
            label=str(CHANNELS[row["channel"]]),
            count=row["count"],
            url=url_of("channel", row["channel"]),
        )
        for row in rows
    ]
    return sorted(bars, key=lambda bar: (-bar.count, bar.label))


def worst(asking: Asking) -> list[Bar]:
    """The organisations of which most was missed this month."""
    first, last = month_bounds(asking.this_month)
    missed = access.counted_clocks(asking.user).filter(
        state=Clock.State.BREACHED, started_at__gte=first, started_at__lt=last
    )
    rows = missed.order_by().values("ticket__organisation", "ticket__organisation__name")
    bars = [
        Bar(
            label=row["ticket__organisation__name"] or _("unknown"),
            count=row["count"],
            url=_breaches(organisation=row["ticket__organisation"] or NOBODY),
        )
        for row in rows.annotate(count=Count("pk"))
    ]
    return sorted(bars, key=lambda bar: (-bar.count, bar.label))[:WORST]


def _breaches(**asked: object) -> str:
    return f"{reverse('breach-report')}?{urlencode({'period': 'month', **asked})}"


def causes(asking: Asking) -> list[Group]:
    """Why promises of this month were missed."""
    question = asked_by(QueryDict("period=month&by=cause"))
    if not question.is_valid():  # it always is
        return []
    return groups(question, found(question, asking.user, now=asking.now))


def availability(asking: Asking) -> tuple[list[dict[str, object]], int]:
    """The month so far of the services that were down in it, and how many were not."""
    first, _last = month_bounds(asking.this_month)
    reached = Outage.objects.filter(withdrawn=False, first_known_at__lte=asking.now).filter(
        Q(restored_at=None) | Q(restored_at__gt=first)
    )
    down = Service.objects.filter(outages__in=reached).distinct().select_related("agreement")
    shown = []
    for service in down.order_by("name", "pk")[:DOWN]:
        derived = months.derive(service, asking.this_month, now=asking.now)
        if derived is not None:
            result = derived.judged.result
            shown.append(
                {
                    "service": service,
                    "percent": percent_words(result.percent),
                    "guarantee": percent_words(derived.terms.guarantee),
                    "kept": result.guarantee_met,
                }
            )
    return shown, Service.objects.count() - down.count()


def sentence(late: int, today: int) -> tuple[str, str]:
    """Whether it is a good day, in a sentence; and its tone."""
    coming = (
        ngettext("%(count)s deadline falls today.", "%(count)s deadlines fall today.", today)
        % {"count": today}
        if today
        else _("No deadline falls today.")
    )
    if late:
        said = ngettext(
            "Not a good day: %(count)s ticket is too late and still open.",
            "Not a good day: %(count)s tickets are too late and still open.",
            late,
        )
        return f"{said % {'count': late}} {coming}", "late"
    if today:
        fine = _("Nothing is late.")
        return f"{fine} {coming}", "soon"
    fine = _("A good day: nothing is late.")
    return f"{fine} {coming}", "met"
