"""The menu: in groups, with what somebody may open, and found by other words."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client
from django.urls import get_resolver, reverse

from support.menu.entries import GROUPS, OF_ONESELF, WORK
from support.menu.shown import FOLDED, folded_in
from tests import people
from tickets.models import Role

pytestmark = pytest.mark.django_db

ALL = [*WORK, *(entry for group in GROUPS for entry in group.entries), *OF_ONESELF]


def signed_in(role: str) -> Client:
    client = Client()
    client.force_login(people.agent(role.capitalize(), role=role))
    return client


def found(client: Client, text: str) -> list[str]:
    page = client.get(reverse("find-page"), {"q": text})
    return [place.label for place in page.context["found"]]


@pytest.mark.parametrize("role", [Role.AGENT, Role.LEAD, Role.MANAGER, Role.ADMIN])
def test_whatever_the_menu_offers_somebody_may_open(role: str) -> None:
    client = signed_in(role)
    page = client.get(reverse("start")).content.decode()
    offered = [
        entry for entry in ALL if f'class="nav-item" href="{reverse(entry.address)}"' in page
    ]
    assert len(offered) > 10
    for entry in offered:
        assert client.get(reverse(entry.address)).status_code == 200, entry.address


def test_who_has_nothing_in_a_group_does_not_see_its_name() -> None:
    for role, seen in ((Role.AGENT, False), (Role.LEAD, True)):
        page = signed_in(role).get(reverse("start")).content.decode()
        assert ('data-fold="figures"' in page) is seen


def test_every_page_that_an_entry_names_is_there() -> None:
    known = {name for name in get_resolver().reverse_dict if isinstance(name, str)}
    for entry in ALL:
        assert {*entry.pages} <= known, entry.address


def test_what_is_folded_stays_folded_but_where_one_is() -> None:
    client = signed_in(Role.MANAGER)
    client.cookies.load({FOLDED: "services.mail.rubbish"})
    page = client.get(reverse("start")).content.decode()
    for key, is_open in (("services", False), ("mail", False), ("answers", True)):
        assert (f'data-fold="{key}" open' in page) is is_open
    there = client.get(reverse("checks")).content.decode()
    assert 'data-fold="services" open' in there
    assert 'data-fold="mail" open' not in there


def test_a_cookie_that_somebody_made_folds_only_what_there_is() -> None:
    assert folded_in("mail.x.services." * 1000) == ("services", "mail")
    assert folded_in('<script>"') == ()


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("feestdagen", "Calendars"),
        ("holiday", "Calendars"),
        ("Kálender", "Calendars"),
        ("webhoks", "Webhooks"),
        ("passkey", "My account"),
        ("canned", "Standard answers"),
        ("openingstijden", "Calendars"),
        ("SLA", "Agreements"),
    ],
)
def test_a_page_is_found_by_what_people_call_it_in_either_language(typed: str, first: str) -> None:
    client = signed_in(Role.ADMIN)
    client.cookies.load({settings.LANGUAGE_COOKIE_NAME: "en"})
    assert found(client, typed)[0] == first


def test_settings_of_the_administration_are_found_by_who_may_see_them() -> None:
    for role in (Role.AGENT, Role.ADMIN):
        client = signed_in(role)
        client.cookies.load({settings.LANGUAGE_COOKIE_NAME: "en"})
        places = client.get(reverse("find-page"), {"q": "team"}).context["found"]
        assert "Teams" in [place.label for place in places]
        assert {client.get(place.url).status_code for place in places} == {200}
    assert found(signed_in(Role.LEAD), "webhooks") == []


def test_nothing_found_is_said_with_what_was_typed() -> None:
    client = signed_in(Role.AGENT)
    client.cookies.load({settings.LANGUAGE_COOKIE_NAME: "en"})
    page = client.get(reverse("find-page"), {"q": "<b>qqqq"})
    assert "No page is called “&lt;b&gt;qqqq”." in page.content.decode()
    assert found(client, " ") == []
