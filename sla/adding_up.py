"""Results of checks, added up by hour and day, and thrown away when they were kept long enough."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import models, transaction
from django.db.models import Sum

from sla import outages
from sla.engine.measured import Found, Measured, Stretch, added_up, stretches
from sla.models import Check, CheckDay, CheckHour, CheckLook, CheckResult, Ping

HOUR = timedelta(hours=1)
LATE = timedelta(minutes=10)
"""So long after an hour it is added up: what vouches for its end has come by then."""
AT_A_TIME = 48
RESULTS_KEPT = timedelta(days=14)
HOURS_KEPT = timedelta(days=100)
DAYS_KEPT = timedelta(days=5 * 366)
CALLS_KEPT = timedelta(days=3 * 366)
BODIES_KEPT = timedelta(days=60)
_COLUMNS = ("good_seconds", "failed_seconds", "unmeasured_seconds", "good", "failed")


def found_in(check: Check, begin: datetime, end: datetime) -> list[Found]:
    """The results of a time, and the one before it that may vouch for its beginning."""
    results = CheckResult.objects.filter(target_check=check)
    columns = ("at", "until", "next_by", "good")
    before = results.filter(at__lt=begin).order_by("-at").values_list(*columns)[:1]
    within = results.filter(at__gte=begin, at__lt=end).order_by("at").values_list(*columns)
    after = results.filter(at__gte=end).order_by("at").values_list(*columns)[:1]
    return [Found(*row) for row in (*before, *within, *after)]


def timeline(check: Check, begin: datetime, end: datetime) -> list[Stretch]:
    """What was found from begin to end, and what was not measured, without a gap."""
    return list(stretches(found_in(check, begin, end), begin, end))


def add_up(*, now: datetime) -> int:
    """Add up the hours that are over, and the days whose hours are. Gives how many hours."""
    done = 0
    while _add_up_hours(now):
        done += 1
        if done >= AT_A_TIME:
            break
    return done


def sweep(*, now: datetime) -> None:
    """Throw away what was kept for long enough: what was not added up yet stays."""
    CheckResult.objects.filter(
        at__lt=min(now - RESULTS_KEPT, _added_up_to() or now - RESULTS_KEPT)
    ).delete()
    CheckHour.objects.filter(hour__lt=now - HOURS_KEPT).delete()
    CheckDay.objects.filter(day__lt=(now - DAYS_KEPT).date()).delete()
    Ping.objects.filter(heartbeat__isnull=False, at__lt=now - RESULTS_KEPT).delete()
    Ping.objects.filter(at__lt=now - CALLS_KEPT).delete()
    Ping.objects.filter(at__lt=now - BODIES_KEPT).exclude(body="").update(body="")


@transaction.atomic
def _add_up_hours(now: datetime) -> bool:
    """Add up one hour of all checks; False if the next one is not over yet.

    Nothing is held meanwhile: who does the same at the same time writes the same.
    """
    before = _added_up_to()
    hour = before or _first_hour(now)
    if hour is None or hour + HOUR + LATE > now:
        return False
    made = Check.objects.filter(made_at__lt=hour + HOUR).select_related("service__agreement")
    checks = list(made)
    _write_hours(checks, hour)
    _write_days(checks, hour)
    CheckLook.objects.get_or_create(pk=1)
    CheckLook.objects.filter(pk=1, added_up_to=before).update(added_up_to=hour + HOUR)
    return True


def _added_up_to() -> datetime | None:
    return CheckLook.objects.filter(pk=1).values_list("added_up_to", flat=True).first()


def _first_hour(now: datetime) -> datetime | None:
    first = CheckResult.objects.order_by("at").values_list("at", flat=True).first()
    if first is None:
        return None
    return max(first, now - RESULTS_KEPT).astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def _write_hours(checks: Iterable[Check], hour: datetime) -> None:
    rows = []
    for check in checks:
        found = found_in(check, hour, hour + HOUR)
        within = [each.good for each in found if hour <= each.at < hour + HOUR]
        seconds = _seconds(added_up(found, hour, hour + HOUR))
        rows.append(
            CheckHour(
                target_check=check,
                hour=hour,
                good=within.count(True),
                failed=within.count(False),
                **seconds,
            )
        )
    _keep(CheckHour.objects, rows, "hour")


def _write_days(checks: Iterable[Check], hour: datetime) -> None:
    """The days that end with this hour, each in its service's zone."""
    zones: dict[int, ZoneInfo] = {}
    days: dict[tuple[date, datetime], list[Check]] = {}
    for check in checks:
        service = check.service
        zone = zones.setdefault(service.agreement_id, outages.zone_of(service))
        day = hour.astimezone(zone).date()
        if (hour + HOUR).astimezone(zone).date() != day:
            midnight = datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
            days.setdefault((day, midnight), []).append(check)
    for (day, midnight), theirs in days.items():
        _write_day(theirs, day, midnight, hour + HOUR)


def _write_day(checks: list[Check], day: date, begin: datetime, end: datetime) -> None:
    hours = CheckHour.objects.filter(target_check__in=checks, hour__gte=begin, hour__lt=end)
    totals: dict[str, object] = {name: Sum(name) for name in _COLUMNS}
    whole = int((end - begin).total_seconds())
    rows = []
    sums: Any = hours.order_by().values("target_check").annotate(**totals)
    for row in sums:
        found = {name: row[name] for name in _COLUMNS}
        # Hours from before there was the check are not measured either.
        found["unmeasured_seconds"] = whole - found["good_seconds"] - found["failed_seconds"]
        rows.append(CheckDay(target_check_id=row["target_check"], day=day, **found))
    _keep(CheckDay.objects, rows, "day")


def _keep(kept: models.Manager[Any], rows: list[Any], when: str) -> None:
    """Write them; what was added up before is written over."""
    kept.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["target_check", when],
        update_fields=_COLUMNS,
        batch_size=500,
    )


def _seconds(measured: Measured) -> dict[str, int]:
    """Whole seconds; what is left over counts as not measured."""
    good, failed = int(measured.good.total_seconds()), int(measured.failed.total_seconds())
    whole = int((measured.good + measured.failed + measured.unmeasured).total_seconds())
    return {
        "good_seconds": good,
        "failed_seconds": failed,
        "unmeasured_seconds": whole - good - failed,
    }
