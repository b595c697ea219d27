"""Which browsers are told, whose they are, and the key by which push services know us."""

from __future__ import annotations

import pytest
from django.conf import settings as conf
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries, Settings

from support.notifications.push import vapid
from support.notifications.push.browsers import TooMany, keep
from support.notifications.push.models import PushKey, PushSubscription
from support.notifications.push.sending import PushOutcome, hand_out, note, send_due
from support.outgoing.gate import Refused
from tests import people
from tests.people import at
from tests.push_browser import BrowserKeys
from tickets.models import User

pytestmark = pytest.mark.django_db

MONDAY = at("2026-05-18 10:00")
KEYS = BrowserKeys()


@pytest.fixture
def alice() -> User:
    return people.agent()


@pytest.fixture
def bob() -> User:
    return people.agent("Bob")


def kept(person: User, name: object = "a") -> PushSubscription:
    address = f"https://93.184.216.34/{name}"
    return keep(person, endpoint=address, **KEYS.given(), user_agent="Firefox", now=MONDAY)


def test_the_key_is_sealed_and_another_secret_key_begins_anew(
    alice: User, settings: Settings
) -> None:
    kept(alice)
    first = vapid.identity(now=MONDAY)
    private = first.private.private_numbers().private_value
    assert vapid.identity(now=MONDAY).private.private_numbers().private_value == private
    settings.SECRET_KEY_FALLBACKS = [conf.SECRET_KEY]
    settings.SECRET_KEY = "another"
    assert vapid.identity(now=MONDAY).public == first.public
    settings.SECRET_KEY_FALLBACKS = []
    assert vapid.identity(now=MONDAY).public != first.public
    assert not PushSubscription.objects.exists()


def test_there_is_one_key(alice: User) -> None:
    vapid.identity(now=MONDAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        PushKey.objects.create(id=2, public="x", sealed_private="x", made_at=MONDAY)


def test_a_person_has_ten_browsers_and_one_browser_has_one_person(alice: User, bob: User) -> None:
    for number in range(PushSubscription.MOST):
        kept(alice, number)
    with pytest.raises(TooMany):
        kept(alice, "more")
    kept(alice, 0)  # again, with other keys perhaps
    kept(bob, 0)
    assert PushSubscription.objects.filter(user=alice).count() == 9
    assert PushSubscription.objects.get(user=bob).endpoint == "https://93.184.216.34/0"


@pytest.mark.parametrize(
    ("endpoint", "fault"),
    [
        ("http://push.example/x", ValueError),
        ("https://push.example/" + "x" * 1000, ValueError),
        ("https://127.0.0.1/x", Refused),
        ("https://localhost/x", Refused),
        ("https://a:b@push.example/", Refused),
    ],
)
def test_an_address_that_no_browser_gives_is_not_kept(
    alice: User, settings: Settings, endpoint: str, fault: type[Exception]
) -> None:
    settings.OUTGOING_PRIVATE_ALLOWED = False
    with pytest.raises(fault):
        keep(alice, endpoint=endpoint, **KEYS.given(), user_agent="", now=MONDAY)
    assert not PushSubscription.objects.exists()


def test_what_came_of_a_browser_that_was_just_removed_is_noted_nowhere(
    alice: User,
) -> None:
    row = kept(alice)
    PushSubscription.objects.all().delete()
    assert note(row, PushOutcome(fault=PushSubscription.Fault.UNREACHABLE), now=MONDAY) is None


def test_an_idle_round_asks_little(
    alice: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    kept(alice)
    with django_assert_num_queries(3):  # savepoint, rows, savepoint
        assert hand_out(now=MONDAY) == 0
    with django_assert_num_queries(4):  # lock, who left, what is due, unlock
        assert send_due(now=MONDAY) == 0
