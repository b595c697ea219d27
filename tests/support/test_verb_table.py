"""The one table of verbs: every face reads it, asks for the whole body, and lacks none unsaid."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from config.env import BASE_DIR
from sla.models import Release
from support import desk
from support.api import verbs as api
from support.automation import steps
from support.desk.faces import Face
from support.desk.table import VERBS, on
from support.workspace import many
from support.workspace.verbs import ACTIONS, FORMS, OF_TICKET
from tests import people
from tests.people import words
from tickets.models import Channel, Contact, CustomField, Kind, Ticket, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(client: Client) -> User:
    user = people.agent()
    client.force_login(user)
    return user


@pytest.fixture
def carla() -> Contact:
    return people.contact(people.organisation(), "Carla")


def opened(carla: Contact, subject: str = "Wens", kind: str = Kind.INCIDENT) -> Ticket:
    priority = "middel" if kind == Kind.INCIDENT else ""
    return desk.open_ticket(
        people.reporter(carla),
        words(),
        subject=subject,
        kind=kind,
        channel=Channel.WEB,
        priority=priority,
    )


def test_each_face_says_why_it_lacks_a_verb(capsys: pytest.CaptureFixture[str]) -> None:
    lacking = [
        (face, verb.name, verb.lacks[face])
        for face in Face
        for verb in VERBS.values()
        if not verb.is_on(face)
    ]
    with capsys.disabled():
        for face in Face:
            named = [f"{name} ({why})" for where, name, why in lacking if where == face]
            print(f"\n{face}: {len(on(face))} of {len(VERBS)}; not {', '.join(named) or 'nothing'}")
    assert all(why for _face, _name, why in lacking)
    assert len(on(Face.API)) == len(VERBS)
    for face in (Face.BULK, Face.MACRO, Face.TRIGGER):
        for name in ("tag", "untag", "fill", "plan"):
            assert VERBS[name].is_on(face)


def test_every_face_asks_for_the_body_that_the_table_tells(carla: Contact) -> None:
    ticket = opened(carla)
    for verb in VERBS.values():
        asked = set(verb.body)
        if verb.is_on(Face.PAGE) or verb.is_on(Face.ADMIN):
            form = FORMS.get(verb.name)
            if form is not None and verb.name != "fill":
                extra: dict[str, Any] = {"ticket": ticket} if verb.name in OF_TICKET else {}
                assert asked - {"attachments"} <= set(form(**extra).fields), verb.name
            elif not asked or verb.name == "fill":
                assert verb.name in FORMS or not asked
            else:
                assert verb.name in many.FORMS, verb.name
        body = api.BODIES.get(verb.name, api.Nothing)
        assert set(body().fields) == asked, verb.name
        needed = {name for name, field in body().fields.items() if field.required}
        assert needed == asked - set(verb.optional), verb.name
    assert {verb.name for verb in on(Face.BULK)} == set(many.VERBS) - {"macro"}
    offered = {name for name, _kind in steps.offered(by_itself=False)}
    assert offered == {verb.name for verb in on(Face.MACRO)}
    offered = {name for name, _kind in steps.offered(by_itself=True)}
    assert offered == {verb.name for verb in on(Face.TRIGGER)} | {"notify"}
    assert set(ACTIONS) <= {verb.name for verb in on(Face.PAGE)}


def test_no_face_has_a_table_of_its_own() -> None:
    """Who calls a verb for a face's button goes by the table: no second list of what is done."""
    calls = re.compile(r"desk\.(prioritise|classify|close|plan)\(")
    for room in ("workspace", "api", "admin", "automation"):
        for source in (BASE_DIR / "support" / room).rglob("*.py"):
            if source.name != "undo.py":
                assert not calls.search(Path(source).read_text()), source


def test_many_tickets_get_a_tag_a_field_and_a_release(
    client: Client, alice: User, carla: Contact
) -> None:
    tickets = [opened(carla, "Een"), opened(carla, "Twee")]
    field = CustomField.objects.create(name="Ruimte", kinds=[Kind.INCIDENT], type="text")
    (release,) = people.releases("2036-06-10 07:00")
    chosen = {"tickets": [ticket.pk for ticket in tickets], "sure": "1"}
    for verb, body in (
        ("tag", {"name": "Printer"}),
        ("fill", {"field": field.pk, "value": "B12"}),
        ("plan", {"release": release.pk}),
        ("add_item", {"text": "Bel de leverancier"}),
    ):
        assert client.post(reverse("bulk"), chosen | {"verb": verb} | body).status_code == 302
    for ticket in tickets:
        assert [tag.name for tag in ticket.tags.all()] == ["printer"]
        assert ticket.field_values.get().value == "B12"
        assert ticket.events.filter(kind="planned", data__release_id=release.pk).exists()
        assert ticket.checklist.get().text == "Bel de leverancier"


def test_a_field_that_such_a_ticket_does_not_have_is_said_and_the_others_go_on(
    client: Client, alice: User, carla: Contact
) -> None:
    incident, question = opened(carla), opened(carla, "Hoe?", Kind.QUESTION)
    field = CustomField.objects.create(name="Ruimte", kinds=[Kind.INCIDENT], type="text")
    chosen = {"tickets": [incident.pk, question.pk], "sure": "1", "verb": "fill"}
    page = client.post(
        reverse("bulk"), chosen | {"field": field.pk, "value": "B12"}, follow=True
    ).content.decode()
    assert question.reference in page
    assert incident.field_values.get().value == "B12"
    assert not question.field_values.exists()


def test_a_release_of_another_agreement_is_refused_whichever_face_asks(
    alice: User, carla: Contact
) -> None:
    ticket = opened(carla)
    later = timezone.now() + timedelta(days=9)
    other = Release.objects.create(agreement=people.agreement("diploc"), planned_at=later)
    with pytest.raises(desk.DeskError):
        VERBS["plan"].do(ticket, alice, {"release": other})
    assert not ticket.events.filter(kind="planned").exists()
