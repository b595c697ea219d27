"""Counts the promises of months that are over, so that a year's figures don't ask a million clocks.

A count may be dropped and made again at any time: whoever reads asks only months of which nothing
changed since they were counted, and the clocks themselves for the others.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from itertools import count, takewhile

from django.db import connection, transaction
from django.db.models import Count, F, Min
from django.db.models.functions import Coalesce

from sla.engine.dates import first_of, months_later
from sla.models import Clock, CountedMonth, MonthChange, MonthTally
from sla.reporting import ZONE, clocks_in

AT_ONCE = 6
"""Months that a sweep counts, so that it is done before the next one."""
_TOLD_APART = (
    *("promise", "priority", "kind", "target_key", "outcome"),
    *("edition", "organisation_id", "team_id"),
)
_LOCK = 7_208_114


@transaction.atomic
def sweep(*, now: datetime) -> list[date]:
    """Count months that are over and were not counted, or changed since; gives which. Nothing
    while another process does.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        (ours,) = cursor.fetchone() or (False,)
    if not ours:
        return []
    done = _due(now)[:AT_ONCE]
    for month in done:
        _count(month, now=now)
    MonthChange.objects.exclude(month__in=CountedMonth.objects.values("month")).delete()
    return done


def differences() -> Iterator[str]:
    """What counts say of which nothing changed, and the clocks do not."""
    for month in CountedMonth.objects.fresh().order_by("month").values_list("month", flat=True):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
            stored, counted = _stored(month), _counted(month)
        if stored != counted and CountedMonth.objects.fresh().filter(month=month).exists():
            said = sum(stored.values())
            yield f"{month:%Y-%m}: {said} promises were counted, and the clocks say otherwise"


def _due(now: datetime) -> list[date]:
    """The latest first: it is asked for most."""
    first = Clock.objects.aggregate(first=Min("started_at"))["first"]
    if first is None:
        return []
    fresh = set(CountedMonth.objects.fresh().values_list("month", flat=True))
    begun, this = _month_of(first), _month_of(now)
    over = takewhile(lambda month: month >= begun, (months_later(this, -at) for at in count(1)))
    return [month for month in over if month not in fresh]


def _month_of(moment: datetime) -> date:
    return first_of(moment.astimezone(ZONE).date())


def _count(month: date, *, now: datetime) -> None:
    """Count a month anew. What changes meanwhile leaves its mark after those taken away here."""
    MonthChange.objects.filter(month=month).delete()
    MonthTally.objects.filter(month=month).delete()
    MonthTally.objects.bulk_create(
        [
            MonthTally(month=month, count=count, **dict(zip(_TOLD_APART, key, strict=True)))
            for key, count in _counted(month).items()
        ],
        batch_size=2000,
    )
    CountedMonth.objects.update_or_create(month=month, defaults={"counted_at": now})


def _counted(month: date) -> dict[tuple[object, ...], int]:
    rows = (
        clocks_in(month)
        .annotate(
            kind=F("ticket__kind"),
            edition=F("ticket__coverage__edition_id"),
            organisation_id=F("ticket__organisation_id"),
            team_id=Coalesce("ticket__team_id", "ticket__assignee__team_id"),
        )
        .order_by()
        .values_list(*_TOLD_APART)
        .annotate(count=Count("pk"))
    )
    return {tuple(key): count for *key, count in rows}


def _stored(month: date) -> dict[tuple[object, ...], int]:
    rows = MonthTally.objects.filter(month=month).values_list(*_TOLD_APART, "count")
    return {tuple(key): count for *key, count in rows}
