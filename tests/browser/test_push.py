"""Push in a real browser: turned on, shown, opened with a click, turned off; told when it can't.

Chromium's push service is out of reach for tests, so what it would give is put in its place, and
what it would bring is brought by the debugger.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, Playwright, Worker, expect
from pytest_django.live_server_helper import LiveServer

from support.notifications.push.models import PushSubscription
from support.notifications.push.said import about, trial
from support.notifications.sweep import sweep
from tests import people
from tests.browser.faults import has_no_faults, sign_in
from tests.browser.test_notifications import mentioned
from tests.browser_page import chromium, started
from tests.push_browser import BrowserKeys
from tickets.models import Role, User

# Workers are the context's, and some of those of the test before would be counted too.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.alone]


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """One that knows push."""
    with started(playwright, chromium(whole=True)) as whole:
        yield whole


# What stands in for the browser's own push service: one subscription, kept over pages.
SERVICE = """(given) => {
  const made = () => localStorage.getItem("push") && {
    endpoint: given.endpoint,
    toJSON: () => given,
    unsubscribe: async () => localStorage.removeItem("push"),
  };
  PushManager.prototype.getSubscription = async () => made();
  PushManager.prototype.subscribe = async (options) => {
    if (!options.userVisibleOnly || options.applicationServerKey.length !== 87) throw new Error();
    localStorage.setItem("push", "made");
    return made();
  };
}"""
# Clicks what is shown, with its own windows put in the place of those of the browser: opening and
# focusing one takes a real hand. Gives what was done.
CLICKED = """async () => {
  const done = [];
  const note = (act, url) => { done.push(`${act} ${new URL(url).pathname}`); };
  self.clients.openWindow = async (url) => note("open", url);
  WindowClient.prototype.focus = async function () { note("focus", this.url); };
  const [notification] = await self.registration.getNotifications();
  const click = new NotificationEvent("notificationclick", { notification });
  const over = new Promise((resolve) => { click.waitUntil = (work) => work.then(resolve); });
  self.dispatchEvent(click);
  await over;
  return [done, (await self.registration.getNotifications()).length];
}"""
SHOWN = """async () => {
  const shown = await self.registration.getNotifications();
  return shown.map((one) => [one.title, one.body, one.tag]);
}"""
# Looking while Chromium is still showing one makes it forget that one, so the worker tells when
# it is done.
TELL = """() => {
  const { prototype } = ServiceWorkerRegistration;
  const show = prototype.showNotification;
  self.shown = new Promise((resolve) => {
    prototype.showNotification = async function (...given) {
      await show.apply(this, given);
      prototype.showNotification = show;
      resolve();
    };
  });
}"""


def with_service(page: Page) -> None:
    """Give the page a push service that works."""
    given = {"endpoint": "https://93.184.216.34/push/1", "keys": BrowserKeys().given()}
    page.add_init_script(f"({SERVICE})({json.dumps(given)})")


def choices(page: Page, server: LiveServer, *, allowed: bool = True) -> None:
    """The page of choices of a lead whose browser allows notifications."""
    if allowed:
        page.context.grant_permissions(["notifications"], origin=server.url)
    sign_in(page, server, Role.LEAD)
    page.goto(f"{server.url}{reverse('notification-choices')}")


def pushed(page: Page, server: LiveServer, said: bytes) -> Worker:
    """Let the debugger bring a message to the service worker, as the push service would.

    Gives the worker, once it has shown it.
    """
    debugger = page.context.new_cdp_session(page)
    found: list[str] = []

    def note(event: dict[str, Any]) -> None:
        found.extend(one["registrationId"] for one in event["registrations"])

    debugger.on("ServiceWorker.workerRegistrationUpdated", note)
    debugger.send("ServiceWorker.enable")
    while not found:
        page.evaluate("() => navigator.serviceWorker.ready.then(() => null)")
    (worker,) = page.context.service_workers
    worker.evaluate(TELL)
    debugger.send(
        "ServiceWorker.deliverPushMessage",
        {"origin": server.url, "registrationId": found[0], "data": said.decode()},
    )
    worker.evaluate("() => self.shown")
    return worker


def test_it_is_turned_on_shows_a_push_and_is_turned_off(
    page: Page, live_server: LiveServer
) -> None:
    with_service(page)
    choices(page, live_server)
    expect(page.get_by_text("Push is off in this browser.")).to_be_visible()
    has_no_faults(page)
    page.get_by_role("button", name="Turn on in this browser").click()
    expect(page.get_by_text("Push is on in this browser.", exact=True)).to_be_visible()
    expect(page.get_by_text("this browser", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Turn on in this browser")).to_be_hidden()
    has_no_faults(page)
    lead = User.objects.get(role=Role.LEAD)
    assert PushSubscription.objects.get().user == lead
    (shown,) = pushed(page, live_server, trial(lead)).evaluate(SHOWN)
    assert shown[2] == "werkdag-trial"
    page.get_by_role("button", name="Turn push off in").click()
    expect(page.get_by_text("Push is off in this browser.")).to_be_visible()
    assert page.evaluate("localStorage.getItem('push')") is None
    assert not PushSubscription.objects.exists()


def test_a_push_names_the_ticket_and_a_click_opens_it_or_the_tab_that_has_it(
    page: Page, live_server: LiveServer
) -> None:
    with_service(page)
    choices(page, live_server)
    page.get_by_role("button", name="Turn on in this browser").click()
    expect(page.get_by_text("Push is on in this browser.", exact=True)).to_be_visible()
    lead = User.objects.get(role=Role.LEAD)
    ticket = mentioned(lead, people.agent("Bob"))
    sweep(now=timezone.now())
    told = lead.notifications.get()
    worker = pushed(page, live_server, about(told, lead))
    ((title, body, tag),) = worker.evaluate(SHOWN)
    assert (title, tag) == (ticket.subject, ticket.reference)
    assert body.startswith(ticket.reference)
    later = json.loads(about(told, lead)) | {"body": "later"}
    pushed(page, live_server, json.dumps(later).encode())
    assert worker.evaluate(SHOWN) == [[title, "later", tag]]
    address = reverse("ticket", args=[ticket.reference])
    assert worker.evaluate(CLICKED) == [[f"open {address}"], 0]
    tab = page.context.new_page()
    tab.goto(f"{live_server.url}{address}")
    pushed(page, live_server, about(told, lead))
    assert worker.evaluate(CLICKED) == [[f"focus {address}"], 0]


def test_a_browser_that_can_not_says_why(page: Page, live_server: LiveServer) -> None:
    page.add_init_script(
        "Object.defineProperty(Notification, 'permission', { get: () => 'denied' })"
    )
    choices(page, live_server, allowed=False)
    expect(page.get_by_text("This browser blocks notifications of Werkdag.")).to_be_visible()
    has_no_faults(page)
    page.add_init_script("delete window.PushManager")
    page.reload()
    expect(page.get_by_text("This browser has no push")).to_be_visible()


def test_a_push_service_that_does_not_answer_is_told(page: Page, live_server: LiveServer) -> None:
    page.add_init_script(
        "PushManager.prototype.subscribe = () => Promise.reject(new DOMException('', 'AbortError'))"
    )
    choices(page, live_server)
    page.get_by_role("button", name="Turn on in this browser").click()
    expect(page.get_by_text("It could not be turned on")).to_be_visible()
    expect(page.get_by_role("button", name="Turn on in this browser")).to_be_enabled()


def test_without_javascript_it_says_what_it_needs(
    browser: Browser, page: Page, live_server: LiveServer
) -> None:
    sign_in(page, live_server, Role.LEAD)
    state = page.context.storage_state()
    plain = browser.new_context(java_script_enabled=False, storage_state=state).new_page()
    plain.goto(f"{live_server.url}{reverse('notification-choices')}")
    expect(plain.get_by_text("this browser must run JavaScript")).to_be_visible()
    expect(plain.get_by_role("button", name="Turn on in this browser")).to_be_hidden()
    plain.context.close()
