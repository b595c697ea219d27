"""Words that are sent without a connection, or whose answer is lost, stay and arrive once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from playwright.sync_api import Browser, Dialog, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from support import desk
from support.canned.models import CannedReply
from support.drafts.models import Draft
from tests import people
from tests.api.programs import account
from tests.browser.faults import has_no_faults, what_axe_finds
from tests.people import words
from tickets.models import Channel, Contact, Kind, Ticket, User

pytestmark = pytest.mark.django_db(transaction=True)

STATE = "[data-sending-live]"
TEXT = "#id_text"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page whose console may tell of what was lost: that is what these tests do to it."""
    context = browser.new_context(locale="nl-NL", timezone_id="Europe/Amsterdam")
    yield context.new_page()
    context.close()


@pytest.fixture
def carla() -> Contact:
    return people.contact(people.organisation())


@pytest.fixture
def ticket(carla: Contact) -> Ticket:
    return desk.open_ticket(
        people.reporter(carla),
        words("Het scherm blijft wit."),
        subject="Doelen",
        kind=Kind.QUESTION,
        channel=Channel.WEB,
    )


def signs_in(page: Page, server: LiveServer, user: User) -> None:
    client = Client()
    client.force_login(user)
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": server.url}]
    )


def fills_in(page: Page, server: LiveServer, text: str = "Alles is wit") -> None:
    page.goto(f"{server.url}/report/")
    page.locator("#id_name").fill("Carla")
    page.locator("#id_email").fill("carla@thuis.example")
    page.locator("label:has([name=kind][value=question])").click()
    page.locator("#id_subject").fill("Wit")
    page.locator(TEXT).fill(text)


def send(page: Page) -> None:
    page.locator("form[data-send] [type=submit]").last.click()


def first(answer: Callable[[Route], None]) -> Callable[[Route], None]:
    """Something else happens to the first request that a form sends; the others go on."""
    seen: list[str] = []

    def handle(route: Route) -> None:
        if route.request.method == "POST" and not seen:
            seen.append(route.request.url)
            answer(route)
        else:
            route.continue_()

    return handle


def lost(route: Route) -> None:
    """It arrives, and its answer does not."""
    route.fetch()
    route.abort()


def unanswered(route: Route) -> None:
    """What a form sends leads nowhere."""
    if route.request.method == "POST":
        route.abort()
    else:
        route.continue_()


def test_a_report_without_a_connection_stays_and_goes_when_there_is_one(
    page: Page, live_server: LiveServer
) -> None:
    fills_in(page, live_server)
    page.context.set_offline(True)
    send(page)
    expect(page.locator(STATE)).to_contain_text("Er is geen verbinding")
    expect(page.locator(TEXT)).to_have_value("Alles is wit")
    assert page.url.endswith("/report/")
    assert not what_axe_finds(page).violations_count
    page.context.set_offline(False)
    page.wait_for_url("**/report/received/**")
    assert Ticket.objects.get().subject == "Wit"


def test_a_report_whose_answer_is_lost_is_sent_again_and_is_one(
    page: Page, live_server: LiveServer
) -> None:
    fills_in(page, live_server)
    page.route("**/report/", first(lost))
    send(page)
    expect(page.locator(STATE)).to_contain_text("Er kwam geen antwoord")
    page.locator("[data-sending-now]").click()
    page.wait_for_url("**/report/received/**")
    assert Ticket.objects.count() == 1


def test_a_proxy_that_finds_it_too_large_leaves_the_words_where_they_are(
    page: Page, live_server: LiveServer
) -> None:
    fills_in(page, live_server)
    bare = "<html><body><center><h1>413 Request Entity Too Large</h1></center></body></html>"
    page.route("**/report/", first(lambda route: route.fulfill(status=413, body=bare)))
    send(page)
    expect(page.locator(STATE)).to_contain_text("Dit is te veel om in één keer te versturen")
    expect(page.locator(TEXT)).to_have_value("Alles is wit")
    send(page)
    page.wait_for_url("**/report/received/**")


