"""The verbs as actions of the admin's list: asked once, done to each, refused by name."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from support import desk
from support.workspace import many
from tests import people
from tests.people import words
from tickets.models import (
    Channel,
    Contact,
    Kind,
    Link,
    MessageKind,
    Role,
    Status,
    Tag,
    Team,
    Ticket,
    User,
)

pytestmark = pytest.mark.django_db

LIST = "admin:tickets_ticket_changelist"


@pytest.fixture
def alice(client: Client) -> User:
    user = people.agent()
    client.force_login(user)
    return user


@pytest.fixture
def carla() -> Contact:
    return people.contact(people.organisation())


def opened(person: Contact, **changes: Any) -> Ticket:
    given: dict[str, Any] = {"kind": Kind.INCIDENT, "priority": "middel"} | changes
    return desk.open_ticket(
        people.reporter(person), words(), subject="Export", channel=Channel.EMAIL, **given
    )


def act(client: Client, action: str, *tickets: Ticket, **asked: Any) -> str:
    form = {"action": action, "_selected_action": [ticket.pk for ticket in tickets]}
    first = client.post(reverse(LIST), form).content.decode()
    assert all(ticket.reference in first for ticket in tickets)
    done = client.post(reverse(LIST), form | {"confirmed": "1", **asked}, follow=True)
    return done.content.decode()


def test_a_team_is_given_to_many_and_each_keeps_its_agent(
    client: Client, alice: User, carla: Contact
) -> None:
    mine, free = opened(carla), opened(carla)
    desk.assign(mine, assignee=alice, team=alice.team, actor=alice)
    night = Team.objects.create(name="Nacht", email="nacht@desk.example")
    act(client, "assign", mine, free, team=str(night.pk), agent="")
    assert {(each.assignee, each.team) for each in Ticket.objects.all()} == {
        (alice, night),
        (None, night),
    }
    assert free.events.latest("version").actor == alice


def test_many_are_tagged_untagged_noted_and_linked(
    client: Client, alice: User, carla: Contact
) -> None:
    one, two, cause = opened(carla), opened(carla), opened(carla)
    act(client, "tag", one, two, name="Uitval")
    assert set(Tag.objects.get().tickets.all()) == {one, two}
    act(client, "untag", one, name="Uitval")
    assert set(Tag.objects.get().tickets.all()) == {two}
    act(client, "note", one, two, text="Ligt bij de leverancier")
    assert one.messages.filter(kind=MessageKind.NOTE, author=alice).count() == 1
    said = act(client, "link", one, two, cause, kind="caused", other=cause.reference)
    assert Link.objects.filter(other=cause, kind="caused").count() == 2
    assert f"{cause.reference}: " in said


def test_what_is_refused_is_said_per_ticket_and_the_rest_goes_on(
    client: Client, alice: User, carla: Contact
) -> None:
    solved, open_one = opened(carla), opened(carla)
    desk.resolve(solved, words("Klaar."), actor=alice)
    said = act(client, "resolve", solved, open_one, text="Opgelost.")
    assert f"{solved.reference}: Dit kan niet zolang het ticket “Opgelost” is." in said
    assert f"{open_one.reference}: " not in said
    open_one.refresh_from_db()
    assert open_one.status == Status.RESOLVED


def test_a_ticket_is_planned_into_a_release_of_its_own_agreement_alone(
    client: Client, alice: User, carla: Contact
) -> None:
    [release] = people.releases("2099-06-10 07:00")
    dirk = people.contact(people.organisation("Webwinkel", "diploc"), "Dirk")
    ours, other = opened(carla), opened(dirk, kind=Kind.SUPPORT, priority="")
    said = act(client, "plan", ours, other, release=str(release.pk))
    assert f"{other.reference}: " in said
    planned = Ticket.objects.filter(coverage__planned_for=release)
    assert list(planned) == [ours]


def test_a_verb_that_the_page_would_not_offer_is_refused(
    client: Client, alice: User, carla: Contact
) -> None:
    ticket = opened(carla)
    desk.resolve(ticket, words("Klaar."), actor=alice)
    said = act(client, "call_back", ticket, text="Gebeld")
    assert f"{ticket.reference}: " in said
    assert not ticket.messages.filter(kind=MessageKind.CALL).exists()


def test_more_than_can_be_done_in_one_go_is_refused_whole(
    client: Client, alice: User, carla: Contact, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(many, "MOST", 1)
    tickets = [opened(carla), opened(carla)]
    form = {"action": "take", "_selected_action": [ticket.pk for ticket in tickets]}
    client.post(reverse(LIST), form | {"confirmed": "1"})
    assert not Ticket.objects.exclude(assignee=None).exists()


def test_somebody_who_is_no_agent_can_do_nothing_there(client: Client, carla: Contact) -> None:
    ticket = opened(carla)
    client.force_login(User.objects.create_user("c@school.example", name="C", role=Role.CUSTOMER))
    form = {"action": "take", "_selected_action": [ticket.pk], "confirmed": "1"}
    assert client.post(reverse(LIST), form).status_code == 302
    ticket.refresh_from_db()
    assert ticket.assignee is None
