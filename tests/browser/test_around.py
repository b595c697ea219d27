"""What stands around a ticket, in a browser: preview, marks, merging, the customer, the view."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from support import desk
from support.desk import customer_side, gathering, marking
from tests import people
from tests.browser.faults import has_no_faults, sign_in
from tests.people import words
from tickets.models import Channel, Contact, CustomField, Kind, Priority, Role, Ticket, User

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def carla() -> Contact:
    return people.contact(people.organisation())


def incident(carla: Contact, subject: str = "Niemand kan erin") -> Ticket:
    return desk.open_ticket(
        people.reporter(carla),
        words("Het scherm blijft wit."),
        subject=subject,
        kind=Kind.INCIDENT,
        channel=Channel.PHONE,
        priority=Priority.LOW,
    )


def laden(carla: Contact) -> Ticket:
    """A ticket with everything around it."""
    bob = people.agent("Bob")
    ticket, other = incident(carla), incident(carla, "Ook wit")
    customer_side.writes(ticket, people.reporter(carla), words("En nu?"), channel=Channel.EMAIL)
    field = CustomField.objects.create(
        name="Locatie", type="text", kinds=[Kind.INCIDENT], required=True
    )
    CustomField.objects.create(
        name="Regio", type="choice", choices="Noord\nZuid", kinds=[Kind.INCIDENT]
    )
    marking.fill(ticket, values={field.pk: "Utrecht"}, actor=bob)
    marking.tag(ticket, name="inloggen", actor=bob)
    for text in ("Bellen", "Meten"):
        marking.add_item(ticket, text=text, actor=bob)
    marking.tick_item(
        ticket, number=ticket.checklist.values_list("pk", flat=True)[0], done=True, actor=bob
    )
    gathering.link(ticket, other=incident(carla, "De oorzaak"), kind="caused", actor=bob)
    gathering.merge(other, into=ticket, actor=bob)
    note(carla, bob)
    return ticket


def note(carla: Contact, author: User) -> None:
    """Something to know of the customer."""
    moment = carla.organisation.tickets.latest("pk").reported_at
    carla.organisation.notes.create(text="Belt liever laat.", author=author, at=moment)


def test_the_ticket_page_with_everything_on_it_has_no_faults(
    page: Page, live_server: LiveServer, carla: Contact
) -> None:
    ticket = laden(carla)
    sign_in(page, live_server, Role.AGENT)
    page.goto(f"{live_server.url}/desk/tickets/{ticket.reference}/")
    for fold in page.locator(".around .fold > summary, .tags summary").all():
        if fold.is_visible() and not fold.evaluate("fold => fold.parentElement.open"):
            fold.click()
    page.locator(".verbs summary", has_text="Set priority").click()
    page.locator('[data-sets="hoog"]').first.click()
    expect(page.locator("#preview-prioritise")).to_contain_text("What it does to the deadlines")
    has_no_faults(page)


def test_a_cell_of_the_table_chooses_shows_and_then_sets(
    page: Page, live_server: LiveServer, carla: Contact
) -> None:
    ticket = incident(carla)
    sign_in(page, live_server, Role.AGENT)
    page.goto(f"{live_server.url}/desk/tickets/{ticket.reference}/")
    page.locator(".verbs summary", has_text="Set priority").click()
    page.locator('[data-sets="hoog"]').first.click()
    expect(page.locator("#preview-prioritise")).to_contain_text("Solution")
    expect(page.get_by_label("Definitive priority")).to_have_value("hoog")
    expect(page.get_by_label(re.compile("^Why"))).to_have_value("Urgency high, impact high.")
    ticket.refresh_from_db()
    assert ticket.priority == Priority.LOW
    page.get_by_role("button", name="Set priority").click()
    expect(page.locator(".ticket-head")).to_contain_text("High")
    ticket.refresh_from_db()
    assert (ticket.priority, ticket.priority_is_definitive) == (Priority.HIGH, True)


def test_the_pages_around_a_ticket_have_no_faults(
    page: Page, live_server: LiveServer, carla: Contact
) -> None:
    ticket = laden(carla)
    said = ticket.messages.filter(kind="customer").latest("pk")
    other = incident(carla, "Nog een")
    sign_in(page, live_server, Role.AGENT)
    here = f"{live_server.url}/desk/tickets/{ticket.reference}"
    for address in (
        f"{here}/merge/",
        f"{here}/merge/?into={other.reference}",
        f"{here}/split/{said.pk}/",
        f"{here}/preview/?priority=hoog",
        f"{live_server.url}/desk/organisations/{carla.organisation_id}/",
    ):
        page.goto(address)
        expect(page.locator("h1")).to_be_visible()
        has_no_faults(page)


def test_keys_walk_through_the_view_and_back(
    page: Page, live_server: LiveServer, carla: Contact
) -> None:
    one, two = incident(carla, "Een"), incident(carla, "Twee")
    sign_in(page, live_server, Role.AGENT)
    page.goto(f"{live_server.url}/desk/?kind=incident")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(one.subject)
    page.wait_for_load_state()  # the keys of the new page answer from here on
    page.keyboard.press("]")
    expect(page.locator("h1")).to_have_text(two.subject)
    page.wait_for_load_state()
    page.keyboard.press("[")
    expect(page.locator("h1")).to_have_text(one.subject)
    page.locator(".crumb a").click()
    expect(page).to_have_url(re.compile(r"/desk/\?kind=incident$"))


def test_each_fact_of_the_customer_stands_beside_its_name(
    live_server: LiveServer, page: Page, carla: Contact
) -> None:
    ticket = incident(carla)
    sign_in(page, live_server, Role.AGENT)
    page.goto(f"{live_server.url}/desk/tickets/{ticket.reference}/")
    facts = page.locator("dl.facts", has_text="Fixed contact")
    expect(facts.locator("a", has_text="Correct whose it is")).to_be_visible()
    lefts = facts.locator("dd").evaluate_all(
        "found => found.map(each => Math.round(each.getBoundingClientRect().left))"
    )
    assert len(lefts) > 3
    assert len(set(lefts)) == 1
