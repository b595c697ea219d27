"""Signing in, in a real browser: passkeys, an authenticator app, limits, sessions."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.conf import settings
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from support.sign_in.links import make_link
from tests import people
from tests.browser.faults import has_no_faults
from tickets.models import Role, User

pytestmark = pytest.mark.django_db(transaction=True)

WORD = "heel-geheim-woord"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def alice(page: Page, live_server: LiveServer) -> User:
    """An agent with a password, and a browser that speaks English."""
    cache.clear()
    user = people.agent()
    user.set_password(WORD)
    user.language = "en"
    user.save()
    name = settings.LANGUAGE_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": "en", "url": live_server.url}])
    return user


def code(secret: str = SECRET) -> str:
    _before, counter, _after = yield_hotp_counters_from_time()
    return str(format_hotp_value(hotp_value(secret, counter)))


def signs_in(page: Page, url: str, word: str = WORD) -> None:
    page.goto(f"{url}/sign-in/")
    page.get_by_label("E-mail address").fill("alice@desk.example")
    page.get_by_label("Password").fill(word)
    page.get_by_role("button", name="Sign in", exact=True).click()


def shows_who_it_is(page: Page) -> None:
    page.get_by_label("Password").fill(WORD)
    page.get_by_role("button", name="Go on").click()


def with_authenticator(page: Page) -> Any:
    """A device that makes passkeys, as a telephone or laptop does."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return session


