"""A passkey signs its owner in, here, with a PIN or a finger, once; and nobody else."""

import json
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from allauth.mfa.totp.internal.auth import yield_hotp_counters_from_time as counters
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from tests import people
from tests.passkeys import Passkey
from tickets.models import User

pytestmark = pytest.mark.django_db

WORD = "heel-geheim-woord"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
PASSKEY, SECOND = "/sign-in/passkey/", "/sign-in/second/"


@pytest.fixture(autouse=True)
def _nobody_tried_before() -> None:
    cache.clear()


def person(name: str) -> User:
    user = people.agent(name)
    user.set_password(WORD)
    user.save()
    return user


@pytest.fixture
def alice() -> User:
    return person("Alice")


def user_of(client: Client) -> Any:
    return client.session.get("_auth_user_id")


def challenge(client: Client) -> str:
    """What the sign-in page asks a passkey to sign."""
    asked = client.get(PASSKEY, headers={"X-Requested-With": "XMLHttpRequest"}).json()
    return str(asked["request_options"]["publicKey"]["challenge"])


def second_challenge(client: Client, user: User) -> str:
    """What the page for a second factor asks, after somebody's own password."""
    client.post("/sign-in/", {"login": user.email, "password": WORD})
    page = client.get(SECOND)
    return str(page.context["js_data"]["request_options"]["publicKey"]["challenge"])


def shows(client: Client, answer: Any, page: str = PASSKEY) -> Any:
    return client.post(page, {"credential": json.dumps(answer)})


def test_a_passkey_signs_its_owner_in(client: Client, alice: User) -> None:
    key = Passkey(alice)
    shows(client, key.answers(challenge(client)))
    assert user_of(client) == str(alice.pk)


def test_the_challenge_of_a_second_factor_signs_nobody_else_in(client: Client, alice: User) -> None:
    eve = person("Eve")
    Passkey(eve)
    found = Passkey(alice)  # lost, without its PIN
    for verified in (False, True):
        asked = second_challenge(client, eve)
        session = client.session
        del session["account_login"]  # the password was typed long ago, and lapsed
        session.save()
        shows(client, found.answers(asked, verified=verified))
        assert user_of(client) is None


def test_a_second_factor_is_one_on_its_own_page(client: Client, alice: User) -> None:
    key = Passkey(alice)
    shows(client, key.answers(second_challenge(client, alice), verified=False), SECOND)
    assert user_of(client) == str(alice.pk)


def test_the_challenge_of_the_sign_in_page_is_no_second_factor(client: Client, alice: User) -> None:
    key = Passkey(alice)
    asked = challenge(client)
    client.post("/sign-in/", {"login": alice.email, "password": WORD})
    shows(client, key.answers(asked), SECOND)
    assert user_of(client) is None


@pytest.mark.parametrize(
    "how",
    [
        {"verified": False},
        {"origin": "http://evil.testserver"},
        {"origin": "https://testserver"},
        {"origin": "http://testserver:8000"},
    ],
)
def test_without_pin_or_for_another_address_it_signs_nobody_in(
    how: dict[str, Any], client: Client, alice: User
) -> None:
    key = Passkey(alice)
    shows(client, key.answers(challenge(client), **how))
    assert user_of(client) is None


def test_a_challenge_lapses_and_serves_once(client: Client, alice: User) -> None:
    key = Passkey(alice)
    asked = challenge(client)
    session = client.session
    flow, at = session["werkdag.passkey.flow"]
    session["werkdag.passkey.flow"] = (flow, at - 301)
    session.save()
    shows(client, key.answers(asked))
    assert user_of(client) is None
    answer = key.answers(challenge(client))
    shows(client, answer)
    client.logout()
    shows(client, answer)
    assert user_of(client) is None


@pytest.mark.parametrize(("second", "goes_in"), [(8, True), (7, False), (3, False), (0, False)])
def test_a_counter_that_goes_back_is_refused(
    second: int, goes_in: bool, client: Client, alice: User
) -> None:
    key = Passkey(alice)
    shows(client, key.answers(challenge(client), counter=7))
    client.logout()
    shows(client, key.answers(challenge(client), counter=second))
    assert (user_of(client) is not None) is goes_in


@pytest.mark.parametrize(
    "credential",
    [
        "[" * 50_000,
        "{}",
        "[]",
        "null",
        '{"id": 1, "rawId": [], "type": {}, "response": 7}',
        (
            '{"id": "YQ", "rawId": "YQ", "type": "public-key", "response": {"clientDataJSON": "YQ",'
            ' "authenticatorData": "YQ", "signature": "YQ", "userHandle": {"a": 1}}}'
        ),
    ],
)
@pytest.mark.parametrize("page", [PASSKEY, SECOND])
def test_whatever_is_sent_for_a_passkey_breaks_nothing(
    credential: str, page: str, client: Client, alice: User
) -> None:
    Passkey(alice)
    if page == SECOND:
        second_challenge(client, alice)
    else:
        challenge(client)
    assert client.post(page, {"credential": credential}).status_code in (200, 302)
    assert user_of(client) is None


def test_a_code_of_the_app_serves_once_as_long_as_it_is_accepted(
    client: Client, alice: User
) -> None:
    TOTP.activate(alice, SECRET)
    code = format_hotp_value(hotp_value(SECRET, list(counters())[1]))
    for times in range(2):
        client.post("/sign-in/", {"login": alice.email, "password": WORD})
        client.post(SECOND, {"code": code})
        assert (user_of(client) is not None) is (times == 0)
        client.logout()
        # What allauth remembers of it lapses after half a minute.
        cache.delete(f"allauth.mfa.totp.used?user={alice.pk}&code={code}")
    assert Authenticator.objects.get().type == Authenticator.Type.TOTP
    assert reverse("mfa_authenticate") == SECOND
