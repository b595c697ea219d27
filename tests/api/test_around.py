"""What stands around a ticket, asked and changed by programs; merging, splitting, taking part."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from support import who
from support.desk import customer_side
from tests import people
from tests.api.programs import account, post, program, report
from tests.people import words
from tickets.models import Channel, Contact, CustomField, Kind, Ticket, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice() -> User:
    return people.agent()


@pytest.fixture
def carla() -> Contact:
    return people.contact(people.organisation(), "Carla")


@pytest.fixture
def client(alice: User) -> Client:
    return program(alice)


@pytest.fixture
def ticket(client: Client, carla: Contact) -> Ticket:
    return report(client, contact=carla.pk)


def do(client: Client, ticket: Ticket, verb: str, **body: Any) -> Any:
    return post(client, f"tickets/{ticket.reference}/{verb}/", body)


def around(client: Client, ticket: Ticket) -> Any:
    return client.get(f"/api/v1/tickets/{ticket.reference}/around/").json()


def test_tags_fields_and_the_checklist_are_changed_and_told(client: Client, ticket: Ticket) -> None:
    field = CustomField.objects.create(name="Ruimte", kinds=[Kind.INCIDENT], type="text")
    assert do(client, ticket, "tag", name="Printer ").status_code == 200
    filled = do(client, ticket, "fill", values=[{"field": field.pk, "value": "B12"}])
    assert filled.json()["custom_fields"] == {"Ruimte": "B12"}
    assert do(client, ticket, "add-item", text="Bel de leverancier").status_code == 200
    told = around(client, ticket)
    assert told["tags"] == ["printer"]
    (asked,) = told["fields_asked"]
    assert (asked["id"], asked["value"], asked["needed"]) == (field.pk, "B12", False)
    (item,) = told["checklist"]
    assert do(client, ticket, "tick-item", number=item["number"], done=True).status_code == 200
    assert around(client, ticket)["checklist"][0]["done_at"]
    assert do(client, ticket, "remove-item", number=item["number"]).status_code == 200
    assert do(client, ticket, "remove-item", number=item["number"]).status_code == 409
    assert do(client, ticket, "untag", name="PRINTER").json()["tags"] == []


def test_a_field_that_is_not_asked_of_such_a_ticket_is_refused(
    client: Client, ticket: Ticket
) -> None:
    other = CustomField.objects.create(name="Wensnummer", kinds=[Kind.WISH], type="text")
    refused = do(client, ticket, "fill", values=[{"field": other.pk, "value": "1"}])
    assert refused.status_code == 409
    assert not ticket.field_values.exists()


def test_tickets_are_linked_by_reference_and_only_if_one_may_see_them(
    client: Client, ticket: Ticket, carla: Contact
) -> None:
    other = report(client, contact=carla.pk, subject="Ook")
    assert do(client, ticket, "link", kind="related", other=other.reference).status_code == 200
    (link,) = around(client, other)["links"]
    assert (link["other"], link["back"]) == (ticket.reference, True)
    assert do(client, ticket, "unlink", number=link["number"]).status_code == 200
    assert around(client, ticket)["links"] == []
    assert do(client, ticket, "link", kind="related", other="WD-99999999").status_code == 404
    assert do(client, ticket, "link", kind="merged", other=other.reference).status_code == 400


def test_merging_gives_the_ticket_that_stays(
    client: Client, ticket: Ticket, carla: Contact
) -> None:
    other = report(client, contact=carla.pk, subject="Nog eens")
    merged = do(client, other, "merge", into=ticket.reference)
    assert merged.status_code == 200
    assert merged.json()["reference"] == ticket.reference
    other.refresh_from_db()
    assert other.status == "merged"
    assert do(client, other, "merge", into=ticket.reference).status_code == 409


def test_a_message_is_split_off_into_a_ticket_of_its_own(
    client: Client, ticket: Ticket, carla: Contact
) -> None:
    said = customer_side.writes(
        ticket, people.reporter(carla), words("Iets heel anders"), channel=Channel.EMAIL
    )
    body = {"message": said.pk, "subject": "Anders", "kind": "incident"}
    assert do(client, ticket, "split", **body).json()["errors"][0]["code"] == "required"
    made = do(client, ticket, "split", **body, priority="laag")
    assert made.status_code == 201
    new = Ticket.objects.get(pk=made.json()["id"])
    assert made["Location"] == f"/api/v1/tickets/{new.reference}/"
    assert new.messages.order_by("pk")[0].text == "Iets heel anders"
    elsewhere = report(client, contact=carla.pk)
    assert do(client, elsewhere, "split", **body, priority="laag").status_code == 404


def test_who_takes_part_and_where_answers_go(client: Client, ticket: Ticket) -> None:
    baas = {"email": "baas@school.example", "name": "De baas"}
    assert do(client, ticket, "add-participant", **baas).status_code == 200
    assert around(client, ticket)["participants"] == [baas]
    assert do(client, ticket, "add-participant", **baas).status_code == 409
    assert do(client, ticket, "remove-participant", email=baas["email"]).status_code == 200
    moved = do(client, ticket, "answer-to", email="carla@prive.example").json()
    assert moved["answers_to"] == "carla@prive.example"
    assert do(client, ticket, "rename", subject="Wit scherm").json()["subject"] == "Wit scherm"


def test_a_customers_program_neither_asks_nor_does_any_of_it(
    client: Client, ticket: Ticket, carla: Contact
) -> None:
    theirs = program(account(carla))
    assert who.by_address(carla.email).contact == carla
    assert theirs.get(f"/api/v1/tickets/{ticket.reference}/around/").status_code == 403
    for verb in ("tag", "fill", "merge", "split", "add-participant", "leave-closed", "take"):
        assert do(theirs, ticket, verb).status_code == 403, verb
