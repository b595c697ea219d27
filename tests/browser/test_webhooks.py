"""A manager adds a webhook in a real browser, tries it out, and sends something again."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from tests.browser.faults import has_no_faults, sign_in
from tests.receivers import receiving, signature

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_manager_adds_a_webhook_and_reads_its_log(
    page: Page, live_server: LiveServer, settings: Settings
) -> None:
    settings.OUTGOING_PRIVATE_ALLOWED = True
    sign_in(page, live_server)
    with receiving() as receiver:
        page.goto(f"{live_server.url}/desk/webhooks/")
        has_no_faults(page)
        with page.expect_navigation():
            page.locator(".empty .button").click()
        has_no_faults(page)
        page.get_by_label("name").fill("Chat")
        page.get_by_label("address").fill(receiver.url)
        page.get_by_label("A ticket was opened").check()
        page.get_by_label("A deadline was missed").check()
        page.get_by_role("button", name="Add it").click()
        secret = page.get_by_label("Secret").input_value()
        has_no_faults(page)
        page.get_by_role("link", name="I have kept it").click()

        page.get_by_role("button", name="Send a test event").click()
        expect(page.locator(".message[data-level=success]")).to_contain_text("200")
        assert receiver.got[0].headers["webhook-signature"] == signature(secret, receiver.got[0])
        has_no_faults(page)
        receiver.status, receiver.said = 500, b"x" * 3000
        page.get_by_role("button", name="Send again").click()
        expect(page.locator(".message[data-level=error]")).to_contain_text("did not accept")
        has_no_faults(page)
        page.locator(".crumb").get_by_role("link", name="Chat").click()
        expect(page.locator(".hook-rows a")).to_have_count(2)
        expect(page.locator(".hook-rows a").first).to_contain_text("(again)")
        has_no_faults(page)
        page.get_by_role("button", name="Switch off").click()
        expect(page.locator(".callout")).to_contain_text(re.compile("switched off by hand"))
        has_no_faults(page)
        page.goto(f"{live_server.url}/desk/webhooks/")
        expect(page.locator(".hook-card .badge")).to_contain_text("switched off")
        has_no_faults(page)
