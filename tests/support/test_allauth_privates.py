"""What we use of django-allauth's inside, which it may change with any version.

Each part has a test here that says what we count on, so that an upgrade that changes it is red
before a page is. `~=` in requirements.in lets only its patches in by themselves.
"""

from __future__ import annotations

import ast
import re
from types import SimpleNamespace

import pytest
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.core import context
from allauth.core.internal import ratelimit
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.core.internal.httpkit import get_client_ip
from allauth.mfa.webauthn.internal import auth
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import reverse
from pytest_django import Settings

from config.env import BASE_DIR
from tests import people
from tests.passkeys import Passkey

TOUCHED = {
    "allauth.account.internal.flows.login.record_authentication",
    "allauth.core.internal.cryptokit.normalize_user_code",
    "allauth.core.internal.httpkit.get_client_ip",
    "allauth.core.internal.ratelimit",
    "allauth.mfa.webauthn.internal.auth",
    "allauth.mfa.webauthn.internal.auth.STATE_SESSION_KEY",
    "allauth.socialaccount.internal.jwtkit",
}
LIMIT = {"app": "allauth.account", "action": "login_failed"}


@pytest.fixture
def request_(rf: RequestFactory, client: Client) -> HttpRequest:
    """A request with a session, from an address of the documentation (RFC 5737)."""
    asked = rf.post("/", REMOTE_ADDR="192.0.2.1")
    asked.session = client.session
    return asked


def test_no_other_inner_part_is_used_than_those_with_a_test_here() -> None:
    found = set()
    for room in ("config", "support", "sla", "tickets"):
        for path in (BASE_DIR / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.ImportFrom) and re.match(r"allauth\b", node.module or ""):
                    found |= {f"{node.module}.{each.name}" for each in node.names}
    assert {each for each in found if "internal" in each or "._" in each} == TOUCHED


def test_an_attempt_is_counted_until_the_limit_and_can_be_given_back(request_: HttpRequest) -> None:
    cache.clear()
    rate = next(rate for rate in ratelimit.get_rates(**LIMIT) if rate.per == "key")
    spent = [ratelimit.consume(request_, **LIMIT, key="a") for _time in range(rate.amount)]
    assert all(spent)
    assert ratelimit.consume(request_, **LIMIT, key="a") is None
    spent[0].rollback()
    assert ratelimit.consume(request_, **LIMIT, key="a")


def test_the_attempts_that_count_lie_in_the_cache_with_the_oldest_last(
    request_: HttpRequest,
) -> None:
    cache.clear()
    for _time in range(3):
        assert ratelimit.consume(request_, **LIMIT, key="a")
    (rate,) = [rate for rate in ratelimit.get_rates(**LIMIT) if rate.per == "key"]
    assert rate.duration == 300
    history = cache.get(ratelimit.get_cache_key(request_, **LIMIT, rate=rate, key="a"))
    assert len(history) == 3
    assert history == sorted(history, reverse=True)
    ratelimit.clear(request_, **LIMIT, key="a")
    assert cache.get(ratelimit.get_cache_key(request_, **LIMIT, rate=rate, key="a")) in (None, [])


def test_the_visitor_is_who_the_last_proxy_of_ours_names(
    rf: RequestFactory, settings: Settings
) -> None:
    asked = rf.get("/", REMOTE_ADDR="192.0.2.1")
    asked.META["HTTP_X_FORWARDED_FOR"] = "198.51.100.7, 203.0.113.9"
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 0
    assert get_client_ip(asked) == "192.0.2.1"
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert get_client_ip(asked) == "203.0.113.9"
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 3
    with pytest.raises(ImproperlyConfigured):
        get_client_ip(asked)


def test_a_code_is_the_same_however_it_is_typed() -> None:
    assert normalize_user_code(" 12-34 56 ") == "123456"
    assert normalize_user_code("aB-c.D") == "abcd"


@pytest.mark.django_db
def test_how_somebody_signed_in_is_kept_in_the_session(request_: HttpRequest) -> None:
    alice = request_.user = people.agent()
    record_authentication(request_, alice, method="link")
    record_authentication(request_, alice, method="mfa", reauthenticated=True)
    first, second = get_authentication_records(request_, alice)
    assert (first["method"], second["method"]) == ("link", "mfa")
    assert second["reauthenticated"] is True
    assert first["at"] <= second["at"]


@pytest.mark.django_db
def test_a_challenge_lies_in_the_session_under_its_name(client: Client) -> None:
    answer = client.get(
        reverse("mfa_login_webauthn"), headers={"X-Requested-With": "XMLHttpRequest"}
    )
    challenge = answer.json()["request_options"]["publicKey"]["challenge"]
    assert client.session[auth.STATE_SESSION_KEY]["challenge"] == challenge


@pytest.mark.django_db
def test_what_a_passkey_says_is_read_without_being_believed(request_: HttpRequest) -> None:
    answers = Passkey(people.agent()).answers("x" * 32, origin="http://elsewhere.example")
    with context.request_context(request_):
        said = auth.parse_authentication_response(answers).response
        assert said.client_data.origin == "http://elsewhere.example"
        assert isinstance(said.authenticator_data.counter, int)
        assert isinstance(said.authenticator_data.is_user_verified(), bool)
        for read in (auth.parse_authentication_response, auth.parse_registration_response):
            with pytest.raises((AttributeError, KeyError, TypeError, ValueError, ValidationError)):
                read({"response": {}})


def test_a_token_of_the_provider_is_checked_by_what_we_put_in_its_place() -> None:
    """Allauth asks `_decode_id_token` of its adapter, which we override; were it to ask something
    else, its own check would let in what ours refuses.
    """
    asked: list[str] = []

    class Ours(OpenIDConnectOAuth2Adapter):
        openid_config = {"userinfo_endpoint": ""}

        def _decode_id_token(self, app: object, id_token: str) -> dict[str, str]:
            asked.append(id_token)
            raise LookupError

    adapter = Ours(RequestFactory().get("/"), "oidc")
    app, token = SimpleNamespace(settings={"fetch_userinfo": False}), SimpleNamespace(token="t")
    with pytest.raises(LookupError):
        adapter.complete_login(None, app, token, response={"id_token": "i"})
    assert asked == ["i"]
    assert callable(jwtkit.verify_and_decode)
    assert callable(jwtkit.lookup_kid_jwk)
