"""The calendar pages: the picture of a year, and managers changing coming days."""

import re
from datetime import date, timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sla import calendars
from sla.models import Calendar, CalendarDay, Coverage, OpeningBlock
from sla.sweep import heal
from support import desk
from support.calendars.year import Kind, picture
from tests import people
from tests.people import words
from tickets.models import Channel, Role, Ticket, User
from tickets.models import Kind as TicketKind

pytestmark = pytest.mark.django_db

WEEK = {day: [("09:00", "17:00")] for day in range(5)}
TODAY = date(2026, 11, 21)
NEXT = timezone.localdate().year + 1
TEAM_DAY = date(NEXT, 3, 4)


@pytest.fixture(autouse=True)
def in_english(client: Client) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"


@pytest.fixture
def calendar() -> Calendar:
    return people.agreement().editions.get().calendar


@pytest.fixture
def manager(client: Client) -> User:
    user = people.agent("Mila", Role.MANAGER)
    client.force_login(user)
    return user


def address(calendar: Calendar, year: int = NEXT, day: date | None = None) -> str:
    url = reverse("calendar-year", args=[calendar.pk, year])
    return f"{url}?day={day}" if day else url


def day_url(calendar: Calendar, day: date) -> str:
    return reverse("calendar-day", args=[calendar.pk, day])


def text_of(client: Client, url: str) -> str:
    html = client.get(url).content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def running(count: int = 1) -> list[Ticket]:
    """Tickets with a deadline in ten years, when a release goes live."""
    carla = people.contact(people.organisation())
    people.releases(f"{NEXT + 10}-03-04 07:00")
    return [
        desk.open_ticket(
            people.reporter(carla),
            words(),
            subject=f"Export {number}",
            kind=TicketKind.INCIDENT,
            priority="middel",
            channel=Channel.WEB,
        )
        for number in range(count)
    ]


# The picture


def row(day: date, name: str, *, is_holiday: bool = False, hours: str = "") -> CalendarDay:
    opens, _, closes = hours.partition("-")
    return CalendarDay(day=day, name=name, is_holiday=is_holiday, opens=opens, closes=closes)


def test_the_picture_tells_every_kind_of_day_apart_and_counts_werkdagen() -> None:
    special = [
        row(date(2026, 12, 25), "Eerste kerstdag", is_holiday=True),
        row(date(2026, 12, 26), "Tweede kerstdag", is_holiday=True),
        row(date(2026, 12, 28), "Studiedag"),
        row(date(2026, 12, 19), "Koopavond", hours="10:00-21:00"),
    ]
    year = picture(2026, week=WEEK, special=special, today=TODAY, chosen=date(2026, 12, 28))
    december = year.months[11]
    seen = {day.day.day: day for week in december.weeks for day in week.days if day}
    assert [seen[day].kind for day in (24, 25, 26, 27, 28, 19)] == [
        Kind.OPEN,
        Kind.HOLIDAY,
        Kind.HOLIDAY,
        Kind.CLOSED,
        Kind.OWN,
        Kind.HOURS,
    ]
    assert [day.name for day in december.special] == [
        "Koopavond",
        "Eerste kerstdag",
        "Tweede kerstdag",
        "Studiedag",
    ]
    assert december.werkdagen == 23 - 2 + 1
    assert (year.holidays, year.lost, year.own, year.hours) == (2, 1, 1, 1)
    assert year.werkdagen == sum(month.werkdagen for month in year.months) == 261 - 2 + 1
    assert seen[28].chosen
    assert (seen[19].hours, seen[24].hours) == ("10:00-21:00", "09:00-17:00")


def test_today_and_what_was_before_are_fixed_and_later_days_are_not() -> None:
    year = picture(2026, week=WEEK, special=[], today=TODAY)
    november = {day.day.day: day for week in year.months[10].weeks for day in week.days if day}
    assert [november[day].begun for day in (20, 21, 22)] == [True, True, False]
    assert [day for day, seen in november.items() if seen.today] == [21]
    assert [month.past for month in year.months] == [True] * 10 + [False] * 2


