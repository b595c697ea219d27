"""The system check that shouts when next year's holidays are not there."""

from datetime import date

import pytest
from django.core import checks
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection
from django.utils import timezone

from sla.checks import next_year_is_known
from sla.models import Calendar, CalendarDay, OpeningBlock
from tests import people

SPRING, AUTUMN = date(2026, 4, 1), date(2026, 10, 1)
pytestmark = pytest.mark.django_db


def shouted(today: date) -> list[tuple[str, int]]:
    found = next_year_is_known(databases=["default"], today=today)
    return [(each.id or "", each.level) for each in found]


@pytest.fixture
def calendar() -> Calendar:
    return people.agreement().editions.get().calendar


def lose(calendar: Calendar, year: int) -> None:
    CalendarDay.objects.filter(calendar=calendar, day__year=year).delete()


def test_it_is_silent_while_next_year_is_there(calendar: Calendar) -> None:
    assert shouted(SPRING) == shouted(AUTUMN) == []


def test_a_missing_next_year_is_a_warning_before_october_and_an_error_from_then_on(
    calendar: Calendar,
) -> None:
    lose(calendar, 2027)
    assert shouted(SPRING) == [("sla.W001", checks.WARNING)]
    assert shouted(date(2026, 9, 30)) == [("sla.W001", checks.WARNING)]
    assert shouted(AUTUMN) == [("sla.E001", checks.ERROR)]


def test_a_missing_current_year_is_always_an_error(calendar: Calendar) -> None:
    lose(calendar, 2026)
    assert shouted(SPRING) == [("sla.E001", checks.ERROR)]


def test_a_day_of_our_own_does_not_count_as_next_years_holidays(calendar: Calendar) -> None:
    lose(calendar, 2027)
    CalendarDay.objects.create(calendar=calendar, day=date(2027, 3, 5), name="Teamdag")
    assert shouted(AUTUMN) == [("sla.E001", checks.ERROR)]


def test_a_calendar_without_country_needs_none() -> None:
    calendar = Calendar.objects.create(name="Altijd", country="")
    OpeningBlock.objects.create(calendar=calendar, weekday=0, opens="00:00", closes="24:00")
    assert shouted(AUTUMN) == []


def test_it_runs_with_the_checks_of_the_database_and_names_what_to_do(calendar: Calendar) -> None:
    lose(calendar, timezone.localdate().year)
    call_command("check")
    with pytest.raises(SystemCheckError, match=r"manage\.py holidays --apply"):
        call_command("check", "--database", "default")
    call_command("holidays", "--apply")
    call_command("check", "--database", "default")


def test_it_is_silent_where_there_are_no_tables_yet(calendar: Calendar) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE sla_calendarday RENAME TO sla_elsewhere")
    assert shouted(AUTUMN) == []
