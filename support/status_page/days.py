"""The last ninety days of services: what the ledger says of each, and what of it nobody measured.

Time that no check vouches for is never up: a day that nobody measured says so, and of another the
part is told. Of several checks the one that measured longest speaks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from sla import measured_days, months, outages
from sla.engine.dates import first_of
from sla.engine.months import days_of
from sla.measured_days import Measured
from sla.models import Outage, Service

MANY = 90
NONE = timedelta(0)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Day:
    """A day of a service. length: of it, as far as it is over; none before the service began.

    counted, short, excused: as months are judged, of outages.
    """

    day: date
    length: timedelta
    counted: timedelta = NONE
    short: timedelta = NONE
    excused: timedelta = NONE
    failed: timedelta = NONE
    unmeasured: timedelta = NONE

    @property
    def look(self) -> str:
        """In one word, the worst first."""
        if self.length <= NONE:
            return "none"
        for name in ("counted", "short", "excused", "failed"):
            if getattr(self, name) > NONE:
                return {"counted": "down", "failed": "disturbed"}.get(name, name)
        if self.unmeasured >= self.length:
            return "unmeasured"
        return "partly" if self.unmeasured > NONE else "up"

    @property
    def gap(self) -> int:
        """How much of it was not measured, in quarters, rounded up."""
        if self.length <= NONE:
            return 0
        return min(4, -int(-4 * self.unmeasured // self.length))


@dataclass(frozen=True, slots=True)
class MonthSeen:
    """A month: as it is judged, and the share of it that was measured. goes_on: it is not over."""

    month: date
    percent: Fraction
    measured: float
    goes_on: bool


@dataclass(frozen=True, slots=True)
class Told:
    """The last ninety days of a service, today last; and this month and the two before it, the last
    one first, as far as anything is promised of them.
    """

    days: list[Day]
    months: list[MonthSeen]


def of(services: Sequence[Service], *, now: datetime) -> dict[int, Told]:
    """What there is to tell of each."""
    of_agreement = outages.zones_of(services)
    zones = {service.pk: of_agreement[service.agreement_id] for service in services}
    measured = measured_days.of(services, zones, since=(now - (MANY + 1) * DAY).date(), now=now)
    return {
        service.pk: _told_days(service, measured.get(service.pk, {}), zones[service.pk], now)
        for service in services
    }


def _told_days(
    service: Service, measured: Mapping[date, Measured], zone: ZoneInfo, now: datetime
) -> Told:
    today = now.astimezone(zone).date()
    wanted = [today - DAY * back for back in reversed(range(MANY))]
    firsts = sorted({first_of(day) for day in wanted}, reverse=True)
    derived = [months.derive(service, month, now=now) for month in firsts]
    judged = [month for month in derived if month is not None]
    by_day = _judged(service, wanted, judged, zone, now)
    days = [
        _day(
            service,
            day,
            by_day.get(day, (NONE, NONE, NONE)),
            measured.get(day),
            (_midnight(day, zone), min(_midnight(day + DAY, zone), now)),
        )
        for day in wanted
    ]
    return Told(days, [_month(month, days, now) for month in judged[:3]])


def _month(month: months.Month, days: Iterable[Day], now: datetime) -> MonthSeen:
    """With the share of it that was measured, as far as its days are shown."""
    theirs = [day for day in days if first_of(day.day) == month.first]
    whole = sum((day.length for day in theirs), NONE)
    gone = sum((day.unmeasured for day in theirs), NONE)
    share = 1 - gone / whole if whole else 0.0
    return MonthSeen(
        month.first, month.judged.result.percent, share, goes_on=now < month.judged.month[1]
    )


def _day(
    service: Service,
    day: date,
    judged: tuple[timedelta, timedelta, timedelta],
    measured: Measured | None,
    span: tuple[datetime, datetime],
) -> Day:
    provided = (service.starts_on is None or day >= service.starts_on) and (
        service.ends_on is None or day <= service.ends_on
    )
    length = span[1] - span[0] if provided else NONE
    measured = measured or Measured(failed=NONE, unmeasured=length)
    counted, short, excused = judged
    return Day(
        day,
        length,
        counted,
        short,
        excused,
        failed=measured.failed,
        unmeasured=min(measured.unmeasured, length),
    )


def _judged(
    service: Service,
    wanted: Iterable[date],
    judged: Iterable[months.Month],
    zone: ZoneInfo,
    now: datetime,
) -> dict[date, tuple[timedelta, timedelta, timedelta]]:
    """What outages come to by day: as the months are judged; whole where nothing is promised."""
    found = {
        day.day: (day.counted, day.short, day.excused)
        for month in judged
        for day in days_of(month.judged, zone)
    }
    unjudged = [day for day in wanted if day not in found]
    if unjudged:
        rows = list(service.outages.standing().touching(_midnight(unjudged[0], zone), now))
        for day in unjudged:
            found[day] = (_down(rows, day, zone, now), NONE, NONE)
    return found


def _down(rows: Iterable[Outage], day: date, zone: ZoneInfo, now: datetime) -> timedelta:
    begin, end = _midnight(day, zone), _midnight(day + DAY, zone)
    spans = ((max(begin, row.first_known_at), min(end, row.restored_at or now)) for row in rows)
    return sum((until - since for since, until in spans if since < until), NONE)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
