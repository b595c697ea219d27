"""Months of services, judged from the ledger and kept as rows once they are over.

A month stands under the edition in force on its first day. A row can be dropped and derived again;
`differences` does that and says what is not the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Min, Q, QuerySet

from sla import editions
from sla.agreements import availability_of
from sla.engine.availability import Span, month_span
from sla.engine.availability_terms import AvailabilityTerms, Cause
from sla.engine.dates import after, first_of
from sla.engine.months import Down, Judged, Told, Works, begin_of, judge
from sla.maintained import works_of
from sla.models import Edition, Maintenance, Outage, Service, ServiceMonth

Extent = tuple[datetime, datetime | None]
DAY = timedelta(days=1)
COLUMNS = ("edition_id", "length", "unavailable", "guarantee_met", "credit_percent", "told")


@dataclass(frozen=True)
class Month:
    """A month of a service as it is judged now. settled: nothing in it goes on."""

    service: Service
    first: date
    edition: Edition
    terms: AvailabilityTerms
    judged: Judged
    settled: bool

    @property
    def zone(self) -> ZoneInfo:
        """On whose wall clock."""
        return ZoneInfo(self.edition.calendar.zone)


def edition_of(service: Service, month: date) -> Edition | None:
    """Which edition judges a month: the one in force on its first day, else its own first one."""
    announced = editions.announced(service.agreement)
    return (
        announced.filter(in_force_on__lte=month).first()
        or announced.filter(in_force_on__lt=after(month)).last()
    )


def terms_at(service: Service, moment: datetime) -> AvailabilityTerms | None:
    """What is promised of a service in the month of some moment."""
    last = editions.announced(service.agreement).first()
    if last is None:
        return None
    edition = edition_of(service, first_of(editions.today_of(last, now=moment)))
    return availability_of(edition) if edition else None


def derive(service: Service, month: date, *, now: datetime) -> Month | None:
    """Judge a month from the ledger as it is now; what goes on lasts until now.

    None where nothing is promised, or the service was not provided.
    """
    edition = edition_of(service, month)
    terms = availability_of(edition) if edition else None
    if edition is None or terms is None:
        return None
    span = provided(service, month, edition.calendar.zone)
    if span is None:
        return None
    reach, found = _reach(service, span)
    downs = [_down(outage, terms, now) for outage in found]
    settled = all(outage.restored_at is not None for outage in found)
    upkeep = _upkeep(service, reach)
    settled = settled and all(_is_over(each) for each in upkeep)
    done = [part for each in upkeep for part in works_of(each, terms, until=now)]
    return Month(service, month, edition, terms, judge(terms, span, downs, done), settled)


def provided(service: Service, month: date, zone: str) -> Span | None:
    """The part of a month in which a service is provided; None for none of it."""
    begin, end = month_span(month.year, month.month, zone)
    if service.starts_on is not None:
        begin = max(begin, _midnight(service.starts_on, zone))
    if service.ends_on is not None:
        end = min(end, _midnight(service.ends_on + DAY, zone))
    return (begin, end) if begin < end else None


@transaction.atomic
def keep(service: Service, month: date, *, now: datetime) -> ServiceMonth | None:
    """Write a month that is over as its row; None, and no row, where there is nothing to judge."""
    derived = derive(service, month, now=now)
    if derived is None or derived.judged.month[1] > now:
        ServiceMonth.objects.filter(service=service, month=month).delete()
        return None
    row = ServiceMonth.objects.filter(service=service, month=month).first()
    row = row or ServiceMonth(service=service, month=month)
    before = None if row.pk is None else (row.unavailable, row.credit_percent, row.settled)
    for name, value in columns(derived).items():
        setattr(row, name, value)
    row.settled, row.judged_at, row.stale_since = derived.settled, now, None
    if before != (row.unavailable, row.credit_percent, row.settled):
        row.credits_due = True
    row.save()
    return row


def columns(month: Month) -> dict[str, object]:
    """What a row says of a month."""
    result = month.judged.result
    return {
        "edition_id": month.edition.pk,
        "length": result.month,
        "unavailable": result.unavailable,
        "guarantee_met": result.guarantee_met,
        "credit_percent": result.credit_percent,
        "told": told(month.judged),
    }


def refresh(service: Service, extents: Sequence[Extent], *, now: datetime) -> None:
    """Judge the kept months again that some times touch, with all that joins them."""
    for begin, end in extents:
        reach, _found = _reach(service, (begin, end or now))
        first, last = (
            first_of((each + by).date()) for each, by in zip(reach, (-DAY, DAY), strict=True)
        )
        rows = ServiceMonth.objects.filter(service=service, month__range=(first, last))
        for month in rows.values_list("month", flat=True):
            keep(service, month, now=now)


def mark_stale(service: Service, *, now: datetime) -> int:
    """Something that all of its months hang on changed; the sweep judges them again."""
    return ServiceMonth.objects.filter(service=service).update(stale_since=now)


def sweep(*, now: datetime) -> int:
    """Judge what is stale or was not settled, and the months that have ended; gives how many."""
    waiting = ServiceMonth.objects.filter(Q(stale_since__lte=now) | Q(settled=False))
    done = 0
    for row in waiting.select_related("service__agreement").order_by("month", "service"):
        keep(row.service, row.month, now=now)
        done += 1
    for service, month in missing(now=now):
        done += keep(service, month, now=now) is not None
    return done


def missing(*, now: datetime) -> list[tuple[Service, date]]:
    """Months of services that are over and were not judged yet."""
    kept = set(ServiceMonth.objects.values_list("service", "month"))
    found: list[tuple[Service, date]] = []
    services: QuerySet[Any] = Service.objects.select_related("agreement").annotate(
        first_down=Min("outages__first_known_at", filter=Q(outages__withdrawn=False))
    )
    for service in services:
        begin = service.starts_on or (service.first_down and service.first_down.date())
        month = first_of(begin) if begin else None
        while month is not None and after(month) - DAY <= now.date():
            if (service.pk, month) not in kept and _is_past(service, month, now):
                found.append((service, month))
            month = after(month)
    return found


def differences(*, now: datetime, sample: int | None = None) -> Iterator[str]:
    """Every kept month that the ledger does not say the same of. sample: so many, at random."""
    rows = ServiceMonth.objects.select_related("service__agreement").filter(stale_since=None)
    rows = rows.order_by("service", "month") if sample is None else rows.order_by("?")[:sample]
    for row in rows.iterator(chunk_size=500):
        said = f"{row.service} {row.month:%Y-%m}"
        derived = derive(row.service, row.month, now=now)
        if derived is None:
            yield f"{said}: there is a row, the ledger has nothing to judge"
            continue
        if not derived.settled:
            continue
        for name, value in columns(derived).items():
            if getattr(row, name) != value:
                yield f"{said}: {name} is {getattr(row, name)}, the ledger says {value}"


def told(judged: Judged) -> dict[str, object]:
    """What counted and what was excused, with the clause, as a row keeps it."""
    return {
        "stretches": [_stretch(each) for each in judged.told],
        "idle": [_fact(fact) for fact in judged.idle],
    }


def _stretch(told: Told) -> dict[str, object]:
    stretch = told.stretch
    return {
        "from": stretch.begin.isoformat(),
        "until": stretch.end.isoformat(),
        "net": stretch.net.total_seconds(),
        "counts": stretch.counts,
        "counted": stretch.counted.total_seconds(),
        "of": [_fact(fact) for fact in told.of],
        "excused": [_fact(fact) for fact in told.excuses],
    }


def _fact(fact: Down | Works) -> dict[str, object]:
    named = fact.cause if isinstance(fact, Down) else fact.rule
    return {
        "ref": fact.ref,
        "from": fact.begin.isoformat(),
        "until": fact.end.isoformat(),
        "what": fact.cause.key if isinstance(fact, Down) else fact.rule.kind.value,
        "clause": named.clause,
    }


def _reach(service: Service, span: Span) -> tuple[Span, list[Outage]]:
    """A time with all outages that it touches, and those that touch them: they are judged whole."""
    begin, end = span
    while True:
        standing = service.outages.standing()
        touching = standing.filter(
            Q(restored_at=None) | Q(restored_at__gte=begin), first_known_at__lte=end
        )
        found = list(touching.order_by("first_known_at", "pk"))
        wider = (
            min([begin, *(outage.first_known_at for outage in found)]),
            max([end, *(outage.restored_at for outage in found if outage.restored_at)]),
        )
        if wider == (begin, end):
            return wider, found
        begin, end = wider


def _upkeep(service: Service, reach: Span) -> list[Maintenance]:
    """The maintenance that may excuse something in a time."""
    begins = Q(begins_at__lt=reach[1]) | Q(started_at__lt=reach[1])
    ends = Q(ends_at__gt=reach[0]) | Q(finished_at__gt=reach[0])
    goes_on = Q(finished_at=None, cancelled_at=None) & (
        Q(ends_at=None) | Q(started_at__isnull=False)
    )
    found = service.maintenance.filter(begins, ends | goes_on).exclude(announced_at=None)
    return list(found.order_by("begins_at", "pk").distinct().prefetch_related("events"))


def _is_over(maintenance: Maintenance) -> bool:
    return not (
        maintenance.started_at and not maintenance.finished_at and not maintenance.cancelled_at
    )


def _down(outage: Outage, terms: AvailabilityTerms, until: datetime) -> Down:
    begin = begin_of(
        terms.begins,
        down_since=outage.down_since,
        reported_at=outage.reported_at,
        detected_at=outage.detected_at,
        accepted_from=outage.accepted_from,
    )
    end = max(outage.restored_at or until, begin)
    return Down(begin, end, _cause(outage.cause, terms), f"outage:{outage.pk}")


def _cause(key: str, terms: AvailabilityTerms) -> Cause:
    """Of an outage that nobody judged yet, or whose cause this edition does not know, it counts."""
    for cause in terms.causes:
        if cause.key == key or (not key and cause.counts):
            return cause
    return Cause(key, counts=True, clause=terms.clause)


def _is_past(service: Service, month: date, now: datetime) -> bool:
    edition = edition_of(service, month)
    if edition is None or "availability" not in edition.terms:
        return False
    span = provided(service, month, edition.calendar.zone)
    return span is not None and span[1] <= now


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)
