"""Somebody leaves: their work is found, told, and goes on in other hands."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from support import desk
from support.automation.models import Macro
from support.desk import putting_right
from support.notifications import sweep as bell
from support.notifications.models import Notification
from support.people import leaving
from support.who import Reporter
from tests import people
from tests.people import words
from tickets.models import Channel, Contact, Kind, Organisation, Role, Ticket, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def carla() -> Contact:
    return people.contact(people.organisation())


@pytest.fixture
def alice() -> User:
    return people.agent()


@pytest.fixture
def boss() -> User:
    return people.agent("Ada", Role.ADMIN)


@pytest.fixture
def ticket(carla: Contact, alice: User) -> Ticket:
    found = people.setting(carla, when=timezone.now())
    desk.assign(found, assignee=alice, team=alice.team, actor=alice)
    return found


def close_account(user: User) -> None:
    """As a script or an identity provider would, past every page."""
    User.objects.filter(pk=user.pk).update(is_active=False)


def form_of(client: Client, user: User) -> dict[str, Any]:
    page = client.get(reverse("admin:tickets_user_change", args=[user.pk]))
    form = page.context["adminform"].form
    given = {name: form.initial.get(name) or "" for name in form.fields if name != "password"}
    return {**given, "is_active": "on"}


def test_work_of_who_left_goes_back_by_itself(ticket: Ticket, alice: User) -> None:
    close_account(alice)
    assert leaving.sweep(now=timezone.now()) == 1
    assert leaving.sweep(now=timezone.now()) == 0
    ticket.refresh_from_db()
    event = ticket.events.latest("version")
    assert (ticket.assignee, ticket.team) == (None, alice.team)
    assert (event.kind, event.actor, event.data["left"]) == ("assigned", None, "Alice")


def test_it_stands_with_nobodys_before_the_sweep_and_is_found_by_the_name(
    ticket: Ticket, alice: User, client: Client
) -> None:
    close_account(alice)
    client.force_login(people.agent("Bob"))
    for asked in ("nobody", str(alice.pk)):
        page = client.get(f"{reverse('queue')}?assignee={asked}").content.decode()
        assert ticket.reference in page
    found = client.get(reverse("search"), {"q": "agent:nobody"}).content.decode()
    assert ticket.reference in found


def test_the_lead_of_the_team_hears_what_was_left(ticket: Ticket, alice: User) -> None:
    lead = people.agent("Lea", Role.LEAD)
    bell.sweep(now=timezone.now())
    close_account(alice)
    leaving.sweep(now=timezone.now())
    bell.sweep(now=timezone.now())
    told = Notification.objects.filter(recipient=lead, ticket=ticket)
    assert [each.kind for each in told] == ["left"]


def test_closing_an_account_says_what_is_on_its_name(
    ticket: Ticket, carla: Contact, alice: User, boss: User, client: Client
) -> None:
    Organisation.objects.update(fixed_contact=alice)
    Macro.objects.create(
        title="Naar Alice",
        owner=boss,
        scope="all",
        steps=[{"verb": "assign", "value": f"user-{alice.pk}"}],
    )
    client.force_login(boss)
    page = client.get(reverse("admin:tickets_user_change", args=[alice.pk])).content.decode()
    for said in ("1 open melding", "School", "Naar Alice"):
        assert said in page


@pytest.mark.parametrize("leaves", [{"is_active": ""}, {"role": Role.CUSTOMER}])
def test_whoever_takes_over_gets_the_tickets_and_the_customers(
    leaves: dict[str, str], ticket: Ticket, alice: User, boss: User, client: Client
) -> None:
    bob = people.agent("Bob")
    Organisation.objects.update(fixed_contact=alice)
    client.force_login(boss)
    form = form_of(client, alice) | {"successor": bob.pk} | leaves
    answer = client.post(
        reverse("admin:tickets_user_change", args=[alice.pk]),
        {name: value for name, value in form.items() if value != ""},
    )
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    ticket.refresh_from_db()
    assert ticket.assignee == bob
    assert ticket.events.latest("version").actor == boss
    assert Organisation.objects.get().fixed_contact == bob


def test_nobody_takes_over_from_who_stays(alice: User, boss: User, client: Client) -> None:
    client.force_login(boss)
    form = form_of(client, alice) | {"successor": people.agent("Bob").pk}
    answer = client.post(
        reverse("admin:tickets_user_change", args=[alice.pk]),
        {name: value for name, value in form.items() if value != ""},
    )
    assert "successor" in answer.context["adminform"].form.errors


def given_at_the_report(carla: Contact) -> Ticket:
    return people.setting(carla, when=timezone.now())


def given_with_the_customer(carla: Contact) -> Ticket:
    found = desk.open_ticket(
        Reporter(name="?"),
        words(),
        subject="?",
        kind=Kind.QUESTION,
        channel=Channel.WEB,
    )
    return putting_right.identify(found, contact=carla, actor=people.agent("Bob"))


@pytest.mark.parametrize("give", [given_at_the_report, given_with_the_customer])
def test_a_fixed_contact_who_left_is_given_nothing(
    give: Callable[[Contact], Ticket], carla: Contact, alice: User
) -> None:
    Organisation.objects.update(fixed_contact=alice)
    close_account(alice)
    found = give(Contact.objects.select_related("organisation__fixed_contact").get())
    assert found.assignee is None


def test_what_was_done_with_keeps_the_name_of_who_did_it(ticket: Ticket, alice: User) -> None:
    Ticket.objects.filter(pk=ticket.pk).update(status="closed")
    close_account(alice)
    assert leaving.sweep(now=timezone.now()) == 0
