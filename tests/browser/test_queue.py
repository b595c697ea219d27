"""The queue and the start page in a browser: choosing rows, views, live news, keys, no faults."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from support.queue import columns
from tests import people
from tests.browser.faults import has_no_faults, sign_in
from tickets.models import Contact, Role, Ticket, User

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def carla() -> Contact:
    return people.contact(people.organisation())


def test_rows_are_chosen_with_x_assigned_at_once_and_put_back(
    page: Page, live_server: LiveServer, carla: Contact
) -> None:
    for days in (9, 8, 1):
        people.setting(carla, when=timezone.now() - timedelta(days=days))
    sign_in(page, live_server, Role.AGENT)
    page.goto(f"{live_server.url}/desk/")
    bar = page.get_by_role("group", name="With the chosen tickets")
    expect(bar).to_be_hidden()
    for key in ("j", "x", "j", "x"):
        page.keyboard.press(key)
    expect(bar).to_contain_text("2 chosen")
    has_no_faults(page)
    bar.get_by_role("button", name="Assign").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Assign")
    has_no_faults(page)
    page.get_by_label("Agent").select_option("Agent")
    page.get_by_role("button", name="Assign").click()
    expect(page.get_by_text("Assign: 2 tickets.")).to_be_visible()
    assert Ticket.objects.filter(assignee__name="Agent").count() == 2
    page.keyboard.press("u")
    expect(page.get_by_text("2 tickets are as they were.")).to_be_visible()
    assert not Ticket.objects.filter(assignee__name="Agent").exists()


def test_news_waits_for_whoever_is_choosing_and_keeps_what_was_chosen(
    page: Page, live_server: LiveServer, carla: Contact
) -> None:
    first = people.setting(carla, when=timezone.now() - timedelta(days=3))
    sign_in(page, live_server, Role.AGENT)
    page.goto(f"{live_server.url}/desk/")
    page.get_by_label(f"Choose {first.reference}").check()
    people.setting(carla, when=timezone.now() - timedelta(days=9))
    page.evaluate("htmx.trigger('#queue-rows', 'refresh')")
    news = page.get_by_role("button", name="The queue changed. Show")
    expect(news).to_be_visible()
    expect(page.locator("[data-row]")).to_have_count(1)
    news.click()
    expect(page.locator("[data-row]")).to_have_count(2)
    expect(page.get_by_label(f"Choose {first.reference}")).to_be_checked()
    expect(news).to_be_hidden()
    page.get_by_role("button", name="Choose none").click()
    people.setting(carla, when=timezone.now())
    page.evaluate("document.activeElement.blur(); htmx.trigger('#queue-rows', 'refresh')")
    expect(page.locator("[data-row]")).to_have_count(3)
    expect(page.get_by_role("navigation", name="Views")).to_contain_text("All open 3")


def test_filters_become_chips_and_a_kept_view_leads_back_to_them(
    page: Page, live_server: LiveServer, carla: Contact
) -> None:
    people.setting(carla, when=timezone.now())
    sign_in(page, live_server, Role.AGENT)
    page.goto(f"{live_server.url}/desk/")
    page.keyboard.press("f")
    page.locator("#filter-kind").select_option("Question")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_text("Nothing found")).to_be_visible()
    has_no_faults(page)
    page.get_by_role("link", name="Keep this view").click()
    page.get_by_label("Name").fill("Vragen")
    has_no_faults(page)
    page.get_by_role("button", name="Keep").click()
    expect(page.locator('.views [aria-current="page"]')).to_have_text("Vragen 0")
    page.get_by_role("link", name="Without Kind Question").click()
    expect(page.locator("[data-row]")).to_have_count(1)
    page.goto(f"{live_server.url}/desk/views/")
    has_no_faults(page)


def test_the_start_page_leads_on_by_keys(
    page: Page, live_server: LiveServer, carla: Contact
) -> None:
    people.setting(carla, when=timezone.now() - timedelta(days=9))
    sign_in(page, live_server, Role.AGENT)
    page.goto(f"{live_server.url}/desk/start/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Today")
    has_no_faults(page)
    page.keyboard.press("g")
    page.keyboard.press("q")
    expect(page.get_by_role("heading", level=1)).to_have_text("Queue")
    page.keyboard.press("g")
    page.keyboard.press("s")
    expect(page.get_by_role("heading", level=1)).to_have_text("Today")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{live_server.url}/desk/tickets/{Ticket.objects.get().reference}/")


@pytest.mark.parametrize("width", [1200, 1280, 1440, 1920])
def test_every_column_has_its_room_and_the_page_keeps_its_width(
    width: int, page: Page, live_server: LiveServer, carla: Contact
) -> None:
    people.setting(carla, when=timezone.now() - timedelta(days=9))
    sign_in(page, live_server, Role.AGENT)
    columns.choose(User.objects.get(role=Role.AGENT), [*columns.COLUMNS])
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{live_server.url}/desk/")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    subject = page.locator(".queue-row .q-ticket").bounding_box()
    assert subject is not None
    assert subject["width"] >= 140
    cut_off = page.locator(".queue thead th, .queue-row td").evaluate_all(
        "cells => cells.filter(cell => cell.scrollWidth > cell.clientWidth + 1)"
        ".map(cell => cell.className)"
    )
    assert cut_off == []
    last = page.locator(".queue thead th").last
    last.scroll_into_view_if_needed()
    expect(last).to_be_in_viewport()


@pytest.mark.parametrize("width", [1024, 1100, 1180, 1280, 1440])
def test_the_usual_columns_are_seen_without_scrolling(
    width: int, page: Page, live_server: LiveServer, carla: Contact
) -> None:
    people.setting(carla, when=timezone.now() - timedelta(days=9))
    sign_in(page, live_server, Role.AGENT)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{live_server.url}/desk/")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    frame = page.locator(".queue-frame")
    assert frame.evaluate("frame => frame.scrollWidth <= frame.clientWidth")
