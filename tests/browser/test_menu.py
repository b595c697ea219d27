"""The menu in a browser: folding what one never opens, and finding a page by its name."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.faults import has_no_faults, sign_in
from tickets.models import Role

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_page_is_found_by_another_word_and_what_is_folded_stays_so(
    page: Page, live_server: LiveServer
) -> None:
    sign_in(page, live_server, Role.MANAGER)
    page.goto(f"{live_server.url}/desk/cockpit/")
    nav = page.get_by_role("navigation", name="Main")
    services = nav.locator('[data-fold="services"]')
    services.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(services.get_by_text("Checks")).to_be_hidden()
    field = page.get_by_role("searchbox", name="Find a page or a setting")
    field.fill("holidays")
    found = page.locator("#side-found")
    expect(found.get_by_role("link")).to_have_text(re.compile("Calendars"))
    has_no_faults(page)
    field.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/calendars/**")
    expect(services.get_by_text("Checks")).to_be_hidden()
    services.locator("summary").click()
    services.get_by_text("Checks").click()
    page.wait_for_url("**/desk/checks/")
    page.go_back()
    page.reload()
    expect(services.get_by_text("Checks")).to_be_visible()
