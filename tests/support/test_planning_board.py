"""The planning board: what stands in which column, and moving it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from sla.models import Coverage, Release
from support import desk
from support.planning.board import Column
from tests import people
from tests.people import words
from tickets.models import Channel, Contact, Kind, Priority, Ticket, User

pytestmark = pytest.mark.django_db
NOW = timezone.now().replace(second=0, microsecond=0)
BOARD, MOVE = "planning-board", "planning-board-move"
QUERIES = 12


@pytest.fixture
def alice(client: Client) -> User:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    user = people.agent()
    client.force_login(user)
    return user


@pytest.fixture
def carla() -> Contact:
    return people.contact(people.organisation())


def release(days: int, **more: object) -> Release:
    """Planned so many days from now, known for long."""
    return Release.objects.create(
        agreement=people.agreement(),
        name=f"Release {days}",
        planned_at=NOW + timedelta(days=days),
        known_from=NOW - timedelta(days=1000),
        **more,
    )


def incident(person: Contact, priority: str, *, days_ago: int = 1) -> Ticket:
    return desk.open_ticket(
        people.reporter(person),
        words(),
        subject=f"{priority} {days_ago}",
        kind=Kind.INCIDENT,
        channel=Channel.WEB,
        priority=priority,
        at=NOW - timedelta(days=days_ago),
    )


def columns(client: Client) -> dict[str, list[str]]:
    shown: list[Column] = client.get(reverse(BOARD, args=["dialog"])).context["columns"]
    return {
        column.release.name if column.release else "": [
            card.ticket.subject for card in column.cards
        ]
        for column in shown
    }


def move(client: Client, ticket: Ticket, to: Release | None) -> list[str]:
    data = {"ticket": ticket.reference, "release": to.pk if to else ""}
    answer = client.post(reverse(MOVE, args=["dialog"]), data, follow=True)
    return [str(message) for message in answer.context["messages"]]


def test_what_is_promised_stands_in_its_release_and_what_must_be_planned_before_all(
    client: Client, alice: User, carla: Contact
) -> None:
    (
        release(7),
        release(28),
        release(-5, live_at=NOW - timedelta(days=5)),
        release(9, skipped_at=NOW),
    )
    incident(carla, Priority.MEDIUM)
    incident(carla, Priority.LOW)
    incident(carla, Priority.HIGH)
    assert columns(client) == {"": ["laag 1"], "Release 7": ["middel 1"], "Release 28": []}


def test_a_card_is_planned_moved_on_and_taken_out_again(
    client: Client, alice: User, carla: Contact
) -> None:
    first, second = release(7), release(28)
    ticket = incident(carla, Priority.LOW)
    assert move(client, ticket, first) == [f"{ticket.reference} is planned into Release 7."]
    assert columns(client)["Release 7"] == ["laag 1"]
    move(client, ticket, second)
    assert Coverage.objects.get(ticket=ticket).planned_for == second
    assert move(client, ticket, None) == [f"{ticket.reference} is in no release any more."]
    assert columns(client)[""] == ["laag 1"]


def test_planning_later_than_what_was_promised_is_done_and_said(
    client: Client, alice: User, carla: Contact
) -> None:
    release(7)
    later = release(28)
    ticket = incident(carla, Priority.MEDIUM)
    (said,) = move(client, ticket, later)
    assert "later than what was promised" in said
    shown: list[Column] = client.get(reverse(BOARD, args=["dialog"])).context["columns"]
    clash = next(column.cards[0] for column in shown if column.release and column.cards[0].must)
    assert clash.elsewhere == later


def test_a_release_that_holds_far_more_than_the_last_ones_did_is_marked(
    client: Client, alice: User, carla: Contact
) -> None:
    last = release(-5)
    solved = incident(carla, Priority.LOW, days_ago=40)
    desk.plan(solved, release=last, actor=alice, at=NOW - timedelta(days=20))
    desk.resolve(solved, words(), actor=alice, at=NOW - timedelta(days=6))
    Release.objects.filter(pk=last.pk).update(live_at=last.planned_at)
    release(1)
    coming = release(7)
    for days in (1, 2):
        desk.plan(incident(carla, Priority.LOW, days_ago=days), release=coming, actor=alice)
    shown: list[Column] = client.get(reverse(BOARD, args=["dialog"])).context["columns"]
    crowded = {
        column.release.name: (column.usual, column.crowded) for column in shown if column.release
    }
    assert crowded == {"Release 1": (1, False), "Release 7": (1, True)}


def test_a_release_that_is_gone_and_a_ticket_of_another_agreement_are_refused(
    client: Client, alice: User, carla: Contact
) -> None:
    gone = release(-1)
    ticket = incident(carla, Priority.LOW)
    assert move(client, ticket, gone) == ["Choose a coming release: that one is gone."]
    dirk = people.contact(people.organisation("Winkel", "diploc"), "Dirk")
    theirs = people.setting(dirk, when=NOW)
    url = reverse(MOVE, args=["dialog"])
    assert client.post(url, {"ticket": theirs.reference, "release": ""}).status_code == 404
    assert client.get(reverse(BOARD, args=["niets"])).status_code == 404


def test_customers_see_no_board(client: Client, carla: Contact) -> None:
    release(7)
    client.force_login(User.objects.create_user("charlie@school.example", name="Charlie"))
    assert client.get(reverse(BOARD, args=["dialog"])).status_code == 403
    assert client.post(reverse(MOVE, args=["dialog"])).status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_the_board_costs_the_same_for_one_card_and_for_three(
    client: Client,
    alice: User,
    carla: Contact,
    django_assert_num_queries: DjangoAssertNumQueries,
    count: int,
) -> None:
    coming = release(7)
    for days in range(1, count + 1):
        desk.plan(incident(carla, Priority.LOW, days_ago=days), release=coming, actor=alice)
        incident(carla, Priority.LOW, days_ago=days)
    client.get(reverse(BOARD, args=["dialog"]))
    with django_assert_num_queries(QUERIES):
        client.get(reverse(BOARD, args=["dialog"]))
