"""Bringing contacts in from a file, in a browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests import people
from tests.browser.faults import has_no_faults, sign_in
from tickets.models import Contact, Role

pytestmark = pytest.mark.django_db(transaction=True)
FILE = "organisatie;naam;e-mail\nSchool;Jan;jan@school.example\nNergens;Piet;piet@x.example\n"


def test_a_file_is_looked_at_before_it_is_brought_in(page: Page, live_server: LiveServer) -> None:
    people.organisation("School")
    sign_in(page, live_server, Role.MANAGER)
    page.goto(f"{live_server.url}/admin/tickets/contact/")
    with page.expect_navigation():
        page.get_by_role("link", name="Import or export").click()
    has_no_faults(page)
    page.get_by_label("File").set_input_files(
        {"name": "klanten.csv", "mimeType": "text/csv", "buffer": FILE.encode()}
    )
    page.get_by_role("button", name="Look at it first").click()
    expect(page.get_by_text("There is no organisation “Nergens”.")).to_be_visible()
    has_no_faults(page)
    page.get_by_role("button", name="Bring in 1 line").click()
    expect(page.get_by_text("1 line was brought in.")).to_be_visible()
    assert Contact.objects.get().name == "Jan"
