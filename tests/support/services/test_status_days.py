"""Ninety days of a service: what nobody measured is never up."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from sla import adding_up, measuring
from sla.measuring import Finding
from sla.models import Check, CheckDay, Service
from support.status_page import days
from support.status_page.days import Day
from support.status_page.words import day_words
from tests.support.services.status_house import DAY, HOUR, MINUTE, a_service, down, measured

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("Europe/Amsterdam")
NOON = datetime(2026, 11, 30, 11, tzinfo=UTC)
TODAY = NOON.astimezone(ZONE).date()


def shown(service: Service, now: datetime = NOON) -> dict[int, Day]:
    """By how many days ago."""
    found = days.of([service], now=now)[service.pk].days
    return {(found[-1].day - day.day).days: day for day in found}


def a_day(check: Check, back: int, *, failed: int = 0, unmeasured: int = 0) -> None:
    good = 86_400 - failed - unmeasured
    CheckDay.objects.create(
        target_check=check,
        day=TODAY - back * DAY,
        good_seconds=good,
        failed_seconds=failed,
        unmeasured_seconds=unmeasured,
        good=1,
        failed=bool(failed),
    )


def a_check(service: Service, name: str = "web") -> Check:
    return Check.objects.create(
        service=service, name=name, targets=["https://web.example/"], made_at=NOON - 95 * DAY
    )


def test_there_are_ninety_days_and_without_a_check_none_was_up() -> None:
    found = shown(a_service())
    assert sorted(found) == list(range(90))
    assert {day.look for day in found.values()} == {"unmeasured"}
    assert {day.gap for day in found.values()} == {4}


def test_each_day_says_what_was_measured_of_it_and_what_was_not() -> None:
    service = a_service()
    check = a_check(service)
    a_day(check, 1)
    a_day(check, 2, unmeasured=86_400)
    a_day(check, 3, unmeasured=3 * 3600)
    a_day(check, 4, failed=30)
    a_day(check, 5, unmeasured=1)
    found = shown(service)
    assert [found[back].look for back in range(1, 7)] == [
        *("up", "unmeasured", "partly", "disturbed", "partly", "unmeasured"),
    ]
    assert [found[back].gap for back in range(1, 7)] == [0, 4, 1, 0, 1, 4]
    assert day_words(found[3]) == "werkte, voor zover gemeten; 3u niet gemeten"


def test_a_day_that_was_down_stays_so_and_tells_what_was_not_measured_too() -> None:
    service = a_service()
    check = a_check(service)
    a_day(check, 2, unmeasured=12 * 3600)
    begin = datetime.combine(TODAY - 2 * DAY, time(10), ZONE).astimezone(UTC)
    down(service, begin, HOUR)
    down(service, begin + 4 * HOUR - 3 * DAY, 3 * MINUTE)
    found = shown(service)
    assert found[2].look == "down"
    assert found[2].gap == 2
    assert day_words(found[2]).count(";") == 1
    assert found[5].look == "short"


def test_of_two_checks_the_one_that_measured_longest_speaks() -> None:
    service = a_service()
    a_day(a_check(service), 3)
    a_day(a_check(service, "nieuw"), 3, unmeasured=80_000)
    assert shown(service)[3].look == "up"


def test_today_counts_as_far_as_results_vouch_for_it() -> None:
    service = a_service()
    midnight = datetime.combine(TODAY, time(), ZONE).astimezone(UTC)
    check = measured(service, midnight - MINUTE)
    minute = midnight
    while minute < NOON:
        finding = Finding(at=minute)
        measuring.take_in(check, finding)
        measuring.write([(check, finding)])
        minute += MINUTE
    assert shown(service)[0].look == "up"
    adding_up.add_up(now=NOON)
    assert shown(service)[0].look == "up"
    later = shown(service, NOON + 2 * HOUR)[0]
    assert later.look == "partly"
    assert timedelta(minutes=110) < later.unmeasured < timedelta(minutes=121)


def test_days_before_a_service_began_are_not_its_own() -> None:
    service = a_service()
    service.starts_on = TODAY - 10 * DAY
    found = shown(service)
    assert found[11].look == "none"
    assert found[10].look == "unmeasured"


def test_a_month_that_nobody_measured_has_no_figure() -> None:
    service = a_service()
    told = days.of([service], now=NOON)[service.pk]
    assert len(told.months) == 3
    assert {month.measured for month in told.months} == {0}
