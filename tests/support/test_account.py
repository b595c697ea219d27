"""Signing in: by password, or once by a link."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from support.models import SignInLink
from support.signin import make_link, redeem
from tests import people
from tests.at_once import together
from tickets.models import User

pytestmark = pytest.mark.django_db


def user_of(client: Client) -> object:
    return client.session.get("_auth_user_id")


def test_a_link_signs_in_once(client: Client) -> None:
    alice = people.agent()
    link = make_link(alice, now=timezone.now())
    assert client.get(link)["Location"] == "/"
    assert user_of(client) == str(alice.pk)
    other = Client()
    assert other.get(link)["Location"] == reverse("sign-in")
    assert user_of(other) is None


def test_a_link_ends_after_a_day_and_a_made_up_one_never_worked(client: Client) -> None:
    alice = people.agent()
    old = make_link(alice, now=timezone.now() - timedelta(hours=24))
    for link in (old, reverse("sign-in-link", args=["made-up"])):
        assert client.get(link)["Location"] == reverse("sign-in")
    assert user_of(client) is None


def test_a_link_does_not_let_in_who_left(client: Client) -> None:
    alice = people.agent()
    link = make_link(alice, now=timezone.now())
    User.objects.update(is_active=False)
    assert client.get(link)["Location"] == reverse("sign-in")


def test_only_the_hash_of_a_link_is_kept() -> None:
    link = make_link(people.agent(), now=timezone.now())
    assert SignInLink.objects.get().token_sha256 not in link
    assert link.strip("/").rpartition("/")[2] not in str(SignInLink.objects.values())


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_sign_in_once() -> None:
    alice, now = people.agent(), timezone.now()
    token = make_link(alice, now=now).strip("/").rpartition("/")[2]
    outcomes = together(*[lambda: redeem(token, now=now)] * 4)
    assert sorted(str(outcome) for outcome in outcomes) == ["Alice", "None", "None", "None"]


def test_a_password_signs_in_in_any_case_of_the_address(client: Client) -> None:
    alice = people.agent()
    alice.set_password("heel-geheim-woord")
    alice.save()
    url = reverse("sign-in")
    assert client.get(url).status_code == 200
    wrong = client.post(url, {"username": "alice@desk.example", "password": "fout"})
    assert (wrong.status_code, user_of(client)) == (200, None)
    right = {"username": "Alice@Desk.example", "password": "heel-geheim-woord"}
    assert client.post(f"{url}?next=/desk/phone/", right)["Location"] == "/desk/phone/"
    assert client.post(reverse("sign-out")).status_code == 302
    assert user_of(client) is None
    assert client.post(f"{url}?next=https://kwaad.example/", right)["Location"] == "/"


def test_everybody_starts_where_their_work_is(client: Client) -> None:
    assert client.get("/")["Location"] == reverse("report")
    client.force_login(people.agent())
    assert client.get("/")["Location"] == reverse("queue")
    client.force_login(User.objects.create_user("carla@school.example", name="Carla"))
    assert client.get("/")["Location"] == reverse("my-tickets")
