"""The year of a calendar in a browser: for everyone to read, and to change a coming day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from sla import calendars
from sla.models import Calendar, CalendarDay, Clock
from sla.sweep import heal
from support import desk
from support.timeline import line
from tests import people
from tests.browser.faults import has_no_faults, sign_in
from tests.people import words
from tickets.models import Channel, Kind, Ticket

pytestmark = pytest.mark.django_db(transaction=True)

NEXT = timezone.localdate().year + 1


@pytest.fixture
def calendar() -> Calendar:
    """Werkdagen, with a day of each kind; today is closed, so that nothing is due today."""
    calendar = people.agreement().editions.get().calendar
    days = CalendarDay.objects.filter(calendar=calendar)
    days.filter(day=timezone.localdate()).delete()
    own = {
        "Verbouwing": (timezone.localdate(), "", ""),
        "Studiedag": (date(NEXT, 3, 4), "", ""),
        "Koopavond": (date(NEXT, 3, 5), "12:00", "21:00"),
    }
    for name, (day, opens, closes) in own.items():
        days.create(
            calendar=calendar,
            day=day,
            name=name,
            opens=opens,
            closes=closes,
            known_from=calendars.BY_LAW,
        )
    calendar.changed_at = timezone.now()
    calendar.save()
    return calendar


@pytest.fixture
def ticket(calendar: Calendar) -> Ticket:
    """A request with one werkdag for the reaction."""
    return desk.open_ticket(
        people.reporter(people.contact(people.organisation())),
        words(),
        subject="Logo",
        kind=Kind.SETTING,
        channel=Channel.WEB,
    )


def year_of(calendar: Calendar, year: int) -> str:
    return f"/desk/calendars/{calendar.pk}/{year}/"


@pytest.mark.parametrize("path", ["list", "year", "day", "past day", "choices"])
def test_the_pages_have_no_accessibility_faults_and_fit_a_telephone(
    page: Page, live_server: LiveServer, calendar: Calendar, path: str
) -> None:
    sign_in(page, live_server)
    year, choice = year_of(calendar, NEXT), "liberation_day=always&good_friday=no"
    paths = {
        "list": "/desk/calendars/",
        "year": year,
        "day": f"{year}?day={NEXT}-03-05",
        "past day": f"{year_of(calendar, NEXT - 1)}?day={NEXT - 1}-01-01",
        "choices": f"{year}?{choice}",
    }
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(live_server.url + paths[path])
    has_no_faults(page)


def unfolds(tip: Locator) -> None:
    """It comes to be as wide as its words."""
    tip.page.wait_for_function(
        "tip => tip.getBoundingClientRect().width > 40", arg=tip.element_handle()
    )


def test_the_name_of_a_special_day_appears_on_hover_and_on_focus(
    page: Page, live_server: LiveServer, calendar: Calendar
) -> None:
    sign_in(page, live_server)
    page.goto(live_server.url + year_of(calendar, NEXT))
    study = page.locator("td", has_text="Studiedag").get_by_role("link")
    tip = study.locator(".tip")
    hidden = tip.bounding_box()
    assert hidden is not None
    assert hidden["width"] <= 1
    study.hover()
    unfolds(tip)
    page.mouse.move(0, 0)
    expect(tip).to_have_css("width", f"{hidden['width']:g}px")
    study.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    unfolds(tip)


def test_a_closing_day_moves_a_running_deadline_and_the_timeline_says_why(
    page: Page, live_server: LiveServer, ticket: Ticket
) -> None:
    calendar = Calendar.objects.get()
    before = Clock.objects.get(ticket=ticket, promise="reaction").due_at
    assert before is not None
    due = timezone.localtime(before).date()
    sign_in(page, live_server)
    page.goto(live_server.url + year_of(calendar, due.year))
    page.locator(f'a[href="?day={due}#day"]').click()
    expect(page.get_by_text("1 running deadline lies on or after this day")).to_be_visible()
    page.get_by_label("Name").fill("Bedrijfsuitje")
    page.get_by_role("button", name="Save this day").click()
    expect(page.get_by_text("1 running ticket is being read again.")).to_be_visible()
    expect(page.locator("#progress")).to_contain_text("1 ticket is still to be read again")

    heal(now=timezone.now())
    expect(page.locator("#progress")).to_contain_text("Every running ticket", timeout=10_000)
    after = Clock.objects.get(ticket=ticket, promise="reaction").due_at
    assert after is not None
    assert after - before >= timedelta(hours=23)
    assert any("Bedrijfsuitje" in item.text for item in line.whole(ticket))


def test_a_day_is_put_and_withdrawn_without_javascript(
    browser: Browser, live_server: LiveServer, calendar: Calendar
) -> None:
    context = browser.new_context(locale="nl-NL", java_script_enabled=False)
    page = context.new_page()
    sign_in(page, live_server)
    page.goto(live_server.url + year_of(calendar, NEXT))
    page.locator(f'a[href="?day={NEXT}-06-03#day"]').click()
    page.get_by_role("radio", name="Open at other hours").check()
    page.get_by_label("Name").fill("Open huis")
    page.get_by_label("Opens").fill("10:00")
    page.get_by_label("Closes").fill("20:00")
    page.get_by_role("button", name="Save this day").click()
    expect(page.locator(".day-is")).to_contain_text("Open huis: open 10:00-20:00")
    page.get_by_text("Withdraw this day…").click()
    page.get_by_role("button", name="Withdraw").click()
    expect(page.locator(".day-is")).not_to_contain_text("Open huis")
    context.close()
