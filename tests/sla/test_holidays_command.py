"""`manage.py holidays`: what an upgrade of the package would change, shown first, then applied."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from sla import calendars
from sla.engine.calendars import package_version
from sla.models import Alert, Calendar, CalendarDay, Coverage
from sla.sweep import heal
from support import desk
from tests import people
from tests.people import words
from tickets.models import Channel, Kind

pytestmark = pytest.mark.django_db

YEAR = timezone.localdate().year + 1


@pytest.fixture
def calendar() -> Calendar:
    return people.agreement().editions.get().calendar


def run(*args: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error."""
    out, err = StringIO(), StringIO()
    try:
        call_command("holidays", *args, stdout=out, stderr=err)
    except SystemExit as end:
        return int(str(end.code)), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def christmas(calendar: Calendar) -> CalendarDay:
    return CalendarDay.objects.get(calendar=calendar, day=f"{YEAR}-12-25", withdrawn_at=None)


def earlier_package(calendar: Calendar) -> None:
    """Rows as a package would have made them that knew a day more, one less and another name."""
    CalendarDay.objects.filter(calendar=calendar, day=f"{YEAR}-12-26").delete()
    CalendarDay.objects.filter(calendar=calendar, day=f"{YEAR}-12-25").update(name="Kerst")
    CalendarDay.objects.create(
        calendar=calendar,
        day=f"{YEAR}-12-05",
        name="Sinterklaas",
        is_holiday=True,
        known_from=calendars.BY_LAW,
    )


def test_without_differences_it_says_so_and_exits_0(calendar: Calendar) -> None:
    code, out, err = run()
    assert (code, out) == (0, "")
    assert f"holidays {package_version()}: 0 differences" in err


def test_each_difference_is_a_line_and_the_exit_code_is_1(calendar: Calendar) -> None:
    earlier_package(calendar)
    before = list(CalendarDay.objects.order_by("pk").values())
    code, out, err = run()
    assert code == 1
    assert out.splitlines() == [
        f"{calendar.name}:",
        f"  {YEAR}-12-05 Sinterklaas: no longer in the package",
        f"  {YEAR}-12-25 Kerst: called Eerste kerstdag in the package",
        f"  {YEAR}-12-26 Tweede kerstdag: new in the package",
    ]
    assert f"holidays {package_version()}: 3 differences" in err
    assert list(CalendarDay.objects.order_by("pk").values()) == before


def test_what_is_applied_is_added_and_withdrawn_and_never_deleted(calendar: Calendar) -> None:
    earlier_package(calendar)
    code, out, _err = run("--apply")
    assert code == 0
    assert "running tickets that are being read again: 0" in out
    assert christmas(calendar).name == "Eerste kerstdag"
    assert christmas(calendar).is_holiday
    assert christmas(calendar).known_from > calendars.BY_LAW
    gone = CalendarDay.objects.filter(calendar=calendar).exclude(withdrawn_at=None)
    assert sorted(gone.values_list("name", flat=True)) == ["Kerst", "Sinterklaas"]
    assert run() == (0, "", f"holidays {package_version()}: 0 differences\n")


def test_the_past_and_days_of_our_own_are_no_differences(calendar: Calendar) -> None:
    today = timezone.localdate()
    for day in (today, today - timedelta(days=300)):
        CalendarDay.objects.get_or_create(
            calendar=calendar, day=day, defaults={"name": "Toen", "is_holiday": True}
        )
    CalendarDay.objects.filter(calendar=calendar, day__lt=today, name__contains="kerst").delete()
    CalendarDay.objects.create(calendar=calendar, day=f"{YEAR}-12-05", name="Teamdag")
    CalendarDay.objects.filter(calendar=calendar, day=f"{YEAR}-12-25").delete()
    CalendarDay.objects.create(
        calendar=calendar, day=f"{YEAR}-12-25", name="Dienst", opens="09:00", closes="12:00"
    )
    assert run()[0] == 0


def test_years_that_are_not_there_yet_are_no_differences_but_next_year_is(
    calendar: Calendar,
) -> None:
    rows = CalendarDay.objects.filter(calendar=calendar)
    rows.filter(day__year__gt=YEAR).delete()
    assert run()[0] == 0
    rows.filter(day__year=YEAR).delete()
    code, out, _err = run()
    assert code == 1
    assert f"{YEAR}: its holidays are not in the calendar" in out
    assert run("--apply")[0] == 0
    assert christmas(calendar).known_from == calendars.BY_LAW
    assert run()[0] == 0


def test_one_calendar_can_be_chosen_by_name(calendar: Calendar) -> None:
    earlier_package(calendar)
    other = people.agreement("diploc").editions.get().calendar
    assert run("--calendar", other.name)[0] == 0
    assert run("--calendar", calendar.name)[0] == 1
    with pytest.raises(CommandError, match="no calendar is called 'Maan'"):
        call_command("holidays", "--calendar", "Maan")


def test_running_tickets_are_read_again_and_only_what_moved_is_told(calendar: Calendar) -> None:
    carla = people.contact(people.organisation())
    people.releases(f"{YEAR + 10}-03-04 07:00")
    ticket = desk.open_ticket(
        people.reporter(carla),
        words(),
        subject="Export",
        kind=Kind.INCIDENT,
        priority="middel",
        channel=Channel.WEB,
    )
    due = ticket.clocks.get(promise="reaction").due_at
    tomorrow = timezone.localdate() + timedelta(days=1)
    for day in range(4):
        CalendarDay.objects.update_or_create(
            calendar=calendar,
            day=tomorrow + timedelta(days=day),
            withdrawn_at=None,
            defaults={"name": "Afgeschaft", "is_holiday": True, "known_from": calendars.BY_LAW},
        )
    calendar.changed_at = timezone.now()
    calendar.save()
    _code, out, _err = run("--apply")
    assert "running tickets that are being read again: 1" in out
    assert Coverage.objects.get().stale_causes
    heal(now=timezone.now())
    assert ticket.clocks.get(promise="reaction").due_at == due
    assert not Alert.objects.filter(kind="moved").exists()
