"""Tokens in the admin: made by administrators, shown once, revoked."""

import re

import pytest
from django.test import Client

from support.api.models import ApiToken
from tests import people
from tickets.models import Role

pytestmark = pytest.mark.django_db

LIST = "/admin/support/apitoken/"


def signed_in(role: str) -> Client:
    browser = Client()
    browser.force_login(people.agent(role.title(), role))
    return browser


def made(browser: Client) -> str:
    """The token that the page shows."""
    answer = browser.post(
        f"{LIST}add/",
        {
            "name": "Koppeling",
            "owner": people.agent().pk,
            "scopes": ["read"],
            "expires_at_0": "2099-01-01",
            "expires_at_1": "12:00",
            "per_minute": 600,
        },
    )
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    [text] = re.findall(r"<code>(wd_[^<]+)</code>", answer.content.decode())
    return str(text)


def asked(text: str) -> int:
    return Client(headers={"Authorization": f"Bearer {text}"}).get("/api/v1/tickets/").status_code


def test_a_token_is_shown_when_it_is_made_and_never_again() -> None:
    browser = signed_in(Role.ADMIN)
    text = made(browser)
    assert asked(text) == 200
    token = ApiToken.objects.get()
    for path in (LIST, f"{LIST}{token.pk}/change/", f"{LIST}{token.pk}/history/"):
        page = browser.get(path)
        assert page.status_code == 200
        assert text.removeprefix(f"{token.prefix}_") not in page.content.decode()


def test_a_revoked_token_works_no_more() -> None:
    browser = signed_in(Role.ADMIN)
    text = made(browser)
    chosen = {"action": "revoke", "_selected_action": [ApiToken.objects.get().pk]}
    assert browser.post(LIST, chosen).status_code == 302
    assert asked(text) == 401


def test_changing_a_token_changes_neither_its_text_nor_whose_it_is() -> None:
    browser = signed_in(Role.ADMIN)
    text, token = made(browser), ApiToken.objects.get()
    browser.post(
        f"{LIST}{token.pk}/change/",
        {
            "name": "Anders",
            "owner": people.agent("Bob").pk,
            "scopes": ["reports"],
            "expires_at_0": "2098-01-01",
            "expires_at_1": "12:00",
            "per_minute": 10,
        },
    )
    token.refresh_from_db()
    assert (token.name, token.owner.name, token.scopes) == ("Anders", "Alice", ["read"])
    assert asked(text) == 200


@pytest.mark.parametrize("role", [Role.AGENT, Role.MANAGER])
def test_only_administrators_come_near_tokens(role: str) -> None:
    assert signed_in(role).get(LIST).status_code == 403
