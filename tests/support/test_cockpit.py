"""The cockpit: a sentence, figures that open their tickets, and a fixed number of queries."""

import re
from datetime import date, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from sla import editions
from sla.calendars import hours_of
from sla.kept import by_month, midnight, taken
from sla.models import Agreement, Calendar, Clock
from sla.reporting import ZONE
from sla.sweep import sweep
from support import desk
from tests import people
from tests.people import at, words
from tests.support.test_breach_report import a_year
from tickets.models import Channel, Contact, Kind, Role, Team, Ticket, TicketEvent, User

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def mila(client: Client) -> User:
    user = people.agent("Mila", Role.MANAGER)
    client.force_login(user)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return user


@pytest.fixture
def carla() -> Contact:
    return people.contact(people.organisation())


def opened(carla: Contact, when: datetime, **how: Any) -> Ticket:
    asked = {"kind": Kind.SETTING, "channel": Channel.WEB} | how
    return desk.open_ticket(people.reporter(carla), words(), subject="Logo", at=when, **asked)


def some_weeks(carla: Contact, mila: User) -> None:
    """Tickets of every age and channel, some late, some done, some in hands."""
    now = timezone.now()
    bob = people.agent("Bob")
    second = Team.objects.get_or_create(name="Tweede", email="tweede@desk.example")[0]
    for number, days in enumerate((0, 0, 2, 5, 9, 9, 20, 45, 60, 80)):
        how = {"channel": list(Channel)[number % 3 + 1]} if number % 3 else {}
        ticket = opened(carla, now - timedelta(days=days, minutes=5), **how)
        if number % 3 == 0:
            desk.assign(ticket, assignee=bob, team=bob.team, actor=mila)
        if number % 4 == 1:
            desk.assign(ticket, assignee=None, team=second, actor=mila)
        if number % 5 == 4:
            desk.resolve(ticket, words("Klaar"), actor=mila)
    sweep(now=now)


def figures_of(page: str) -> list[tuple[str, int]]:
    """Every link of the cockpit that is a number, with the number."""
    found = re.findall(r'class="number-link" href="([^"]+)">\s*(\d+)<', page)
    found += [
        (address, figure)
        for address, figure in re.findall(
            r'class="stat" href="([^"]+)".*?class="stat-number">(\d+)<', page, re.DOTALL
        )
    ]
    return [(unescape(address), int(figure)) for address, figure in found]


def test_every_figure_opens_as_many_tickets_as_it_says(
    client: Client, mila: User, carla: Contact
) -> None:
    some_weeks(carla, mila)
    page = client.get(reverse("cockpit"))
    assert page.status_code == 200
    figures = figures_of(page.content.decode())
    for address, figure in figures:
        assert client.get(address).context["page_obj"].paginator.count == figure, address
    kinds = {address.partition("figure=")[2].partition("&")[0] for address, _figure in figures}
    assert {"late", "week", "age", "agent", "team", "in", "out", "channel", "agent-late"} <= kinds
    assert {"agent-week", "team-week"} <= kinds


def test_parts_add_up_to_the_whole(client: Client, mila: User, carla: Contact) -> None:
    some_weeks(carla, mila)
    shown = client.get(reverse("cockpit")).context
    active = sum(1 for ticket in Ticket.objects.all() if ticket.is_active)
    for name in ("ages", "agents", "teams"):
        assert sum(bar.count for bar in shown[name]) == active, name
    late = sum(
        1
        for ticket in Ticket.objects.all()
        if any(clock.state == "breached" and clock.met_at is None for clock in ticket.clocks.all())
    )
    assert shown["counted"]["late"] == sum(bar.late for bar in shown["agents"]) == late > 0
    assert sum(bar.count for bar in shown["channels"]) == sum(
        ticket.reported_at.astimezone(ZONE).date().replace(day=1)
        == timezone.localdate().replace(day=1)
        for ticket in Ticket.objects.all()
    )


