"""Push for customers: what a letter says in short, without private words, where they chose it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from support import desk
from support.mail import letters
from support.notifications.push import browsers, customers, sending
from support.notifications.push.models import (
    PushedLetter,
    PushMessage,
    PushSubscription,
    PushWish,
)
from support.secrets.sealing import seal
from tests import people
from tests.api.programs import account
from tests.people import words
from tests.push_browser import BrowserKeys
from tests.receivers import Receiver, receiving
from tickets.models import Contact, Kind, Ticket, User

pytestmark = pytest.mark.django_db

KEYS = BrowserKeys()
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
ENDPOINT = "https://93.184.216.34/push/abc"
DAY = timedelta(days=1)


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    settings.OUTGOING_PRIVATE_ALLOWED = True
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def carla() -> User:
    person = people.contact(people.organisation(), "Carla")
    return account(person)


def row(user: User, endpoint: str = ENDPOINT) -> PushSubscription:
    return PushSubscription.objects.create(
        user=user,
        endpoint=endpoint,
        p256dh=KEYS.given()["p256dh"],
        sealed_auth=seal(KEYS.given()["auth"]),
        user_agent=FIREFOX,
        created_at=timezone.now() - DAY,
    )


def answered(user: User, text: str = "Geheim antwoord") -> Ticket:
    person = Contact.objects.get(user=user)
    ticket = desk.open_ticket(
        people.reporter(person),
        words(),
        subject="Cijfers van Jan",
        kind=Kind.QUESTION,
        channel="web",
    )
    desk.reply(
        ticket, words(text), actor=User.objects.filter(name="Alice").first() or people.agent()
    )
    return ticket


def told(receiver: Receiver) -> list[dict[str, Any]]:
    return [json.loads(KEYS.read(got.body)) for got in receiver.got]


def test_an_answer_is_told_without_its_words_or_subject_and_once(
    carla: User, receiver: Receiver
) -> None:
    row(carla, f"{receiver.url}/push/1")
    PushWish.objects.create(user=carla, progress=False)
    ticket, now = answered(carla), timezone.now()
    assert customers.hand_out(now=now) == 1
    assert customers.hand_out(now=now) == 0
    assert sending.send_due(now=now) == 1
    (said,) = told(receiver)
    assert said["title"] == "Er is een antwoord op uw melding"
    assert said["body"] == ticket.reference
    assert said["url"] == reverse("my-ticket", args=[ticket.reference])
    assert "Geheim" not in json.dumps(said)
    assert customers.hand_out(now=now + timedelta(minutes=1)) == 0


def test_the_subject_is_said_only_where_it_was_asked_for(carla: User, receiver: Receiver) -> None:
    row(carla, f"{receiver.url}/push/1")
    PushWish.objects.create(user=carla, progress=False, names=True)
    answered(carla)
    customers.hand_out(now=timezone.now())
    sending.send_due(now=timezone.now())
    assert "Cijfers van Jan" in told(receiver)[0]["body"]


def test_only_chosen_letters_to_oneself_since_it_was_turned_on_are_told(carla: User) -> None:
    now = timezone.now()
    other = account(people.contact(people.organisation("Ander"), "Olga"))
    row(carla)
    answered(other)
    letters.write(
        "status_confirm", {"link": "x", "page": "x", "days": 1}, to=carla.email, at=now, html=False
    )
    assert customers.hand_out(now=now) == 0
    answered_before = answered(carla)
    PushSubscription.objects.update(created_at=now + DAY / 2)
    assert customers.hand_out(now=now + timedelta(seconds=5)) == 0
    assert PushedLetter.objects.filter(mail__ticket=answered_before).exists()
    assert not PushMessage.objects.exists()


def test_a_browser_goes_with_the_account_of_who_leaves(carla: User) -> None:
    row(carla)
    agent = people.agent()
    row(agent, ENDPOINT + "2")
    assert browsers.forget_who_left() == 0
    User.objects.filter(pk=carla.pk).update(is_active=False)
    assert browsers.forget_who_left() == 1
    assert PushSubscription.objects.get().user == agent


def test_a_customer_turns_it_on_chooses_and_turns_it_off(carla: User) -> None:
    client = Client(headers={"user-agent": FIREFOX})
    client.force_login(carla)
    on = client.post(reverse("my-push-on"), {"endpoint": ENDPOINT, **KEYS.given()}, follow=True)
    assert on.redirect_chain[-1][0] == reverse("my-push")
    assert "Firefox" in on.content.decode()
    browser = PushSubscription.objects.get()
    assert browser.user == carla
    client.post(reverse("my-push"), {"answers": "on"})
    wish = PushWish.objects.get()
    assert (wish.answers, wish.progress, wish.news, wish.names) == (True, False, False, False)
    stranger = Client()
    stranger.force_login(account(people.contact(people.organisation("Ander"), "Olga")))
    off = reverse("my-push-off", args=[browser.pk])
    assert stranger.post(off).status_code == 404
    client.post(off)
    assert not PushSubscription.objects.exists()


def test_who_is_at_no_customer_can_turn_nothing_on() -> None:
    lost = User.objects.create_user("los@ergens.example", name="Los")
    client = Client()
    client.force_login(lost)
    assert client.get(reverse("my-push")).status_code == 200
    answer = client.post(reverse("my-push-on"), {"endpoint": ENDPOINT, **KEYS.given()})
    assert answer.status_code == 404
