"""A real browser for tests marked `browser`: Debian's Chromium, driven by Playwright."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Error,
    Page,
    Playwright,
    Request,
    expect,
    sync_playwright,
)

_SKIPPED = "Browser tests skipped: install the Debian package chromium"
_PATIENCE = 20_000
"""Milliseconds until what should be seen is missed: a busy machine needs more than five seconds."""
_FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    # Pages of one test after another share a process: to start one costs as much as the test.
    "--renderer-process-limit=1",
]


_SHELLS = ("chromium-headless-shell",)
_WHOLE = ("chromium", "chromium-browser", "google-chrome")


def chromium(*, whole: bool = False) -> str | None:
    """The browser: CHROMIUM from the environment, else the first one on the PATH.

    One without a face of its own, where there is such a one, which takes a third of the time;
    whole: one that has all, such as push.
    """
    names = [os.environ.get("CHROMIUM", ""), *(() if whole else _SHELLS), *_WHOLE]
    return next((found for name in names if name and (found := shutil.which(name))), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests that use a page; skip them where there is no browser, except under CI.

    Files with such tests come first, and those marked `long`: no worker is left with them at the
    end, while the others have nothing to do.
    """
    missing = chromium() is None and os.environ.get("CI") != "true"
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)
            if missing:
                item.add_marker(pytest.mark.skip(reason=_SKIPPED))
    slow = {
        item.path
        for item in items
        if item.get_closest_marker("browser") or item.get_closest_marker("long")
    }
    items.sort(key=lambda item: item.path not in slow)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line that says which tests did not run, and what to install."""
    for report in terminalreporter.stats.get("skipped", []):
        if isinstance(report.longrepr, tuple) and _SKIPPED in report.longrepr[2]:
            terminalreporter.write_line(_SKIPPED, yellow=True)
            return


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """What drives browsers, once per process."""
    # Its loop runs in this thread from here on, and Django would refuse the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    expect.set_options(timeout=_PATIENCE)
    with sync_playwright() as playwright:
        yield playwright
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@contextmanager
def started(playwright: Playwright, path: str | None) -> Iterator[Browser]:
    """A browser."""
    if path is None:
        pytest.fail("No Chromium found: install the Debian package chromium")
    flags = [*_FLAGS, "--no-sandbox"] if os.geteuid() == 0 else _FLAGS
    browser = playwright.chromium.launch(executable_path=path, headless=True, args=flags)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """One Chromium per process."""
    with started(playwright, chromium()) as browser:
        yield browser


class Kept:
    """A context that goes from test to test. In a new one each program is compiled again and each
    style fetched again, which takes longer than most tests.
    """

    def __init__(self, browser: Browser) -> None:
        self.context = browser.new_context(locale="nl-NL", timezone_id="Europe/Amsterdam")
        self.visited: set[str] = set()
        self.context.on("request", self._note)
        self._holder = self.context.new_page()  # with its process, which the next pages use
        self._protocol = self.context.new_cdp_session(self._holder)

    def _note(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https"):
            self.visited.add(f"{parts.scheme}://{parts.netloc}")

    def forget(self) -> bool:
        """Have it be as new: no page, cookie, storage or worker is left. False: that can't be."""
        try:
            for page in self.context.pages:
                if page is not self._holder:
                    page.close()
            self.context.set_offline(False)
            self.context.unroute_all()
            self.context.clear_permissions()
            self.context.clear_cookies()
            for origin in self.visited:
                asked = {"origin": origin, "storageTypes": "all"}
                self._protocol.send("Storage.clearDataForOrigin", asked)
        except Error:  # the test closed it
            return False
        self.visited.clear()
        return True


@pytest.fixture(scope="session")
def _kept() -> dict[str, Kept]:
    return {}


def _press_when_it_answers(page: Page) -> None:
    """Keys are for who reads the page: what it shows may stand there before its scripts hear."""
    press = page.keyboard.press

    def pressed(key: str, **how: float) -> None:
        page.wait_for_load_state()
        press(key, **how)

    page.keyboard.press = pressed  # type: ignore[assignment, method-assign]


@pytest.fixture
def page(
    request: pytest.FixtureRequest, browser: Browser, _kept: dict[str, Kept]
) -> Iterator[Page]:
    """An empty page, Dutch and in Amsterdam. Any error in it or in its console fails the test.

    A test that leaves what can't be taken back, such as another clock, is marked `alone`.
    """
    alone = request.node.get_closest_marker("alone") is not None
    kept = (None if alone else _kept.pop("context", None)) or Kept(browser)
    page = kept.context.new_page()
    _press_when_it_answers(page)
    errors: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error":  # violations of the content security policy are errors too
            errors.append(f"{message.text} ({message.location.get('url', '')})")

    page.on("console", note)
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    if not alone and kept.forget():
        _kept["context"] = kept
    else:
        kept.context.close()
    assert not errors, "the page reported errors:\n" + "\n".join(errors)
