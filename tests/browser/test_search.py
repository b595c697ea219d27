"""The search in a real browser: by keyboard, on a phone, and without faults."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from support.demo.story import AGENT
from support.search import indexing
from tests.browser.conftest import Served
from tests.browser.faults import has_no_faults

pytestmark = pytest.mark.django_db


def test_slash_searches_from_the_queue_and_the_first_find_opens(page: Page, served: Served) -> None:
    indexing.sweep()
    served.sign_in(page.context, AGENT)
    page.goto(f"{served.url}/desk/")
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()
    page.keyboard.type("is:open")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/search/?q=is%3Aopen")
    has_no_faults(page)
    page.locator("#search").press("Escape")
    page.keyboard.press("j")
    subject = page.locator(".found-link").first.inner_text()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(subject)


def test_the_empty_page_keeps_what_was_searched(page: Page, served: Served) -> None:
    served.sign_in(page.context, AGENT)
    page.goto(f"{served.url}/desk/search/?q=bestaatniet")
    has_no_faults(page)
    page.goto(f"{served.url}/desk/search/")
    expect(page.locator(".search-lately")).to_contain_text("bestaatniet")
    page.locator(".search-help summary").click()
    has_no_faults(page)
