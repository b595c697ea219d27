"""The page that shows the API: complete, and from nowhere but here."""

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

pytestmark = pytest.mark.django_db


def test_the_page_shows_every_verb_and_loads_nothing_from_outside(
    page: Page, live_server: LiveServer
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{live_server.url}/api/v1/docs/")
    expect(
        page.get_by_role("button", name="POST /api/v1/tickets/ Report something")
    ).to_be_visible()
    page.get_by_role("button", name="POST /api/v1/tickets/ Report something").click()
    expect(page.get_by_text("The clocks start now")).to_be_visible()
    outside = [url for url in asked if not url.startswith((live_server.url, "data:"))]
    assert outside == []
