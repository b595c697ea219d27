"""What-if in a browser: asked, worked out and read; without faults, without scripts, on a phone."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from sla import editions
from sla.models import Edition
from support.demo import story
from support.sign_in import links
from support.whatif.tasks import work_whatifs
from tests import people, worlds
from tests.browser.faults import has_no_faults
from tickets.models import User

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def draft() -> Edition:
    """The demonstration, and a draft of its agreement with six hours for Hoog."""
    worlds.lay_demonstration()
    draft = editions.draft(people.agreement(), now=timezone.now())
    draft.targets.filter(key="resolution-hoog").update(hours=6)
    return draft


def opened(context: BrowserContext, url: str) -> Page:
    """The form, as the demonstration's manager sees it in English."""
    context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": "en", "url": url}])
    manager = User.objects.get(email=story.MANAGER)
    page = context.pages[-1] if context.pages else context.new_page()
    page.goto(url + links.make_link(manager, now=timezone.now()))
    if "sign-in" in page.url:
        with page.expect_navigation():
            page.get_by_role("button").first.click()
    page.goto(f"{url}/desk/what-if/")
    return page


def test_a_manager_asks_waits_and_reads_which_tickets_change(
    page: Page, live_server: LiveServer, draft: Edition
) -> None:
    opened(page.context, live_server.url)
    has_no_faults(page)
    hours = page.get_by_label("Solution time High: Working hours")
    expect(hours).to_have_value("8")
    page.get_by_label("Under the terms of").select_option(str(draft.pk))
    expect(hours).to_have_value("6")
    expect(page.get_by_label("First day")).to_be_hidden()
    page.get_by_label("Tickets reported in").select_option("year")
    page.get_by_label("Tickets reported in").select_option("own")
    today = timezone.localdate()
    page.get_by_label("First day").fill(f"{today.year - 1}-01-01")
    page.get_by_label("Last day").fill(today.isoformat())
    hours.fill("1")
    page.get_by_role("button", name="Work it out").click()

    expect(page.get_by_text("to judge; it starts in a moment")).to_be_visible()
    has_no_faults(page)
    work_whatifs()
    expect(page.get_by_text("promises would have ended otherwise")).to_be_visible()
    expect(page.get_by_text("was within 6 working hours, becomes within 1")).to_be_visible()
    would = page.get_by_role("img", name=re.compile("^Solution, High, as it would be: 0 kept"))
    expect(would).to_be_visible()
    has_no_faults(page)

    page.get_by_role("link", name="Change the question").click()
    expect(page.get_by_label("Solution time High: Working hours")).to_have_value("1")
    expect(page.get_by_role("link", name=re.compile("would end otherwise"))).to_be_visible()
    has_no_faults(page)


def test_a_mistake_is_shown_where_it_was_made(browser: Browser, live_server: LiveServer) -> None:
    context = browser.new_context(locale="nl-NL")  # the console tells of the refused form
    page = opened(context, live_server.url)
    hours = page.get_by_label("Solution time High: Working hours")
    hours.fill("vier")
    page.get_by_label("Tickets reported in").select_option("own")
    page.get_by_label("Last day").fill("")
    page.get_by_role("button", name="Work it out").click()
    expect(page.get_by_text("Say which day.")).to_be_visible()
    expect(page.get_by_text("Enter a number.")).to_be_visible()
    expect(hours).to_have_value("vier")
    has_no_faults(page)
    context.close()


def test_it_works_without_scripts(
    browser: Browser, live_server: LiveServer, draft: Edition
) -> None:
    context = browser.new_context(locale="nl-NL", java_script_enabled=False)
    page = opened(context, live_server.url)
    page.get_by_label("Under the terms of").select_option(str(draft.pk))
    page.get_by_role("button", name="Show its promises").click()
    expect(page.get_by_label("Solution time High: Working hours")).to_have_value("6")
    page.get_by_label("Tickets reported in").select_option("this_quarter")
    page.get_by_role("button", name="Work it out").click()
    expect(page.get_by_text("to judge; it starts in a moment")).to_be_visible()
    work_whatifs()
    page.get_by_role("link", name="Look again").click()
    expect(page.get_by_role("heading", name="By promise and priority")).to_be_visible()
    context.close()
