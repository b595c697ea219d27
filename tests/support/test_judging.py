"""What another priority or kind does to the deadlines, shown before it is done."""

from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sla.models import Clock
from sla.queries import cards_of
from sla.supposing import cards_if, cards_if_of
from support import desk
from support.workspace.judging import changes_if
from support.workspace.weighing import grid
from tests import people
from tests.people import words
from tickets.models import Channel, Contact, Kind, Priority, Ticket, TicketEvent, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(client: Client) -> User:
    user = people.agent()
    client.force_login(user)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return user


@pytest.fixture
def carla() -> Contact:
    return people.contact(people.organisation())


def incident(
    carla: Contact, *, when: datetime | None = None, channel: str = Channel.PHONE
) -> Ticket:
    return desk.open_ticket(
        people.reporter(carla),
        words(),
        subject="Niemand kan erin",
        kind=Kind.INCIDENT,
        channel=channel,
        priority=Priority.LOW,
        at=when,
    )


@pytest.mark.parametrize("days", [0, 30])
@pytest.mark.parametrize("priority", Priority.values)
def test_what_is_shown_is_what_then_happens(
    days: int, priority: str, alice: User, carla: Contact
) -> None:
    ticket = incident(carla, when=timezone.now() - timedelta(days=days))
    now = timezone.now()
    shown = {
        (card.promise, card.clause, card.binding, card.due_at, card.state)
        for card in cards_if(ticket, now=now, priority=priority)
    }
    ticket = desk.prioritise(ticket, priority=priority, reason="Anders", actor=alice, at=now)
    assert shown == {
        (card.promise, card.clause, card.binding, card.due_at, card.state)
        for card in cards_of(ticket, now=now)
    }


def test_what_a_colleague_wrote_meanwhile_comes_before_what_would_be_changed(
    alice: User, carla: Contact
) -> None:
    asked = incident(carla)
    now = asked.updated_at
    later = now + timedelta(milliseconds=18)
    desk.prioritise(asked, priority=Priority.MEDIUM, reason="Anders", actor=alice, at=later)
    asked.updated_at = now  # as it was read before the colleague's verb
    cards = cards_if(asked, now=now, priority=Priority.HIGH)
    assert cards
    other = people.organisation("Ander")
    assert cards_if_of(asked, other, authorised=True, now=now)


def test_looking_changes_nothing(client: Client, alice: User, carla: Contact) -> None:
    ticket = incident(carla)
    before = (TicketEvent.objects.count(), list(Clock.objects.order_by("pk").values()))
    url = reverse("preview", args=[ticket.reference])
    for kind in ("", *Kind.values):
        client.get(url, {"priority": "hoog", "kind": kind})
    assert (TicketEvent.objects.count(), list(Clock.objects.order_by("pk").values())) == before


def test_a_late_raise_says_that_it_would_be_missed_at_once(
    client: Client, alice: User, carla: Contact
) -> None:
    ticket = incident(carla, when=timezone.now() - timedelta(days=30))
    url = reverse("preview", args=[ticket.reference])
    part = client.get(url, {"priority": "hoog"}, headers={"hx-request": "true"}).content.decode()
    assert "would be missed at once" in part
    assert "<html" not in part
    whole = client.post(url, {"priority": ["laag", "hoog"], "reason": "Iedereen"}).content.decode()
    assert "would be missed at once" in whole
    assert 'value="Iedereen"' in whole
    assert 'value="hoog" selected' in whole


def test_a_kind_that_promises_less_says_what_is_no_longer_promised(
    alice: User, carla: Contact
) -> None:
    ticket = incident(carla)
    said = {
        remark
        for change in changes_if(ticket, kind=Kind.WISH, priority="")
        for remark, _tone in change.remarks
    }
    assert said
    same = changes_if(ticket, kind="", priority="")
    assert same
    assert all(change.same and not change.remarks for change in same)


def test_what_can_not_be_asked_is_left_out(client: Client, alice: User, carla: Contact) -> None:
    url = reverse("preview", args=[incident(carla).reference])
    for asked in ({"priority": "hoogst"}, {"kind": "klacht"}, {}):
        assert client.get(url, asked).status_code == 200


def test_with_nothing_chosen_it_asks_for_a_choice(
    client: Client, alice: User, carla: Contact
) -> None:
    page = client.get(reverse("preview", args=[incident(carla).reference])).content.decode()
    assert "Choose something else than it is now" in page
    assert "<span>stays</span>" not in page


def test_urgency_and_impact_propose_a_priority_and_a_colleague_decides(
    client: Client, alice: User, carla: Contact
) -> None:
    rows = [[cell["priority"] for cell in row["cells"]] for row in grid()]
    order = list(Priority)
    ranks = [[order.index(each) for each in row] for row in rows]
    assert (rows[0][0], rows[2][2]) == (Priority.HIGH, Priority.LOW)
    assert all(row == sorted(row) for row in [*ranks, *map(list, zip(*ranks, strict=True))])
    page = client.get(reverse("ticket", args=[incident(carla).reference])).content.decode()
    assert "Urgency × impact" in page
    assert "not set yet" in page
