"""The queue and a ticket are worked with the keyboard alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from support.demo.story import AGENT
from tests.browser.conftest import Served

pytestmark = pytest.mark.django_db


def test_j_and_k_walk_the_queue_and_enter_opens_the_ticket(page: Page, served: Served) -> None:
    served.sign_in(page.context, AGENT)
    page.goto(f"{served.url}/desk/")
    rows = page.locator("[data-row]")
    page.keyboard.press("j")
    expect(rows.nth(0)).to_be_focused()
    page.keyboard.press("j")
    expect(rows.nth(1)).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("k")
    expect(rows.nth(0)).to_be_focused()
    subject = rows.nth(0).inner_text()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(subject)


def test_c_and_n_start_an_answer_and_a_note_and_escape_gives_the_keys_back(
    page: Page, served: Served
) -> None:
    served.sign_in(page.context, AGENT)
    page.goto(f"{served.url}/desk/")
    page.locator("[data-row]").first.click()
    page.wait_for_url("**/tickets/**")
    page.keyboard.press("c")
    expect(page.locator("#reply_text")).to_be_focused()
    page.keyboard.type("jk?")
    expect(page.locator("#reply_text")).to_have_value("jk?")
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    expect(page.locator("#note_text")).to_be_focused()
    expect(page.locator("#reply_text")).to_be_hidden()
    page.keyboard.press("Escape")
    page.keyboard.press("w")
    expect(page.get_by_role("heading", level=1)).to_have_text("Wachtrij")


def test_outages_services_and_maintenance_are_reached_and_walked_by_keys(
    page: Page, served: Served
) -> None:
    served.sign_in(page.context, AGENT)
    page.goto(f"{served.url}/desk/")
    for key, title in (("u", "Uitval"), ("d", "Diensten"), ("o", "Onderhoud")):
        page.keyboard.press("g")
        page.keyboard.press(key)
        expect(page.get_by_role("heading", level=1)).to_have_text(title)
        page.keyboard.press("j")
        expect(page.locator("[data-row]").first).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).not_to_have_text(title)


def test_a_question_mark_lists_the_keys_and_they_can_be_switched_off(
    page: Page, served: Served
) -> None:
    served.sign_in(page.context, AGENT)
    page.goto(f"{served.url}/desk/")
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Sneltoetsen")
    expect(keys).to_be_visible()
    keys.get_by_label("Sneltoetsen aan").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    expect(page.locator("[data-row]").first).not_to_be_focused()