def test_load_stands_beside_the_hours_that_people_work(
    client: Client, mila: User, carla: Contact
) -> None:
    some_weeks(carla, mila)
    shown = client.get(reverse("cockpit")).context
    now = timezone.now()
    agents = {bar.label: bar for bar in shown["agents"]}
    week = midnight(now, 7)
    hours = hours_of(Calendar.objects.earliest("pk")).elapsed(now, week) / timedelta(hours=1)
    assert agents["Bob"].hours == pytest.approx(hours, abs=0.1)
    assert agents["nobody"].hours is None
    bob = User.objects.get(name="Bob")
    assert agents["Bob"].due == sum(
        any(
            clock.binding and clock.met_at is None and clock.due_at and now <= clock.due_at < week
            for clock in ticket.clocks.all()
        )
        for ticket in Ticket.objects.filter(assignee=bob)
    )
    teams = {bar.label: bar for bar in shown["teams"]}
    assert bob.team is not None
    crowd = User.objects.can_be_given_work().filter(team=bob.team).count()
    assert crowd > 1
    assert teams[bob.team.name].hours == pytest.approx(crowd * hours, abs=0.5)
    assert teams["Tweede"].hours == 0


def test_weeks_say_what_the_history_says(client: Client, mila: User, carla: Contact) -> None:
    some_weeks(carla, mila)
    ticket = Ticket.objects.filter(status="resolved").first()
    assert ticket is not None
    desk.reopen(ticket, reason="Nee", actor=mila)
    desk.resolve(ticket, words("Nu wel"), actor=mila)
    for week in client.get(reverse("cockpit")).context["weeks"]:
        came, done = set(), set()
        for event in TicketEvent.objects.select_related("ticket"):
            day = event.at.astimezone(ZONE).date()
            if day - timedelta(days=day.weekday()) == week.monday:
                came |= {event.ticket_id} if event.kind == "reported" else set()
                done |= {event.ticket_id} if event.kind in ("resolved", "declined") else set()
        assert (week.came, week.done) == (len(came), len(done))


def test_in_a_sentence_it_is_a_good_day_or_not(client: Client, mila: User, carla: Contact) -> None:
    said = client.get(reverse("cockpit")).context["said"]
    assert said == "A good day: nothing is late. No deadline falls today."
    opened(carla, timezone.now() - timedelta(days=30))
    sweep(now=timezone.now())
    page = client.get(reverse("cockpit"))
    assert page.context["said"].startswith("Not a good day: 1 ticket is too late and still open.")
    assert "cockpit-said" in page.content.decode()


def test_guarantee_and_effort_are_told_apart_over_both_clock_changes(mila: User) -> None:
    a_year(mila)
    months = [date(2026, month, 1) for month in range(3, 11)]
    lines = by_month(months, Clock.objects.all())
    assert {strength for _promise, strength in lines} == {"guarantee", "effort"}
    for month in months:
        for outcome in ("kept", "breached"):
            told = sum(getattr(line[month], outcome) for line in lines.values())
            by_hand = 0
            for clock in Clock.objects.filter(binding=True).exclude(due_at=None):
                day = clock.started_at.astimezone(ZONE).date()
                state = {"kept": "met", "breached": "breached"}[outcome]
                by_hand += day.replace(day=1) == month and clock.state == state
            assert told == by_hand, (month, outcome)


@pytest.mark.parametrize("differ", [False, True])
def test_each_point_of_a_line_opens_its_tickets(client: Client, mila: User, differ: bool) -> None:
    a_year(mila)
    months = [date(2026, month, 1) for month in range(3, 11)]
    before = by_month(months, Clock.objects.all())
    if differ:  # editions that promise the same otherwise: each ticket's own is what counts
        draft = editions.draft(Agreement.objects.get(key="dialog"), now=timezone.now())
        draft.targets.filter(key="reaction-setting").update(strength="effort")
        draft.targets.filter(key="resolution-hoog").update(strength="")
        assert by_month(months, Clock.objects.all()) == before
    shown = client.get(reverse("cockpit"))
    walked = 0
    for each in shown.context["kept"]:
        for line in each["lines"]:
            for month, tally in line["months"]:
                for outcome in ("kept", "breached"):
                    url = shown.context["kept_url"](
                        each["promise"], line["strength"], month, outcome
                    )
                    count = client.get(url).context["page_obj"].paginator.count
                    assert count == getattr(tally, outcome), url
                    walked += count
    assert walked > 10