def test_weeks_have_their_iso_numbers_over_the_turn_of_the_year() -> None:
    year = picture(2027, week=WEEK, special=[], today=TODAY)
    assert [week.number for week in year.months[0].weeks] == [53, 1, 2, 3, 4]
    assert year.months[11].weeks[-1].number == 52


def test_a_calendar_of_day_and_night_is_open_every_day() -> None:
    week = {day: [("00:00", "24:00")] for day in range(7)}
    year = picture(2028, week=week, special=[], today=TODAY)
    assert year.werkdagen == 366
    assert {day.kind for week in year.months[1].weeks for day in week.days if day} == {Kind.OPEN}


def test_several_blocks_and_saturdays_show_with_their_hours() -> None:
    week = {0: [("09:00", "12:00"), ("13:00", "17:00")], 5: [("10:00", "14:00")]}
    days = picture(2026, week=week, special=[], today=TODAY).months[11].weeks[1].days
    assert [day.hours for day in days if day] == [
        "09:00-12:00, 13:00-17:00",
        *[""] * 4,
        "10:00-14:00",
        "",
    ]


# The pages


def test_managers_change_agents_look_and_customers_see_nothing(
    client: Client, calendar: Calendar
) -> None:
    urls = [reverse("calendars"), address(calendar), address(calendar, day=TEAM_DAY)]
    assert [client.get(url).status_code for url in urls] == [302] * 3
    client.force_login(User.objects.create_user("charlie@school.example", name="Charlie"))
    assert [client.get(url).status_code for url in urls] == [403] * 3
    client.force_login(people.agent())
    assert [client.get(url).status_code for url in urls] == [200] * 3
    assert "Save this day" not in client.get(urls[2]).content.decode()
    form = {"what": "closed", "name": "Teamdag"}
    assert client.post(day_url(calendar, TEAM_DAY), form).status_code == 403
    choices = {"liberation_day": "always", "good_friday": "no"}
    url = reverse("calendar-choices", args=[calendar.pk])
    assert client.post(url, choices).status_code == 403
    assert not CalendarDay.objects.filter(name="Teamdag").exists()


def test_the_list_says_of_each_calendar_what_it_is_and_who_uses_it(
    client: Client, manager: User, calendar: Calendar
) -> None:
    always = Calendar.objects.create(name="Dag en nacht", zone="Asia/Tokyo")
    for day in range(7):
        OpeningBlock.objects.create(calendar=always, weekday=day, opens="00:00", closes="24:00")
    said = text_of(client, reverse("calendars"))
    assert f"{calendar.name} " in said
    assert "Monday to Friday 09:00-17:00" in said
    assert people.agreement().name in said
    assert "Asia/Tokyo" in said
    assert reverse("admin:sla_calendar_add") in client.get(reverse("calendars")).content.decode()


def test_a_year_shows_its_holidays_by_name_and_leads_to_its_neighbours(
    client: Client, manager: User, calendar: Calendar
) -> None:
    html = client.get(address(calendar)).content.decode()
    for name in ("Nieuwjaarsdag", "Goede vrijdag", "Eerste kerstdag"):
        assert html.count(name) >= 2  # on the day, and in the month's list
    assert html.count('class="month-days"') == 12
    assert address(calendar, NEXT - 1) in html
    assert address(calendar, NEXT + 1) in html
    for year in (1900, calendars.FIRST_YEAR - 1, 2200):
        assert client.get(address(calendar, year)).status_code == 404
    elsewhere = client.get(address(calendar, NEXT, date(NEXT + 1, 1, 5)))
    assert elsewhere.headers["Location"].startswith(address(calendar, NEXT + 1))
    assert client.get(f"{address(calendar)}?day=gisteren").status_code == 200


