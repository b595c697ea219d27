"""What somebody chooses or searches by never tells what there is that isn't theirs."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client, RequestFactory
from django.urls import reverse

from tests import people
from tests.api.programs import REPORT, account, post, program
from tests.people import at
from tickets.models import Contact, Role, User

pytestmark = pytest.mark.django_db
NEVER = 987_654_321
_SECRET = re.compile(r"password|secret|sealed|sha256|(?:access|refresh)_token$")


@pytest.fixture
def carla() -> Contact:
    return people.contact(people.organisation())


@pytest.fixture
def stranger() -> Contact:
    """Somebody at another customer, with a ticket and an agent of their own."""
    dora = people.contact(people.organisation("Ander College", "diploc"), "Dora")
    ticket = people.setting(dora, when=at("2026-05-18 10:00"))
    ticket.assignee = people.agent("Bob")
    ticket.save()
    return dora


def told(answer: Any) -> tuple[int, str]:
    """An answer without what differs in what was asked."""
    return answer.status_code, re.sub(r"\d+|dialog|diploc|nergens", "#", answer.content.decode())


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("tickets/?organisation={}", "organisation"),
        ("tickets/?assignee={}", "assignee"),
        ("contacts/?organisation={}", "organisation"),
        ("tickets/{}/", "ticket"),
        ("tickets/{}/messages/", "ticket"),
        ("tickets/{}/clocks/", "ticket"),
        ("organisations/{}/", "organisation"),
        ("contacts/{}/", "contact"),
        ("messages/{}/", "message"),
    ],
)
def test_a_customers_program_learns_no_numbers(
    carla: Contact, stranger: Contact, path: str, name: str
) -> None:
    ticket = stranger.tickets.get()
    theirs = {
        "organisation": stranger.organisation_id,
        "assignee": ticket.assignee_id,
        "ticket": ticket.pk,
        "contact": stranger.pk,
        "message": ticket.messages.earliest("pk").pk,
    }[name]
    client = program(account(carla))
    exists, does_not = (client.get("/api/v1/" + path.format(number)) for number in (theirs, NEVER))
    assert told(exists) == told(does_not)
    assert told(exists)[0] in (200, 404)


def test_a_customers_program_learns_no_agreements(carla: Contact, stranger: Contact) -> None:
    client = program(account(carla))
    for path in ("releases/?agreement={}", "agreements/{}/", "agreements/{}/editions/1/"):
        theirs, none = (client.get("/api/v1/" + path.format(key)) for key in ("diploc", "nergens"))
        assert told(theirs) == told(none)


def test_a_customers_program_learns_no_contacts_by_reporting_for_them(
    carla: Contact, stranger: Contact
) -> None:
    client = program(account(carla))
    for body in ({"contact": stranger.pk}, {"contact": carla.pk}, {"contact": NEVER}):
        answer = post(client, "tickets/", REPORT | body)
        assert told(answer) == (400, told(post(client, "tickets/", REPORT | {"contact": 1}))[1])
        assert "Only the helpdesk" in answer.content.decode()


def test_a_customers_page_says_the_same_of_what_is_not_theirs(
    client: Client, carla: Contact, stranger: Contact
) -> None:
    client.force_login(account(carla))
    pages = (stranger.tickets.get().reference, f"WD-{NEVER}")
    exists, does_not = (client.get(reverse("my-ticket", args=[number])) for number in pages)
    assert exists.status_code == does_not.status_code == 404
    same = [re.sub(r"WD-\d+|nonce-\S+", "#", page.content.decode()) for page in (exists, does_not)]
    assert same[0] == same[1]


def test_no_list_of_the_admin_is_chosen_by_a_secret(client: Client) -> None:
    request = RequestFactory().get("/")
    request.user = User(role=Role.ADMIN)
    found = 0
    for model, page in admin.site._registry.items():
        for column in model._meta.concrete_fields:
            if _SECRET.search(column.name):
                found += 1
                for lookup in ("startswith", "regex", "gt"):
                    assert not page.lookup_allowed(f"{column.name}__{lookup}", "x", request), (
                        f"{model.__name__}.{column.name}"
                    )
    assert found >= 7
    client.force_login(people.agent("Ada", Role.ADMIN))
    assert client.get("/admin/support/mailbox/?password__startswith=x").status_code == 400
