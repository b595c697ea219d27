"""Verbs for many tickets at once, and undoing them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from support import desk
from tests import people
from tests.people import words
from tickets.models import Contact, Priority, Team, Ticket, User

pytestmark = pytest.mark.django_db
URL, UNDO = "bulk", "bulk-undo"


@pytest.fixture
def alice(client: Client) -> User:
    user = people.agent()
    client.force_login(user)
    return user


@pytest.fixture
def carla() -> Contact:
    return people.contact(people.organisation())


@pytest.fixture
def two(alice: User, carla: Contact) -> list[Ticket]:
    return [people.setting(carla, when=timezone.now()) for _ in range(2)]


def told(client: Client) -> list[str]:
    return [str(message) for message in client.get(reverse("queue")).context["messages"]]


def send(client: Client, tickets: list[Ticket], verb: str, **more: object) -> int:
    data = {"tickets": [ticket.pk for ticket in tickets], "verb": verb, **more}
    return client.post(reverse(URL), data).status_code


def test_a_verb_asks_what_it_needs_and_does_it_to_each(
    client: Client, alice: User, two: list[Ticket]
) -> None:
    ids = {"tickets": [ticket.pk for ticket in two], "verb": "prioritise"}
    asked = client.post(reverse(URL), ids)
    assert [row["ticket"] for row in asked.context["rows"]] == two
    assert send(client, two, "prioritise", sure=1, priority="hoog", reason="Examens") == 302
    assert set(Ticket.objects.values_list("priority", flat=True)) == {Priority.HIGH}
    assert told(client) == ["Prioriteit vaststellen: 2 tickets."]


def test_what_is_missing_is_asked_again_and_nothing_was_done(
    client: Client, alice: User, two: list[Ticket]
) -> None:
    assert send(client, two, "assign", sure=1) == 422
    assert send(client, two, "reply", sure=1, text="") == 422
    assert send(client, two, "prioritise", sure=1, priority="onzin") == 422
    assert {ticket.version for ticket in Ticket.objects.all()} == {1}


def test_what_cannot_be_done_to_one_is_said_and_the_others_go_on(
    client: Client, alice: User, two: list[Ticket]
) -> None:
    desk.resolve(two[0], words(), actor=alice)
    send(client, two, "resolve", sure=1, text="Opgelost in alle gevallen.")
    assert set(Ticket.objects.values_list("status", flat=True)) == {"resolved"}
    first, second = told(client)
    assert first == "Opgelost: 1 ticket."
    assert second.startswith(two[0].reference)


def test_assigning_changes_only_what_was_asked(
    client: Client, alice: User, two: list[Ticket]
) -> None:
    bob, team = people.agent("Bob"), Team.objects.create(name="Hosting", email="h@desk.example")
    desk.assign(two[0], assignee=alice, team=alice.team, actor=alice)
    send(client, two, "assign", sure=1, team=team.pk)
    assert Ticket.objects.get(pk=two[0].pk).assignee == alice
    send(client, two, "assign", sure=1, agent=bob.pk)
    assert set(Ticket.objects.values_list("assignee", "team")) == {(bob.pk, team.pk)}
    send(client, two, "assign", sure=1, agent="nobody")
    assert not Ticket.objects.exclude(assignee=None, team=team).exists()


def test_taking_needs_no_question_and_can_be_undone(
    client: Client, alice: User, two: list[Ticket]
) -> None:
    before = set(Ticket.objects.values_list("pk", "assignee", "team"))
    send(client, two, "take")
    assert set(Ticket.objects.values_list("assignee", flat=True)) == {alice.pk}
    assert client.get(reverse("queue")).context["undo"] == 2
    client.post(reverse(UNDO))
    assert set(Ticket.objects.values_list("pk", "assignee", "team")) == before
    assert client.get(reverse("queue")).context["undo"] == 0


def test_undoing_leaves_alone_what_somebody_else_changed_since(
    client: Client, alice: User, two: list[Ticket]
) -> None:
    bob = people.agent("Bob")
    send(client, two, "classify", sure=1, kind="question")
    desk.assign(two[0], assignee=bob, team=None, actor=bob)
    told(client)
    client.post(reverse(UNDO))
    kinds = dict(Ticket.objects.values_list("pk", "kind"))
    assert kinds == {two[0].pk: "question", two[1].pk: "setting"}
    assert len(told(client)) == 2


def test_after_ten_minutes_nothing_is_undone(
    client: Client, alice: User, two: list[Ticket]
) -> None:
    send(client, two, "take")
    session = client.session
    late = (timezone.now() - timedelta(seconds=1)).isoformat()
    session["undo"] = session["undo"] | {"until": late}
    session.save()
    client.post(reverse(UNDO))
    assert set(Ticket.objects.values_list("assignee", flat=True)) == {alice.pk}


def test_nothing_chosen_is_said_and_an_unknown_verb_is_not_there(
    client: Client, alice: User, two: list[Ticket]
) -> None:
    assert send(client, [], "take") == 302
    assert send(client, two, "explode") == 404
    assert (
        client.post(reverse(URL), {"tickets": ["x", "9" * 30], "verb": "take"}).status_code == 302
    )
    assert {ticket.version for ticket in Ticket.objects.all()} == {1}


def test_customers_cannot_do_any_of_it(client: Client, two: list[Ticket]) -> None:
    client.force_login(User.objects.create_user("charlie@school.example", name="Charlie"))
    assert send(client, two, "take") == 403
    assert client.post(reverse(UNDO)).status_code == 403
