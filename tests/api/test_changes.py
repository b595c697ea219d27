"""Whoever follows what changes misses nothing: not a late mail, not a moved deadline."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from sla import calendar_changes
from sla import sweep as clocks
from sla.models import Calendar, CalendarDay
from support import desk
from support.api import changes
from support.desk import customer_side
from tests import people
from tests.api.programs import account, program
from tests.at_once import together
from tests.people import words
from tickets.models import Channel, Contact, Kind, Ticket, Touch

pytestmark = pytest.mark.django_db


def report(carla: Contact, subject: str = "Doelen", **more: Any) -> Ticket:
    return desk.open_ticket(
        people.reporter(carla),
        words(),
        subject=subject,
        kind=Kind.INCIDENT,
        priority="hoog",
        channel=Channel.EMAIL,
        **more,
    )


def follow(client: Client, after: int = 0, **asked: Any) -> Any:
    changes.sweep(now=timezone.now())
    answer = client.get("/api/v1/changes/", {"after": after, **asked})
    assert answer.status_code == 200, answer.content
    return answer.json()


def subjects(answer: Any) -> list[str]:
    return [each["subject"] for each in answer["results"]]


def test_each_ticket_comes_where_it_last_changed_and_only_once() -> None:
    client, carla = program(people.agent()), people.contact(people.organisation())
    first, _second = report(carla, "Een"), report(carla, "Twee")
    answer = follow(client)
    assert sorted(subjects(answer)) == ["Een", "Twee"]
    assert answer["more"] is False
    assert follow(client, answer["place"])["results"] == []
    for text in ("Firefox", "140"):
        customer_side.writes(first, people.reporter(carla), words(text), channel=Channel.EMAIL)
    again = follow(client, answer["place"])
    assert subjects(again) == ["Een"]
    assert again["place"] > answer["place"]


def test_a_mail_that_was_taken_in_late_comes_though_it_says_an_earlier_time() -> None:
    client, carla = program(people.agent()), people.contact(people.organisation())
    place = follow(client)["place"]
    report(carla, "Laat", at=timezone.now() - timedelta(days=9))
    assert subjects(follow(client, place)) == ["Laat"]


def test_a_deadline_moved_by_a_closing_day_comes() -> None:
    client, carla = program(people.agent()), people.contact(people.organisation())
    monday = people.at("2099-06-01 16:00")
    report(carla, at=monday)
    before = follow(client)
    due = before["results"][0]["next_due_at"]
    calendar = Calendar.objects.get()
    day = CalendarDay(calendar=calendar, day=date(2099, 6, 2), name="Verhuizing")
    calendar_changes.put(day, now=timezone.now())
    clocks.sweep(now=timezone.now() + timedelta(seconds=1))
    after = follow(client, before["place"])
    assert [each["next_due_at"] == due for each in after["results"]] == [False]


def test_pages_go_on_where_the_one_before_ended() -> None:
    client, carla = program(people.agent()), people.contact(people.organisation())
    for number in range(5):
        report(carla, str(number))
    seen, place, more = [], 0, True
    while more:
        answer = follow(client, place, limit=2)
        seen += subjects(answer)
        place, more = answer["place"], answer["more"]
    assert sorted(seen) == ["0", "1", "2", "3", "4"]


def test_a_customer_follows_their_own_alone() -> None:
    carla = people.contact(people.organisation())
    dirk = people.contact(people.organisation("Elders"), "Dirk")
    report(carla, "Van Carla")
    report(dirk, "Van Dirk")
    assert subjects(follow(program(account(carla)))) == ["Van Carla"]


@pytest.mark.parametrize("asked", ["after=-1", "after=x", "limit=0", "limit=201", "before=1"])
def test_what_can_not_be_asked_is_refused_by_name(asked: str) -> None:
    answer = program(people.agent()).get(f"/api/v1/changes/?{asked}")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == asked.split("=", maxsplit=1)[0]


@pytest.mark.django_db(transaction=True)
def test_what_is_stored_late_comes_after_what_was_stored_before_it() -> None:
    client, carla = program(people.agent()), people.contact(people.organisation())
    slow, quick = report(carla, "Traag"), report(carla, "Vlug")
    place = follow(client)["place"]

    def while_the_slow_one_is_open() -> int:
        customer_side.writes(quick, people.reporter(carla), words(), channel=Channel.EMAIL)
        answer = follow(client, place)
        assert subjects(answer) == ["Vlug"]
        return int(answer["place"])

    with transaction.atomic():
        customer_side.writes(slow, people.reporter(carla), words(), channel=Channel.EMAIL)
        [seen] = together(while_the_slow_one_is_open)
    assert isinstance(seen, int), seen
    assert subjects(follow(client, seen)) == ["Traag"]


def test_nothing_is_left_to_number_and_nothing_is_numbered_twice() -> None:
    report(people.contact(people.organisation()))
    assert changes.sweep(now=timezone.now()) == 1
    assert changes.sweep(now=timezone.now()) == 0
    assert not Touch.objects.exists()
