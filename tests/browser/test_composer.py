"""The composer by keyboard: drafts, taking back, colleagues, standard answers, mentions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Dialog, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from support import desk
from support.canned.models import CannedReply
from support.drafts.models import Draft
from support.notifications.models import Notification
from tests import people
from tests.browser.faults import has_no_faults
from tests.people import words
from tickets.models import Channel, Kind, Ticket, User

pytestmark = pytest.mark.django_db(transaction=True)

REPLY, NOTE = "#reply_text", "#note_text"


@pytest.fixture
def alice() -> User:
    return people.agent()


@pytest.fixture
def bob() -> User:
    return people.agent("Bob")


@pytest.fixture
def ticket() -> Ticket:
    carla = people.contact(people.organisation(), "Carla")
    return desk.open_ticket(
        people.reporter(carla),
        words("Het scherm blijft wit."),
        subject="Doelen",
        kind=Kind.QUESTION,
        channel=Channel.WEB,
    )


@pytest.fixture
def colleague(browser: Browser) -> Iterator[Page]:
    """A second browser."""
    context = browser.new_context(locale="nl-NL", timezone_id="Europe/Amsterdam")
    yield context.new_page()
    context.close()


def opens(page: Page, server: LiveServer, user: User, ticket: Ticket) -> None:
    """Sign in, in English, and open the ticket."""
    client = Client()
    client.force_login(user)
    cookies = {
        settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value,
        settings.LANGUAGE_COOKIE_NAME: "en",
    }
    page.context.add_cookies(
        [{"name": name, "value": value, "url": server.url} for name, value in cookies.items()]
    )
    page.goto(f"{server.url}/desk/tickets/{ticket.reference}/")


def test_what_is_typed_survives_a_reload_and_files_with_it(
    page: Page, live_server: LiveServer, alice: User, ticket: Ticket, tmp_path: Path
) -> None:
    opens(page, live_server, alice, ticket)
    page.keyboard.press("c")
    page.keyboard.type("Beste Carla,")
    expect(page.locator("[data-for=reply] [data-saved]")).to_have_text(re.compile("Draft saved .+"))
    picture = tmp_path / "scherm.png"
    picture.write_bytes(b"beeld")
    page.locator("#reply_attachments").set_input_files(picture)
    remove = page.get_by_role("button", name="Remove scherm.png")
    expect(remove).to_be_visible()
    page.reload()
    expect(page.locator(REPLY)).to_have_value("Beste Carla,")
    expect(remove).to_be_visible()
    has_no_faults(page)
    remove.click()
    expect(remove).to_be_hidden()
    assert Draft.objects.get().files.count() == 0


def test_who_clicks_note_writes_a_note_and_no_letter_drives_the_page_away(
    page: Page, live_server: LiveServer, alice: User, ticket: Ticket
) -> None:
    opens(page, live_server, alice, ticket)
    address = page.url
    page.get_by_text("Note", exact=True).first.click()
    page.keyboard.type("gq jk? cache nakijken")
    expect(page.locator(NOTE)).to_have_value("gq jk? cache nakijken")
    assert page.url == address
    page.locator("#composer-note").focus()
    page.keyboard.type("gqe/")
    expect(page.locator(NOTE)).to_have_value("gq jk? cache nakijken")
    assert page.url == address
    # What is still to be saved goes out when the page closes, and would meet the emptied database.
    saved = page.locator("[data-for=note] [data-saved]")
    expect(saved).to_have_text(re.compile("Draft saved .+"))


def test_words_that_could_not_be_saved_are_not_left_without_a_question(
    colleague: Page, live_server: LiveServer, alice: User, ticket: Ticket
) -> None:
    opens(colleague, live_server, alice, ticket)
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    colleague.on("dialog", stay)
    colleague.context.set_offline(True)
    colleague.locator(REPLY).fill("Dit mag niet weg")
    expect(colleague.get_by_text("Not saved")).to_be_visible()
    colleague.get_by_role("link", name="Queue").first.click()
    expect(colleague.locator(REPLY)).to_have_value("Dit mag niet weg")
    assert asked == ["beforeunload"]


@pytest.mark.parametrize("width", [390, 1440])
def test_the_button_stays_where_the_finger_is_while_a_draft_is_saved(
    page: Page, live_server: LiveServer, alice: User, ticket: Ticket, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    opens(page, live_server, alice, ticket)
    button = page.get_by_role("button", name="Send answer")
    place = "each => each.getBoundingClientRect().top + window.scrollY"
    before = button.evaluate(place)
    page.locator(REPLY).fill("Beste Carla,")
    expect(page.locator("[data-for=reply] [data-saved]")).to_have_text(re.compile("Draft saved .+"))
    assert button.evaluate(place) == before


def test_what_was_stopped_on_its_way_is_not_sent_by_a_later_save(
    colleague: Page, live_server: LiveServer, alice: User, ticket: Ticket
) -> None:
    opens(colleague, live_server, alice, ticket)
    held: list[Route] = []
    colleague.route("**/draft/note/", lambda route: held.append(route))  # noqa: PLW0108
    colleague.get_by_text("Note", exact=True).first.click()
    with colleague.expect_request("**/draft/note/"):
        colleague.locator(NOTE).fill("Half af")
    colleague.get_by_role("button", name="Save note").click()  # while the draft is on its way
    colleague.route(re.compile(r"WD-\d+/note/$"), lambda route: route.abort())
    colleague.unroute("**/draft/note/")
    held[0].continue_()
    colleague.get_by_role("button", name="Stop and change it").click()
    saved = colleague.locator("[data-for=note] [data-saved]")
    with colleague.expect_response("**/draft/note/"):
        colleague.locator(NOTE).fill("Half af, en verder")
    expect(saved).to_have_text(re.compile("Draft saved .+"))
    expect(colleague.locator("[data-for=note] [data-sending]")).not_to_have_attribute(
        "data-level", "warning"
    )
    assert not ticket.messages.filter(kind="note").exists()


def test_a_program_is_refused_before_it_goes_up(
    page: Page, live_server: LiveServer, alice: User, ticket: Ticket, tmp_path: Path
) -> None:
    opens(page, live_server, alice, ticket)
    program = tmp_path / "spel.exe"
    program.write_bytes(b"MZ")
    page.locator("#reply_attachments").set_input_files(program)
    expect(page.locator("[data-for=reply] [data-errors]")).to_contain_text("spel.exe is a program")
    assert not Draft.objects.exists()


def test_an_answer_is_sent_by_keyboard_and_taken_back_by_keyboard(
    page: Page, live_server: LiveServer, alice: User, ticket: Ticket
) -> None:
    opens(page, live_server, alice, ticket)
    page.keyboard.press("c")
    page.keyboard.type("Te snel")
    page.keyboard.press("Control+Enter")
    bar = page.locator(".sending")
    expect(bar).to_contain_text(re.compile(r"Will be sent in \d+ s"))
    has_no_faults(page)
    page.keyboard.press("z")
    expect(page.locator(REPLY)).to_have_value("Te snel")
    expect(bar).to_be_hidden()
    assert not ticket.messages.filter(kind="reply").exists()


def test_when_the_time_is_over_the_page_sends_it_and_shows_it(
    page: Page, live_server: LiveServer, alice: User, ticket: Ticket
) -> None:
    opens(page, live_server, alice, ticket)
    page.locator(REPLY).fill("Gaat zo")
    page.locator("label:has(#reply_then_1)").click()
    page.get_by_role("button", name="Send answer").click()
    expect(page.locator(".sending")).to_be_visible()
    Draft.objects.sending().update(send_at=timezone.now())
    page.reload()
    expect(page.locator(".sending")).to_be_hidden()
    expect(page.locator(".entry[data-kind=reply]")).to_contain_text("Gaat zo")
    expect(page.locator(".ticket-head")).to_contain_text("Waiting for the customer")
    expect(page.locator(REPLY)).to_have_value("")


def test_two_agents_see_each_other_and_what_the_other_did(
    page: Page, colleague: Page, live_server: LiveServer, alice: User, ticket: Ticket
) -> None:
    bob = people.agent("Bob")
    opens(page, live_server, alice, ticket)
    opens(colleague, live_server, bob, ticket)
    expect(colleague.locator("#here")).to_have_text("Alice is looking too")
    page.locator(REPLY).press_sequentially("Ik")
    expect(page.locator("#here")).to_have_text("Bob is looking too")
    colleague.reload()
    expect(colleague.locator("#here")).to_have_text("Alice is typing an answer")
    desk.reply(ticket, words("Ik was eerder"), actor=bob)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    news = page.locator(".news")
    expect(news).to_contain_text("Bob answered just now")
    expect(page.locator(REPLY)).to_have_value("Ik")
    has_no_faults(page)
    news.get_by_role("button", name="Show").click()
    expect(page.locator(".timeline")).to_contain_text("Ik was eerder")
    expect(news).to_be_hidden()
    expect(page.locator(REPLY)).to_have_value("Ik")


def test_a_slash_opens_the_standard_answers_and_enter_inserts_one(
    page: Page, live_server: LiveServer, alice: User, ticket: Ticket
) -> None:
    for title, body in [("Afscheid", "Groet"), ("Wachten", "Beste {{ klant.voornaam }},")]:
        CannedReply.objects.create(owner=alice, title=title, body=body, then="hold")
    opens(page, live_server, alice, ticket)
    page.keyboard.press("c")
    page.keyboard.type("/")
    search = page.get_by_role("combobox", name="Search in standard answers")
    expect(search).to_be_focused()
    expect(page.locator("[role=listbox]").get_by_role("option")).to_have_count(2)
    has_no_faults(page)
    page.keyboard.press("ArrowDown")
    expect(page.locator("[role=listbox]").get_by_role("option", name="Wachten")).to_have_attribute(
        "aria-selected", "true"
    )
    page.keyboard.press("Enter")
    expect(page.locator(REPLY)).to_have_value("Beste Carla,")
    expect(page.locator(REPLY)).to_be_focused()
    expect(page.locator("#reply_then_1")).to_be_checked()
    page.keyboard.type(" a/b")
    expect(search).to_be_hidden()
    page.get_by_role("button", name="Standard answer").click()
    page.keyboard.type("afsch")
    expect(page.locator("[role=listbox]").get_by_role("option")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator(REPLY)).to_be_focused()
    expect(page.locator(REPLY)).to_have_value("Beste Carla, a/b")


def test_an_at_sign_offers_colleagues_and_the_note_tells_them(
    page: Page, live_server: LiveServer, alice: User, bob: User, ticket: Ticket
) -> None:
    people.agent("Bobbie")
    opens(page, live_server, alice, ticket)
    page.keyboard.press("n")
    page.keyboard.type("Kijk jij, @bo")
    expect(page.locator("[role=listbox]").get_by_role("option")).to_have_count(2)
    expect(page.locator(NOTE)).to_have_attribute("aria-activedescendant", "mention-list-0")
    has_no_faults(page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.locator(NOTE)).to_have_value("Kijk jij, @Bob ")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".mention")).to_have_text("@Bob")
    assert Notification.objects.get().recipient == bob


def test_the_pages_of_the_standard_answers_have_no_faults(
    page: Page, live_server: LiveServer, alice: User, ticket: Ticket
) -> None:
    opens(page, live_server, alice, ticket)
    page.goto(f"{live_server.url}/desk/canned/")
    page.get_by_role("link", name="New standard answer").click()
    page.get_by_label("Title").fill("Groet")
    page.locator("#id_body").fill("Beste {{ klant.voornaam }},")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("region", name="Preview")).to_contain_text("Beste Carla,")
    has_no_faults(page)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("link", name="Groet")).to_be_visible()
    has_no_faults(page)
    with page.expect_navigation():
        page.get_by_role("link", name="Groet").click()
    has_no_faults(page)


def test_without_script_an_answer_waits_and_is_taken_back(
    browser: Browser, live_server: LiveServer, alice: User, ticket: Ticket
) -> None:
    CannedReply.objects.create(owner=alice, title="Groet", body="Beste {{ klant.voornaam }},")
    context = browser.new_context(locale="nl-NL", java_script_enabled=False)
    page = context.new_page()
    opens(page, live_server, alice, ticket)
    page.locator("#canned-plain").select_option("Groet")
    page.get_by_role("button", name="Insert").click()
    expect(page.locator(REPLY)).to_have_value("Beste Carla,")
    page.get_by_role("button", name="Send answer").click()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(REPLY)).to_have_value("Beste Carla,")
    context.close()
