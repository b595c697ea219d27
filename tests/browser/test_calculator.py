"""The calculator in a browser: without faults, by keyboard, without scripts, on a telephone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from support.demo.story import AGENT
from tests.browser.conftest import Served
from tests.browser.faults import has_no_faults

pytestmark = pytest.mark.django_db

FULL = (
    "/desk/calculator/?reported_at=2026-05-22T16:00&kind=incident&priority=middel&channel=phone"
    "&authorised=yes&call_answered=no&waived=no&answered_at=2026-05-26T10:00"
    "&waiting_from=2026-05-26T11:00&waiting_until=2026-05-27T11:00"
)


@pytest.mark.parametrize("path", [FULL, "/desk/calculator/?reported_at=ooit"])
def test_it_has_no_accessibility_faults_and_fits_a_telephone(
    path: str, page: Page, served: Served
) -> None:
    served.sign_in(page.context, AGENT)
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    page.goto(served.url + path)
    has_no_faults(page)


def test_a_change_shows_its_outcome_at_once_and_keeps_focus_and_address(
    page: Page, served: Served
) -> None:
    served.sign_in(page.context, AGENT)
    page.goto(served.url + FULL)
    channel = page.get_by_label("Kanaal")
    channel.focus()
    page.keyboard.type("E-mail")
    expect(page.locator(".calculator-otherwise")).to_contain_text("wel binden (4.D)")
    expect(page).to_have_url(re.compile("channel=email"))
    expect(page.get_by_label("Kanaal")).to_be_focused()
    said = page.locator('body > [role="status"]')
    expect(said).to_contain_text(re.compile(r"Reactie: .*\d{2}:\d{2}"))
    expect(page.get_by_text("Is de beller bevoegd om te bellen?")).to_be_hidden()
    page.reload()
    expect(page.locator(".calculator-otherwise")).to_contain_text("wel binden (4.D)")


def test_it_works_without_scripts(browser: Browser, served: Served) -> None:
    context = browser.new_context(locale="nl-NL", java_script_enabled=False)
    served.sign_in(context, AGENT)
    page = context.new_page()
    page.goto(served.url + "/desk/calculator/")
    page.get_by_label("Gemeld").fill("2026-05-22T16:00")
    page.get_by_label("Soort").select_option("Instelling")
    page.get_by_role("button", name="Berekenen").click()
    expect(page.locator(".calculator-outcome")).to_contain_text("Tweede pinksterdag")
    expect(page.get_by_role("img", name="Tijdlijn van reactie").first).to_be_visible()
    context.close()
