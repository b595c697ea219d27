"""Somebody clicks in their letter, and has answered as soon as they move."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from support import desk
from support.desk.opinions import choices
from tests import people
from tests.browser.faults import has_no_faults
from tests.people import words

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_click_in_the_letter_is_an_answer_once_somebody_moves(
    page: Page, live_server: LiveServer
) -> None:
    contact = people.contact(people.organisation())
    ticket = people.setting(contact, when=timezone.now() - timedelta(hours=2))
    asked = {each.mark: each.url for each in choices(ticket)}
    desk.resolve(ticket, words("Klaar."), actor=people.agent())
    page.goto(live_server.url + "/opinion/" + asked["good"].partition("/opinion/")[2])
    page.wait_for_load_state()
    has_no_faults(page)
    assert not ticket.events.filter(kind="rated").exists()
    page.mouse.move(200, 200)
    page.mouse.move(220, 240)
    expect(page.locator("[data-sent]")).to_be_visible()
    page.locator("textarea").fill("Snel en vriendelijk")
    page.get_by_role("button", name="Versturen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Dank u wel")
    has_no_faults(page)
    given = [event.data for event in ticket.events.filter(kind="rated").order_by("version")]
    assert given == [
        {"mark": "good", "reason": ""},
        {"mark": "good", "reason": "Snel en vriendelijk"},
    ]
