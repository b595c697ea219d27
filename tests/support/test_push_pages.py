"""Push on the page of choices: turned on inside a browser, tried out, turned off, one's own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from support.notifications.push.models import PushKey, PushSubscription
from support.secrets.sealing import seal
from tests import people
from tests.push_browser import BrowserKeys
from tests.receivers import Receiver, receiving
from tickets.models import User

pytestmark = pytest.mark.django_db

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
CHOICES = reverse("notification-choices")
ENDPOINT = "https://93.184.216.34/push/abc"
KEYS = BrowserKeys()
QUERIES = 8


@pytest.fixture
def alice() -> User:
    return people.agent()


@pytest.fixture
def client(alice: User) -> Client:
    """Alice's browser."""
    client = Client(headers={"accept-language": "en", "user-agent": FIREFOX})
    client.force_login(alice)
    return client


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    settings.OUTGOING_PRIVATE_ALLOWED = True
    with receiving() as receiver:
        yield receiver


def row(person: User, endpoint: str = ENDPOINT, **fields: object) -> PushSubscription:
    given = {
        "p256dh": KEYS.given()["p256dh"],
        "sealed_auth": seal(KEYS.given()["auth"]),
        "user_agent": FIREFOX,
        "created_at": timezone.now(),
    }
    return PushSubscription.objects.create(user=person, endpoint=endpoint, **(given | fields))


def test_it_is_turned_on_inside_a_browser_and_its_secret_lies_sealed(
    client: Client, alice: User
) -> None:
    page = client.get(CHOICES).content.decode()
    assert f'data-key="{PushKey.objects.get().public}"' in page
    said = client.post(reverse("push-on"), {"endpoint": ENDPOINT, **KEYS.given()}, follow=True)
    text = said.content.decode()
    assert "Push is on in this browser. Send a test to see it." in text
    assert "Firefox on Windows" in text
    kept = PushSubscription.objects.get(user=alice)
    assert kept.p256dh == KEYS.given()["p256dh"]
    assert KEYS.given()["auth"] not in kept.sealed_auth


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "gave no address"),
        ({"endpoint": ENDPOINT}, "gave no address"),
        ({"endpoint": "http://push.example/x"}, "gave no address"),
        ({"endpoint": "https://10.0.0.1/x"}, "may not send"),
    ],
)
def test_what_no_browser_gives_is_refused_in_words(
    client: Client, given: dict[str, str], said: str
) -> None:
    answer = client.post(reverse("push-on"), given, follow=True)
    assert said in answer.content.decode()
    assert not PushSubscription.objects.exists()


def test_an_eleventh_browser_is_refused_in_words(client: Client, alice: User) -> None:
    for number in range(PushSubscription.MOST):
        row(alice, f"{ENDPOINT}/{number}")
    answer = client.post(reverse("push-on"), {"endpoint": ENDPOINT, **KEYS.given()}, follow=True)
    assert "Push is on in 10 browsers" in answer.content.decode()


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (201, "A test is on its way to Firefox on Windows."),
        (410, "takes no messages any more, and was removed"),
        (403, "the push service did not accept it"),
        (503, "the push service was too busy"),
    ],
)
def test_a_test_says_what_came_of_it(
    client: Client, alice: User, receiver: Receiver, status: int, said: str
) -> None:
    receiver.status = status
    mine = row(alice, receiver.url)
    answer = client.post(reverse("push-try", args=[mine.pk]), follow=True)
    assert said in answer.content.decode()
    assert KEYS.said(receiver.got[0])["url"] == CHOICES
    assert PushSubscription.objects.exists() == (status != 410)


def test_a_test_after_the_secret_key_was_replaced_says_to_turn_it_on_again(
    client: Client, alice: User, receiver: Receiver
) -> None:
    mine = row(alice, receiver.url)
    PushSubscription.objects.filter(pk=mine.pk).update(sealed_auth="sealed with another key")
    answer = client.post(reverse("push-try", args=[mine.pk]), follow=True)
    assert "takes no messages any more, and was removed" in answer.content.decode()
    assert receiver.got == []
    assert not PushSubscription.objects.exists()


def test_a_fault_is_shown_until_it_works(client: Client, alice: User) -> None:
    now = timezone.now()
    row(alice, fault="busy", status=503, failed_at=now, resting_until=now, failures=1)
    page = client.get(CHOICES).content.decode()
    assert "the push service was too busy (503)" in page
    assert "next try" in page


def test_nobody_sees_tries_or_turns_off_the_browser_of_somebody_else(client: Client) -> None:
    theirs = row(people.agent("Bob"))
    assert theirs.endpoint not in client.get(CHOICES).content.decode()
    for name in ("push-try", "push-off"):
        assert client.post(reverse(name, args=[theirs.pk])).status_code == 404
    assert PushSubscription.objects.filter(pk=theirs.pk).exists()


def test_it_is_turned_off_from_any_browser(client: Client, alice: User) -> None:
    mine = row(alice)
    said = client.post(reverse("push-off", args=[mine.pk]), follow=True).content.decode()
    assert "Push is off in Firefox on Windows." in said
    assert not PushSubscription.objects.exists()


def test_a_forged_form_turns_nothing_on(alice: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    answer = client.post(reverse("push-on"), {"endpoint": ENDPOINT, **KEYS.given()})
    assert answer.status_code == 403


def test_the_service_worker_rules_the_desk_and_is_asked_for_again_each_time() -> None:
    answer = Client().get(reverse("push-worker"))
    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Cache-Control"] == "no-cache"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    assert reverse("push-worker").rpartition("/")[0] + "/" == reverse("queue")
    assert b"showNotification" in answer.content
    assert reverse("notifications").encode() in answer.content  # where it leads without a text


def test_the_page_asks_the_same_whatever_the_number_of_browsers(
    client: Client, alice: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.get(CHOICES)
    for number in range(3):
        with django_assert_num_queries(QUERIES):
            client.get(CHOICES)
        row(alice, f"{ENDPOINT}/{number}")
