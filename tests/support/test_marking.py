"""Tags, fields of one's own and checklists: on the page, in the history, and before solving."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from sla.evidence import evidence_of
from sla.sweep import sweep
from support import desk
from support.desk import DeskError, gathering, marking
from support.desk.marking import shown_to_customers
from support.timeline import line
from tests import people
from tests.api.programs import program
from tests.people import words
from tickets.models import (
    Channel,
    Contact,
    CustomField,
    FieldType,
    Kind,
    Role,
    Status,
    Tag,
    Ticket,
    User,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(client: Client) -> User:
    user = people.agent()
    client.force_login(user)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return user


@pytest.fixture
def carla() -> Contact:
    return people.contact(people.organisation())


@pytest.fixture
def ticket(carla: Contact) -> Ticket:
    return opened(carla)


def opened(carla: Contact, *, kind: str = Kind.QUESTION) -> Ticket:
    return desk.open_ticket(
        people.reporter(carla), words(), subject="Doelen", kind=kind, channel=Channel.WEB
    )


def do(client: Client, ticket: Ticket, verb: str, /, **data: Any) -> Any:
    return client.post(reverse("verb", args=[ticket.reference, verb]), data)


def page(client: Client, ticket: Ticket, **query: str) -> str:
    return client.get(reverse("ticket", args=[ticket.reference]), query).content.decode()


def field(name: str = "Browser", **more: Any) -> CustomField:
    given = {"type": FieldType.TEXT, "kinds": [Kind.QUESTION]} | more
    return CustomField.objects.create(name=name, **given)


def test_a_tag_shows_in_the_head_finds_the_ticket_and_stands_in_the_history(
    client: Client, alice: User, carla: Contact, ticket: Ticket
) -> None:
    other = opened(carla)
    assert do(client, ticket, "tag", name="  Lespakket   MAVO ").status_code == 302
    do(client, ticket, "tag", name="lespakket mavo")
    assert [tag.name for tag in ticket.tags.all()] == ["lespakket mavo"]
    shown = page(client, ticket)
    assert "Tag added: lespakket mavo" in shown
    assert "?tag=lespakket%20mavo" in shown
    found = client.get(reverse("queue"), {"tag": "lespakket mavo"}).content.decode()
    assert f"row-{ticket.reference}" in found
    assert f"row-{other.reference}" not in found
    do(client, ticket, "untag", name="lespakket mavo")
    assert not ticket.tags.exists()
    assert "Tag removed: lespakket mavo" in page(client, ticket)


def test_marks_leave_the_promises_alone(alice: User, carla: Contact) -> None:
    ticket = people.setting(carla, when=timezone.now() - timedelta(days=1))
    sweep(now=timezone.now())  # whatever fell due by now did so before
    before = list(ticket.clocks.order_by("pk").values())
    marking.tag(ticket, name="logo", actor=alice)
    marking.add_item(ticket, text="Bellen", actor=alice)
    assert list(ticket.clocks.order_by("pk").values()) == before


@pytest.mark.parametrize(
    ("kind", "typed", "kept", "shown"),
    [
        (FieldType.TEXT, " Firefox \x00 140 ", "Firefox 140", "Firefox 140"),
        (FieldType.NUMBER, "12.50", "12.50", "12.50"),
        (FieldType.DATE, "2026-12-31", "2026-12-31", "31 December 2026"),
        (FieldType.CHOICE, "Zuid", "Zuid", "Zuid"),
        (FieldType.YES_NO, "true", "true", "yes"),
    ],
)
def test_each_type_of_field_keeps_and_shows_its_values(
    kind: str, typed: str, kept: str, shown: str, ticket: Ticket
) -> None:
    alice = people.agent()
    one = field(type=kind, choices="Noord\nZuid\n", customers_see=True)
    marking.fill(ticket, values={one.pk: typed}, actor=alice)
    assert ticket.field_values.get().value == kept
    with override("en"):
        assert shown_to_customers(ticket) == [("Browser", shown)]


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        (FieldType.NUMBER, "veel"),
        (FieldType.NUMBER, "NaN"),
        (FieldType.NUMBER, "1e400"),
        (FieldType.DATE, "31-12-2026"),
        (FieldType.CHOICE, "West"),
        (FieldType.YES_NO, "misschien"),
    ],
)
def test_a_value_that_does_not_fit_is_refused(
    kind: str, typed: str, alice: User, ticket: Ticket
) -> None:
    one = field(type=kind, choices="Noord\nZuid")
    with pytest.raises(DeskError, match="Browser"):
        marking.fill(ticket, values={one.pk: typed}, actor=alice)
    assert not ticket.field_values.exists()


def test_a_ticket_is_not_solved_while_something_needed_is_empty(
    client: Client, alice: User, ticket: Ticket
) -> None:
    needed = field("Oorzaak", required=True)
    field("Van een wens", required=True, kinds=[Kind.WISH])
    refused = do(client, ticket, "resolve", text="Opgelost")
    assert refused.status_code == 422
    assert "Fill in first, under “Details”: Oorzaak." in refused.content.decode()
    assert "needed before solving" in page(client, ticket)
    do(client, ticket, "fill", **{f"field_{needed.pk}": "Cache"})
    assert "Oorzaak: – → Cache" in page(client, ticket)
    assert do(client, ticket, "resolve", text="Opgelost").status_code == 302
    ticket.refresh_from_db()
    assert ticket.status == Status.RESOLVED


def test_fields_are_asked_of_their_kinds_only_and_the_same_again_changes_nothing(
    client: Client, alice: User, ticket: Ticket
) -> None:
    other, mine = field("Wensveld", kinds=[Kind.WISH]), field("Mijn veld")
    assert "Wensveld" not in page(client, ticket)
    values = {mine.pk: "x", other.pk: "y"}
    once = marking.fill(ticket, values=values, actor=alice)
    again = marking.fill(ticket, values=values, actor=alice)
    assert (once.version, again.version) == (2, 2)
    assert ticket.field_values.get().field == mine
    gone = marking.fill(ticket, values={mine.pk: ""}, actor=alice)
    assert (gone.version, ticket.field_values.exists()) == (3, False)


def test_customers_see_only_what_is_for_them(client: Client, alice: User, carla: Contact) -> None:
    carla.user = User.objects.create_user("carla@school.example", name="Carla")
    carla.save()
    ticket = opened(carla)
    theirs, ours = field("Locatie", customers_see=True), field("Marge")
    marking.fill(ticket, values={theirs.pk: "Utrecht", ours.pk: "Klein"}, actor=alice)
    client.force_login(carla.user)
    shown = client.get(reverse("my-ticket", args=[ticket.reference])).content.decode()
    assert "Utrecht" in shown
    assert "Klein" not in shown
    written = str(evidence_of(ticket, now=timezone.now()))
    assert "Klein" not in written


@pytest.mark.parametrize("role", [Role.CUSTOMER, Role.AGENT])
def test_the_api_tells_fields_and_tags_to_whom_they_are_for(
    role: str, client: Client, alice: User, carla: Contact
) -> None:
    carla.user = User.objects.create_user("carla@school.example", name="Carla")
    carla.save()
    ticket = opened(carla)
    theirs, ours = field("Locatie", customers_see=True), field("Marge")
    marking.fill(ticket, values={theirs.pk: "Utrecht", ours.pk: "Klein"}, actor=alice)
    marking.tag(ticket, name="lastig", actor=alice)
    owner = alice if role == Role.AGENT else carla.user
    told = program(owner).get(reverse("api-ticket", args=[ticket.reference])).json()
    if role == Role.AGENT:
        assert told["custom_fields"] == {"Locatie": "Utrecht", "Marge": "Klein"}
        assert told["tags"] == ["lastig"]
    else:
        assert (told["custom_fields"], told["tags"]) == ({"Locatie": "Utrecht"}, [])


def test_a_checklist_counts_what_is_done_and_tells_by_whom(
    client: Client, alice: User, ticket: Ticket
) -> None:
    for text in ("Bellen", "Meten", "Terugmelden"):
        do(client, ticket, "add_item", text=text)
    first, second, _third = ticket.checklist.all()
    done = do(client, ticket, "tick_item", number=first.pk, done="on")
    assert done["Location"].endswith("#checklist")
    do(client, ticket, "tick_item", number=second.pk, done="on")
    do(client, ticket, "tick_item", number=second.pk)
    shown = page(client, ticket)
    assert "1 of 3" in shown
    first.refresh_from_db()
    assert (first.done_by, first.done_at is not None) == (alice, True)
    do(client, ticket, "remove_item", number=second.pk)
    assert ticket.checklist.count() == 2
    told = page(client, ticket, show="events")
    assert [words in told for words in ("Done: Bellen", "No longer to do: Meten")] == [True, True]
    gone = do(client, ticket, "tick_item", number=second.pk, done="on")
    assert "A colleague took this off the checklist." in gone.content.decode()


def test_an_item_of_another_ticket_is_not_touched(alice: User, carla: Contact) -> None:
    one, other = opened(carla), opened(carla)
    marking.add_item(one, text="Bellen", actor=alice)
    with pytest.raises(DeskError):
        marking.tick_item(other, number=one.checklist.get().pk, done=True, actor=alice)


def test_the_timeline_shows_everything_what_was_said_or_what_happened(
    client: Client, alice: User, ticket: Ticket
) -> None:
    desk.reply(ticket, words("Ons antwoord"), actor=alice)
    marking.tag(ticket, name="logo", actor=alice)
    talk, events = page(client, ticket, show="talk"), page(client, ticket, show="events")
    assert ("Tag added" in talk, "Tag added" in events) == (False, True)
    assert ("<p>Ons antwoord</p>" in talk, "<p>Ons antwoord</p>" in events) == (True, False)
    assert client.get(reverse("ticket", args=[ticket.reference]), {"show": "x"}).status_code == 200


def test_everything_that_happens_around_a_ticket_has_words(alice: User, carla: Contact) -> None:
    ticket, other = opened(carla), opened(carla)
    one = field()
    marking.tag(ticket, name="logo", actor=alice)
    marking.untag(ticket, name="logo", actor=alice)
    marking.fill(ticket, values={one.pk: "Firefox"}, actor=alice)
    marking.add_item(ticket, text="Bellen", actor=alice)
    gathering.link(ticket, other=other, kind="related", actor=alice)
    gathering.merge(ticket, into=other, actor=alice)
    told = [(item.text, item.who) for item in line.whole(ticket) if item.kind == "event"]
    assert all(who == "Alice" for _text, who in told)
    assert any("logo" in text for text, _who in told)
    assert any("Browser: – → Firefox" in text for text, _who in told)
    assert any(other.reference in text for text, _who in told)


def test_customers_can_not_mark(ticket: Ticket) -> None:
    carla = User.objects.create_user("carla@school.example", name="Carla")
    for act in (
        lambda: marking.tag(ticket, name="x", actor=carla),
        lambda: marking.add_item(ticket, text="x", actor=carla),
        lambda: marking.fill(ticket, values={}, actor=carla),
    ):
        with pytest.raises(DeskError):
            act()
    assert not Tag.objects.exists()


def test_a_field_in_use_keeps_its_type_and_a_choice_needs_choices(
    client: Client, alice: User, ticket: Ticket
) -> None:
    used = field()
    marking.fill(ticket, values={used.pk: "Firefox"}, actor=alice)
    client.force_login(people.agent("Mona", Role.MANAGER))
    url = reverse("admin:tickets_customfield_change", args=[used.pk])
    form = {"name": "Browser", "kinds": ["question"], "type": "number", "position": 0}
    assert "make a new one instead" in client.post(url, form).content.decode()
    add = reverse("admin:tickets_customfield_add")
    assert client.post(add, form | {"name": "Regio", "type": "choice"}).status_code == 200
    assert (
        client.post(
            add,
            form | {"name": "Regio", "type": "choice", "choices": "Noord\nZuid", "active": "on"},
        ).status_code
        == 302
    )
    assert CustomField.objects.get(name="Regio").kinds == ["question"]