def test_a_coming_day_is_closed_and_running_tickets_are_read_again(
    client: Client, manager: User, calendar: Calendar
) -> None:
    tickets = running(2)
    day = timezone.localdate() + timedelta(days=1)
    CalendarDay.objects.filter(day=day).delete()
    page = client.get(address(calendar, day.year, day))
    assert page.context["deadlines"] >= 2
    answer = client.post(day_url(calendar, day), {"what": "closed", "name": "Teamdag"}, follow=True)
    html = answer.content.decode()
    assert "2 running tickets are being read again." in html
    assert 'id="progress"' in html
    added = CalendarDay.objects.get(name="Teamdag")
    assert (added.day, added.opens, added.is_holiday) == (day, "", False)
    assert Coverage.objects.filter(stale_since__isnull=False).count() == len(tickets)

    url = reverse("calendar-progress", args=[calendar.pk])
    assert "2 tickets are still to be read again" in client.get(url).content.decode()
    heal(now=timezone.now())
    done = client.get(url).content.decode()
    assert "hx-get" not in done
    assert "Every running ticket has been read again." in done
    assert 'id="progress"' not in client.get(address(calendar)).content.decode()


def test_a_day_gets_hours_of_its_own_and_is_withdrawn_again(
    client: Client, manager: User, calendar: Calendar
) -> None:
    form = {"what": "hours", "name": "Verhuizing", "opens": "13:00", "closes": "17:00"}
    client.post(day_url(calendar, TEAM_DAY), form)
    assert "Verhuizing : open 13:00-17:00" in text_of(client, address(calendar, day=TEAM_DAY))
    client.post(day_url(calendar, TEAM_DAY), {"withdraw": "1"})
    assert CalendarDay.objects.get(name="Verhuizing").withdrawn_at is not None
    assert "Verhuizing" not in text_of(client, address(calendar))


def test_a_holiday_makes_way_for_hours_of_our_own(
    client: Client, manager: User, calendar: Calendar
) -> None:
    day = CalendarDay.objects.get(day__year=NEXT, name="Tweede paasdag").day
    form = {"what": "hours", "name": "Dienst", "opens": "10:00", "closes": "14:00"}
    client.post(day_url(calendar, day), form)
    said = text_of(client, address(calendar, day=day))
    assert "Then it is Tweede paasdag again" in said
    client.post(day_url(calendar, day), {"withdraw": "1"})
    assert "Tweede paasdag" in text_of(client, address(calendar, day=day))


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"what": "closed", "name": ""}, "name"),
        ({"what": "", "name": "Teamdag"}, "what"),
        ({"what": "hours", "name": "Dienst", "opens": "13:00", "closes": ""}, "closes"),
        ({"what": "hours", "name": "Dienst", "opens": "13:00", "closes": "12:00"}, "closes"),
        ({"what": "hours", "name": "Dienst", "opens": "9", "closes": "25:00"}, "opens"),
    ],
)
def test_a_form_that_lacks_something_says_what(
    client: Client, manager: User, calendar: Calendar, form: dict[str, str], field: str
) -> None:
    answer = client.post(day_url(calendar, TEAM_DAY), form)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not CalendarDay.objects.filter(day=TEAM_DAY).exists()


def test_past_days_have_no_form_and_refuse_one(
    client: Client, manager: User, calendar: Calendar
) -> None:
    for day in (timezone.localdate(), timezone.localdate() - timedelta(days=40)):
        html = client.get(address(calendar, day.year, day)).content.decode()
        assert "Save this day" not in html
        assert "This day has begun or passed and is fixed" in html
        form = {"what": "closed", "name": "Toen"}
        answer = client.post(day_url(calendar, day), form)
        assert answer.status_code == 422
        withdrawn = client.post(day_url(calendar, day), {"withdraw": "1"})
        assert withdrawn.status_code == 422
    assert not CalendarDay.objects.filter(name="Toen").exists()
    assert not CalendarDay.objects.exclude(withdrawn_at=None).exists()


