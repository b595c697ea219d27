"""Calendars as rows: their holidays by date, what a later choice changes, other countries."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import translation

from sla import calendar_changes, calendars
from sla.audit import differences as audit
from sla.engine.calendars import public_holidays
from sla.models import Alert, Calendar, CalendarDay, Clock, OpeningBlock
from sla.sweep import heal
from support import desk
from tests import people
from tests.people import at, words
from tickets.models import Contact, Ticket

pytestmark = pytest.mark.django_db

GOOD_FRIDAYS = {
    2024: (3, 29),
    2025: (4, 18),
    2026: (4, 3),
    2027: (3, 26),
    2028: (4, 14),
    2029: (3, 30),
    2030: (4, 19),
    2031: (4, 11),
    2032: (3, 26),
}
FRIDAY = date(2026, 4, 3)
THURSDAY = at("2026-04-02 15:00")


def a_calendar(country: str = "NL", **choices: object) -> Calendar:
    calendar = Calendar.objects.create(name=f"Kalender {country}", country=country, **choices)
    OpeningBlock.objects.create(calendar=calendar, weekday=0, opens="09:00", closes="17:00")
    return calendar


def days(calendar: Calendar, year: int) -> dict[date, str]:
    rows = CalendarDay.objects.filter(calendar=calendar, day__year=year, withdrawn_at=None)
    return dict(rows.values_list("day", "name"))


@pytest.mark.parametrize("year", GOOD_FRIDAYS)
def test_good_friday_and_5_may_are_where_they_were_agreed(year: int) -> None:
    calendar = a_calendar()
    calendars.materialise(calendar, year, year)
    found = days(calendar, year)
    assert found[date(year, *GOOD_FRIDAYS[year])] == "Goede vrijdag"
    liberation = found.get(date(year, 5, 5), "")
    assert ("Bevrijdingsdag" in liberation) is (year in (2025, 2030))
    assert set(
        CalendarDay.objects.filter(calendar=calendar).values_list("is_holiday", flat=True)
    ) == {True}


@pytest.mark.parametrize("year", GOOD_FRIDAYS)
def test_each_of_both_days_is_a_choice(year: int) -> None:
    calendar = a_calendar(liberation_day="always", good_friday=False)
    calendars.materialise(calendar, year, year)
    found = days(calendar, year)
    assert "Bevrijdingsdag" in found[date(year, 5, 5)]
    assert date(year, *GOOD_FRIDAYS[year]) not in found


@pytest.mark.parametrize(
    ("country", "day", "name"),
    [
        ("BE", date(2026, 7, 21), "Nationale feestdag"),
        ("DE", date(2026, 10, 3), "German Unity Day"),
        ("US", date(2026, 7, 3), "Independence Day (observed)"),
    ],
)
def test_other_countries_have_their_own_days_in_dutch_where_there_are_dutch_names(
    country: str, day: date, name: str
) -> None:
    for liberation_day in ("lustrum", "always", "never"):
        found = public_holidays(country, [2026], liberation_day, good_friday=False)
        assert found[day] == name
    calendar = a_calendar(country)
    assert calendars.materialise(calendar, 2026, 2026) == len(days(calendar, 2026)) > 8


@pytest.mark.parametrize("country", ["XX", "nl", "Nederland"])
def test_an_unknown_country_is_refused_in_words(country: str) -> None:
    with pytest.raises(ValueError, match=f"no public holidays are known of country '{country}'"):
        public_holidays(country, [2026])


def test_a_day_of_our_own_does_not_keep_a_years_holidays_away() -> None:
    calendar = a_calendar()
    CalendarDay.objects.create(calendar=calendar, day=date(2040, 12, 25), name="Verhuizing")
    CalendarDay.objects.create(calendar=calendar, day=date(2040, 3, 5), name="Teamdag")
    assert calendars.materialise(calendar, 2040, 2040) > 7
    assert days(calendar, 2040)[date(2040, 12, 25)] == "Verhuizing"
    assert date(2040, 12, 26) in days(calendar, 2040)


@pytest.fixture
def carla() -> Contact:
    return people.contact(people.organisation())


def setting(carla: Contact, when: datetime = THURSDAY) -> Ticket:
    return people.setting(carla, when=when)


def reaction(ticket: Ticket) -> Clock:
    return Clock.objects.get(ticket=ticket, promise="reaction")


def test_a_choice_made_later_moves_running_clocks_only(carla: Contact) -> None:
    running, answered = setting(carla), setting(carla)
    desk.reply(answered, words(), actor=people.agent(), at=at("2026-04-02 15:30"))
    calendar = Calendar.objects.get()
    assert reaction(running).due_at == reaction(answered).due_at == at("2026-04-07 15:00")

    now = at("2026-04-02 16:00")
    changed = calendar_changes.choose(
        calendar, liberation_day="lustrum", good_friday=False, now=now
    )
    assert changed == sum(year >= 2026 for year in calendars.years_made(calendar))
    heal(now=now)
    assert reaction(running).due_at == at("2026-04-03 15:00")
    assert reaction(answered).due_at == at("2026-04-07 15:00")
    moved = Alert.objects.get(kind="moved")
    assert moved.ticket == running
    assert [cause["day"] for cause in moved.causes if cause["day"].startswith("2026")] == [
        "2026-04-03"
    ]
    assert list(audit(now=now)) == []

    later = now + timedelta(minutes=5)
    calendar_changes.choose(calendar, liberation_day="always", good_friday=True, now=later)
    heal(now=later)
    assert reaction(running).due_at == at("2026-04-07 15:00")
    assert "Bevrijdingsdag" in days(calendar, 2026)[date(2026, 5, 5)]
    assert list(audit(now=later)) == []


def test_days_that_have_passed_stay_whatever_is_chosen() -> None:
    calendar = people.agreement().editions.get().calendar
    now = at("2026-04-03 10:00")  # it is Good Friday today
    calendar_changes.choose(calendar, liberation_day="always", good_friday=False, now=now)
    assert days(calendar, 2026)[FRIDAY] == "Goede vrijdag"
    assert date(2025, 4, 18) in days(calendar, 2025)
    assert date(2026, 5, 5) in days(calendar, 2026)
    assert date(2027, 3, 26) not in days(calendar, 2027)
    assert CalendarDay.objects.filter(day=date(2027, 3, 26)).count() == 1  # withdrawn, kept


def test_a_choice_does_not_bring_in_what_an_upgrade_would() -> None:
    calendar = people.agreement().editions.get().calendar
    CalendarDay.objects.filter(day=date(2027, 12, 25)).delete()
    now = at("2026-04-02 10:00")
    calendar_changes.choose(calendar, liberation_day="never", good_friday=True, now=now)
    assert date(2027, 12, 25) not in days(calendar, 2027)
    found = calendars.differences(calendar, today=date(2026, 4, 2))
    assert [(each.day, each.stored) for each in found] == [(date(2027, 12, 25), "")]


def test_hours_of_our_own_replace_a_holiday_and_give_it_back_when_withdrawn() -> None:
    calendar = people.agreement().editions.get().calendar
    now = at("2026-04-02 10:00")
    shift = CalendarDay(calendar=calendar, day=FRIDAY, name="Dienst", opens="09:00", closes="13:00")
    calendar_changes.put(shift, now=now)
    assert days(calendar, 2026)[FRIDAY] == "Dienst"
    assert calendars.hours_of(Calendar.objects.get()).is_open(at("2026-04-03 12:00"))
    assert calendars.differences(calendar, today=date(2026, 4, 2)) == []
    with pytest.raises(ValueError, match="special day already"):
        calendar_changes.put(CalendarDay(calendar=calendar, day=FRIDAY, name="Nog een"), now=now)
    calendar_changes.withdraw(calendar, FRIDAY, now=now + timedelta(minutes=1))
    assert days(calendar, 2026)[FRIDAY] == "Goede vrijdag"
    assert not calendars.hours_of(Calendar.objects.get()).is_open(at("2026-04-03 12:00"))


def test_a_day_has_begun_by_the_clock_of_its_own_zone() -> None:
    auckland = a_calendar("NZ", zone="Pacific/Auckland")
    now = at("2026-05-18 16:00")  # the 19th over there
    closing = CalendarDay(calendar=auckland, day=date(2026, 5, 19), name="Teamdag")
    with pytest.raises(ValueError, match="has begun"):
        calendar_changes.put(closing, now=now)
    assert calendars.today_in(auckland, now=now) == date(2026, 5, 19)


SPLIT = [("09:00", "12:00"), ("13:00", "17:00")]


@pytest.mark.parametrize(
    ("week", "said"),
    [
        ({day: [("09:00", "17:00")] for day in range(5)}, "Monday to Friday 09:00-17:00"),
        ({day: [("00:00", "24:00")] for day in range(7)}, "Always, day and night"),
        (
            {0: SPLIT, 1: SPLIT[:1], 5: [("10:00", "14:00")]},
            "Monday 09:00-12:00 and 13:00-17:00; Tuesday 09:00-12:00; Saturday 10:00-14:00",
        ),
        (
            {day: [("08:00", "18:00")] for day in (0, 1, 3, 4, 5)},
            "Monday, Tuesday, Thursday to Saturday 08:00-18:00",
        ),
    ],
)
def test_opening_hours_read_as_a_person_would_say_them(
    week: dict[int, list[tuple[str, str]]], said: str
) -> None:
    calendar = Calendar.objects.create(name="Uren")
    for weekday, blocks in week.items():
        for opens, closes in blocks:
            OpeningBlock.objects.create(
                calendar=calendar, weekday=weekday, opens=opens, closes=closes
            )
    with translation.override("en"):
        assert calendars.opening_words(calendar) == said
