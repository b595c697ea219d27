"""What customers said, counted: of each ticket the last that was said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.fields.json import KT

from sla.reporting import ZONE, month_bounds
from support import access
from support.desk.opinions import MARKS
from tickets.models import EventKind, Ticket, TicketEvent, User


@dataclass(frozen=True)
class Month:
    """What was said in a month, by mark."""

    month: date
    counts: Mapping[str, int]

    @property
    def all(self) -> int:
        """How many said anything."""
        return sum(self.counts.values())

    @property
    def share(self) -> int | None:
        """The whole percentage of them that said it was good; None where nobody said anything."""
        return 100 * self.counts["good"] // self.all if self.all else None


def last_said(tickets: QuerySet[Ticket]) -> QuerySet[Any]:
    """The last opinion on each of some tickets, each with its `mark`."""
    given = TicketEvent.objects.filter(kind=EventKind.RATED)
    later = given.filter(ticket=OuterRef("ticket")).order_by("-version").values("version")[:1]
    return given.filter(version=Subquery(later), ticket__in=tickets).annotate(mark=KT("data__mark"))


def months(user: User, wanted: Sequence[date]) -> list[Month]:
    """What was said in months that follow each other, in one query."""
    first, last = month_bounds(wanted[0])[0], month_bounds(wanted[-1])[1]
    said = (
        last_said(access.counted_tickets(user))
        .filter(at__gte=first, at__lt=last)
        .values_list("at", "mark")
    )
    counted: dict[date, Counter[str]] = {month: Counter() for month in wanted}
    for at, mark in said:
        counted[_month_of(at)][mark] += 1
    return [
        Month(month, {mark: counts[mark] for mark in MARKS}) for month, counts in counted.items()
    ]


def of_month(user: User, month: date, mark: str = "") -> QuerySet[Any]:
    """What was said in a month, the latest first; only those of a mark, if one is named."""
    first, last = month_bounds(month)
    said = last_said(access.counted_tickets(user)).filter(at__gte=first, at__lt=last)
    said = said.filter(mark=mark) if mark else said
    return said.select_related("ticket__organisation", "ticket__assignee").order_by("-at", "-pk")


def _month_of(at: datetime) -> date:
    return at.astimezone(ZONE).date().replace(day=1)
