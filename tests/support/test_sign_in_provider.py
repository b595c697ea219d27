"""Signing in with the account of an identity provider: a real one, on this machine."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings as house
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from config import signin_settings
from support.sign_in import gated
from tests import people
from tests.receivers import dripping
from tickets.models import Role, User

pytestmark = pytest.mark.django_db

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
FOREIGN_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
CLIENT = "werkdag"


@dataclass
class Provider:
    """An OpenID Connect provider, as far as signing in needs one."""

    url: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    key: rsa.RSAPrivateKey = KEY
    broken: bool = False
    asked: list[dict[str, list[str]]] = field(default_factory=list)

    def answer(self, path: str, form: dict[str, list[str]]) -> dict[str, Any]:
        """What stands at an address."""
        if path == "/.well-known/openid-configuration":
            return {
                "issuer": self.url,
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token",
                "jwks_uri": f"{self.url}/keys",
                "token_endpoint_auth_methods_supported": ["client_secret_post"],
            }
        if path == "/keys":
            shown = jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key(), as_dict=True)
            return {"keys": [shown | {"kid": "1", "alg": "RS256", "use": "sig"}]}
        self.asked.append(form)
        return {
            "access_token": "x",
            "token_type": "Bearer",
            "id_token": self.token(form["code"][0]),
        }

    def token(self, nonce: str) -> str:
        """Who it is, signed. The code that we give out is what the token must bring back."""
        now = int(time.time())
        told = {"iss": self.url, "aud": CLIENT, "sub": "7", "iat": now, "exp": now + 60}
        told |= {"nonce": nonce} | self.claims
        return jwt.encode(
            {name: told[name] for name in told if told[name] is not None},
            self.key,
            "RS256",
            headers={"kid": "1"},
        )


@pytest.fixture
def provider(settings: Settings) -> Iterator[Provider]:
    """One that listens, and that Werkdag knows of."""
    cache.clear()
    told = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer({})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._answer(parse_qs(body))

        def _answer(self, form: dict[str, list[str]]) -> None:
            self.send_response(500 if told.broken else 200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(told.answer(urlsplit(self.path).path, form)).encode())

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.url = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.SOCIALACCOUNT_PROVIDERS = configured(told.url)
    yield told
    server.shutdown()
    server.server_close()


def configured(issuer: str) -> dict[str, Any]:
    """What the environment makes of it."""
    environ = {
        "WERKDAG_OIDC_ISSUER": issuer,
        "WERKDAG_OIDC_ID": CLIENT,
        "WERKDAG_OIDC_SECRET": "geheim",
        "WERKDAG_OIDC_NAME": "Schoolaccount",
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environ.items():
            patch.setitem(signin_settings.env.ENVIRON, name, value)
        app = signin_settings.identity_provider()
    return {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}


def through(client: Client, path: str = "/sign-in/with/oidc/") -> Any:
    """There, and back with a code."""
    there = client.get(path)
    assert there.status_code == 302, there.content
    asked = parse_qs(urlsplit(there["Location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    back = urlsplit(asked["redirect_uri"][0]).path
    return client.get(back, {"state": asked["state"][0], "code": asked["nonce"][0]})


def user_of(client: Client) -> object:
    return client.session.get("_auth_user_id")


def test_the_owner_of_a_verified_address_is_let_in_and_known_again(
    client: Client, provider: Provider
) -> None:
    alice = people.agent()
    alice.set_password("heel-geheim-woord")
    alice.save()
    provider.claims = {"email": "Alice@desk.example", "email_verified": True}
    assert "Schoolaccount" in client.get(reverse("sign-in")).content.decode()
    assert through(client, "/sign-in/with/oidc/?next=/desk/phone/")["Location"] == "/desk/phone/"
    assert user_of(client) == str(alice.pk)
    assert "code_verifier" in provider.asked[0]
    again = Client()
    through(again)
    assert user_of(again) == str(alice.pk)
    assert SocialAccount.objects.get().user == alice
    alice.refresh_from_db()
    assert alice.check_password("heel-geheim-woord")


def test_nobody_gets_an_account_by_signing_in(client: Client, provider: Provider) -> None:
    provider.claims = {"email": "mallory@desk.example", "email_verified": True}
    assert through(client).status_code == 403
    assert not User.objects.exists()
    assert user_of(client) is None


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "alice@desk.example", "email_verified": False},
        {"email": "alice@desk.example", "email_verified": "false"},
        {"email": "alice@desk.example"},
        {"email_verified": True},
        {"email": "alice@desk.example", "email_verified": True, "aud": "another"},
        {"email": "alice@desk.example", "email_verified": True, "iss": "http://evil.example"},
        {"email": "alice@desk.example", "email_verified": True, "exp": 1},
    ],
)
def test_a_token_that_does_not_vouch_for_the_address_lets_nobody_in(
    client: Client, provider: Provider, claims: dict[str, Any]
) -> None:
    people.agent()
    provider.claims = claims
    assert through(client).status_code in {403, 502}
    assert user_of(client) is None


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"exp": None},
        {"azp": "another"},
        {"aud": [CLIENT, "another"]},
        {"exp": "9999999999", "jti": "1"},
        {"exp": 1e400},
        {"exp": []},
        {"aud": {}},
        {"sub": None},
        {"sub": ["7"]},
        {"sub": "7\x00"},
        {"sub": "7" * 5_000},
        {"email": ["alice@desk.example"]},
        {"email": {"a": 1}},
        {"jti": ["\x00" * 500]},
    ],
)
def test_an_odd_token_or_one_for_another_request_lets_nobody_in(
    client: Client, provider: Provider, claims: dict[str, Any]
) -> None:
    people.agent()
    provider.claims = {"email": "alice@desk.example", "email_verified": True} | claims
    assert through(client).status_code in {403, 502}
    assert user_of(client) is None


def test_a_token_for_several_names_us_as_who_asked(client: Client, provider: Provider) -> None:
    alice = people.agent()
    provider.claims = {"email": alice.email, "email_verified": True}
    provider.claims |= {"aud": [CLIENT, "another"], "azp": CLIENT}
    through(client)
    assert user_of(client) == str(alice.pk)


def test_nothing_in_the_address_changes_where_we_send_people(
    client: Client, provider: Provider
) -> None:
    odd = {
        "auth_params": "redirect_uri=https://evil.example&prompt=none&nonce=1&client_id=x",
        "scope": "everything",
        "action": "rerequest",
        "next": "https://evil.example/",
    }
    plain, changed = (
        parse_qs(urlsplit(client.get("/sign-in/with/oidc/", given)["Location"]).query)
        for given in ({}, odd)
    )
    for each in (plain, changed):
        for once in ("state", "nonce", "code_challenge"):
            assert len(each.pop(once)[0]) > 8
    assert plain == changed


def test_a_token_that_another_signed_lets_nobody_in(client: Client, provider: Provider) -> None:
    people.agent()
    provider.claims = {"email": "alice@desk.example", "email_verified": True}
    provider.key = FOREIGN_KEY
    assert through(client).status_code == 502
    assert user_of(client) is None


def test_a_token_without_signature_lets_nobody_in(
    client: Client, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    people.agent()
    told = {"iss": provider.url, "aud": CLIENT, "sub": "7", "exp": int(time.time()) + 60}
    told |= {"email": "alice@desk.example", "email_verified": True}
    parts = ({"alg": "none", "typ": "JWT", "kid": "1"}, told)
    bare = ".".join(
        base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts
    )
    monkeypatch.setattr(provider, "token", lambda _nonce: f"{bare}.")
    assert through(client).status_code == 502
    assert user_of(client) is None


def test_a_provider_whose_word_is_trusted_need_not_say_verified(
    client: Client, provider: Provider, settings: Settings
) -> None:
    alice = people.agent()
    settings.OIDC_EMAIL_TRUSTED = True
    provider.claims = {"email": alice.email}
    through(client)
    assert user_of(client) == str(alice.pk)


def test_a_closed_account_stays_closed(client: Client, provider: Provider) -> None:
    people.agent()
    User.objects.update(is_active=False)
    provider.claims = {"email": "alice@desk.example", "email_verified": True}
    assert through(client).status_code == 403
    assert user_of(client) is None


def test_who_is_known_under_another_address_now_is_not_let_in_as_somebody_else(
    client: Client, provider: Provider
) -> None:
    people.agent("Alice")
    people.agent("Bob", Role.ADMIN)
    provider.claims = {"email": "alice@desk.example", "email_verified": True}
    through(client)
    provider.claims = {"email": "bob@desk.example", "email_verified": True}
    other = Client()
    assert through(other).status_code == 403
    assert user_of(other) is None


def test_nobody_ties_a_foreign_account_to_their_own(client: Client, provider: Provider) -> None:
    alice = people.agent()
    client.force_login(alice)
    provider.claims = {"email": "mallory@evil.example", "email_verified": True}
    assert through(client, "/sign-in/with/oidc/?process=connect").status_code == 403
    provider.claims = {"email": alice.email, "email_verified": True}
    assert through(client, "/sign-in/with/oidc/?process=connect").status_code == 403
    assert not SocialAccount.objects.exists()


def test_a_made_up_state_and_a_provider_that_fails_are_one_plain_page(
    client: Client, provider: Provider
) -> None:
    assert client.get("/sign-in/with/oidc/back/?state=x&code=y").status_code == 502
    provider.broken = True
    assert client.get("/sign-in/with/oidc/").status_code == 502


def test_a_provider_that_says_a_byte_now_and_then_does_not_hold_us(
    client: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.clear()
    monkeypatch.setattr(gated, "PATIENCE", 0.3)
    with dripping(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n", b" ") as port:
        settings.SOCIALACCOUNT_PROVIDERS = configured(f"http://127.0.0.1:{port}")
        answer = client.get("/sign-in/with/oidc/")
    assert answer.status_code == 502
    assert "Schoolaccount" in answer.content.decode()


def test_who_turns_back_there_is_at_the_sign_in_page(client: Client, provider: Provider) -> None:
    asked = parse_qs(urlsplit(client.get("/sign-in/with/oidc/")["Location"]).query)
    back = {"state": asked["state"][0], "error": "access_denied"}
    answer = client.get("/sign-in/with/oidc/back/", back, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("sign-in")


def test_without_a_provider_there_is_no_button_and_no_page(client: Client) -> None:
    assert not house.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
    assert "/sign-in/with/" not in client.get(reverse("sign-in")).content.decode()
    assert client.get("/sign-in/with/oidc/").status_code == 404
    assert client.get("/sign-in/with/oidc/back/").status_code == 404


def test_half_a_provider_is_refused_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    assert signin_settings.identity_provider() == {}
    monkeypatch.setitem(signin_settings.env.ENVIRON, "WERKDAG_OIDC_ISSUER", "https://idp.example")
    with pytest.raises(ImproperlyConfigured):
        signin_settings.identity_provider()
