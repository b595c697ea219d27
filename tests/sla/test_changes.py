"""What changes under running clocks moves them, and says so; what has stopped stays as it was."""

from datetime import date, datetime, timedelta

import pytest

from sla import calendars, changes
from sla.audit import differences
from sla.explaining import cause_words
from sla.models import Alert, Calendar, CalendarDay, Clock, Release
from sla.queries import cards_of
from sla.sweep import sweep
from support import desk
from support.timeline import line
from tests import people
from tests.people import at, words
from tickets.models import Channel, Contact, Kind, Ticket

pytestmark = pytest.mark.django_db

MONDAY = at("2026-05-18 10:00")
SOON = at("2026-05-18 12:00")
TUESDAY = date(2026, 5, 19)


@pytest.fixture
def carla() -> Contact:
    return people.contact(people.organisation())


def setting(carla: Contact, when: datetime = MONDAY) -> Ticket:
    return people.setting(carla, when=when)


def middel(carla: Contact) -> Ticket:
    return desk.open_ticket(
        people.reporter(carla),
        words(),
        subject="Export",
        kind=Kind.INCIDENT,
        priority="middel",
        channel=Channel.PHONE,
        answered=True,
        at=MONDAY,
    )


def clock(ticket: Ticket, promise: str) -> Clock:
    return Clock.objects.get(ticket=ticket, promise=promise)


def close_tuesday() -> CalendarDay:
    day = CalendarDay(calendar=Calendar.objects.get(), day=TUESDAY, name="Studiedag")
    changes.add_day(day, now=SOON)
    return day


def test_holidays_become_rows_once() -> None:
    people.agreement()
    calendar = Calendar.objects.get()
    days = CalendarDay.objects.filter(calendar=calendar, day__year=2026)
    assert days.filter(day=date(2026, 5, 25), name__startswith="Tweede").exists()
    assert days.filter(day=date(2026, 4, 3)).exists()  # Goede Vrijdag
    assert not days.filter(day=date(2026, 5, 5)).exists()  # no lustrum year
    assert CalendarDay.objects.filter(day=date(2025, 5, 5)).exists()
    days.filter(day=date(2026, 5, 25)).delete()
    assert calendars.materialise(calendar, 2016, 2028) == 0
    assert not days.filter(day=date(2026, 5, 25)).exists()  # a person's decision stands
    assert calendars.materialise(calendar, 2040, 2040) > 8


def test_a_coming_closing_day_moves_running_clocks_and_says_from_to_and_why(
    carla: Contact,
) -> None:
    ticket = setting(carla)
    close_tuesday()
    assert clock(ticket, "reaction").due_at == at("2026-05-19 10:00")
    sweep(now=SOON)
    assert clock(ticket, "reaction").due_at == at("2026-05-20 10:00")
    alert = Alert.objects.get(kind="moved")
    assert (alert.due_before, alert.due_at) == (at("2026-05-19 10:00"), at("2026-05-20 10:00"))
    assert "Studiedag" in cause_words(alert.causes[0])
    assert any("Studiedag" in item.text for item in line.whole(ticket))
    sweep(now=SOON)
    assert Alert.objects.filter(kind="moved").count() == 1
    assert list(differences(now=SOON)) == []


def test_a_clock_that_had_stopped_keeps_its_deadline(carla: Contact) -> None:
    ticket = setting(carla)
    desk.reply(ticket, words(), actor=people.agent(), at=at("2026-05-18 11:00"))
    close_tuesday()
    sweep(now=SOON)
    assert clock(ticket, "reaction").due_at == at("2026-05-19 10:00")
    desk.note(ticket, words(), actor=people.agent("Bob"), at=SOON)
    assert clock(ticket, "reaction").due_at == at("2026-05-19 10:00")
    assert cards_of(ticket, now=SOON)[0].due_at == at("2026-05-19 10:00")
    assert not Alert.objects.filter(kind="moved").exists()
    assert list(differences(now=SOON)) == []


