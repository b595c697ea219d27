"""Results added up by hour and day, and kept for as long as they should be."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

import pytest

from sla import adding_up, measuring
from sla.measuring import Finding
from sla.models import BackupJob, Check, CheckDay, CheckHour, CheckResult, Ping, Service
from tests import people

pytestmark = pytest.mark.django_db
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
BEGIN = people.at("2026-11-02 12:00")


@pytest.fixture
def check() -> Check:
    """A check of a platform, made long ago."""
    service = Service.objects.create(agreement=people.agreement(), name="Platform")
    made = Check.objects.create(service=service, name="web", targets=["http://x.example/"])
    Check.objects.filter(pk=made.pk).update(made_at=BEGIN - timedelta(days=60))
    return made


def measure(check: Check, begin: datetime, minutes: range, *, bad: range = range(0)) -> None:
    findings = [
        Finding(
            at=begin + minute * MINUTE,
            fault=Check.Fault.STATUS if minute in bad else Check.Fault.NONE,
        )
        for minute in minutes
    ]
    for finding in findings:
        measuring.take_in(check, finding)
    for some in batched(findings, 60):
        measuring.write([(check, finding) for finding in some])


def batched(findings: Sequence[Finding], count: int) -> Iterator[Sequence[Finding]]:
    return (findings[at : at + count] for at in range(0, len(findings), count))


def test_an_hour_is_good_failed_and_not_measured(check: Check) -> None:
    measure(check, BEGIN, range(20), bad=range(5, 8))
    measure(check, BEGIN, range(40, 70))
    adding_up.add_up(now=BEGIN + 2 * HOUR)
    hour = CheckHour.objects.get(hour=BEGIN)
    assert (hour.good_seconds, hour.failed_seconds, hour.unmeasured_seconds) == (
        37 * 60,
        3 * 60,
        20 * 60,
    )
    assert (hour.good, hour.failed) == (37, 3)


def test_hours_in_which_nobody_measured_are_named_and_never_good(check: Check) -> None:
    measure(check, BEGIN, range(10))
    measure(check, BEGIN + 5 * HOUR, range(10))
    adding_up.add_up(now=BEGIN + 7 * HOUR)
    still = CheckHour.objects.filter(hour__gt=BEGIN, hour__lt=BEGIN + 5 * HOUR)
    assert [hour.unmeasured_seconds for hour in still] == [3600] * 4


def test_adding_up_twice_or_late_gives_the_same(check: Check) -> None:
    measure(check, BEGIN, range(150), bad=range(50, 70))
    adding_up.add_up(now=BEGIN + HOUR)
    assert not CheckHour.objects.exists()  # what vouches for its end may still come
    adding_up.add_up(now=BEGIN + 3 * HOUR)
    first = list(CheckHour.objects.values_list("hour", "good_seconds", "failed_seconds"))
    adding_up.add_up(now=BEGIN + 3 * HOUR)
    assert list(CheckHour.objects.values_list("hour", "good_seconds", "failed_seconds")) == first
    assert sum(failed for _hour, _good, failed in first) == 20 * 60


@pytest.mark.parametrize(
    ("day", "hours"), [("2026-11-03", 24), ("2026-10-25", 25), ("2026-03-29", 23)]
)
def test_a_day_is_one_of_the_agreements_zone_however_long_it_is(
    check: Check, day: str, hours: int
) -> None:
    begin = people.at(f"{day} 00:00")
    Check.objects.filter(pk=check.pk).update(made_at=begin - timedelta(days=60))
    measure(check, begin, range(0, hours * 60, 1), bad=range(60, 90))
    adding_up.add_up(now=begin + (hours + 2) * HOUR)
    row = CheckDay.objects.get(day=date.fromisoformat(day))
    assert (row.seconds, row.failed_seconds) == (hours * 3600, 30 * 60)
    assert row.unmeasured_seconds == 0


def test_results_are_kept_until_they_were_added_up_and_days_for_years(check: Check) -> None:
    measure(check, BEGIN, range(120))
    later = BEGIN + adding_up.RESULTS_KEPT + timedelta(days=20)
    adding_up.sweep(now=later)
    assert not CheckResult.objects.exists()
    measure(check, BEGIN, range(120))
    adding_up.add_up(now=BEGIN + HOUR + 11 * MINUTE)
    adding_up.sweep(now=later)
    assert CheckResult.objects.count() == 60
    adding_up.sweep(now=later + timedelta(days=200))
    assert not CheckHour.objects.exists()


def test_what_jobs_said_goes_after_weeks_and_that_they_called_after_years(check: Check) -> None:
    job = BackupJob.objects.create(
        service=check.service, name="nacht", destination="b2", watched_from=BEGIN
    )
    Ping.objects.create(backup=job, at=BEGIN, kind="success", body="klaar")
    Ping.objects.create(heartbeat=check, at=BEGIN, kind="success", body="klaar")
    adding_up.sweep(now=BEGIN + timedelta(days=61))
    assert [(ping.backup, ping.body) for ping in Ping.objects.all()] == [(job, "")]
    adding_up.sweep(now=BEGIN + timedelta(days=1200))
    assert not Ping.objects.exists()
