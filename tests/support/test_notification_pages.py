"""The bell's pages: counted, seen, chosen, each person's own."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from support import desk
from support.notifications.models import DigestHour, Notification, NotificationChoice
from support.notifications.sweep import sweep
from tests import people
from tests.people import words
from tickets.models import Role, Ticket, User

pytestmark = pytest.mark.django_db

LIST_QUERIES = 7


@pytest.fixture
def alice() -> User:
    return people.agent()


@pytest.fixture
def bob() -> User:
    return people.agent("Bob")


@pytest.fixture
def ticket(alice: User) -> Ticket:
    """A ticket of Alice; from here on there is a bell."""
    found = people.setting(people.contact(people.organisation()), when=timezone.now())
    desk.assign(found, assignee=alice, team=alice.team, actor=alice)
    sweep(now=timezone.now())
    return found


@pytest.fixture
def browser(client: Client, alice: User) -> Client:
    client.force_login(alice)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


def lately(ticket: Ticket, bob: User, *, count: int = 1) -> None:
    """Notes of Bob's, now."""
    for _number in range(count):
        desk.note(ticket, words("@Alice?"), actor=bob)
    sweep(now=timezone.now())


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_one_and_for_three(
    browser: Client,
    bob: User,
    ticket: Ticket,
    django_assert_num_queries: DjangoAssertNumQueries,
    count: int,
) -> None:
    lately(ticket, bob, count=count)
    with django_assert_num_queries(LIST_QUERIES):
        page = browser.get(reverse("notifications"))
    assert page.content.decode().count("data-unseen") == count


def test_the_bell_counts_until_the_ticket_is_opened(
    browser: Client, bob: User, ticket: Ticket
) -> None:
    lately(ticket, bob, count=2)
    assert "2 not seen" in browser.get(reverse("queue")).content.decode()
    page = browser.get(reverse("ticket", args=[ticket.reference])).content.decode()
    assert "not seen" not in page
    listed = browser.get(reverse("notifications")).content.decode()
    assert "A colleague mentions you" in listed
    assert "data-unseen" not in listed


def test_an_open_page_hears_of_a_new_number_only(
    browser: Client, bob: User, ticket: Ticket
) -> None:
    lately(ticket, bob)
    address = reverse("notification-count")
    assert browser.get(address, {"shown": "1"}).status_code == 204
    news = browser.get(address, {"shown": "0"}).content.decode()
    assert "bell-said" in news
    assert "1 not seen" in news


def test_all_seen_is_what_the_page_showed(browser: Client, bob: User, ticket: Ticket) -> None:
    lately(ticket, bob)
    until = browser.get(reverse("notifications")).context["until"]
    lately(ticket, bob)
    browser.post(reverse("notifications-seen"), {"until": until})
    assert Notification.objects.filter(seen_at=None).count() == 1
    browser.post(reverse("notifications-seen"), {"until": "x"})
    assert Notification.objects.filter(seen_at=None).count() == 1


def test_nobody_sees_or_ends_the_notifications_of_somebody_else(
    browser: Client, bob: User, ticket: Ticket
) -> None:
    lately(ticket, bob)
    browser.force_login(bob)
    assert "data-unseen" not in browser.get(reverse("notifications")).content.decode()
    browser.post(reverse("notifications-seen"), {"until": "999999"})
    browser.get(reverse("ticket", args=[ticket.reference]))
    assert Notification.objects.filter(seen_at=None).count() == 1


def test_choices_are_kept_and_shown_again(browser: Client, alice: User) -> None:
    address = reverse("notification-choices")
    form = browser.get(address).context["form"]
    asked = {name: field.initial for name, field in form.fields.items()}
    given = asked | {"note_mail": "digest", "mention_in_app": "", "note_push": "on", "hour": "7"}
    given = {name: value for name, value in given.items() if value not in (False, "")}
    browser.post(address, given)
    kept = {row.kind: row for row in NotificationChoice.objects.filter(user=alice)}
    assert (kept["note"].mail, kept["note"].in_app, kept["note"].push) == ("digest", True, True)
    assert (kept["mention"].mail, kept["mention"].in_app) == ("now", False)
    assert kept["mention"].push
    assert DigestHour.objects.get(user=alice).hour == 7
    browser.post(address, given | {"note_mail": "none"})
    again = browser.get(address).context["form"]
    assert again.fields["note_mail"].initial == "none"
    assert "team_breach_mail" not in again.fields
    assert browser.post(address, given | {"hour": "3"}).status_code == 422


def test_a_lead_chooses_about_their_team_too(client: Client) -> None:
    client.force_login(people.agent("Lea", Role.LEAD))
    page = client.get(reverse("notification-choices"))
    assert "team_breach_mail" in page.context["form"].fields


def test_a_customer_has_no_bell(client: Client) -> None:
    client.force_login(User.objects.create_user("carla@school.example", name="Carla"))
    assert client.get(reverse("notifications")).status_code == 403
    assert 'class="bell"' not in client.get(reverse("my-tickets")).content.decode()
