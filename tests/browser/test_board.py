"""The planning board is worked with the mouse and with the keyboard."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from sla.models import Release
from support import desk
from tests import people
from tests.browser.faults import has_no_faults, sign_in
from tests.people import words
from tickets.models import Channel, Kind, Priority, Role

pytestmark = pytest.mark.django_db(transaction=True)


def test_cards_are_dragged_into_releases_and_walked_by_keyboard(
    page: Page, live_server: LiveServer
) -> None:
    now = timezone.now()
    carla = people.contact(people.organisation())
    for days in (7, 28):
        Release.objects.create(
            agreement=people.agreement(),
            name=f"Release {days}",
            planned_at=now + timedelta(days=days),
            known_from=now - timedelta(days=100),
        )
    ticket = desk.open_ticket(
        people.reporter(carla),
        words(),
        subject="Lettertype",
        kind=Kind.INCIDENT,
        channel=Channel.WEB,
        priority=Priority.LOW,
    )
    sign_in(page, live_server, Role.AGENT)
    page.goto(f"{live_server.url}/desk/planning/")
    page.get_by_role("link", name="Board").click()
    column = page.locator(".board-column")
    expect(column).to_have_count(3)
    has_no_faults(page)
    page.locator(".board-card").drag_to(column.nth(2))
    expect(column.nth(2).locator(".board-card")).to_have_count(1)
    expect(page.get_by_text(f"{ticket.reference} is planned into Release 28.")).to_be_visible()
    page.get_by_role("link", name="Lettertype").focus()
    page.keyboard.press("Shift+ArrowLeft")
    expect(column.nth(1).locator(".board-card")).to_have_count(1)
    expect(page.get_by_role("link", name="Lettertype")).to_be_focused()
    page.keyboard.press("Shift+ArrowLeft")
    expect(column.nth(0).locator(".board-card")).to_have_count(1)
    expect(page.get_by_text(f"{ticket.reference} is in no release any more.")).to_be_visible()
    has_no_faults(page)
