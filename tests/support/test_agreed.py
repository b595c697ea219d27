"""Onze afspraken: customers read what was agreed with them, out of the agreement's own data."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from sla import editions
from sla.contracts import contract
from sla.models import Contract, Edition
from support import desk
from tests import people
from tests.people import words
from tickets.models import Channel, Contact, Kind, User

pytestmark = pytest.mark.django_db


def signed_in(person: Contact) -> Client:
    person.user = User.objects.create_user(person.email, name=person.name)
    person.save()
    client = Client()
    client.force_login(person.user)
    return client


def read(client: Client, address: str = "") -> str:
    """The words of the page, as one line."""
    response = client.get(address or reverse("our-agreement"))
    assert response.status_code == 200
    body = response.content.decode().partition("<main")[2]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def announced(first: Edition, *, hours: int = 2) -> Edition:
    """The next edition with so many hours for settings, in force after the notice."""
    draft = editions.draft(first.agreement, now=timezone.now())
    draft.targets.filter(key="reaction-setting").update(hours=hours)
    return editions.announce(draft, now=timezone.now())


@pytest.fixture
def carla() -> Contact:
    return people.contact(people.organisation())


@pytest.mark.parametrize("key", ["dialog", "diploc"])
def test_every_promise_stands_there_with_its_words_and_its_clause(key: str) -> None:
    page = read(signed_in(people.contact(people.organisation("Winkel", key))))
    terms = contract(key)
    for target in terms["targets"]:
        assert f"“{target['words']['nl']}”" in page
        assert target["clause"] in page
    for reading in terms["readings"].values():
        assert reading["nl"] in page, "what the text leaves open"
    for meant in terms.get("priorities", {}).values():
        assert meant["nl"] in page
    assert "99,5 % per kalendermaand" in page
    assert "escalatie" not in page.lower(), "that is our own business"


def test_what_is_paid_back_and_how_changes_are_told_is_said() -> None:
    page = read(signed_in(people.contact(people.organisation("Winkel", "diploc"))))
    assert "99,2 % of lager: 40 %" in page
    assert "1 maand (Afbakening)" in page
    assert "bij de eerstvolgende verlenging" in page


def test_the_phone_rule_names_who_may_phone(carla: Contact) -> None:
    people.contact(carla.organisation, "Bas", may_phone=False)
    people.contact(people.organisation("Bakker"), "Dora")
    client = signed_in(carla)
    page = read(client)
    assert "Bel ons bij Hoog en Middel" in page
    assert "030-7600290" in page
    assert f"Deze mensen mogen bellen: {carla.name} . (3.C)" in page
    assert "Dora" not in page
    carla.may_phone = False
    carla.save()
    assert "nog niemand aangewezen" in read(client)


@pytest.mark.parametrize(("key", "is_said"), [("dialog", True), ("diploc", False)])
def test_how_long_a_working_day_is_stands_where_times_are_told_in_them(
    key: str, is_said: bool
) -> None:
    page = read(signed_in(people.contact(people.organisation("Winkel", key))))
    assert ("binnen één werkdag" in page) is is_said
    assert ("Eén werkdag is 8u." in page) is is_said


def test_whoever_reads_it_is_not_told_that_their_own_call_binds(carla: Contact) -> None:
    bob = people.contact(carla.organisation, "Bob", may_phone=False)
    page = read(signed_in(bob))
    assert "vanaf het moment dat u belt" not in page
    assert "bindt zodra iemand belt die dat mag" in page


def test_no_promise_asks_for_a_call_while_that_is_waived(carla: Contact) -> None:
    assert "alleen bij telefonische melding" in read(signed_in(carla))
    today = timezone.localdate()
    Contract.objects.update(waived_from=today, waiver_reason="Mail van Jan")
    client = Client()
    client.force_login(User.objects.get(email=carla.email))
    assert "alleen bij telefonische melding" not in read(client)
    assert "Bel ons bij" not in read(client)
    Contract.objects.update(waived_from=today + timedelta(days=1))
    assert "alleen bij telefonische melding" in read(client)


def test_a_waiver_is_said_with_its_days(carla: Contact) -> None:
    today = timezone.localdate()
    agreed = Contract.objects.filter(organisation=carla.organisation)
    agreed.update(waived_from=today, waiver_reason="Mail van Jan")
    client = signed_in(carla)
    assert "langs elke weg binden" in read(client)
    assert "Mail van Jan" not in read(client)
    ended = today - timedelta(days=1)
    agreed.update(waived_from=ended, waived_until=ended)
    assert "langs elke weg binden" not in read(client)


def test_kinds_with_the_same_promises_are_said_together(carla: Contact) -> None:
    page = read(signed_in(carla))
    assert "Vraag en Wens" in page
    assert page.count("Zonder prioriteit staat er geen tijd vast") == 1


def test_an_announced_edition_is_told_with_what_changes_and_both_can_be_read(
    carla: Contact,
) -> None:
    first = Edition.objects.get()
    client = signed_in(carla)
    assert "Een andere versie" not in read(client)
    editions.draft(first.agreement, now=timezone.now())
    assert "versie 2" not in read(client), "a draft is the helpdesk's"
    assert client.get(reverse("our-agreement-edition", args=[2])).status_code == 404
    first.agreement.editions.get(number=2).delete()

    announced(first)
    page = read(client)
    assert "Een andere versie vanaf" in page
    assert "was binnen één werkdag, wordt binnen 2 werkuren" in page
    assert "binnen 2 werkuren" in read(client, reverse("our-agreement-edition", args=[2]))
    ticket = desk.open_ticket(
        people.reporter(carla), words(), subject="Logo", kind=Kind.SETTING, channel=Channel.WEB
    )
    shown = client.get(reverse("my-ticket", args=[ticket.reference])).content.decode()
    assert reverse("our-agreement-edition", args=[1]) in shown


def test_it_costs_the_same_for_two_editions_and_for_three(carla: Contact) -> None:
    first, client = Edition.objects.get(), signed_in(carla)
    announced(first)
    read(client)
    with CaptureQueriesContext(connection) as two:
        read(client)
    announced(first, hours=4)
    with CaptureQueriesContext(connection) as three:
        assert "versie 3" in read(client)
    assert len(three) == len(two)


def test_nobody_reads_the_agreement_of_others(carla: Contact) -> None:
    dirk = people.contact(people.organisation("Winkel", "diploc"), "Dirk")
    announced(Edition.objects.get(agreement__key="dialog"))
    client = signed_in(dirk)
    assert "Diploc hosting" in read(client)
    assert client.get(reverse("our-agreement-edition", args=[2])).status_code == 404
    theirs = reverse("organisation-agreement", args=[carla.organisation_id])
    assert client.get(theirs).status_code == 403


def test_without_an_agreement_it_says_so_and_what_to_do() -> None:
    client = Client()
    client.force_login(User.objects.create_user("eva@elders.example", name="Eva"))
    page = read(client)
    assert "geen overeenkomst bekend" in page
    assert "Nieuwe melding" in page


def test_agents_read_it_from_the_customers_page(carla: Contact) -> None:
    client = Client()
    client.force_login(people.agent())
    page = client.get(reverse("organisation", args=[carla.organisation_id])).content.decode()
    address = reverse("organisation-agreement", args=[carla.organisation_id])
    assert address in page
    assert "zoals de klant het leest" in read(client, address)
    nobody = people.contact(people.organisation("Los"), "Los")
    Contract.objects.filter(organisation=nobody.organisation).delete()
    address = reverse("organisation-agreement", args=[nobody.organisation_id])
    assert client.get(address).status_code == 404
