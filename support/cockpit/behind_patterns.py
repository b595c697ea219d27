"""The tickets behind the figures of the patterns."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time

from django.db.models.functions import Coalesce, ExtractHour, ExtractIsoWeekDay
from django.utils.translation import gettext_lazy as _

from sla import spent
from sla.kept import midnight
from sla.reporting import ZONE
from support.cockpit.behind import NOBODY, Asking, due
from support.forms.numbers import number_in
from tickets.models import EventKind, Status, TicketEvent, TicketQuerySet

SOME_WEEKS = 12
"""How far the patterns look back."""
SOLVED = 2000
"""Of what was solved in that time, the latest."""
_WORD = re.compile(r"[^\W\d_]{3,}")
_COMMON = frozenset(
    re.findall(
        r"\w+",
        """aan als bij dat deze die dit door een geen graag had hebben heb heeft het hij hoe hun
        iets jullie kan kunnen maar meer met mij mijn naar niet nog ook onder onze over tot uit
        van veel voor vraag waar wat wel werkt wij wordt worden zijn zij zonder about and antw are
        but can for from fwd has have how its not our out that the this was what when where will
        with you your""",
    )
)
"""Words that say nothing of what a report is about."""


def words_in(subject: str) -> frozenset[str]:
    """The words of a subject that say what it is about."""
    return frozenset(_WORD.findall(subject.casefold())) - _COMMON


def solved_lately(asking: Asking) -> TicketQuerySet:
    """What was solved in the last weeks, and is."""
    since = midnight(asking.now, 1 - 7 * SOME_WEEKS)
    done = TicketEvent.objects.filter(kind=EventKind.RESOLVED, at__gte=since)
    solved = asking.tickets.filter(
        status__in=(Status.RESOLVED, Status.CLOSED), pk__in=done.values("ticket")
    )
    return asking.tickets.filter(pk__in=solved.order_by("-pk").values("pk")[:SOLVED])


def _hour(asking: Asking, value: str) -> TicketQuerySet:
    day, _dash, hour = value.partition("-")
    since = midnight(asking.now, 1 - 7 * SOME_WEEKS)
    return (
        asking.tickets.filter(reported_at__gte=since)
        .annotate(
            day=ExtractIsoWeekDay("reported_at", tzinfo=ZONE),
            hour=ExtractHour("reported_at", tzinfo=ZONE),
        )
        .filter(day=(number_in(day) or 0) + 1, hour=number_in(hour) or 0)
    )


def _again(asking: Asking, value: str) -> TicketQuerySet:
    since = midnight(asking.now, 1 - 7 * SOME_WEEKS)
    wanted = frozenset(value.split("."))
    reported = asking.tickets.filter(reported_at__gte=since)
    for word in wanted:
        reported = reported.filter(subject__icontains=word)
    found = [
        pk for pk, subject in reported.values_list("pk", "subject") if wanted <= words_in(subject)
    ]
    return asking.tickets.filter(pk__in=found)


def _waited(asking: Asking, value: str) -> TicketQuerySet:
    kind, _dot, whom = value.partition(".")
    listed = list(solved_lately(asking).filter(kind=kind).values_list("pk", flat=True))
    found = [pk for pk, sums in spent.of(listed).items() if spent.mostly_with(sums) == whom]
    return asking.tickets.filter(pk__in=found)


def _due_on(asking: Asking, value: str) -> TicketQuerySet:
    day, _dot, team = value.partition(".")
    try:
        begin = datetime.combine(date.fromisoformat(day), time(), ZONE)
    except ValueError:
        return asking.tickets.none()
    falling = asking.tickets.filter(due(max(begin, asking.now), midnight(begin)))
    return falling.annotate(whose=Coalesce("team", "assignee__team")).filter(
        **{"whose": number_in(team)} if team != NOBODY else {"whose__isnull": True}
    )


PATTERNS: Mapping[str, tuple[object, Callable[[Asking, str], TicketQuerySet]]] = {
    "hour": (_("Came in at that hour of the week"), _hour),
    "again": (_("Reported again and again"), _again),
    "waited": (_("Solved lately, by whom they waited for most"), _waited),
    "due": (_("Due on that day"), _due_on),
}
