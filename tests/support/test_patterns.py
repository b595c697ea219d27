"""Patterns: what comes back, where time goes and what is coming; every figure opens its tickets."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from random import Random
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse

from sla.reporting import ZONE
from support import desk
from tests import people
from tests.people import at, words
from tests.sla.test_risk import a_year
from tickets.models import Channel, Contact, Kind, Role, Team, Ticket, User

pytestmark = pytest.mark.django_db

NOW = at("2026-06-10 12:00")
FIGURE = re.compile(r'class="number-link" href="([^"]+)">\s*(\d+)<')


@pytest.fixture(autouse=True)
def _then() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def mila(client: Client) -> User:
    return signed_in(client, people.agent("Mila", Role.MANAGER))


def signed_in(client: Client, user: User) -> User:
    client.force_login(user)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return user


@pytest.fixture
def carla() -> Contact:
    return people.contact(people.organisation())


def opened(carla: Contact, when: str, subject: str, kind: str = Kind.SETTING) -> Ticket:
    return desk.open_ticket(
        people.reporter(carla),
        words(),
        subject=subject,
        kind=kind,
        channel=Channel.WEB,
        at=at(when),
    )


def some_weeks(carla: Contact, mila: User) -> None:
    bob = people.agent("Bob")
    second = Team.objects.create(name="Tweede", email="tweede@desk.example")
    for number, when in enumerate(("06-02 09:10", "05-26 09:40", "05-31 23:30", "03-29 03:30")):
        ticket = opened(carla, f"2026-{when}", f"Rapport is leeg {number}")
        desk.assign(ticket, assignee=bob, team=bob.team, actor=bob, at=at(f"2026-{when}"))
        desk.hold(ticket, words("Welk?"), actor=bob, at=at("2026-06-03 09:00"))
        desk.resume(ticket, actor=bob, at=at("2026-06-05 09:00"))
        desk.resolve(ticket, words("Klaar"), actor=bob, at=at("2026-06-05 10:00"))
    opened(carla, "2026-01-05 10:00", "Rapport leeg")
    opened(carla, "2026-06-10 10:00", "Hoe voeg ik een leerling toe?", Kind.QUESTION)
    late = opened(carla, "2026-06-10 11:00", "Logo")
    desk.assign(late, assignee=None, team=second, actor=mila, at=at("2026-06-10 11:30"))


def test_every_figure_opens_as_many_tickets_as_it_says(
    client: Client, mila: User, carla: Contact
) -> None:
    some_weeks(carla, mila)
    figures = FIGURE.findall(client.get(reverse("patterns")).content.decode())
    for address, figure in figures:
        found = client.get(unescape(address))
        assert found.context["page_obj"].paginator.count == int(figure), address
        assert reverse("patterns") in found.content.decode()
    kinds = {address.partition("figure=")[2].partition("&")[0] for address, _figure in figures}
    assert kinds == {"hour", "again", "waited", "due"}


def test_hours_of_the_week_are_those_of_the_clock_on_the_wall(
    client: Client, mila: User, carla: Contact
) -> None:
    some_weeks(carla, mila)
    hours = client.get(reverse("patterns")).context["hours"]
    for day in hours:
        for hour in day:
            by_hand = sum(
                (local.weekday(), local.hour) == (hour.weekday, hour.hour)
                for ticket in Ticket.objects.filter(reported_at__gte=NOW - timedelta(days=83))
                for local in [ticket.reported_at.astimezone(ZONE)]
            )
            assert hour.count == by_hand
    assert hours[1][9].count == 2
    assert hours[1][9].agents == pytest.approx(2 / 12)  # Bob, on each of the two days
    assert [hour.hour for hour in hours[0] if hour.is_open] == list(range(9, 17))
    assert not any(hour.is_open for hour in hours[6])


def test_what_comes_back_is_told_by_the_words_that_reports_share(
    client: Client, mila: User, carla: Contact
) -> None:
    some_weeks(carla, mila)
    (topic,) = client.get(reverse("patterns")).context["topics"]
    assert (topic.words, topic.count, topic.organisations, topic.before) == (
        "leeg rapport",
        4,
        1,
        1,
    )


def test_where_time_goes_adds_up(client: Client, mila: User, carla: Contact) -> None:
    some_weeks(carla, mila)
    (spent,) = client.get(reverse("patterns")).context["spent"]
    assert sum(part.share for part in spent.parts) == pytest.approx(1)
    assert sum(part.count for part in spent.parts) == spent.count == 4
    assert sum((part.average for part in spent.parts), timedelta()) == spent.average
    waited = {str(part.whom): part.average for part in spent.parts}
    assert waited["customer"] == timedelta(hours=16)
    assert waited["nobody"] == timedelta()


def test_a_team_reads_its_own_week_beside_the_hours_of_its_people(
    client: Client, mila: User, carla: Contact
) -> None:
    some_weeks(carla, mila)
    teams = {team.label: team for team in client.get(reverse("patterns")).context["teams"]}
    second = teams["Tweede"]
    assert [(f"{day.day:%a}", day.count) for day in second.days][:2] == [("Wed", 0), ("Thu", 1)]
    own = teams[people.agent("Eva").team.name]  # type: ignore[union-attr]
    assert own.people == 2
    assert [day.hours for day in own.days] == [10, 16, 16, 16, 16]  # five are left of Wednesday
    lead = people.agent("Lieke", Role.LEAD)
    User.objects.filter(pk=lead.pk).update(team=Team.objects.get(name="Tweede"))
    signed_in(client, lead)
    context = client.get(reverse("patterns")).context
    assert [team.label for team in context["teams"]] == ["Tweede"]
    assert context["reports"] == 1


def test_the_likeliest_to_be_missed_come_first_and_say_why(
    client: Client, mila: User, carla: Contact
) -> None:

    a_year(carla, Random(5), 70)
    sooner = opened(carla, "2026-06-09 14:00", "Eerste")
    later = opened(carla, "2026-06-10 11:00", "Tweede")
    page = client.get(reverse("patterns"))
    expected = page.context["expected"]
    assert [each.clock.ticket for each in expected.likeliest] == [sooner, later]
    assert expected.missed == pytest.approx(sum(each.chance.share for each in expected.likeliest))
    first = expected.likeliest[0].chance
    said = f"{first.missed} of {first.like} like it that were still open after 75% of the time"
    assert said in " ".join(page.content.decode().split())


def test_before_anything_happened_it_says_so(client: Client, mila: User) -> None:
    page = client.get(reverse("patterns")).content.decode()
    for words_of in ("No report came", "Nothing was solved", "Nothing comes back", "Nothing that"):
        assert words_of in page


def test_odd_values_open_nothing_and_break_nothing(
    client: Client, mila: User, carla: Contact
) -> None:
    some_weeks(carla, mila)
    for figure in ("hour", "again", "waited", "due"):
        for value in ("", "-", "x.y", "9-99", "2026-13-01.1", "é" * 40, "0-3.", "1-"):
            found = client.get(reverse("cockpit-tickets"), {"figure": figure, "value": value})
            assert found.status_code == 200, (figure, value)


def test_it_asks_as_much_however_many_tickets_there_are(
    client: Client, mila: User, carla: Contact, django_assert_max_num_queries: Any
) -> None:
    some_weeks(carla, mila)
    client.get(reverse("patterns"))
    for number in range(15):
        opened(carla, "2026-06-10 09:00", f"Nog een {number}")
    with django_assert_max_num_queries(32):
        client.get(reverse("patterns"))
