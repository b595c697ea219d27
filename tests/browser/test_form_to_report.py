"""One report through a real browser: from the public form to the managers' report."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from sla.sweep import sweep
from support import desk
from support.sign_in import links
from tests import people
from tests.people import words
from tickets.models import Channel, Contact, Kind, Role, Ticket, User

pytestmark = pytest.mark.django_db(transaction=True)

SUBJECT = "Niemand kan doelen aanmaken"


def test_a_report_goes_from_the_form_over_the_desk_into_the_managers_report(
    page: Page, live_server: LiveServer, tmp_path: Path
) -> None:
    carla = people.contact(people.organisation("School"))
    alice = people.agent()
    manager = people.agent("Mila", Role.MANAGER)
    screenshot = tmp_path / "wit scherm.txt"
    screenshot.write_text("Een wit scherm.\n")

    reference = _reports(page, live_server.url, carla, screenshot)
    page.context.clear_cookies()
    _signs_in(page, live_server.url, alice)
    _opens_it_from_the_top_of_the_queue(page, reference)
    _sees_why(page)
    _sets_the_definitive_priority(page)
    _records_a_call(page, carla, reference)
    _answers_and_solves(page)

    late = _ticket_that_nobody_answers(carla)
    page.context.clear_cookies()
    _signs_in(page, live_server.url, manager)
    _finds_the_breach_and_the_ticket_behind_it(page, late)


def _reports(page: Page, url: str, carla: Contact, screenshot: Path) -> str:
    """Sign in and fill in the form as a customer does; gives the number of the ticket."""
    carla.user = User.objects.create_user(carla.email, name=carla.name)
    carla.save()
    page.goto(url + links.make_link(carla.user, now=timezone.now()))
    page.get_by_role("button").first.click()
    page.get_by_role("link", name="Nieuwe melding").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Wat kunnen wij voor u doen?")
    expect(page.get_by_label("Uw e-mailadres")).to_have_value(carla.email)
    page.get_by_role("radio", name=re.compile("^Storing")).check()
    rule = page.get_by_role("heading", name=re.compile("^Bel ons (nu|.* vanaf 09:00)"))
    expect(rule).to_be_hidden()
    page.get_by_role("radio", name=re.compile("^Hoog")).check()
    expect(rule).to_be_visible()
    expect(page.get_by_role("link", name="030-7600290")).to_be_visible()
    page.get_by_label("In één regel").fill(SUBJECT)
    page.get_by_label("Wat is er gebeurd?").fill("Het scherm blijft wit, bij alle scholen.")
    page.get_by_label("Bestanden").set_input_files(screenshot)
    page.get_by_role("button", name="Melding versturen").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Uw melding is binnen")
    expect(page.get_by_text("niet bindend").first).to_be_visible()
    expect(page.get_by_role("heading", name=re.compile("^Bel ons "))).to_be_visible()
    return Ticket.objects.get().reference


def _signs_in(page: Page, url: str, user: User) -> None:
    page.goto(url + links.make_link(user, now=timezone.now()))
    page.get_by_role("button").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("^(Vandaag|Cockpit)$"))
    page.goto(f"{url}/desk/")


def _opens_it_from_the_top_of_the_queue(page: Page, reference: str) -> None:
    first = page.get_by_role("row").filter(has=page.locator("[data-row]")).first
    expect(first).to_contain_text(reference)
    expect(first).to_contain_text("voorlopig")
    expect(first).to_contain_text("Oplossing")
    first.get_by_role("link", name=SUBJECT).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(SUBJECT)
    expect(page.get_by_role("link", name="wit scherm.txt")).to_be_visible()


def _promise(page: Page, name: str) -> Locator:
    return page.locator(".promise").filter(has=page.get_by_role("heading", name=name))


def _sees_why(page: Page) -> None:
    reaction = _promise(page, "Reactie")
    expect(reaction).to_contain_text("niet bindend")
    reaction.get_by_text("Waarom deze deadline?").click()
    steps = reaction.get_by_role("list")
    expect(steps).to_be_visible()
    expect(steps).to_contain_text("4.D")


def _sets_the_definitive_priority(page: Page) -> None:
    page.get_by_text("Prioriteit vaststellen").first.click()
    verb = page.locator("details[open]").filter(has_text="Definitieve prioriteit")
    verb.get_by_label("Definitieve prioriteit").select_option("Middel")
    verb.get_by_label("Waarom?").fill("Er is een omweg via de klassenlijst")
    verb.get_by_role("button", name="Prioriteit vaststellen").click()
    expect(page.get_by_role("status")).to_contain_text("Gedaan.")
    expect(page.get_by_text("Hoog → Middel (Er is een omweg via de klassenlijst)")).to_be_visible()
    expect(page.locator(".ticket-head")).not_to_contain_text("voorlopig")


def _records_a_call(page: Page, carla: Contact, reference: str) -> None:
    page.get_by_role("link", name="Telefoon", exact=True).click()
    page.get_by_label("Wie belt er?").fill(carla.numbers.get().number)
    page.get_by_role("button", name="Zoeken").click()
    page.get_by_role("link", name="mag bellen").click()
    expect(page.locator(".verdict")).to_contain_text("mag bellen")
    page.get_by_label("Waarover").select_option(f"{reference} {SUBJECT}")
    page.get_by_label("Wat er is gezegd").fill("Carla belt: ook op school Noord.")
    page.get_by_label("opgenomen").check()
    page.get_by_role("button", name="Gesprek vastleggen").click()
    expect(page.get_by_role("status")).to_contain_text("Het telefoontje is vastgelegd.")
    expect(page.get_by_text("Carla, mag bellen, opgenomen")).to_be_visible()
    expect(_promise(page, "Reactie")).to_contain_text("Gehaald")


def _answers_and_solves(page: Page) -> None:
    page.get_by_label("Antwoord", exact=True).last.fill("Doelen aanmaken werkt weer.")
    page.locator("label", has_text="het is opgelost").click()
    page.get_by_role("button", name="Antwoord versturen").click()
    page.locator(".sending [name=now]").click()
    expect(page.get_by_text("Doelen aanmaken werkt weer.")).to_be_visible()
    expect(page.locator(".ticket-head")).to_contain_text("Opgelost")
    expect(_promise(page, "Oplossing")).to_contain_text("Gehaald")


def _ticket_that_nobody_answers(carla: Contact) -> Ticket:
    """Two weeks old, and found late by the clock."""
    now = timezone.now()
    late = desk.open_ticket(
        people.reporter(carla),
        words("De export is leeg."),
        subject="Exporteren geeft een leeg bestand",
        kind=Kind.INCIDENT,
        priority="middel",
        channel=Channel.PHONE,
        at=now - timedelta(days=14),
    )
    assert sweep(now=now) > 0
    return late


def _finds_the_breach_and_the_ticket_behind_it(page: Page, late: Ticket) -> None:
    page.get_by_role("link", name="Rapport", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Gehaald en te laat")
    if timezone.localtime(late.reported_at).month != timezone.localtime().month:
        page.get_by_role("link", name="Vorige maand").click()
    row = page.get_by_role("row").filter(has_text="Reactie, Middel")
    expect(row.get_by_role("link", name="1 te laat")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="School")).to_contain_text("1 te laat")
    row.get_by_role("link", name="1 te laat").click()
    page.get_by_role("link", name=late.reference).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(late.subject)
    expect(_promise(page, "Reactie")).to_contain_text("te laat")