def test_a_proxy_without_a_server_behind_it_is_waited_for(
    page: Page, live_server: LiveServer
) -> None:
    fills_in(page, live_server)
    page.route("**/report/", first(lambda route: route.fulfill(status=502, body="Bad Gateway")))
    send(page)
    page.wait_for_url("**/report/received/**")
    assert Ticket.objects.count() == 1


def test_what_the_form_lacks_is_said_by_the_server_as_ever(
    page: Page, live_server: LiveServer
) -> None:
    fills_in(page, live_server)
    page.evaluate("document.querySelector('form[data-send]').noValidate = true")
    page.locator("#id_email").fill("geen adres")
    send(page)
    expect(page.locator("[role=alert]").first).to_be_visible()
    expect(page.locator(TEXT)).to_have_value("Alles is wit")
    assert not Ticket.objects.exists()


def test_who_stops_waiting_can_change_the_words(page: Page, live_server: LiveServer) -> None:
    fills_in(page, live_server)
    page.context.set_offline(True)
    send(page)
    expect(page.locator(TEXT)).to_have_attribute("readonly", "")
    page.locator("[data-sending-stop]").click()
    page.locator(TEXT).fill("Toch iets anders")
    page.context.set_offline(False)
    send(page)
    page.wait_for_url("**/report/received/**")
    assert Ticket.objects.get().messages.filter(text="Toch iets anders").exists()


def test_what_was_typed_is_there_after_a_reload_and_in_a_second_window_and_gone_once_sent(
    page: Page, live_server: LiveServer
) -> None:
    fills_in(page, live_server)
    page.reload()
    expect(page.locator(TEXT)).to_have_value("Alles is wit")
    expect(page.locator("#id_email")).to_have_value("carla@thuis.example")
    second = page.context.new_page()
    second.goto(f"{live_server.url}/report/")
    expect(second.locator(TEXT)).to_have_value("Alles is wit")
    expect(second.locator("#id_email")).to_have_value("")  # who it was is not for everybody here
    expect(second.locator("[data-typed]")).to_be_visible()
    has_no_faults(second)
    send(page)
    page.wait_for_url("**/report/received/**")
    second.goto(f"{live_server.url}/report/")
    expect(second.locator(TEXT)).to_have_value("")
    expect(second.locator("[data-typed]")).to_be_hidden()
    page.go_back()
    expect(page.locator(TEXT)).to_have_value("")


def test_what_was_typed_can_be_thrown_away(page: Page, live_server: LiveServer) -> None:
    fills_in(page, live_server)
    page.reload()
    page.locator("[data-typed] button").click()
    expect(page.locator(TEXT)).to_have_value("")
    page.reload()
    expect(page.locator(TEXT)).to_have_value("")


def test_an_answer_in_the_portal_arrives_once_though_its_answer_was_lost(
    page: Page, live_server: LiveServer, carla: Contact, ticket: Ticket
) -> None:
    signs_in(page, live_server, account(carla))
    page.goto(f"{live_server.url}/my/{ticket.reference}/")
    page.locator(TEXT).fill("Nog steeds wit")
    page.route("**/my/*/", first(lost))
    send(page)
    expect(page.get_by_text("dit is één keer gedaan")).to_be_visible()
    assert ticket.messages.filter(text="Nog steeds wit").count() == 1
    expect(page.locator(TEXT)).to_have_value("")


def test_words_of_any_page_stay_without_an_answer_and_go_when_there_is_one(
    page: Page, live_server: LiveServer
) -> None:
    signs_in(page, live_server, people.agent())
    page.goto(f"{live_server.url}/desk/canned/new/")
    page.locator("#id_title").fill("Wit")
    page.locator("#id_body").fill("Ververs de pagina.")
    page.route("**/canned/new/", unanswered)
    page.get_by_role("button", name="Opslaan").click()
    expect(page.locator(STATE)).to_contain_text("Er kwam geen antwoord")
    expect(page.locator("[data-sending-now]")).to_be_focused()
    expect(page.locator("#id_body")).to_have_value("Ververs de pagina.")
    has_no_faults(page)
    page.unroute("**/canned/new/")
    page.wait_for_url("**/desk/canned/")
    assert CannedReply.objects.get().body == "Ververs de pagina."


