"""What is asked with a report, to programs: told beforehand, taken or refused in words."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from sla.models import Agreement
from support.asking.models import FieldRule
from tests import people
from tests.api.programs import account, post, program
from tickets.models import Contact, CustomField, FieldType, Kind, Ticket

pytestmark = pytest.mark.django_db

SAID = {"subject": "Traag", "text": "Het is traag.", "kind": "incident", "priority": "laag"}


@pytest.fixture
def carla() -> Contact:
    return people.contact(people.organisation(), "Carla")


@pytest.fixture
def fields(carla: Contact) -> dict[str, CustomField]:
    """A field that an agreement needs, one that hangs on it, and one of somebody else."""
    made = {
        name: CustomField.objects.create(
            name=name, kinds=list(Kind), customers_see=True, type=kind, choices="test\nlive"
        )
        for name, kind in (
            ("Omgeving", FieldType.CHOICE),
            ("Release", FieldType.TEXT),
            ("Kassa", FieldType.TEXT),
        )
    }
    agreement = Agreement.objects.get(key="dialog")
    environment = made["Omgeving"]
    rules: list[dict[str, Any]] = [
        {"field": environment, "does": "require", "agreement": agreement, "kinds": ["incident"]},
        {"field": made["Release"], "does": "show", "other": environment, "other_is": ["test"]},
        {"field": made["Kassa"], "does": "show", "organisation": people.organisation("Winkel")},
    ]
    for rule in rules:
        FieldRule.objects.create(**rule)
    return made


def wrong(answer: Any) -> dict[str, str]:
    assert answer.status_code == 400, answer.json()
    return {each["field"]: each["message"] for each in answer.json()["errors"]}


def test_the_fields_of_a_customer_are_told_with_when_they_are_asked(
    carla: Contact, fields: dict[str, CustomField]
) -> None:
    theirs = program(account(carla)).get("/api/v1/fields/").json()["results"]
    assert [each["name"] for each in theirs] == ["Omgeving", "Release"]
    assert theirs[0]["asked"] == [
        {"needed": True, "kinds": ["incident"], "priorities": [], "where": None}
    ]
    assert theirs[1]["asked"][0]["where"] == {"field": "Omgeving", "answers": ["test"]}
    desk = program(people.agent())
    assert desk.get("/api/v1/fields/").json()["results"] == []  # of nobody in particular
    named = desk.get(f"/api/v1/fields/?organisation={carla.organisation_id}").json()["results"]
    assert [each["name"] for each in named] == ["Omgeving", "Release"]


def test_a_report_is_refused_in_words_until_what_is_asked_is_answered(
    carla: Contact, fields: dict[str, CustomField]
) -> None:
    client = program(account(carla))
    assert wrong(post(client, "tickets/", SAID)) == {
        "custom_fields.Omgeving": "This is needed for such a report."
    }
    for answers, words in (
        ({"Omgeving": "thuis"}, {"custom_fields.Omgeving": "“Omgeving” can't be that."}),
        (
            {"Omgeving": "live", "Release": "12"},
            {"custom_fields.Release": "This is not asked of such a report."},
        ),
        ({"Omgeving": "live", "Kassa": "3"}, {"custom_fields.Kassa": "There is no such field."}),
    ):
        assert wrong(post(client, "tickets/", SAID | {"custom_fields": answers})) == words
    large = post(client, "tickets/", SAID | {"custom_fields": {"Omgeving": "x" * 5_000_000}})
    assert large.status_code in (400, 413)
    assert not Ticket.objects.exists()
    answers = {"Omgeving": "test", "Release": "12"}
    made = post(client, "tickets/", SAID | {"custom_fields": answers})
    assert (made.status_code, made.json()["custom_fields"]) == (201, answers)
    file = SimpleUploadedFile("a.txt", b"x")
    form = SAID | {"custom_fields": json.dumps(answers), "attachments": [file]}
    assert client.post("/api/v1/tickets/", form).json()["custom_fields"] == answers
