"""What the coming week asks of each team, and which running promises are likeliest to be missed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import F
from django.db.models.functions import Coalesce, TruncDate
from django.utils.translation import gettext as _

from sla import risk
from sla.calendars import hours_of
from sla.kept import midnight
from sla.models import Calendar, Clock
from sla.reporting import ZONE
from sla.risk import AtRisk
from support import access
from support.cockpit.behind import NOBODY, Asking, url_of
from tickets.models import Team, User

DAYS = 7
RUNNING = 500
"""Of the nearest deadlines so many are judged."""
LIKELIEST = 12
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Day:
    """A team's day: deadlines that fall in it, and hours that its people work in it."""

    day: date
    count: int
    hours: float
    url: str


@dataclass(frozen=True)
class TeamWeek:
    """What the coming week asks of a team."""

    label: str
    people: int
    days: Sequence[Day]


def week(asking: Asking) -> list[TeamWeek]:
    """By team, for the days to come on which anybody works or anything falls due.

    The hours are those that the house's first calendar is open, times the people of the team.
    """
    first = asking.now.astimezone(ZONE).date()
    days = [first + timedelta(days=number) for number in range(DAYS)]
    counts = _due_by_team(asking)
    staff = people_by_team()
    opened = _opened(days, asking.now)
    kept = [day for day in days if opened[day] or day in {due_on for _pk, due_on in counts}]
    named: list[tuple[Any, str]] = list(_teams(asking).values_list("pk", "name"))
    if any(pk is None for pk, _day in counts):
        named.append((None, _("no team")))
    return [
        TeamWeek(
            label=label,
            people=staff[pk] if pk else 0,
            days=[
                Day(
                    day=day,
                    count=counts[pk, day],
                    hours=(staff[pk] if pk else 0) * opened[day],
                    url=url_of("due", f"{day}.{pk or NOBODY}"),
                )
                for day in kept
            ],
        )
        for pk, label in named
    ]


def _due_by_team(asking: Asking) -> Counter[tuple[int | None, date]]:
    """How many fall due on each of the days to come, by team and day."""
    due = (
        asking.tickets.filter(
            coverage__next_due_at__gte=asking.now,
            coverage__next_due_at__lt=midnight(asking.now, DAYS),
        )
        .order_by()
        .annotate(
            whose=Coalesce("team", "assignee__team"),
            day=TruncDate(F("coverage__next_due_at"), tzinfo=ZONE),
        )
    )
    return Counter((row["whose"], row["day"]) for row in due.values("whose", "day"))


def people_by_team() -> Mapping[int | None, int]:
    """How many people work in each team."""
    return Counter(User.objects.can_be_given_work().values_list("team", flat=True))


def hours_ahead(now: datetime) -> float:
    """How many hours the house is open from now on, today and in the days that a week counts."""
    first = now.astimezone(ZONE).date()
    return sum(_opened([first + timedelta(days=number) for number in range(DAYS)], now).values())


def _teams(asking: Asking) -> Any:
    teams = Team.objects.order_by("name")
    return teams if asking.user.is_manager else teams.filter(pk=asking.user.team_id or 0)


def _opened(days: Iterable[date], now: datetime) -> Mapping[date, float]:
    """How many hours of each day are open, from now on."""
    calendar = Calendar.objects.order_by("pk").first()
    if calendar is None:
        return dict.fromkeys(days, 0.0)
    hours, opened = hours_of(calendar), dict[date, float]()
    for day in days:
        begin = max(datetime.combine(day, time(), ZONE), now)
        end = datetime.combine(day + timedelta(days=1), time(), ZONE)
        opened[day] = hours.elapsed(begin, end) / HOUR if begin < end else 0.0
    return opened


@dataclass(frozen=True)
class Expected:
    """Of the nearest running promises: how many were judged, how many of them are likely to be
    missed, and which are likeliest.
    """

    judged: int
    missed: float
    likeliest: Sequence[AtRisk]


def risks(asking: Asking) -> Expected:
    """How the nearest deadlines are likely to go, by those like them that are decided."""
    of = access.counted_clocks(asking.user)
    nearest = (
        of.filter(binding=True, met_at=None, state=Clock.State.RUNNING, due_at__gt=asking.now)
        .select_related("ticket__coverage", "ticket__assignee", "ticket__organisation")
        .order_by("due_at", "pk")
    )
    found = risk.running(nearest[:RUNNING], of, now=asking.now)
    return Expected(
        judged=len(found),
        missed=sum(each.chance.share for each in found),
        likeliest=[each for each in found if each.chance.missed][:LIKELIEST],
    )
