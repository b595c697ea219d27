"""Managers read editions in words, draft, announce and see who was told; nobody else may."""

import tomllib
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from sla import editions
from sla.agreements import check
from sla.models import Agreement, Edition
from support.agreements.letters import tell
from support.agreements.models import EditionNotice
from support.mail.post import send_due
from tests import people
from tickets.models import ContactAddress, Role, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(client: Client) -> User:
    user = people.agent("Mila", Role.MANAGER)
    client.force_login(user)
    return user


def page(client: Client, name: str, *args: object) -> str:
    answer = client.get(reverse(name, args=args), headers={"Accept-Language": "en"})
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def drafted(*, change: bool = True) -> Edition:
    edition = editions.draft(people.agreement(), now=timezone.now())
    if change:
        edition.targets.filter(key="reaction-setting").update(hours=4)
    return edition


def test_who_is_not_a_manager_may_not_see_or_do_any_of_it(client: Client) -> None:
    people.contact(people.organisation())
    drafted()
    urls = [
        reverse("agreements"),
        reverse("edition", args=["dialog", 2]),
        reverse("edition-announce", args=["dialog", 2]),
        reverse("edition-export", args=["dialog", 2]),
        reverse("edition-draft", args=["dialog"]),
    ]
    for somebody, expected in (
        (None, 302),
        (User.objects.create_user("charlie@school.example", name="Charlie"), 403),
        (people.agent("Alice"), 403),
    ):
        if somebody:
            client.force_login(somebody)
        assert [client.get(url).status_code for url in urls] == [expected] * 5
        assert [client.post(url).status_code for url in urls] == [expected] * 5
    assert Edition.objects.filter(announced_at=None).count() == 1


@pytest.mark.usefixtures("manager")
def test_the_list_shows_every_agreement_with_its_editions_and_organisations(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(3):
        people.organisation(f"Klant {number}")
    people.agreement("diploc")
    drafted()
    shown = page(client, "agreements")
    for words in ("Dialog Online Platform", "Diploc hosting", "Edition 2", "Klant 2", "draft"):
        assert words in shown
    with django_assert_num_queries(6):
        client.get(reverse("agreements"))


@pytest.mark.usefixtures("manager")
def test_an_edition_reads_in_words(client: Client) -> None:
    people.agreement()
    shown = page(client, "edition", "dialog", 1)
    for words in (
        "Reaction time Medium (incident)",
        "within one working day",
        "only when reported by phone",
        "pauses while we wait for the customer",
        "50 %, 80 %",
        "Bijlage 1, Oplostijden: Hoog",
        "30 days",
        "99.5 % a calendar month",
        "4 working hours after",
        "the managers",
        "Monday to Friday 09:00-17:00",
        "Nobody had to be told of this edition.",
    ):
        assert words in shown
    people.agreement("diploc")
    shown = page(client, "edition", "diploc", 1)
    assert "99.2 % or lower: 40 %" in shown
    assert "below 99.5 %: 10 %" in shown
    assert client.get(reverse("edition", args=["dialog", 9])).status_code == 404


@pytest.mark.usefixtures("manager")
def test_a_manager_drafts_announces_and_sees_who_was_told(client: Client) -> None:
    school = people.organisation()
    people.contact(school)
    ines = people.contact(school, "Ines")
    ContactAddress.objects.filter(contact=ines).delete()
    client.post(reverse("edition-draft", args=["dialog"]))
    edition = Edition.objects.get(number=2)
    edition.targets.filter(key="reaction-setting").update(hours=4)
    change = "Reaction time setting: was within one working day, becomes within 4 working hours"
    assert change in page(client, "edition", "dialog", 2)
    asked = page(client, "edition-announce", "dialog", 2)
    assert change in asked
    assert "words in short do not: Reaction time setting" in asked
    assert "1 contact" in asked
    assert "Ines (School)" in asked
    client.post(reverse("edition-announce", args=["dialog", 2]))
    assert "The letters are being written." in page(client, "edition", "dialog", 2)
    tell(now=timezone.now())
    assert "2 of 2 written to, 0 sent" in page(client, "edition", "dialog", 2)
    send_due(now=timezone.now())
    shown = page(client, "edition", "dialog", 2)
    assert "2 of 2 written to, 1 sent, 1 without address" in shown
    assert "has no address" in shown
    assert "hx-get" not in shown.partition("<main")[2]  # the bell asks on every page
    assert EditionNotice.objects.count() == 2


@pytest.mark.usefixtures("manager")
def test_too_early_a_date_is_not_announced_but_answered_with_the_first_possible(
    client: Client,
) -> None:
    people.contact(people.organisation())
    edition = drafted()
    first = edition.in_force_on
    edition.in_force_on = first - timedelta(days=1)
    edition.save()
    said = f"The first possible date is {first:%-d %B %Y}."
    assert said in page(client, "edition-announce", "dialog", 2)
    answer = client.post(
        reverse("edition-announce", args=["dialog", 2]),
        headers={"Accept-Language": "en"},
        follow=True,
    )
    assert said in unescape(answer.content.decode())
    edition.refresh_from_db()
    assert edition.announced_at is None


@pytest.mark.usefixtures("manager")
def test_a_second_draft_is_refused_in_words(client: Client) -> None:
    drafted()
    answer = client.post(
        reverse("edition-draft", args=["dialog"]),
        headers={"Accept-Language": "en"},
        follow=True,
    )
    assert "There is a draft already: edition 2." in answer.content.decode()
    assert Edition.objects.count() == 2


@pytest.mark.usefixtures("manager")
def test_the_toml_of_an_edition_is_a_download_that_loads(client: Client) -> None:
    people.agreement()
    answer = client.get(reverse("edition-export", args=["dialog", 1]))
    assert answer["Content-Disposition"] == 'attachment; filename="dialog-1.toml"'
    assert check(tomllib.loads(answer.content.decode())).key == "dialog"


@pytest.mark.usefixtures("manager")
def test_an_agreement_without_an_edition_offers_to_write_the_first(client: Client) -> None:
    Agreement.objects.create(key="acme", name="Acme", provider="Acme")
    assert "Write the first one" in page(client, "agreements")