def test_a_verb_whose_answer_is_lost_is_done_once_and_its_words_are_kept(
    page: Page, live_server: LiveServer, ticket: Ticket
) -> None:
    signs_in(page, live_server, people.agent())
    page.goto(f"{live_server.url}/desk/tickets/{ticket.reference}/")
    form = page.locator("form[action$='/do/decline/']")
    page.locator("details:has(form[action$='/do/decline/']) > summary").click()
    form.locator("textarea").fill("Dit hoort bij de browser")
    page.route("**/do/decline/", first(lost))
    form.locator("[type=submit], button:not([type])").first.click()
    expect(form.locator(STATE)).to_contain_text("Er kwam geen antwoord")
    form.locator("[data-sending-now]").click()
    expect(page.get_by_text("dit is één keer gedaan")).to_be_visible()
    assert ticket.messages.filter(text__contains="hoort bij de browser").count() == 1


def test_the_page_that_gives_words_back_does_not_lose_them_either(
    page: Page, live_server: LiveServer
) -> None:
    fills_in(page, live_server)
    page.evaluate(
        """() => {
          const form = document.querySelector("form[data-send]")
          form.elements.csrfmiddlewaretoken.value = "o".repeat(64)
          HTMLFormElement.prototype.submit.call(form)
        }"""
    )
    given_back = page.locator("textarea[name=text]")
    expect(given_back).to_have_id(re.compile("typed-"))
    page.route("**/report/", unanswered)
    page.locator("main [type=submit]").click()
    expect(page.locator(STATE)).to_contain_text("Er kwam geen antwoord")
    expect(given_back).to_have_value("Alles is wit")
    has_no_faults(page)
    page.unroute("**/report/")
    page.wait_for_url("**/report/received/**")


def test_words_that_are_kept_nowhere_are_not_left_without_a_question(
    page: Page, live_server: LiveServer
) -> None:
    signs_in(page, live_server, people.agent())
    page.goto(f"{live_server.url}/desk/canned/new/")
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    def leaves() -> None:
        page.get_by_role("link", name="Standaardantwoorden").first.click()

    page.on("dialog", stay)
    page.locator("#id_title").fill("Wit")
    page.locator("#id_body").fill("Beste {{ klant.voornaam }}")
    leaves()
    expect(page.locator("#id_body")).to_have_value("Beste {{ klant.voornaam }}")
    assert asked == ["beforeunload"]
    # A preview only shows them: they are no more kept than before.
    page.get_by_role("button", name="Voorbeeld").click()
    expect(page.locator("[data-posted]")).to_be_visible()
    leaves()
    assert asked == ["beforeunload"] * 2
    page.get_by_role("button", name="Opslaan").click()
    page.wait_for_url("**/desk/canned/")
    assert len(asked) == 2


def test_signing_out_forgets_what_was_typed(
    page: Page, live_server: LiveServer, carla: Contact, ticket: Ticket
) -> None:
    signs_in(page, live_server, account(carla))
    page.goto(f"{live_server.url}/my/{ticket.reference}/")
    page.locator(TEXT).fill("Geheim")
    page.locator(".top-menu summary").click()
    page.locator("form[data-forgets] button").click()
    page.wait_for_url(lambda url: "/my/" not in url)
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('typed'))") == []


