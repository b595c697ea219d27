"""How well promises were kept: counts per month, read from the clocks' rows.

A promise belongs to the month in which its clock started, so that a month's total stands still.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)

from sla.engine.dates import after, first_of
from sla.models import Alert, Clock, CountedMonth, MonthTally

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
    first = first_of(month)
    return datetime.combine(first, time(), ZONE), datetime.combine(after(first), time(), ZONE)


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


def parted(
    months: Iterable[date], tallies: QuerySet[MonthTally] | None
) -> tuple[list[date], list[date]]:
    """Which months are asked of counts, and which of the clocks: all, where no counts are given."""
    wanted = sorted(months)
    if tallies is None:
        return [], wanted
    counted = CountedMonth.objects.fresh().filter(month__in=wanted)
    fresh = set(counted.values_list("month", flat=True))
    return [each for each in wanted if each in fresh], [
        each for each in wanted if each not in fresh
    ]


def placed(months: Sequence[date], of: QuerySet[Clock] | None = None) -> QuerySet[Any]:
    """The clocks that started in some months, each with its `outcome` and `place`: of its month,
    the first being 1.

    By the instants between which each month lies: to work out the local month of a million rows
    takes the database four times as long.
    """
    clocks = Clock.objects.all() if of is None else of
    begins = Value([month_bounds(month)[0] for month in months], ArrayField(DateTimeField()))
    place = Func(F("started_at"), begins, function="WIDTH_BUCKET", output_field=IntegerField())
    within = Q(pk__in=[])
    for first, last in map(month_bounds, months):
        within |= Q(started_at__gte=first, started_at__lt=last)
    started: QuerySet[Any] = clocks.filter(within).annotate(outcome=OUTCOME, place=place)
    told: QuerySet[Any] = started.exclude(outcome="")
    return told


def month_report(
    month: date,
    of: QuerySet[Clock] | None = None,
    tallies: QuerySet[MonthTally] | None = None,
) -> MonthReport:
    """The counts of a month, in two queries; of some clocks, else of all.

    tallies: counts of the same, for a month that is over and didn't change since it was counted.
    """
    report = MonthReport(month)
    counted, _live = parted([month], tallies)
    for row in _of_counts(counted, tallies) if tallies is not None and counted else _of(month, of):
        outcome, count = row["outcome"], row["number"]
        organisation = (row["whose"] or 0, row["whose_name"] or "")
        kind = "" if row["priority"] else row["ticket_kind"]
        promise = (row["promise"], row["priority"], kind)
        report.total.add(outcome, count)
        report.by_promise.setdefault(promise, Tally()).add(outcome, count)
        report.by_organisation.setdefault(organisation, Tally()).add(outcome, count)
    return report


_APART = ("promise", "priority", "outcome", "ticket_kind", "whose", "whose_name")


def _of(month: date, of: QuerySet[Clock] | None) -> Iterable[Any]:
    clocks = clocks_in(month, of).annotate(
        ticket_kind=F("ticket__kind"),
        whose=F("ticket__organisation"),
        whose_name=F("ticket__organisation__name"),
    )
    counted: Iterable[Any] = (
        clocks.order_by("promise", "priority").values(*_APART).annotate(number=Count("pk"))
    )
    return counted


def _of_counts(months: Sequence[date], tallies: QuerySet[MonthTally]) -> Iterable[Any]:
    counts: QuerySet[Any] = tallies.filter(month__in=months).annotate(
        ticket_kind=F("kind"), whose=F("organisation"), whose_name=F("organisation__name")
    )
    summed: Iterable[Any] = (
        counts.order_by("promise", "priority").values(*_APART).annotate(number=Sum("count"))
    )
    return summed


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


def trend(
    months: Iterable[date],
    of: QuerySet[Clock] | None = None,
    tallies: QuerySet[MonthTally] | None = None,
) -> dict[date, Tally]:
    """The totals of months, in three queries; of some clocks, else of all.

    tallies: counts of the same, for the months that are over.
    """
    wanted = sorted(months)
    found = {month: Tally() for month in wanted}
    counted, live = parted(wanted, tallies)
    if tallies is not None and counted:
        sums = tallies.filter(month__in=counted).order_by().values("month", "outcome")
        for row in sums.annotate(number=Sum("count")):
            found[row["month"]].add(row["outcome"], row["number"])
    if live:
        placed_rows = placed(live, of).order_by().values("place", "outcome")
        for row in placed_rows.annotate(number=Count("pk")):
            found[live[row["place"] - 1]].add(row["outcome"], row["number"])
    return found
