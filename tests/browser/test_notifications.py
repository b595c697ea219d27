"""The bell in a real browser: by key, kept up to date, without faults and without JavaScript."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from support import desk
from support.notifications.models import NotificationChoice
from support.notifications.sweep import sweep
from tests import people
from tests.browser.faults import has_no_faults, sign_in
from tests.people import words
from tickets.models import Role, Ticket, User

pytestmark = pytest.mark.django_db(transaction=True)


def mentioned(lead: User, bob: User) -> Ticket:
    """Bob asks for the lead in a note."""
    sweep(now=timezone.now())
    customer = people.contact(people.organisation())
    ticket = people.setting(customer, when=timezone.now())
    desk.note(ticket, words("@Lead, kijk jij?"), actor=bob)
    sweep(now=timezone.now())
    return ticket


def test_the_bell_opens_by_key_and_the_ticket_empties_it(
    page: Page, live_server: LiveServer
) -> None:
    sign_in(page, live_server, Role.LEAD)
    page.goto(f"{live_server.url}{reverse('canned')}")
    expect(page.locator("#bell-count")).to_have_text("")
    page.keyboard.press("b")
    page.wait_for_url("**/desk/notifications/")
    has_no_faults(page)
    ticket = mentioned(User.objects.get(role=Role.LEAD), people.agent("Bob"))
    address = f"{reverse('notification-count')}?shown=0"
    page.evaluate("address => htmx.ajax('GET', address, '#bell-count')", address)
    expect(page.locator("#bell-said")).to_have_text("Notifications: 1 not seen")
    expect(page.locator(".bell-number")).to_have_text("1")
    page.reload()
    has_no_faults(page)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(ticket.subject)
    expect(page.locator(".bell-number")).to_have_count(0)


def test_choices_are_made_and_the_list_is_ended_without_javascript(
    browser: Browser, page: Page, live_server: LiveServer
) -> None:
    sign_in(page, live_server, Role.LEAD)
    page.goto(f"{live_server.url}{reverse('notification-choices')}")
    has_no_faults(page)
    mentioned(User.objects.get(role=Role.LEAD), people.agent("Bob"))
    plain = browser.new_context(
        java_script_enabled=False, storage_state=page.context.storage_state()
    ).new_page()
    plain.goto(f"{live_server.url}{reverse('notification-choices')}")
    plain.get_by_label("By mail: A colleague writes a note").select_option("digest")
    plain.get_by_label("With the bell: A colleague writes a note").uncheck()
    with plain.expect_navigation():
        plain.get_by_role("button", name="Keep").click()
    kept = NotificationChoice.objects.get(kind="note")
    assert (kept.mail, kept.in_app) == ("digest", False)
    plain.get_by_role("navigation", name="Notifications").get_by_role("link").click()
    plain.get_by_role("button", name="All seen").click()
    expect(plain.locator("[data-unseen]")).to_have_count(0)
    plain.context.close()
