"""How much of the days of services was measured. Of several checks the one that measured longest
speaks: time that no check vouches for is neither up nor down.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sla import adding_up
from sla.engine.measured import added_up
from sla.models import Check, CheckDay, CheckHour, Service

NONE = timedelta(0)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Measured:
    """Of a time: how long a check failed, and how long none vouched for it."""

    failed: timedelta
    unmeasured: timedelta


def of(
    services: Sequence[Service], zones: Mapping[int, ZoneInfo], *, since: date, now: datetime
) -> dict[int, dict[date, Measured]]:
    """By service and day of its own zone; a day that is not there was not measured at all."""
    found: dict[int, dict[date, Measured]] = {}
    rows = (
        CheckDay.objects.filter(target_check__service__in=services, day__gte=since)
        .order_by()
        .values_list(
            "target_check__service", "day", "failed_seconds", "unmeasured_seconds", named=False
        )
    )
    for service, day, failed, unmeasured in rows:
        sums = Measured(timedelta(seconds=failed), timedelta(seconds=unmeasured))
        _keep(found.setdefault(service, {}), day, sums)
    for check in Check.objects.filter(service__in=services):
        zone, days = zones[check.service_id], found.setdefault(check.service_id, {})
        today = now.astimezone(zone).date()
        _keep(days, today, _until_now(check, today, zone, now))
        if not check.days.filter(day=today - DAY).exists():
            # Its last hours are added up only after a while.
            _keep(days, today - DAY, _until_now(check, today - DAY, zone, now))
    return found


def _keep(days: dict[date, Measured], day: date, one: Measured) -> None:
    other = days.get(day)
    if other is not None:
        one = Measured(max(one.failed, other.failed), min(one.unmeasured, other.unmeasured))
    days[day] = one


def _until_now(check: Check, day: date, zone: ZoneInfo, now: datetime) -> Measured:
    """A day that is not added up yet: its whole hours, and the results after them."""
    begin, end = _midnight(day, zone), min(_midnight(day + DAY, zone), now)
    rest = end
    if check.measured_at and check.next_by and check.measured_at < end <= check.next_by:
        rest = max(begin, check.measured_at)  # its next result may still come in time
    hours = CheckHour.objects.filter(target_check=check, hour__gte=begin, hour__lt=rest)
    at, failed, good = begin, NONE, NONE
    for hour in hours.order_by("hour"):
        if hour.hour != at or hour.hour + HOUR > rest:
            break
        at += HOUR
        failed += timedelta(seconds=hour.failed_seconds)
        good += timedelta(seconds=hour.good_seconds)
    if at < rest:
        found = added_up(adding_up.found_in(check, at, rest), at, rest)
        failed, good = failed + found.failed, good + found.good
    return Measured(failed, max(NONE, rest - begin - failed - good))


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
