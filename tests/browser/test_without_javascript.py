"""Reporting, the queue, answering, the verbs and the telephone work without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from support import desk
from support.sign_in import links
from tests import people
from tests.people import words
from tickets.models import Channel, Contact, Kind, Ticket, User

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def plain(browser: Browser) -> Iterator[Page]:
    """A page whose browser runs no script."""
    context = browser.new_context(locale="nl-NL", java_script_enabled=False)
    yield context.new_page()
    context.close()


@pytest.fixture
def carla() -> Contact:
    return people.contact(people.organisation("School"))


@pytest.fixture
def ticket(carla: Contact) -> Ticket:
    return desk.open_ticket(
        people.reporter(carla),
        words("Het scherm blijft wit."),
        subject="Niemand kan doelen aanmaken",
        kind=Kind.INCIDENT,
        priority="hoog",
        channel=Channel.EMAIL,
    )


@pytest.fixture
def desk_page(plain: Page, live_server: LiveServer) -> Page:
    """The queue, with an agent signed in."""
    plain.goto(live_server.url + links.make_link(people.agent(), now=timezone.now()))
    plain.get_by_role("button").first.click()
    expect(plain.get_by_role("heading", level=1)).to_have_text("Vandaag")
    plain.goto(f"{live_server.url}/desk/")
    return plain


def test_a_customer_reports_and_sees_the_phone_rule_before_sending(
    plain: Page, live_server: LiveServer, carla: Contact
) -> None:
    carla.user = User.objects.create_user(carla.email, name="Carla")
    carla.save()
    plain.goto(live_server.url + links.make_link(carla.user, now=timezone.now()))
    plain.get_by_role("button").first.click()
    plain.goto(f"{live_server.url}/report/")
    rule = plain.get_by_role("heading", name=re.compile("^Bel ons "))
    plain.get_by_role("radio", name=re.compile("^Vraag")).check()
    plain.get_by_role("radio", name=re.compile("^Middel")).check()
    expect(rule).to_be_hidden()
    expect(plain.get_by_text("De Storing heeft")).to_have_count(3)
    expect(plain.get_by_text("De Storing heeft").first).to_be_hidden()
    plain.get_by_role("radio", name=re.compile("^Storing")).check()
    expect(plain.get_by_text("De Storing heeft").first).to_be_visible()
    expect(rule).to_be_visible()
    plain.get_by_label("In één regel").fill("Zoeken vindt niets")
    plain.get_by_label("Wat is er gebeurd?").fill("Niets te vinden.")
    plain.get_by_role("button", name="Melding versturen").click()
    expect(plain.get_by_role("heading", level=1)).to_have_text("Uw melding is binnen")
    assert Ticket.objects.get().contact == carla


def test_a_form_that_lacks_something_keeps_what_was_typed(
    plain: Page, live_server: LiveServer, carla: Contact
) -> None:
    plain.goto(f"{live_server.url}/report/")
    plain.get_by_label("Uw naam").fill("Carla")
    plain.get_by_label("Uw e-mailadres").fill(carla.email)
    plain.get_by_role("radio", name=re.compile("^Storing")).check()
    plain.get_by_label("In één regel").fill("Zoeken vindt niets")
    plain.get_by_label("Wat is er gebeurd?").fill("Niets te vinden.")
    plain.get_by_role("button", name="Melding versturen").click()
    expect(plain.get_by_role("alert")).to_be_visible()
    expect(plain.get_by_text("Kies hoeveel last")).to_be_visible()
    expect(plain.get_by_label("In één regel")).to_have_value("Zoeken vindt niets")
    expect(plain.get_by_role("radio", name=re.compile("^Storing"))).to_be_checked()
    assert not Ticket.objects.exists()


def test_an_agent_answers_from_the_queue(ticket: Ticket, desk_page: Page) -> None:
    desk_page.get_by_role("link", name=ticket.subject).click()
    desk_page.locator("#reply_text").fill("Wij kijken ernaar.")
    desk_page.get_by_role("button", name="Antwoord versturen").click()
    expect(desk_page.locator(".timeline")).to_contain_text("Wij kijken ernaar.")


def test_an_agent_writes_a_note(ticket: Ticket, desk_page: Page) -> None:
    desk_page.get_by_role("link", name=ticket.subject).click()
    desk_page.locator("label:has(#composer-note)").click()
    desk_page.locator("#note_text").fill("Zelfde als vorige week.")
    desk_page.get_by_role("button", name="Notitie bewaren").click()
    expect(desk_page.locator(".entry[data-kind=note]")).to_contain_text("Zelfde als vorige week.")


def test_an_agent_sets_the_priority_and_is_asked_why(ticket: Ticket, desk_page: Page) -> None:
    desk_page.get_by_role("link", name=ticket.subject).click()
    desk_page.locator("summary").filter(has_text="Prioriteit vaststellen").click()
    desk_page.get_by_label("Definitieve prioriteit").select_option("Laag")
    desk_page.get_by_role("button", name="Prioriteit vaststellen").click()
    expect(desk_page.get_by_role("alert")).to_be_visible()
    expect(desk_page.get_by_label("Definitieve prioriteit")).to_have_value("laag")
    desk_page.locator("#prioritise_reason").fill("Eén gebruiker")
    desk_page.get_by_role("button", name="Prioriteit vaststellen").click()
    expect(desk_page.locator(".timeline")).to_contain_text("Hoog → Laag (Eén gebruiker)")


def test_an_agent_records_a_call(ticket: Ticket, desk_page: Page) -> None:
    desk_page.get_by_role("link", name="Telefoon", exact=True).click()
    desk_page.get_by_label("Wie belt er?").fill("carla")
    desk_page.get_by_role("button", name="Zoeken").click()
    desk_page.get_by_role("link", name="mag bellen").click()
    desk_page.get_by_label("Waarover").select_option(str(ticket.pk))
    desk_page.get_by_label("Wat er is gezegd").fill("Graag snel.")
    desk_page.get_by_label("we bellen terug").check()
    desk_page.get_by_role("button", name="Gesprek vastleggen").click()
    expect(desk_page.locator(".timeline")).to_contain_text("mag bellen, terugbellen")


def test_an_agent_records_a_call_of_somebody_unknown(desk_page: Page, carla: Contact) -> None:
    desk_page.get_by_role("link", name="Telefoon", exact=True).click()
    desk_page.get_by_label("Wie belt er?").fill("06 99 88 77 66")
    desk_page.get_by_role("button", name="Zoeken").click()
    desk_page.get_by_role("link", name="onbekende beller").click()
    expect(desk_page.locator(".verdict")).to_contain_text("mag niet bellen")
    desk_page.get_by_label("Naam van de beller").fill("Willem")
    desk_page.get_by_label("Soort").select_option("Vraag")
    desk_page.get_by_label("In één regel").fill("Wie zijn jullie?")
    desk_page.get_by_label("Wat er is gezegd").fill("Willem wil weten wat wij doen.")
    desk_page.get_by_label("opgenomen").check()
    desk_page.get_by_role("button", name="Gesprek vastleggen").click()
    expect(desk_page.get_by_role("heading", level=1)).to_have_text("Wie zijn jullie?")
