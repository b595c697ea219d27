"""The queue's filters, saved views and columns, and the start page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from sla import sweep
from support import desk
from support.queue.models import QueueColumns, SavedView
from tests import people
from tests.people import words
from tickets.models import Channel, Contact, Kind, Role, Team, Ticket, User

pytestmark = pytest.mark.django_db

START_QUERIES = 4


@pytest.fixture
def alice(client: Client) -> User:
    user = people.agent()
    client.force_login(user)
    return user


@pytest.fixture
def carla() -> Contact:
    return people.contact(people.organisation())


def opened(person: Contact, subject: str, **more: Any) -> Ticket:
    given: dict[str, Any] = {"kind": Kind.SETTING, "channel": Channel.WEB} | more
    return desk.open_ticket(people.reporter(person), words(), subject=subject, **given)


def seen(client: Client, query: str) -> list[str]:
    groups = client.get(f"{reverse('queue')}?{query}").context["groups"]
    return sorted(row.ticket.subject for group in groups for row in group["rows"])


def counts(client: Client) -> dict[str, int | None]:
    return {view.label: view.count for view in client.get(reverse("queue")).context["views"]}


def test_values_of_one_filter_add_up_and_filters_narrow_each_other(
    client: Client, alice: User, carla: Contact
) -> None:
    dirk = people.contact(people.organisation("Winkel", "diploc"), "Dirk")
    mine = opened(carla, "Van mij")
    desk.assign(mine, assignee=alice, team=None, actor=alice)
    opened(carla, "Vraag", kind=Kind.QUESTION)
    opened(dirk, "Schijf", kind=Kind.SUPPORT)
    assert seen(client, "kind=question&kind=setting") == ["Van mij", "Vraag"]
    assert seen(client, "kind=question&kind=setting&assignee=me") == ["Van mij"]
    assert seen(client, "assignee=nobody&organisation=nobody") == []
    assert seen(client, f"organisation={carla.organisation_id}&channel=web") == ["Van mij", "Vraag"]
    assert seen(client, "due=none") == ["Vraag"]
    assert seen(client, "team=x&kind=") == ["Schijf", "Van mij", "Vraag"]


def test_deadlines_are_filtered_by_the_nearest_one_that_binds(
    client: Client, alice: User, carla: Contact
) -> None:
    opened(carla, "Te laat", at=timezone.now() - timedelta(days=9))
    opened(carla, "Nieuw")
    assert seen(client, "due=late") == ["Te laat"]
    assert seen(client, "due=week") == ["Nieuw"]
    assert seen(client, "due=late&due=week") == ["Nieuw", "Te laat"]


def test_each_chosen_value_is_a_chip_that_takes_only_itself_away(
    client: Client, alice: User
) -> None:
    query = "kind=question&kind=setting&assignee=me&page=2"
    chips = client.get(f"{reverse('queue')}?{query}").context["chips"]
    assert [str(chip["value"]) for chip in chips] == ["mij", "Vraag", "Instelling"]
    assert chips[1]["without"] == "?kind=setting&assignee=me"


def test_a_view_is_kept_for_oneself_or_for_the_team_with_its_count(
    client: Client, alice: User, carla: Contact
) -> None:
    opened(carla, "Vraag", kind=Kind.QUESTION)
    opened(carla, "Logo")
    keep = f"{reverse('saved-views')}?of=kind%3Dquestion"
    assert client.post(keep, {"name": "Vragen", "whose": "own"}).status_code == 302
    assert client.post(keep, {"name": "Teamvragen", "whose": "team"}).status_code == 302
    shown = counts(client)
    assert (shown["Vragen"], shown["Teamvragen"]) == (1, 1)
    again = client.post(keep, {"name": "Vragen", "whose": "own"})
    assert again.status_code == 422
    colleague = people.agent("Bob")
    client.force_login(colleague)
    assert "Teamvragen" in counts(client)
    assert "Vragen" not in counts(client)
    stranger = User.objects.create_user(
        "eva@desk.example",
        name="Eva",
        role=Role.AGENT,
        team=Team.objects.create(name="Tweede", email="tweede@desk.example"),
    )
    client.force_login(stranger)
    assert not {"Vragen", "Teamvragen"} & set(counts(client))


def test_a_view_of_solved_tickets_is_shown_without_counting_them(
    client: Client, alice: User, carla: Contact
) -> None:
    desk.resolve(opened(carla, "Klaar"), words(), actor=alice)
    view = SavedView.objects.create(owner=alice, name="Af", chosen={"status": ["resolved"]})
    assert counts(client)["Af"] is None
    assert seen(client, f"saved={view.pk}&status=resolved") == ["Klaar"]


def test_only_who_made_a_view_or_a_lead_changes_it(client: Client, alice: User) -> None:
    view = SavedView.objects.create(owner=alice, team=alice.team, name="Ons", chosen={})
    url = reverse("saved-view", args=[view.pk])
    client.force_login(people.agent("Bob"))
    assert client.post(url, {"delete": "1"}).status_code == 403
    client.force_login(people.agent("Lena", Role.LEAD))
    client.post(url, {"name": "Van ons"})
    view.refresh_from_db()
    assert view.name == "Van ons"
    client.post(url, {"delete": "1"})
    assert not SavedView.objects.exists()


def test_columns_are_kept_per_person(client: Client, alice: User, carla: Contact) -> None:
    opened(carla, "Logo")
    client.post(
        reverse("queue-columns"), {"column": ["team", "reported", "onzin"], "of": "view=mine"}
    )
    page = client.get(reverse("queue"))
    assert list(page.context["columns"]) == ["team", "reported"]
    assert "Support" in page.content.decode()
    client.force_login(people.agent("Bob"))
    assert "status" in client.get(reverse("queue")).context["columns"]
    assert QueueColumns.objects.count() == 1


@pytest.mark.parametrize("count", [1, 3])
def test_the_start_page_costs_the_same_for_one_ticket_and_for_three(
    client: Client,
    alice: User,
    carla: Contact,
    django_assert_num_queries: DjangoAssertNumQueries,
    count: int,
) -> None:
    for number in range(count):
        ticket = opened(carla, f"Ticket {number}", at=timezone.now() - timedelta(days=9))
        desk.assign(ticket, assignee=alice, team=alice.team, actor=alice)
        opened(carla, f"Van niemand {number}", at=timezone.now() - timedelta(days=9))
    sweep.sweep(now=timezone.now())
    client.get(reverse("start"))
    with django_assert_num_queries(START_QUERIES):
        page = client.get(reverse("start"))
    assert (len(page.context["waiting"]), len(page.context["team"])) == (count, count)


def test_the_start_page_tells_what_waits_what_presses_and_what_others_did(
    client: Client, alice: User, carla: Contact
) -> None:
    asked, answered = opened(carla, "Wacht op mij"), opened(carla, "Beantwoord")
    for ticket in (asked, answered):
        desk.assign(ticket, assignee=alice, team=alice.team, actor=people_agent())
    desk.reply(answered, words("Zo doet u dat."), actor=alice)
    desk.note(answered, words("Let op"), actor=User.objects.get(name="Bob"))
    page = client.get(reverse("start"))
    assert [row.ticket.subject for row in page.context["waiting"]] == ["Wacht op mij"]
    assert [row.ticket.subject for row in page.context["mine"]] == ["Beantwoord"]
    assert page.context["news"][0].what == "Een collega schreef een notitie"
    assert "Van mij" in page.content.decode()


def people_agent() -> User:
    return User.objects.filter(name="Bob").first() or people.agent("Bob")
