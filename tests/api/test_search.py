"""Searching through the API: the desk's own language, and for customers only what is theirs."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from support import desk
from support.desk.conversation import Words
from support.search import indexing
from tests import people
from tests.api.programs import account, program
from tests.people import words
from tickets.files import File
from tickets.models import Channel, Contact, Kind, Organisation, Ticket

pytestmark = pytest.mark.django_db

TOKEN, WORDS, FEW, ROWS, ORGANISATIONS = 2, 1, 1, 3, 1
"""Queries: whose token it is and that it was used, what the words come to, which documents if these
are few, the rows and what hangs on them, and names."""


@pytest.fixture
def carla() -> Contact:
    return people.contact(people.organisation())


def opened(person: Contact, subject: str, text: str = "Het werkt niet.", **more: Any) -> Ticket:
    given: dict[str, Any] = {"kind": Kind.SETTING, "channel": Channel.WEB} | more
    said = Words(text=text, files=given.pop("files", ()))
    return desk.open_ticket(people.reporter(person), said, subject=subject, **given)


def asked(client: Client, text: str, **more: str) -> Any:
    indexing.sweep()
    return client.get("/api/v1/tickets/", {"q": text, **more})


def found(client: Client, text: str, **more: str) -> list[str]:
    answer = asked(client, text, **more)
    assert answer.status_code == 200, answer.content
    return [row["subject"] for row in answer.json()["results"]]


def test_tickets_are_found_by_words_and_operators_as_at_the_desk(carla: Contact) -> None:
    client = program(people.agent())
    first = opened(carla, "Afdrukken", "De printers op de tweede etage werken niet.")
    opened(carla, "Menu", "Het café-menu is leeg.", kind=Kind.QUESTION)
    cases = {
        "printer": ["Afdrukken"],
        "cafe leeg": ["Menu"],
        '"tweede etage"': ["Afdrukken"],
        "werken -etage": [],
        "soort:vraag": ["Menu"],
        "kind:setting is:open": ["Afdrukken"],
        "school": ["Menu", "Afdrukken"],
        "org:school van:carla": ["Menu", "Afdrukken"],
        first.reference: ["Afdrukken"],
    }
    assert {text: found(client, text) for text in cases} == cases


def test_a_number_finds_its_ticket_before_the_sweep_comes_by(carla: Contact) -> None:
    ticket = opened(carla, "Vers")
    answer = program(people.agent()).get("/api/v1/tickets/", {"q": ticket.reference})
    assert [row["id"] for row in answer.json()["results"]] == [ticket.pk]


def test_filters_and_pages_go_together_with_a_search(carla: Contact) -> None:
    client = program(people.agent())
    for name in ("Een", "Twee", "Drie"):
        opened(carla, name, "De printer hapert.")
    opened(carla, "Vraag", "De printer?", kind=Kind.QUESTION)
    assert found(client, "printer", kind="question") == ["Vraag"]
    page = asked(client, "printer hapert", limit="2").json()
    assert [row["subject"] for row in page["results"]] == ["Drie", "Twee"]
    rest = client.get(page["next"]).json()
    assert ([row["subject"] for row in rest["results"]], rest["next"]) == (["Een"], None)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("kleur:blauw", "status"),
        ("status:blauw", "resolved"),
        ("is:blauw", "open"),
        ("na:31-02-2026", "vandaag"),
        ("van:'&|", "can't be searched for"),
        ("!!!", "can't be searched for"),
        ("x" * 401, "400"),
    ],
)
def test_what_is_not_understood_is_an_error_that_says_what_is_known(text: str, told: str) -> None:
    answer = program(people.agent()).get("/api/v1/tickets/", {"q": text})
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    [error] = answer.json()["errors"]
    assert error["field"] == "q"
    assert told in error["message"]


@pytest.mark.parametrize("text", ["'", "a & | !", "(", "\\", "%", "-a -b", "é🙂 x", "<->"])
def test_nothing_that_can_be_typed_breaks_a_search(carla: Contact, text: str) -> None:
    opened(carla, "Iets")
    assert asked(program(people.agent()), text).status_code in (200, 400)


def test_a_customer_finds_their_own_tickets_by_what_they_may_read(carla: Contact) -> None:
    dora = people.contact(people.organisation("Bakker"), "Dora")
    opened(carla, "Doelen", "De printer is leeg.")
    opened(dora, "Recept", "De printer is leeg.")
    client = program(account(carla))
    for text in ("printer", "school", "van:carla", "org:school", "doel -recept"):
        assert found(client, text) == ["Doelen"], text


def test_a_customer_finds_nothing_by_words_of_the_helpdesk_alone(carla: Contact) -> None:
    dora = people.contact(people.organisation("Bakker"), "Dora")
    alice = people.agent()
    ticket = opened(carla, "Doelen")
    names = " ".join(f"org{each.pk}" for each in Organisation.objects.all())
    file = File(name="draaiboek.pdf", content_type="application/pdf", data=b"x")
    desk.note(ticket, Words(text=f"Ligt aan de proxyserver {names}", files=[file]), actor=alice)
    desk.log_call(ticket, words("Belde terug"), actor=alice, contact=None, caller="Wouter Stil")
    client, staff = program(account(carla)), program(alice)
    for text in ("proxyserver", "draaiboek", "bijlage:draaiboek", "wouter", "terug", "bakker"):
        assert found(client, text) == [], text
        assert found(staff, text) == ([] if text == "bakker" else ["Doelen"]), text
    assert dora.organisation.name == "Bakker"


def test_a_customer_learns_no_domains_or_addresses_by_searching(carla: Contact) -> None:
    alice = people.agent()
    carla.organisation.domains.create(domain="intern.school.example")
    desk.assign(opened(carla, "Doelen"), assignee=alice, team=None, actor=alice)
    client, staff = program(account(carla)), program(alice)
    for text in ("org:intern.school.example", "aan:alice@desk.example"):
        assert (found(client, text), found(staff, text)) == ([], ["Doelen"]), text
    assert found(client, "aan:alice") == ["Doelen"]


@pytest.mark.parametrize("count", [1, 3])
def test_a_search_asks_a_fixed_number_of_queries(
    django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for number in range(count):
        opened(people.contact(people.organisation(f"School {number}"), f"C{number}"), "Scherm")
    indexing.sweep()
    client = program(people.agent())
    with django_assert_num_queries(TOKEN + WORDS + FEW + ROWS + ORGANISATIONS):
        answer = client.get("/api/v1/tickets/", {"q": "school werkt is:open"})
    assert len(answer.json()["results"]) == count
