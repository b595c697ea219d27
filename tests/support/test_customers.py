"""The page of a customer, and the way through a view of the queue."""

from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from sla.models import Service
from support import desk
from tests import people
from tests.people import words
from tickets.models import Channel, Contact, EmailDomain, Kind, OrganisationNote, Role, Ticket, User

pytestmark = pytest.mark.django_db

CUSTOMER_QUERIES = 17


@pytest.fixture
def alice(client: Client) -> User:
    user = people.agent()
    client.force_login(user)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return user


@pytest.fixture
def carla() -> Contact:
    return people.contact(people.organisation())


def report(person: Contact, subject: str = "Doelen") -> Ticket:
    return desk.open_ticket(
        people.reporter(person), words(), subject=subject, kind=Kind.SETTING, channel=Channel.WEB
    )


def page(client: Client, contact: Contact) -> str:
    return client.get(reverse("organisation", args=[contact.organisation_id])).content.decode()


def test_a_customer_stands_on_one_page(client: Client, alice: User, carla: Contact) -> None:
    EmailDomain.objects.create(organisation=carla.organisation, domain="school.example")
    report(carla, "Nog open")
    solved = report(carla, "Al klaar")
    desk.resolve(solved, words(), actor=alice)
    shown = page(client, carla)
    number = carla.numbers.get().number
    for what in ("Carla", "may phone", number, "school.example", "Nog open", "Al klaar"):
        assert what in shown
    assert "1 open ticket" in shown
    ticket = client.get(reverse("ticket", args=[solved.reference])).content.decode()
    assert reverse("organisation", args=[carla.organisation_id]) in ticket


def test_agents_keep_contacts_here_and_it_is_written_down_who_did(
    client: Client, alice: User, carla: Contact
) -> None:
    url = reverse("contact-change", args=[carla.pk])
    client.post(url, {"name": "Carla de Wit", "number": "030 760 9999"})
    carla.refresh_from_db()
    assert (carla.name, carla.may_phone) == ("Carla de Wit", False)
    assert carla.numbers.get().bare.endswith("7609999")
    entry = LogEntry.objects.get()
    assert (entry.user, entry.object_id) == (alice, str(carla.pk))
    wrong = client.post(url, {"name": "", "number": "x" * 9})
    assert wrong.status_code == 422
    client.post(url, {"name": "Carla de Wit", "may_phone": "on"})
    carla.refresh_from_db()
    assert (carla.may_phone, carla.numbers.exists()) == (True, False)


def test_a_note_about_a_customer_shows_on_their_tickets_and_only_its_author_removes_it(
    client: Client, alice: User, carla: Contact
) -> None:
    url = reverse("organisation-note", args=[carla.organisation_id])
    ticket = report(carla)
    client.post(url, {"text": "Belt liever 's ochtends"})
    note = OrganisationNote.objects.get()
    assert (note.author, "Belt liever" in page(client, carla)) == (alice, True)
    assert "Belt liever" in client.get(reverse("ticket", args=[ticket.reference])).content.decode()
    assert client.post(url, {"text": " "}).status_code == 422
    client.force_login(people.agent("Bob"))
    client.post(url, {"remove": note.pk})
    assert OrganisationNote.objects.exists()
    client.force_login(alice)
    client.post(url, {"remove": note.pk})
    assert not OrganisationNote.objects.exists()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_customers_page_costs_the_same_for_one_and_for_three(
    rows: int,
    client: Client,
    alice: User,
    carla: Contact,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(rows):
        people.contact(carla.organisation, f"Els{number}")
        report(carla)
        desk.resolve(report(carla), words(), actor=alice)
        carla.organisation.notes.create(
            text="x", author=alice, at=carla.tickets.get_queryset()[0].updated_at
        )
    page(client, carla)
    with django_assert_num_queries(CUSTOMER_QUERIES):
        page(client, carla)


def test_the_ticket_page_walks_through_the_view_one_came_from(
    client: Client, alice: User, carla: Contact
) -> None:
    one, two, three = (report(carla) for _number in range(3))
    desk.assign(two, assignee=alice, team=None, actor=alice)
    view = f"organisation={carla.organisation_id}"
    queue = client.get(f"{reverse('queue')}?{view}").content.decode()
    link = f"{reverse('ticket', args=[two.reference])}?{urlencode({'from': view})}"
    assert link in queue
    shown = client.get(link).content.decode()
    beside = [reverse("ticket", args=[each.reference]) for each in (one, three)]
    assert f'href="{beside[0]}" rel="prev" data-key="["' in shown
    assert f'href="{beside[1]}" rel="next" data-key="]"' in shown
    assert f'href="{reverse("queue")}?{view}"' in shown
    last = client.get(beside[1]).content.decode()
    assert ('rel="prev"' in last, 'rel="next"' in last) == (True, False)
    mine = client.get(beside[0], {"from": "view=mine"}).content.decode()
    assert 'rel="next"' not in mine
    assert f'href="{reverse("queue")}?view=mine"' in mine


@pytest.mark.parametrize(
    "view", ["assignee=x", "organisation=%00", "due=x", "tag=x", "q=%00", "a" * 3000]
)
def test_a_view_that_can_not_be_is_no_fault(
    view: str, client: Client, alice: User, carla: Contact
) -> None:
    url = reverse("ticket", args=[report(carla).reference])
    assert client.get(url, {"from": view}).status_code == 200


def test_the_services_of_a_customer_stand_on_its_page_and_its_tickets(
    client: Client, alice: User, carla: Contact
) -> None:
    dialog, school = people.agreement(), carla.organisation
    other = people.organisation("Ander")
    services = Service.objects
    services.create(agreement=dialog, name="Online Platform", url="https://online.dialog.example")
    services.create(agreement=dialog, contract=school.contracts.get(), name="Eigen koppeling")
    services.create(agreement=dialog, contract=other.contracts.get(), name="Iets van een ander")
    services.create(agreement=people.agreement("diploc"), name="Webhosting")
    ticket = client.get(reverse("ticket", args=[report(carla).reference])).content.decode()
    for shown in (page(client, carla), ticket):
        assert "Online Platform" in shown
        assert "https://online.dialog.example" in shown
        assert "Eigen koppeling" in shown
        assert "Iets van een ander" not in shown
        assert "Webhosting" not in shown


def test_a_service_is_of_somebody_with_a_contract_and_named_once(
    client: Client, alice: User, carla: Contact
) -> None:
    client.force_login(people.agent("Mila", Role.MANAGER))
    url, dialog = reverse("admin:sla_service_add"), people.agreement()
    asked = {
        "agreement": dialog.pk,
        "contract": carla.organisation.contracts.get().pk,
        "name": "Platform",
    }
    strange = client.post(url, asked | {"agreement": people.agreement("diploc").pk})
    assert "This contract is under another agreement." in strange.content.decode()
    assert client.post(url, asked).status_code == 302
    assert client.post(url, asked).status_code == 200
    assert client.post(url, asked | {"contract": ""}).status_code == 302
    assert client.post(url, asked | {"contract": ""}).status_code == 200
    assert Service.objects.count() == 2