def test_how_long_things_took_is_working_time_without_waiting(carla: Contact, mila: User) -> None:
    quick = opened(carla, at("2026-10-23 16:00"))  # Friday; the clock goes back on Sunday
    desk.reply(quick, words("Klaar"), actor=mila, at=at("2026-10-26 10:00"))
    slow = opened(carla, at("2026-10-20 10:00"))
    desk.reply(slow, words("Klaar"), actor=mila, at=at("2026-10-22 11:00"))
    hoog = opened(
        carla,
        at("2026-10-21 10:00"),
        kind=Kind.INCIDENT,
        priority="hoog",
        channel=Channel.PHONE,
        answered=True,
    )
    desk.hold(hoog, words("Welk scherm?"), actor=mila, at=at("2026-10-21 11:00"))
    desk.resume(hoog, actor=mila, at=at("2026-10-21 14:00"))
    desk.resolve(hoog, words("Klaar"), actor=mila, at=at("2026-10-21 15:30"))
    found = {each.promise: each for each in taken(date(2026, 10, 1), Clock.objects.all())}
    settings_only = taken(date(2026, 10, 1), Clock.objects.filter(target_key="reaction-setting"))
    assert (settings_only[0].median, settings_only[0].most) == (120 * MINUTE, 17 * 60 * MINUTE)
    assert (found["resolution"].median, found["resolution"].count) == (150 * MINUTE, 1)


def test_the_first_page_is_the_cockpit_for_who_leads_and_today_for_who_does_not(
    client: Client, mila: User
) -> None:
    assert client.get(reverse("home")).url == reverse("cockpit")  # type: ignore[attr-defined]
    client.force_login(people.agent("Alice"))
    assert client.get(reverse("home")).url == reverse("start")  # type: ignore[attr-defined]
    assert client.get(reverse("cockpit")).status_code == 403


def test_a_lead_sees_the_own_team(client: Client, mila: User, carla: Contact) -> None:
    some_weeks(carla, mila)
    lena = people.agent("Lena", Role.LEAD)
    lena.team = Team.objects.get(name="Tweede")
    lena.save()
    client.force_login(lena)
    shown = client.get(reverse("cockpit")).context
    assert [bar.label for bar in shown["teams"]] == ["Tweede"]
    theirs = sum(each.is_active for each in Ticket.objects.filter(team=lena.team))
    assert sum(bar.count for bar in shown["ages"]) == theirs > 0
    for week in shown["weeks"]:
        assert week.came <= theirs + 5


def test_the_same_number_of_queries_for_few_and_for_many(
    client: Client, mila: User, carla: Contact
) -> None:
    some_weeks(carla, mila)
    client.get(reverse("cockpit"))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("cockpit"))
    other = people.contact(people.organisation("Elders"))
    people.agent("Bob2")
    for _time in range(2):
        now = timezone.now()
        for days in (1, 3, 12, 40):
            opened(other, now - timedelta(days=days))
    sweep(now=timezone.now())
    with CaptureQueriesContext(connection) as many:
        client.get(reverse("cockpit"))
    assert len(many) <= len(few) + 1
    assert len(many) < 60


def test_what_there_is_no_figure_for_is_not_found(client: Client, mila: User) -> None:
    url = reverse("cockpit-tickets")
    assert client.get(url, {"figure": "what"}).status_code == 404
    for value in ("", "x", "99999999999999999999", "2026-99-99", "-"):
        for figure in ("age", "agent", "in", "out", "channel", "team-late"):
            assert client.get(url, {"figure": figure, "value": value}).status_code == 200