def test_a_withdrawn_day_moves_them_back(carla: Contact) -> None:
    ticket = setting(carla)
    day = close_tuesday()
    sweep(now=SOON)
    later = SOON + timedelta(minutes=5)
    changes.withdraw_day(day, now=later)
    sweep(now=later)
    assert clock(ticket, "reaction").due_at == at("2026-05-19 10:00")
    moved = Alert.objects.filter(kind="moved").order_by("at")
    assert [alert.at for alert in moved] == [SOON, later]
    assert list(differences(now=later)) == []


def test_two_days_closed_at_the_same_moment_both_count(carla: Contact) -> None:
    ticket = setting(carla)
    close_tuesday()
    sweep(now=SOON)
    assert clock(ticket, "reaction").due_at == at("2026-05-20 10:00")
    wednesday = TUESDAY + timedelta(days=1)
    day = CalendarDay(calendar=Calendar.objects.get(), day=wednesday, name="Studiedag")
    changes.add_day(day, now=SOON)
    sweep(now=SOON)
    assert clock(ticket, "reaction").due_at == at("2026-05-21 10:00")


def test_a_day_with_hours_of_its_own_counts_those(carla: Contact) -> None:
    ticket = setting(carla)
    day = CalendarDay(
        calendar=Calendar.objects.get(),
        day=TUESDAY,
        name="Verhuizing",
        opens="13:00",
        closes="17:00",
    )
    changes.add_day(day, now=SOON)
    sweep(now=SOON)
    assert clock(ticket, "reaction").due_at == at("2026-05-19 14:00")


def test_a_moved_release_moves_what_hangs_on_it(carla: Contact) -> None:
    first, second = people.releases("2026-06-10 07:00", "2026-07-01 07:00")
    ticket = middel(carla)
    assert clock(ticket, "resolution").due_at == first.planned_at
    changes.move_release(first, to=at("2026-06-12 07:00"), now=SOON)
    sweep(now=SOON)
    assert clock(ticket, "resolution").due_at == at("2026-06-12 07:00")
    alert = Alert.objects.get(kind="moved")
    assert (alert.due_before, alert.due_at) == (at("2026-06-10 07:00"), at("2026-06-12 07:00"))
    assert first.name in cause_words(alert.causes[0])
    changes.move_release(second, to=at("2026-06-01 07:00"), now=SOON)
    sweep(now=SOON)
    assert clock(ticket, "resolution").due_at == at("2026-06-01 07:00")
    assert list(differences(now=SOON)) == []


def test_a_solved_clock_keeps_the_release_it_knew(carla: Contact) -> None:
    (release,) = people.releases("2026-06-10 07:00")
    ticket = middel(carla)
    desk.resolve(ticket, words(), actor=people.agent(), at=at("2026-05-18 11:00"))
    changes.move_release(release, to=at("2026-06-12 07:00"), now=SOON)
    sweep(now=SOON)
    assert clock(ticket, "resolution").due_at == at("2026-06-10 07:00")
    assert list(differences(now=SOON)) == []


def test_a_release_that_went_live_or_a_passed_date_is_refused() -> None:
    (release,) = people.releases("2026-06-10 07:00")
    with pytest.raises(ValueError):  # noqa: PT011 - its text is translated
        changes.move_release(release, to=at("2026-05-01 07:00"), now=MONDAY)
    with pytest.raises(ValueError):  # noqa: PT011
        changes.move_release(release, to=at("2026-07-01 07:00"), now=at("2026-06-10 07:00"))
    assert Release.objects.get().planned_at == at("2026-06-10 07:00")


def test_a_planned_release_gives_a_date_to_what_had_none_and_a_hotfix_does_not(
    carla: Contact,
) -> None:
    ticket = middel(carla)
    hotfix = Release(
        agreement=people.agreement(),
        name="Hotfix",
        planned_at=at("2026-05-20 07:00"),
        is_hotfix=True,
    )
    changes.plan_release(hotfix, now=SOON)
    sweep(now=SOON)
    assert clock(ticket, "resolution").due_at is None
    release = Release(agreement=people.agreement(), name="Juni", planned_at=at("2026-06-10 07:00"))
    changes.plan_release(release, now=SOON)
    sweep(now=SOON)
    assert clock(ticket, "resolution").due_at == at("2026-06-10 07:00")
