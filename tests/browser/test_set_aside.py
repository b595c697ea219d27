"""In a browser: mail that waits is judged, copies are agreed to, answers go where they should."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from tests import people
from tests.browser.faults import has_no_faults, sign_in
from tests.letters_in import come, opened, signed
from tickets.models import Ticket

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _house(settings: Settings) -> None:
    settings.REPLY_ADDRESS = "support@desk.example"


def test_an_agent_finds_what_was_set_aside_and_makes_a_ticket_of_it(
    page: Page, live_server: LiveServer
) -> None:
    come("De thermometer meldt 40 graden.", Auto_Submitted="auto-replied", Subject="Serverruimte")
    come("De printer is stuk.", From="Carla", Subject="Printer")
    sign_in(page, live_server)
    page.goto(f"{live_server.url}/desk/quarantine/")
    expect(page.locator(".quarantine")).to_contain_text("Printer")
    has_no_faults(page)
    page.get_by_role("link", name="From machines").click()
    page.locator("main").get_by_role("searchbox").fill("graden")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("graden"))  # the list of before has the mail too
    page.get_by_role("link", name="Serverruimte").click()
    has_no_faults(page)
    page.get_by_label("Sender's e-mail").fill("klimaat@school.example")
    page.get_by_role("button", name="Make it a ticket").click()
    expect(page.locator("h1")).to_have_text("Serverruimte")
    assert Ticket.objects.get().reporter_email == "klimaat@school.example"


def test_a_colleagues_mail_that_nothing_proves_becomes_a_note_with_a_click(
    page: Page, live_server: LiveServer
) -> None:
    noor = people.agent("Noor")
    ticket = opened(Reply_To="fatima@prive.example", Cc="Mallory <mallory@kwaad.example>")
    come("Mijn antwoord.", From=noor.email, To=signed(ticket), Subject=f"Re: {ticket.reference}")
    sign_in(page, live_server)
    page.goto(f"{live_server.url}/desk/tickets/{ticket.reference}/")
    expect(page.locator(".composer-to").first).to_contain_text("fatima@prive.example")
    has_no_faults(page)
    page.get_by_role("button", name="Agree: mallory@kwaad.example takes part").click()
    expect(page.locator(".composer-to").first).to_contain_text("Copy to mallory@kwaad.example")
    page.get_by_role("link", name="waits for somebody to decide").click()
    has_no_faults(page)
    page.get_by_role("button", name="Make it a note").click()
    note = page.locator(".entry[data-kind=note]")
    expect(note).to_contain_text("Mijn antwoord.")
    expect(note).to_contain_text(noor.email)
    assert not ticket.messages.filter(kind="reply").exists()