def test_a_note_whose_answer_is_lost_is_there_once(
    page: Page, live_server: LiveServer, ticket: Ticket
) -> None:
    signs_in(page, live_server, people.agent())
    page.goto(f"{live_server.url}/desk/tickets/{ticket.reference}/")
    page.locator("label:has(#composer-note)").click()
    page.locator("#note_text").fill("Gebeld")
    page.route("**/note/", first(lost))
    page.locator("[data-for=note] [type=submit]:not([formaction])").click()
    expect(page.locator(".timeline").get_by_text("Gebeld")).to_be_visible()
    assert ticket.messages.filter(kind="note").count() == 1
    assert not Draft.objects.exists()


def test_who_was_signed_out_signs_in_elsewhere_and_the_words_go(
    page: Page, live_server: LiveServer, ticket: Ticket
) -> None:
    alice = people.agent()
    signs_in(page, live_server, alice)
    page.goto(f"{live_server.url}/desk/tickets/{ticket.reference}/")
    page.locator("label:has(#composer-note)").click()
    page.locator("#note_text").fill("Gebeld")
    saved = page.locator("[data-for=note] [data-saved]")
    expect(saved).not_to_be_empty()
    Session.objects.all().delete()
    page.locator("[data-for=note] [type=submit]:not([formaction])").click()
    state = page.locator("[data-for=note] [data-sending-live]")
    expect(state).to_contain_text("De sessie is verlopen")
    expect(state.locator("a")).to_have_attribute("href", "/sign-in/")
    signs_in(page, live_server, alice)
    # Signing in gives the browser another token.
    page.context.clear_cookies(name="csrftoken")
    page.context.add_cookies([{"name": "csrftoken", "value": "n" * 32, "url": live_server.url}])
    page.locator("[data-for=note] [data-sending-now]").click()
    expect(page.locator(".timeline").get_by_text("Gebeld")).to_be_visible()


def test_with_51_files_the_form_says_so_before_anything_goes_up(
    page: Page, live_server: LiveServer, tmp_path: Path
) -> None:
    fills_in(page, live_server)
    files = [tmp_path / f"{number}.png" for number in range(51)]
    for file in files:
        file.write_bytes(b"x")
    label = page.locator("label[for=id_attachments]")
    calm = label.evaluate("node => getComputedStyle(node).color")
    page.locator("#id_attachments").set_input_files(files[0])
    expect(page.locator(".drop-list")).to_contain_text("0.png")
    expect(label).to_have_css("color", calm)
    page.locator("#id_attachments").set_input_files(files)
    expect(label).not_to_have_css("color", calm)
    expect(page.locator(".field-errors").get_by_text("hoogstens 50")).to_be_visible()
    assert page.evaluate("document.getElementById('id_attachments').files.length") == 50
    expect(page.locator(TEXT)).to_have_value("Alles is wit")


def passes(page: Page, *, minutes: int) -> None:
    """So much time passes on the page's clock; what was asked meanwhile is answered in between."""
    for _time in range(minutes * 6):
        page.clock.run_for(10_000)
        page.evaluate("fetch('/healthz').then((answer) => answer.text())")


@pytest.mark.alone  # the clock that it winds stays with the context
def test_who_is_not_answered_asks_less_and_goes_on_when_it_is_back(
    page: Page, live_server: LiveServer, ticket: Ticket
) -> None:
    signs_in(page, live_server, people.agent())
    page.clock.install()
    page.goto(f"{live_server.url}/desk/tickets/{ticket.reference}/")
    asked: list[str] = []
    broken = [True]

    def handle(route: Route) -> None:
        asked.append(route.request.url)
        if broken[0]:
            route.fulfill(status=503, body="")
        else:
            route.continue_()

    page.route("**/presence/", handle)
    page.route("**/notifications/count/**", handle)
    passes(page, minutes=20)
    at_first = len([url for url in asked if "presence" in url])
    assert 3 <= at_first <= 9  # not 120
    assert len(asked) - at_first <= 12  # not 40
    broken[0] = False
    asked.clear()
    page.evaluate("window.dispatchEvent(new Event('online'))")
    passes(page, minutes=2)
    assert len([url for url in asked if "presence" in url]) >= 5
    assert any("count" in url for url in asked)