def test_a_passkey_is_made_named_used_and_removed(
    page: Page, live_server: LiveServer, alice: User
) -> None:
    with_authenticator(page)
    signs_in(page, live_server.url)
    page.goto(f"{live_server.url}/account/")
    has_no_faults(page)
    with page.expect_navigation():
        page.get_by_role("link", name="Add a passkey").click()
    has_no_faults(page)
    shows_who_it_is(page)
    has_no_faults(page)
    page.get_by_label("Name").fill("Laptop")
    page.get_by_role("button", name="Make the passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    page.goto(f"{live_server.url}/account/")
    has_no_faults(page)
    with page.expect_navigation():
        page.get_by_role("link", name="Rename Laptop").click()
    has_no_faults(page)
    page.get_by_label("Name").fill("Work laptop")
    page.get_by_role("button", name="Keep the name").click()
    expect(page.get_by_text("Work laptop")).to_be_visible()

    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.goto(f"{live_server.url}/desk/phone/")
    has_no_faults(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page).to_have_url(f"{live_server.url}/desk/phone/")

    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    signs_in(page, live_server.url)
    expect(page.get_by_role("heading", level=1)).to_have_text("Second step")
    has_no_faults(page)
    page.get_by_role("button", name="Use my passkey").click()
    expect(page).to_have_url(f"{live_server.url}/desk/start/")

    page.goto(f"{live_server.url}/account/")
    page.get_by_role("link", name="Remove Work laptop").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Is it you?")
    page.get_by_role("link", name="With a passkey").click()
    expect(page.get_by_role("button", name="Use my passkey")).to_be_visible()
    has_no_faults(page)
    page.get_by_role("button", name="Use my passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Remove the passkey")
    has_no_faults(page)
    page.get_by_role("button", name="Remove the passkey").click()
    expect(page.get_by_text("Work laptop")).to_have_count(0)
    assert not Authenticator.objects.exists()


def test_who_has_no_password_adds_a_passkey_and_reads_the_codes(
    page: Page, live_server: LiveServer, alice: User
) -> None:
    with_authenticator(page)
    alice.set_unusable_password()
    alice.save()
    page.goto(live_server.url + make_link(alice, now=timezone.now()))
    with page.expect_navigation():
        page.get_by_role("button", name="Sign in").click()
    page.goto(f"{live_server.url}/account/passkeys/add/")
    page.get_by_role("button", name="Make the passkey").click()
    expect(page.locator(".codes li")).to_have_count(10)


def test_a_passkey_that_does_not_come_is_said_and_the_password_still_works(
    page: Page, live_server: LiveServer, alice: User
) -> None:
    with_authenticator(page)
    page.goto(f"{live_server.url}/sign-in/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("That did not work")
    signs_in(page, live_server.url)
    expect(page).to_have_url(f"{live_server.url}/desk/start/")


def test_an_app_is_added_asked_and_taken_off_by_a_recovery_code(
    page: Page, live_server: LiveServer, alice: User
) -> None:
    signs_in(page, live_server.url)
    page.goto(f"{live_server.url}/account/")
    page.get_by_role("link", name="Add the app").click()
    shows_who_it_is(page)
    has_no_faults(page)
    page.get_by_text("Can't scan?").click()
    secret = page.locator(".key-text").inner_text()
    page.get_by_label("The six digits").fill("000000")
    page.get_by_role("button", name="Add the app").click()
    expect(page.locator(".field-errors")).to_contain_text("not right")
    page.get_by_text("Can't scan?").click()
    secret = page.locator(".key-text").inner_text()
    page.get_by_label("The six digits").fill(code(secret))
    page.get_by_role("button", name="Add the app").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    has_no_faults(page)
    spare = page.locator(".codes li").first.inner_text()

    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    signs_in(page, live_server.url)
    page.get_by_label("Code").fill(spare)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page).to_have_url(f"{live_server.url}/desk/start/")
    page.goto(f"{live_server.url}/account/")
    expect(page.get_by_text("9 codes left")).to_be_visible()
    page.get_by_role("link", name="Remove the app").click()
    with page.expect_navigation():
        page.get_by_role("link", name="With a code").click()
    has_no_faults(page)
    page.goto(f"{live_server.url}/account/")
    page.get_by_role("link", name="Remove the app").click()
    shows_who_it_is(page)
    has_no_faults(page)
    page.get_by_role("button", name="Remove the app").click()
    expect(page.get_by_role("link", name="Add the app")).to_be_visible()


def test_a_role_that_must_is_led_to_the_second_factor_and_then_let_through(
    page: Page, live_server: LiveServer, alice: User, settings: Settings
) -> None:
    settings.MFA_REQUIRED_ROLES = frozenset({Role.AGENT})
    signs_in(page, live_server.url)
    expect(page.get_by_role("alert")).to_contain_text("must have a second factor")
    has_no_faults(page)
    TOTP.activate(alice, SECRET)
    page.goto(f"{live_server.url}/desk/")
    expect(page).to_have_url(f"{live_server.url}/desk/")


def test_who_fails_too_often_reads_how_long_to_wait(
    browser: Browser, live_server: LiveServer, alice: User
) -> None:
    # A page of its own: the browser writes refusals to the console, which fails other tests.
    page = browser.new_page(locale="en")
    for _number in range(6):
        signs_in(page, live_server.url, "fout")
    expect(page.get_by_role("heading", level=1)).to_have_text("Too many attempts")
    expect(page.get_by_text("Wait 5 minutes")).to_be_visible()
    has_no_faults(page)
    page.close()


def test_a_session_elsewhere_is_seen_and_ended(
    page: Page, browser: Browser, live_server: LiveServer, alice: User
) -> None:
    elsewhere = browser.new_context(
        locale="en", user_agent="Mozilla/5.0 (iPhone; CPU iPhone OS 18) Version/18 Safari/604"
    )
    there = elsewhere.new_page()
    signs_in(there, live_server.url)
    signs_in(page, live_server.url)
    page.goto(f"{live_server.url}/account/")
    expect(page.get_by_text("this browser, now")).to_be_visible()
    expect(page.get_by_text("Safari on iPhone")).to_be_visible()
    has_no_faults(page)
    page.get_by_role("button", name="Sign out of Safari on iPhone").click()
    expect(page.get_by_text("Safari on iPhone")).to_have_count(0)
    there.goto(f"{live_server.url}/desk/")
    expect(there.get_by_label("Password")).to_be_visible()
    elsewhere.close()


def test_a_password_is_changed_and_a_forgotten_one_asked_for(
    page: Page, live_server: LiveServer, alice: User
) -> None:
    page.goto(f"{live_server.url}/sign-in/")
    with page.expect_navigation():
        page.get_by_role("link", name="Forgotten your password?").click()
    has_no_faults(page)
    page.get_by_label("E-mail address").fill(alice.email)
    page.get_by_role("button", name="Send the link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look in your mail")
    has_no_faults(page)
    page.goto(f"{live_server.url}/sign-in/forgotten/1/old-and-used/")
    has_no_faults(page)
    signs_in(page, live_server.url)
    page.goto(f"{live_server.url}/account/")
    with page.expect_navigation():
        page.get_by_role("link", name="Change password").click()
    has_no_faults(page)
    page.get_by_label("Present password").fill(WORD)
    page.get_by_label("New password", exact=True).fill("iets-heel-nieuws")
    page.get_by_label("New password once more").fill("iets-heel-nieuws")
    page.get_by_role("button", name="Keep this password").click()
    expect(page.get_by_role("status")).to_contain_text("new password holds")


def test_a_customer_has_the_same_page_in_their_own_frame(
    page: Page, live_server: LiveServer, alice: User
) -> None:
    carla = User.objects.create_user("carla@school.example", name="Carla")
    page.goto(live_server.url + make_link(carla, now=timezone.now()))
    has_no_faults(page)
    with page.expect_navigation():
        page.get_by_role("button", name="Sign in").click()
    page.goto(f"{live_server.url}/account/")
    expect(page.get_by_role("link", name="My reports")).to_be_visible()
    expect(page.get_by_role("link", name="Choose a password")).to_be_visible()
    has_no_faults(page)
    page.get_by_role("button", name="English").last.click()
    expect(page.get_by_role("status")).to_be_visible()
