"""A mail with script, a picture inside and one elsewhere, in a real browser."""

from __future__ import annotations

import base64
from email.message import EmailMessage

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, FrameLocator, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from support.intake.email import receive
from tests.browser.faults import has_no_faults, sign_in
from tickets.models import Role, Ticket

pytestmark = pytest.mark.django_db(transaction=True)

PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
ELSEWHERE = "http://volg.example/"
BODY = f"""
<h1>Beste helpdesk</h1><p>Zie het scherm:</p><img src="cid:scherm@x" alt="Het scherm">
<img src="{ELSEWHERE}p.gif?wie=carla" alt="Logo" onload="top.ran=1">
<img src="x" onerror="top.ran=1"><script>top.ran = 1; fetch("{ELSEWHERE}script")</script>
<link rel="stylesheet" href="{ELSEWHERE}stijl.css"><style>@import "{ELSEWHERE}import.css"</style>
<iframe src="{ELSEWHERE}frame"></iframe><video poster="{ELSEWHERE}poster"></video>
<div style="background: url({ELSEWHERE}achtergrond)">Tot slot</div>
<table background="{ELSEWHERE}tabel"><tr><td>Een</td><td>Twee</td></tr></table>
<svg><image href="{ELSEWHERE}svg"></image></svg>
<p>Groet, <a href="https://school.example/">onze school</a></p>
"""


def take() -> Ticket:
    message = EmailMessage()
    message["From"], message["Subject"] = "Carla <carla@school.example>", "Evaluaties"
    message["To"], message["Cc"] = "helpdesk@desk.example", "Bas <bas@school.example>"
    message.set_content("Zie het scherm.\n\nMet vriendelijke groet,\n\nCarla Visser\nSchool")
    message.add_alternative(BODY, subtype="html")
    parts = message.get_payload()
    assert isinstance(parts, list)
    part = parts[1]
    assert isinstance(part, EmailMessage)
    part.add_related(PICTURE, "image", "png", cid="<scherm@x>", filename="scherm.png")
    receive(message.as_bytes(), now=timezone.now())
    return Ticket.objects.get()


@pytest.fixture
def fetched() -> list[str]:
    """What the browser asked of a server that is not ours."""
    return []


@pytest.fixture
def ticket_page(page: Page, live_server: LiveServer, fetched: list[str]) -> Page:
    """The page of the ticket that the mail opened."""

    def elsewhere(route: Route) -> None:
        fetched.append(route.request.url)
        route.fulfill(body=PICTURE, content_type="image/png")

    page.context.route(f"{ELSEWHERE}**", elsewhere)
    sign_in(page, live_server, Role.AGENT)
    page.goto(f"{live_server.url}/desk/tickets/{take().reference}/")
    return page


def opened(ticket_page: Page) -> FrameLocator:
    """The mail, open as it came."""
    ticket_page.get_by_text("Show as it came").click()
    frame = ticket_page.frame_locator(".as-it-came iframe")
    expect(frame.get_by_role("heading", name="Beste helpdesk")).to_be_visible()
    return frame


def test_nothing_runs_and_nothing_is_fetched_before_it_is_asked_for(
    page: Page, ticket_page: Page, fetched: list[str]
) -> None:
    # Seen from outside: the frame runs no script of a test either.
    with page.expect_response("**/pictures/*") as inline:
        letter = opened(ticket_page)
    assert (inline.value.status, inline.value.headers["content-type"]) == (200, "image/png")
    expect(letter.get_by_text("Tot slot")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.ran") is None
    assert fetched == []
    letter.get_by_role("link", name="Show images of this message").click()
    expect(letter.get_by_text("not loaded")).to_have_count(0)
    page.wait_for_load_state("networkidle")
    assert fetched == [f"{ELSEWHERE}p.gif?wie=carla"]
    assert page.evaluate("window.ran") is None


def test_the_ticket_with_the_mail_has_no_faults(ticket_page: Page) -> None:
    """The mail itself stays folded: axe is a script too, and would not get into its frame."""
    ticket_page.get_by_text("Add participant").click()
    has_no_faults(ticket_page)


def test_it_works_without_javascript(browser: Browser, ticket_page: Page) -> None:
    plain = browser.new_context(java_script_enabled=False, locale="en-GB")
    plain.add_cookies(ticket_page.context.cookies())  # type: ignore[arg-type]
    shown = plain.new_page()
    shown.goto(ticket_page.url)
    shown.get_by_text("Show as it came").click()
    frame = shown.frame_locator(".as-it-came iframe")
    expect(frame.get_by_text("Beste helpdesk")).to_be_visible()
    shown.get_by_role("button", name="Agree: bas@school.example takes part").click()
    shown.get_by_role("button", name="Remove bas@school.example").click()
    expect(shown.get_by_role("button", name="Remove bas@school.example")).to_have_count(0)
    plain.close()
