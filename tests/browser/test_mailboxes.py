"""A manager connects a mailbox in a real browser, and reads what is wrong with it."""

from __future__ import annotations

import socket

import pytest
from django.conf import LazySettings
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.faults import has_no_faults, sign_in

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_manager_connects_a_mailbox_and_reads_what_is_wrong(
    page: Page, live_server: LiveServer, settings: LazySettings
) -> None:
    sign_in(page, live_server)
    page.goto(f"{live_server.url}/desk/mailboxes/")
    has_no_faults(page)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # nobody listens there
        page.locator(".empty .button").click()
        for field, text in {
            "name": "Helpdesk",
            "address": "helpdesk@provider.example",
            "host": "localhost",
            "port": str(taken.getsockname()[1]),
            "username": "helpdesk@provider.example",
            "password": "geheim",
        }.items():
            page.fill(f"#id_{field}", text)
        with page.expect_navigation():
            page.locator("[name=_save]").click()
        page.goto(f"{live_server.url}/desk/mailboxes/")
        read, wrong = page.get_by_role("button", name="Read now"), page.locator(".mailbox-error")
        read.click()
        expect(wrong).to_contain_text("WERKDAG_PRIVATE_HOSTS")  # as an operator must allow first
        settings.OUTGOING_PRIVATE_HOSTS = frozenset({"localhost"})
        read.click()
        expect(page.locator(".message[data-level=error]")).to_contain_text("can't be reached")
    expect(wrong).to_contain_text("can't be reached")
    has_no_faults(page)
