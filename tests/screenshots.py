"""Takes the pictures of README and docs of the demonstration: `make screenshots`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path
from typing import Any

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright's loop runs in this thread

import django
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

FOLDER = Path(__file__).parent.parent / "docs" / "images"
DESK: Any = {"width": 1440, "height": 900}
PHONE: Any = {"width": 390, "height": 844}
PAGES = {
    "report": "reports/",
    "cockpit": "cockpit/",
    "patterns": "cockpit/patterns/",
    "monthly": "reports/monthly/",
    "breaches": "reports/breaches/?period=12-months&by=cause",
    "edition": "agreements/dialog/1/",
    "calendar": "calendars/1/2027/",
    "planning": "planning/",
    "board": "planning/dialog/board/",
    "calculator": "calculator/",
    "phone": "phone/?q=e",
    "search": "search/?q=is:open+rapport",
    "macros": "macros/",
    "regular": "reports/by-mail/",
    "announcements": "announcements/",
    "brand": "brands/2/1/",
    "letter-text": "brands/2/letters/confirmation/nl/",
    "fields": "fields/",
    "fields-preview": "fields/preview/?agreement=1&language=nl",
}
LARGEST = 150_000
COLOURS = 192


def main() -> None:
    """Start servers and browser, build the demonstration, and write every picture."""
    from tests.servers import Servers

    django.setup()
    servers = Servers()
    try:
        servers.start()
        with _demonstration() as url, _browser() as browser:
            _take_all(browser, url)
    finally:
        servers.stop()


@contextmanager
def _demonstration() -> Iterator[str]:
    """The address of a server with the demonstration in a fresh database."""
    from django.core.management import call_command
    from django.db import connections
    from django.test.utils import setup_test_environment
    from django.utils import timezone
    from pytest_django.live_server_helper import LiveServer

    from support.demo import story
    from support.mail import post

    setup_test_environment()
    call_command("migrate", verbosity=0)
    story.build(now=timezone.now())
    post.send_due(now=timezone.now())
    server = LiveServer("localhost")
    try:
        yield server.url
    finally:
        server.stop()
        connections.close_all()


@contextmanager
def _browser() -> Iterator[Browser]:
    from tests.browser_page import _FLAGS, chromium

    path = chromium()
    if path is None:
        raise SystemExit("There is no Chromium: install the Debian package chromium")
    flags = [*_FLAGS, "--no-sandbox"] if os.geteuid() == 0 else _FLAGS
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=flags)
        yield browser
        browser.close()


def _take_all(browser: Browser, url: str) -> None:
    from support.demo.story import AGENT, CUSTOMER, MANAGER
    from support.search import indexing

    indexing.sweep()
    page = _signed_in(browser, url, CUSTOMER)
    page.goto(f"{url}/report/")
    page.locator("input[value=incident]").check()
    page.locator("input[value=hoog]").check()
    page.locator(".cards").last.evaluate("cards => cards.scrollIntoView()")
    _take(page, "form")
    page.goto(f"{url}/agreement/")
    _take(page, "agreement")
    page.goto(f"{url}/my/")
    _take(page, "portal")
    page.goto(f"{url}/overview/")
    _take(page, "overview")
    _take(_signed_in(browser, url, AGENT), "start")
    page = _signed_in(browser, url, MANAGER)
    page.goto(f"{url}/desk/")
    _take(page, "queue")
    page.emulate_media(color_scheme="dark")
    _take(page, "queue-dark")
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(PHONE)
    _take(page, "queue-phone")
    page.set_viewport_size(DESK)
    page.goto(f"{url}/desk/notifications/")
    _take(page, "notifications")
    page.goto(f"{url}/desk/")
    page.locator(".q-link").first.click()
    page.locator(".promise summary").first.click()
    _take(page, "ticket")
    _take_ticket(page)
    for name, address in PAGES.items():
        page.goto(f"{url}/desk/{address}")
        _take(page, name)


def _page(browser: Browser) -> Page:
    return browser.new_page(locale="nl-NL", timezone_id="Europe/Amsterdam", viewport=DESK)


def _signed_in(browser: Browser, url: str, email: str) -> Page:
    """The first page that somebody sees."""
    from django.utils import timezone

    from support.sign_in.links import make_link
    from tickets.models import User

    page = _page(browser)
    page.goto(url + make_link(User.objects.get(email=email), now=timezone.now()))
    page.get_by_role("button").first.click()
    page.wait_for_url(lambda address: "/sign-in/" not in address)
    return page


def _take_ticket(page: Page) -> None:
    """What one does on a ticket: answer, weigh a priority; and the same page on a telephone."""
    page.locator(".promise summary").first.click()
    page.keyboard.press("c")
    page.keyboard.type("/")
    page.get_by_role("option").first.wait_for()
    page.locator("#composer").evaluate("composer => composer.scrollIntoView({ block: 'center' })")
    _take(page, "composer")
    page.keyboard.press("Escape")
    page.keyboard.press("Backspace")
    page.keyboard.press("Escape")
    page.locator(".verbs summary").first.click()
    page.locator('[data-sets="hoog"]').first.click()
    page.locator(".changes").first.wait_for()
    page.locator(".verbs").evaluate("verbs => verbs.scrollIntoView({ block: 'start' })")
    _take(page, "preview")
    page.set_viewport_size(PHONE)
    page.evaluate("scrollTo(0, 0)")
    _take(page, "ticket-phone")
    page.set_viewport_size(DESK)


def _take(page: Page, name: str) -> None:
    """Write what the window shows as a small PNG."""
    page.wait_for_load_state()
    picture = Image.open(BytesIO(page.screenshot(animations="disabled", caret="hide")))
    small = picture.convert("RGB").quantize(COLOURS, kmeans=1, dither=Image.Dither.NONE)
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"{name}.png"
    small.save(path, optimize=True)
    size = path.stat().st_size
    if size > LARGEST:
        raise SystemExit(f"{path.name} is {size} bytes; at most {LARGEST} belong in the repository")
    print(f"{path.name}  {size // 1024} kB")


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        main()
