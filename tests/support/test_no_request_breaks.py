"""No request gives a 500, whatever stands in it: every address, its parameters, odd values."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from random import Random
from typing import Any
from urllib.parse import quote

import pytest
from django.contrib import admin
from django.db import transaction
from django.test import Client
from django.utils import timezone

from support.api.models import ApiToken
from support.api.tokens import make_token
from support.demo import story
from tests import every_column, fuzzing, people
from tests.support.test_permissions import every_shown, patterns
from tickets.models import Role, User

pytestmark = [pytest.mark.django_db, pytest.mark.long]
SEED = 20_261_129
PEOPLE: dict[str, str] = {
    Role.CUSTOMER: story.CUSTOMER,
    Role.AGENT: story.AGENT,
    Role.MANAGER: story.MANAGER,
}
SHARE: dict[str, int] = {Role.MANAGER: 2, Role.AGENT: 6, Role.ADMIN: 6}
LEFT_OUT = {"sign-out", "mail-posted"}  # ends what is tested; has a secret of its own


@pytest.fixture(scope="module")
def house(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The demonstration with a row of everything, built once."""
    with django_db_blocker.unblock(), transaction.atomic():
        every_column.lay()
        logging.disable(logging.CRITICAL)  # of thousands of refusals
        yield
        logging.disable(logging.NOTSET)
        transaction.set_rollback(True)


def somebody(role: str) -> Client:
    """A browser of somebody in the demonstration, or of a new administrator."""
    client = Client(raise_request_exception=False, headers={"Accept-Language": "en"})
    if role == Role.ADMIN:
        client.force_login(people.agent("Ada", Role.ADMIN))
    elif role:
        client.force_login(User.objects.get(email=PEOPLE[role]))
    return client


@pytest.mark.parametrize("role", ["", Role.CUSTOMER, Role.AGENT, Role.MANAGER, Role.ADMIN])
def test_no_page_breaks_on_odd_parameters(house: None, role: str) -> None:
    client, chance = somebody(role), Random(SEED)
    faults = set()
    shown = sorted({each for each in every_shown() if not each.startswith("/admin/")})
    # Agents and administrators see what managers see.
    shown = chance.sample(shown, len(shown) // SHARE.get(role, 1))
    for address in shown:
        told = fuzzing.told_by(client, address)
        for method, asked, body in fuzzing.odd_requests(address, told, chance=chance, times=1):
            if why := fuzzing.broken_by(client, method, asked, body):
                faults.add(f"{why} | {method} {asked[:200]} {str(body)[:200]}")
    assert sorted(faults) == []


def test_no_page_breaks_on_an_odd_address(house: None) -> None:
    client = somebody(Role.ADMIN)
    faults = set()
    for pattern, path in patterns():
        if pattern.name in LEFT_OUT:
            continue
        for value in fuzzing.IN_PATHS if pattern.pattern.converters else ():
            address = "/"
            for part in path.split("<"):
                head, _end, tail = part.rpartition(">")
                address += (quote(value, safe="") if head else "") + tail
            for method in ("get", "post"):
                if why := fuzzing.broken_by(client, method, address):
                    faults.add(f"{why} | {method} {pattern.name} {value[:20]!r}")
    assert sorted(faults) == []


@pytest.mark.parametrize("role", [Role.AGENT, Role.ADMIN])
def test_the_admin_does_not_break_on_odd_parameters(house: None, role: str) -> None:
    client, chance = somebody(role), Random(SEED)
    faults = set()
    for model in admin.site._registry:
        lookups = fuzzing.admin_lookups(model)
        for address in fuzzing.admin_addresses(model):
            if role == Role.AGENT and chance.random() < 0.7:
                continue
            is_list = address.count("/") == 4
            told = fuzzing.told_by(client, address)
            told = fuzzing.Told(query=lookups if is_list else told.query, posted=told.posted)
            times = 2 if is_list and role == Role.ADMIN else 1
            for method, asked, body in fuzzing.odd_requests(
                address, told, chance=chance, times=times
            ):
                if why := fuzzing.broken_by(client, method, asked, body):
                    faults.add(f"{why} | {method} {asked[:200]} {str(body)[:200]}")
    assert sorted(faults) == []


def test_the_api_does_not_break_on_odd_bodies_and_parameters(house: None) -> None:
    manager, chance = User.objects.get(email=story.MANAGER), Random(SEED)
    token, text = make_token(
        manager, name="a", scopes=["read", "write", "reports"], now=timezone.now()
    )
    ApiToken.objects.filter(pk=token.pk).update(per_minute=1_000_000)
    client = Client(raise_request_exception=False, headers={"Authorization": f"Bearer {text}"})
    faults = set()
    operations = list(fuzzing.api_operations(client.get("/api/v1/schema/?format=json").json()))
    assert len(operations) >= 33
    for each in operations:
        for _time in range(4):
            address = each.address(chance, odd=chance.random() < 0.2)
            body = fuzzing.odd_json(each.body(), chance) if each.fields else None
            if why := fuzzing.broken_by(client, each.method, address, body, as_json=True):
                faults.add(f"{why} | {each.method} {address[:200]} {str(body)[:200]}")
    assert sorted(faults) == []