def test_the_choices_show_what_they_change_before_they_are_made(
    client: Client, manager: User, calendar: Calendar
) -> None:
    choices = {"liberation_day": "always", "good_friday": "no"}
    page = client.get(address(calendar), choices)
    days = [each.day for each in page.context["preview"]]
    good_friday = CalendarDay.objects.get(day__year=NEXT, name="Goede vrijdag").day
    assert good_friday in days
    assert min(days) > timezone.localdate()
    calendar.refresh_from_db()
    assert calendar.good_friday
    client.post(reverse("calendar-choices", args=[calendar.pk]), choices)
    calendar.refresh_from_db()
    assert (calendar.liberation_day, calendar.good_friday) == ("always", False)
    said = text_of(client, address(calendar))
    assert "Bevrijdingsdag" in said
    assert "Goede vrijdag" not in said
    none = client.get(address(calendar), choices)
    assert none.context["preview"] == []


def test_a_calendar_without_next_years_holidays_shouts_on_its_pages(
    client: Client, manager: User, calendar: Calendar
) -> None:
    assert 'role="alert"' not in client.get(address(calendar)).content.decode()
    CalendarDay.objects.filter(day__year=NEXT).delete()
    for url in (address(calendar), reverse("calendars")):
        html = client.get(url).content.decode()
        assert 'role="alert"' in html
        assert str(NEXT) in html


# The admin


NEW = {
    "name": "Brussel",
    "zone": "Europe/Brussels",
    "country": "be",
    "liberation_day": "always",
    "good_friday": "on",
    "blocks-TOTAL_FORMS": 2,
    "blocks-INITIAL_FORMS": 0,
    "blocks-0-weekday": 0,
    "blocks-0-opens": "09:00",
    "blocks-0-closes": "12:00",
    "blocks-1-weekday": 0,
    "blocks-1-opens": "13:00",
    "blocks-1-closes": "17:00",
}


def test_a_calendar_with_several_blocks_a_day_and_another_country_is_made_in_the_admin(
    client: Client, manager: User
) -> None:
    url = reverse("admin:sla_calendar_add")
    html = client.get(url).content.decode()
    assert '<option value="Pacific/Auckland">' in html
    refused = client.post(url, NEW | {"country": "XX"})
    assert "XX" in " ".join(refused.context["adminform"].form.errors["country"])
    assert client.post(url, NEW).status_code == 302
    made = Calendar.objects.get(name="Brussel")
    assert made.country == "BE"
    assert made.blocks.count() == 2
    assert CalendarDay.objects.filter(calendar=made, name="Nationale feestdag").exists()


def test_another_country_before_anything_was_counted_brings_its_own_holidays(
    client: Client, manager: User
) -> None:
    client.post(reverse("admin:sla_calendar_add"), NEW)
    made = Calendar.objects.get(name="Brussel")
    url = reverse("admin:sla_calendar_change", args=[made.pk])
    blocks = {
        f"blocks-{number}-{name}": getattr(block, name)
        for number, block in enumerate(made.blocks.all())
        for name in ("id", "weekday", "opens", "closes")
    }
    client.post(url, NEW | blocks | {"country": "NL", "blocks-INITIAL_FORMS": 2})
    names = set(CalendarDay.objects.filter(calendar=made).values_list("name", flat=True))
    assert "Koningsdag" in names
    assert "Nationale feestdag" not in names


def test_the_week_of_a_calendar_in_use_is_fixed_and_says_why(
    client: Client, manager: User, calendar: Calendar
) -> None:
    running()
    html = client.get(reverse("admin:sla_calendar_change", args=[calendar.pk])).content.decode()
    assert "deadlines were promised under them" in html
    assert 'name="zone"' not in html
    assert 'name="blocks-0-opens"' not in html
