"""In a real browser: an agent runs a macro by key, a manager makes a trigger from rows."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from support import desk
from support.automation.models import Macro, Trigger
from support.automation.sweep import sweep
from tests import people
from tests.browser.faults import has_no_faults, sign_in
from tests.people import words
from tickets.models import Channel, Kind, Role, Ticket, User

pytestmark = pytest.mark.django_db(transaction=True)


def reported() -> Ticket:
    return desk.open_ticket(
        people.reporter(people.contact(people.organisation())),
        words(),
        subject="Doelen",
        kind=Kind.INCIDENT,
        channel=Channel.WEB,
        priority="hoog",
    )


def test_an_agent_makes_a_macro_and_runs_it_with_a_key(page: Page, live_server: LiveServer) -> None:
    sign_in(page, live_server, Role.AGENT)
    ticket = reported()
    page.goto(f"{live_server.url}/desk/macros/")
    has_no_faults(page)
    page.locator(".empty .button").click()
    page.get_by_label("title").fill("Mine")
    page.get_by_label("Next step").select_option("note")
    page.get_by_role("button", name="Add a step").click()
    page.get_by_role("textbox", name="Note").fill("Taken by {{ agent.naam }}")
    page.get_by_label("Next step").select_option("assign")
    page.get_by_role("button", name="Add a step").click()
    expect(page.get_by_role("textbox", name="Note")).to_have_value("Taken by {{ agent.naam }}")
    page.get_by_label("To whom").select_option("me")
    has_no_faults(page)
    page.get_by_role("button", name="Save").last.click()
    expect(page.locator(".macro-row")).to_contain_text("assign to you")
    has_no_faults(page)

    page.goto(f"{live_server.url}/desk/tickets/{ticket.reference}/")
    page.keyboard.press("m")
    expect(page.locator(".macro-choice")).to_contain_text("assign to you")
    has_no_faults(page)
    page.get_by_role("button", name="Mine").click()
    expect(page.locator(".message[data-level=success]")).to_contain_text("Mine")
    expect(page.locator(".timeline")).to_contain_text("Macro “Mine”")
    expect(page.locator(".timeline")).to_contain_text("Taken by Agent")


def test_a_manager_makes_a_trigger_tries_it_and_reads_what_it_did(
    page: Page, live_server: LiveServer
) -> None:
    sign_in(page, live_server)
    page.goto(f"{live_server.url}/desk/automation/")
    has_no_faults(page)
    with page.expect_navigation():
        page.locator(".empty .button").click()
    has_no_faults(page)
    page.get_by_label("name").fill("High")
    page.get_by_label("A ticket was opened").check()
    page.get_by_label("Next condition").select_option("priority")
    page.get_by_role("button", name="Add a condition").click()
    page.get_by_label("Priority: with what").select_option("hoog")
    page.get_by_label("Next step").select_option("reply")
    page.get_by_role("button", name="Add a step").click()
    page.get_by_role("textbox", name="To the customer").fill("We look at it.")
    has_no_faults(page)
    page.get_by_role("button", name="Try it out").click()
    expect(page.get_by_role("status")).to_contain_text("Would have fired on 0 of the last 0")
    with page.expect_navigation():
        page.get_by_role("button", name="Save").last.click()
    has_no_faults(page)
    with page.expect_navigation():
        page.get_by_role("button", name="Switch on").click()
    made = Trigger.objects.get()
    assert made.hears_from is not None
    ticket = reported()
    sweep(now=ticket.updated_at)
    page.reload()
    expect(page.locator(".run-rows li")).to_contain_text("We look at it.")
    has_no_faults(page)
    page.goto(f"{live_server.url}/desk/automation/")
    expect(page.locator(".trigger-card .badge")).to_contain_text("on")
    has_no_faults(page)


def test_without_javascript_a_macro_runs_too(browser: Browser, live_server: LiveServer) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    sign_in(page, live_server, Role.AGENT)
    ticket = reported()
    agent = User.objects.get(name="Agent")
    Macro.objects.create(title="Mine", owner=agent, steps=[{"verb": "assign", "value": "me"}])
    page.goto(f"{live_server.url}/desk/tickets/{ticket.reference}/")
    page.locator(".macro-menu summary").click()
    page.get_by_role("button", name="Mine").click()
    expect(page.locator(".message[data-level=success]")).to_contain_text("assign to you")
    page.context.close()
