"""An open page that asks again costs little while nothing changed, and misses nothing."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from support import desk
from tests import people
from tests.people import words
from tickets.models import Channel, Kind, Ticket, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(client: Client) -> User:
    user = people.agent()
    client.force_login(user)
    return user


@pytest.fixture
def ticket() -> Ticket:
    return desk.open_ticket(
        people.reporter(people.contact(people.organisation())),
        words(),
        subject="Doelen",
        kind=Kind.SETTING,
        channel=Channel.WEB,
        at=timezone.now() - timedelta(days=9),
    )


def opened(client: Client) -> str:
    page = client.get(reverse("queue")).content.decode()
    found = re.search(r'"X-Seen": "([^"]+)"', page)
    assert found is not None
    return found[1]


def again(client: Client, seen: str) -> Any:
    asked = {"HX-Request": "true", "HX-Target": "queue-rows", "X-Seen": seen}
    return client.get(reverse("queue"), headers=asked)


def test_an_open_queue_hears_that_nothing_is_new(
    client: Client, alice: User, ticket: Ticket
) -> None:
    client.get(reverse("queue"))  # the session was written
    answer = again(client, opened(client))
    assert (answer.status_code, answer.content) == (204, b"")


def test_what_was_written_elsewhere_shows_nothing_new_either(
    client: Client, alice: User, ticket: Ticket
) -> None:
    _state, _dot, content = opened(client).partition(".")
    answer = again(client, f"earlier.{content}")
    assert answer.status_code == 204
    assert again(client, answer["X-Seen"]).status_code == 204


# Within one transaction a snapshot stays the same.
@pytest.mark.django_db(transaction=True)
def test_what_changed_comes_without_the_frame(client: Client, alice: User, ticket: Ticket) -> None:
    seen = opened(client)
    desk.assign(ticket, assignee=alice, team=None, actor=alice)
    answer = again(client, seen)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Alice" in page
    assert 'id="queue-views"' in page
    assert "<html" not in page
    _seen = re.search(r'"X-Seen": "([^"]+)"', page)
    assert _seen is not None
    assert again(client, _seen[1]).status_code == 204


def test_another_view_is_not_the_one_that_was_seen(
    client: Client, alice: User, ticket: Ticket
) -> None:
    seen = opened(client)
    asked = {"HX-Request": "true", "HX-Target": "queue-rows", "X-Seen": seen}
    assert client.get(f"{reverse('queue')}?view=mine", headers=asked).status_code == 200
