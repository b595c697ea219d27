"""How well promises were kept: counts per month, read from the clocks' rows.

A promise belongs to the month in which its clock started, so that a month's total stands still.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    Case,
    CharField,
    Count,
    DateTimeField,
    Exists,
    F,
    Func,
    IntegerField,
    OuterRef,
    QuerySet,
    Value,
    When,
)

from sla.models import Alert, Clock

ZONE = ZoneInfo("Europe/Amsterdam")
OUTCOMES = ("kept", "breached", "not_binding", "running")

# In order: the first that holds. What lapsed, and what had no date and is done, is in none.
OUTCOME = Case(
    When(state=Clock.State.CANCELLED, then=Value("")),
    When(binding=False, then=Value("not_binding")),
    When(state=Clock.State.BREACHED, then=Value("breached")),
    When(state=Clock.State.MET, due_at__isnull=False, then=Value("kept")),
    When(state__in=[Clock.State.RUNNING, Clock.State.PAUSED], then=Value("running")),
    default=Value(""),
    output_field=CharField(),
)


@dataclass
class Tally:
    """How often each outcome occurred."""

    kept: int = 0
    breached: int = 0
    not_binding: int = 0
    running: int = 0

    def add(self, outcome: str, count: int) -> None:
        """Count some more."""
        setattr(self, outcome, getattr(self, outcome) + count)

    @property
    def share(self) -> int | None:
        """The whole percentage kept of what was decided and binding; None if nothing was."""
        decided = self.kept + self.breached
        return 100 * self.kept // decided if decided else None


@dataclass
class MonthReport:
    """One month: in all, by promise with priority (or kind, without one), by organisation."""

    month: date
    total: Tally = field(default_factory=Tally)
    by_promise: dict[tuple[str, str, str], Tally] = field(default_factory=dict)
    by_organisation: dict[tuple[int, str], Tally] = field(default_factory=dict)


def month_bounds(month: date) -> tuple[datetime, datetime]:
    """The instants between which a month lies on the Amsterdam clock."""
    after = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return (
        datetime.combine(month.replace(day=1), time(), ZONE),
        datetime.combine(after, time(), ZONE),
    )


def clocks_in(month: date, of: QuerySet[Clock] | None = None) -> QuerySet[Any]:
    """The clocks that started in a month, each with its `outcome`; of some clocks, else of all."""
    first, last = month_bounds(month)
    return with_outcome(first, last, of)


def with_outcome(
    first: datetime, last: datetime, of: QuerySet[Clock] | None = None
) -> QuerySet[Any]:
    """The clocks that started in [first, last), each with its `outcome`."""
    clocks = Clock.objects.all() if of is None else of
    started: QuerySet[Any] = clocks.filter(started_at__gte=first, started_at__lt=last)
    told: QuerySet[Any] = started.annotate(outcome=OUTCOME).exclude(outcome="")
    return told


def month_report(month: date, of: QuerySet[Clock] | None = None) -> MonthReport:
    """The counts of a month, in one query; of some clocks, else of all."""
    report = MonthReport(month)
    for row in (
        clocks_in(month, of)
        .values(
            "promise",
            "priority",
            "outcome",
            "ticket__kind",
            "ticket__organisation",
            "ticket__organisation__name",
        )
        .annotate(count=Count("pk"))
        .order_by("promise", "priority")
    ):
        outcome, count = row["outcome"], row["count"]
        organisation = (row["ticket__organisation"] or 0, row["ticket__organisation__name"] or "")
        kind = "" if row["priority"] else row["ticket__kind"]
        promise = (row["promise"], row["priority"], kind)
        report.total.add(outcome, count)
        report.by_promise.setdefault(promise, Tally()).add(outcome, count)
        report.by_organisation.setdefault(organisation, Tally()).add(outcome, count)
    return report


def no_longer_missed(
    first: datetime, last: datetime, of: QuerySet[Alert] | None = None
) -> QuerySet[Alert]:
    """Breaches of promises that started in [first, last) and count no more: the ticket was
    classified otherwise since, or found to be no Storing. So that nobody can tidy a month unseen.
    """
    standing = Clock.objects.filter(
        ticket=OuterRef("ticket"),
        target_key=OuterRef("target_key"),
        started_at=OuterRef("started_at"),
        state=Clock.State.BREACHED,
    )
    alerts = Alert.objects.all() if of is None else of
    breaches = alerts.filter(
        taken_back_at=None, kind=Alert.Kind.BREACH, started_at__gte=first, started_at__lt=last
    )
    return breaches.exclude(Exists(standing)).order_by("started_at", "pk")


def trend(months: Iterable[date], of: QuerySet[Clock] | None = None) -> dict[date, Tally]:
    """The totals of months that follow each other, in one query; of some clocks, else of all."""
    wanted = sorted(months)
    tallies = {month: Tally() for month in wanted}
    first, last = month_bounds(wanted[0])[0], month_bounds(wanted[-1])[1]
    # By the instants between which each month lies: to work out the local month of a million rows
    # takes the database four times as long.
    begins = Value([month_bounds(month)[0] for month in wanted], ArrayField(DateTimeField()))
    place = Func(F("started_at"), begins, function="WIDTH_BUCKET", output_field=IntegerField())
    rows: Iterable[Any] = (
        with_outcome(first, last, of)
        .annotate(place=place)
        .values("place", "outcome")
        .annotate(count=Count("pk"))
        .order_by()
    )
    for row in rows:
        tallies[wanted[row["place"] - 1]].add(row["outcome"], row["count"])
    return tallies
