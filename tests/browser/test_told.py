"""What became of what somebody sent is told where the focus is, and so is what is wrong with it."""

from __future__ import annotations

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser import day
from tests.browser.day import WORD, Day, at_work
from tests.browser.faults import what_axe_finds
from tests.browser.test_sign_in import SECRET
from tickets.models import User

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def here(live_server: LiveServer) -> Day:
    return day.make(live_server)


def test_a_note_is_said_to_be_kept_and_one_goes_on_in_the_composer(page: Page, here: Day) -> None:
    at_work(page, here, here.alice, here.address(here.mine))
    page.keyboard.press("n")
    page.keyboard.type("Gebeld met Carla.")
    page.keyboard.press("Control+Enter")

    expect(page.get_by_role("status").get_by_text("Done.", exact=True).last).to_be_attached()
    expect(page.get_by_role("textbox", name="Answer")).to_be_focused()


def test_an_answer_leaves_the_focus_where_it_can_be_taken_back(page: Page, here: Day) -> None:
    at_work(page, here, here.alice, here.address(here.mine))
    page.keyboard.press("c")
    page.keyboard.type("Wij kijken ernaar.")
    page.keyboard.press("Control+Enter")

    expect(page.get_by_role("group", name="An answer that is being sent")).to_be_focused()
    page.keyboard.press("z")
    expect(page.get_by_role("textbox", name="Answer")).to_be_focused()


def test_a_verb_is_said_to_be_done_where_the_focus_is(page: Page, here: Day) -> None:
    at_work(page, here, here.alice, here.address(here.mine))
    page.locator(".verbs summary", has_text="Wait for the customer").click()
    form = page.locator(".verbs details[open] form")
    form.get_by_role("textbox").fill("Welke browser is het?")
    form.get_by_role("button").last.click()

    expect(page.locator(".messages")).to_be_focused()
    expect(page.locator(".messages")).to_have_text("Done.")


def test_a_customer_hears_that_the_answer_was_added(page: Page, here: Day) -> None:
    here.carla.user = User.objects.create_user(here.carla.email, name="Carla")
    here.carla.save()
    at_work(page, here, here.carla.user, f"/my/{here.mine.reference}/")
    page.get_by_role("textbox").first.fill("Het is er nog.")
    page.get_by_role("button", name="Send").press("Enter")

    expect(page.locator(".messages")).to_be_focused()
    expect(page.locator(".messages")).to_have_text("Your message has been added.")


def test_a_report_that_lacks_something_opens_at_the_field(browser: Browser, here: Day) -> None:
    context = browser.new_context(locale="nl-NL")  # whose console may tell of the status 422
    page = context.new_page()
    page.goto(f"{here.server}/report/")
    page.locator("form.report-form").evaluate("form => { form.noValidate = true; }")
    page.get_by_role("button", name="Melding versturen").press("Enter")

    expect(page.get_by_label("Uw naam")).to_be_focused()
    said = page.get_by_label("Uw naam").get_attribute("aria-describedby")
    assert said
    expect(page.locator(f"#{said.split()[-1]}")).not_to_be_empty()
    for label, words in (("Uw naam", "Carla"), ("Uw e-mailadres", here.carla.email)):
        page.get_by_label(label).fill(words)
    page.locator("form.report-form").evaluate("form => { form.noValidate = true; }")
    page.get_by_role("button", name="Melding versturen").press("Enter")
    expect(page.get_by_role("radio", name="Storing")).to_be_focused()
    for colours in ("light", "dark"):
        page.emulate_media(color_scheme=colours, reduced_motion="reduce")
        faults = what_axe_finds(page)
        assert not faults.violations_count, faults.generate_report()
    context.close()


@pytest.mark.parametrize("path", ["/sign-in/", "/sign-in/forgotten/"])
def test_a_page_with_one_thing_to_do_begins_in_its_first_field(
    path: str, page: Page, live_server: LiveServer
) -> None:
    page.goto(live_server.url + path)

    expect(page.get_by_role("textbox").first).to_be_focused()


def test_signing_in_goes_on_in_the_field_in_error(page: Page, here: Day) -> None:
    page.goto(f"{here.server}/sign-in/")
    page.locator("form").first.evaluate("form => { form.noValidate = true; }")
    page.get_by_label("E-mailadres").fill("alice@desk.example")
    page.get_by_role("button", name="Inloggen", exact=True).press("Enter")

    expect(page.get_by_label("Wachtwoord")).to_be_focused()


def test_a_wrong_password_is_said_and_can_be_typed_again_at_once(page: Page, here: Day) -> None:
    page.goto(f"{here.server}/sign-in/")
    page.get_by_label("E-mailadres").fill("alice@desk.example")
    page.get_by_label("Wachtwoord").fill("een-ander-woord")
    page.get_by_role("button", name="Inloggen", exact=True).press("Enter")

    expect(page.get_by_role("alert").first).to_be_visible()
    expect(page.get_by_role("textbox").first).to_be_focused()


def test_the_second_step_begins_in_its_code_also_after_a_wrong_one(page: Page, here: Day) -> None:
    TOTP.activate(here.alice, SECRET)
    page.goto(f"{here.server}/sign-in/")
    page.get_by_label("E-mailadres").fill(here.alice.email)
    page.get_by_label("Wachtwoord").fill(WORD)
    page.get_by_role("button", name="Inloggen", exact=True).click()
    field = page.get_by_label("Code")
    expect(field).to_be_focused()
    page.keyboard.type("000000")
    page.keyboard.press("Enter")

    expect(page.get_by_text("Code", exact=False).first).to_be_visible()
    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-invalid", "true")
