"""Installing in a real browser: nothing is in the way, and without a line nobody's page shows."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, Playwright, expect
from pytest_django.live_server_helper import LiveServer

from support.notifications.push.models import PushSubscription, PushWish
from support.sign_in import links
from tests import people
from tests.api.programs import account
from tests.browser.faults import has_no_faults
from tests.browser.test_push import with_service
from tests.browser_page import chromium, started
from tickets.models import User

# Workers are the context's, and some of those of the test before would be counted too.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.alone]


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """One that knows apps and push."""
    with started(playwright, chromium(whole=True)) as whole:
        yield whole


@pytest.fixture
def carla() -> User:
    return account(people.contact(people.organisation(), "Carla"))


def sign_in(page: Page, server: LiveServer, user: User) -> None:
    page.goto(server.url + links.make_link(user, now=timezone.now()))
    page.locator("main").get_by_role("button").first.click()
    expect(page).not_to_have_url(re.compile("/sign-in/"))


def installable(page: Page) -> list[object]:
    """What keeps the browser from offering to install the page; nothing if it would."""
    asked = page.context.new_cdp_session(page)
    errors = asked.send("Page.getInstallabilityErrors")["installabilityErrors"]
    # A private window installs nothing, and that is all a test has.
    return [each for each in errors if each["errorId"] != "in-incognito"]


def manifest(page: Page) -> str:
    return str(page.context.new_cdp_session(page).send("Page.getAppManifest")["url"])


def ruled(page: Page, worker: str) -> None:
    """Give the browser what installing gives it, and wait until it rules the page."""
    page.evaluate(
        """async (worker) => {
          await navigator.serviceWorker.register(worker);
          await navigator.serviceWorker.ready;
        }""",
        worker,
    )


def test_the_desk_and_the_portal_can_be_installed_each_as_its_own(
    page: Page, live_server: LiveServer, carla: User
) -> None:
    sign_in(page, live_server, people.agent())
    page.goto(live_server.url + reverse("queue"))
    assert installable(page) == []
    assert manifest(page).endswith(reverse("desk-manifest"))
    page.context.clear_cookies()
    sign_in(page, live_server, carla)
    page.goto(live_server.url + reverse("my-tickets"))
    assert installable(page) == []
    assert manifest(page).endswith(reverse("portal-manifest"))


def test_without_a_connection_a_page_of_nobody_is_shown(
    page: Page, live_server: LiveServer, carla: User
) -> None:
    sign_in(page, live_server, carla)
    page.goto(live_server.url + reverse("my-tickets"))
    ruled(page, reverse("worker"))
    page.goto(live_server.url + reverse("my-tickets"))
    expect(page.get_by_text("Carla").first).to_be_attached()
    kept = page.evaluate(
        """async () => {
          const found = [];
          for (const name of await caches.keys())
            for (const request of await (await caches.open(name)).keys())
              found.push(new URL(request.url).pathname);
          return found;
        }"""
    )
    assert all(path == "/offline/" or path.startswith("/static/") for path in kept)
    page.context.set_offline(True)
    page.goto(live_server.url + reverse("my-tickets"))
    expect(page.get_by_role("heading", name="Geen verbinding")).to_be_visible()
    assert "Carla" not in page.content()
    page.context.set_offline(False)
    page.get_by_role("button", name="Opnieuw proberen").click()
    expect(page.get_by_role("heading", name="Mijn meldingen")).to_be_visible()


def test_a_customer_turns_push_on_and_off_in_the_portal(
    page: Page, live_server: LiveServer, carla: User
) -> None:
    page.context.grant_permissions(["notifications"], origin=live_server.url)
    with_service(page)
    sign_in(page, live_server, carla)
    page.goto(live_server.url + reverse("my-push"))
    has_no_faults(page)
    page.get_by_role("button", name="Aanzetten in deze browser").click()
    expect(page.get_by_text("Push staat aan in deze browser.").first).to_be_visible()
    assert PushSubscription.objects.get().user == carla
    page.get_by_label("Noem ook het onderwerp").check()
    page.get_by_role("button", name="Bewaren").click()
    expect(page.get_by_label("Noem ook het onderwerp")).to_be_checked()
    assert PushWish.objects.get().names
    page.get_by_role("button", name="Uitzetten").click()
    expect(page.get_by_text("Push staat uit").first).to_be_visible()
    assert not PushSubscription.objects.exists()
