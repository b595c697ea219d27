"""What every page must pass in a browser, and how a test signs in to one."""

from __future__ import annotations

import re

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from support import signin
from tests import people
from tickets.models import Role

AXE = Axe()
WIDE, HIGH = 1440, 900
PHONE = 390


def has_no_faults(page: Page) -> None:
    """No fault that axe sees, in light, in dark and on a telephone, which it also fits."""
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    page.set_viewport_size({"width": WIDE, "height": HIGH})
    light = AXE.run(page)
    assert not light.violations_count, light.generate_report()
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    dark = AXE.run(page, options={"runOnly": ["color-contrast"], "resultTypes": ["violations"]})
    assert not dark.violations_count, dark.generate_report()
    page.set_viewport_size({"width": PHONE, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE
    small = AXE.run(page)
    assert not small.violations_count, small.generate_report()
    page.set_viewport_size({"width": WIDE, "height": HIGH})
    page.emulate_media(color_scheme="light")


def sign_in(page: Page, server: LiveServer, role: str = Role.MANAGER) -> None:
    """Somebody of that role, in English, so that a test does not hang on a translation."""
    name = settings.LANGUAGE_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": "en", "url": server.url}])
    user = people.agent(role.title(), role)
    page.goto(server.url + signin.make_link(user, now=timezone.now()))
    if "sign-in" in page.url:
        page.get_by_role("button").first.click()
    expect(page).not_to_have_url(re.compile("/sign-in/"))
    page.wait_for_load_state()  # its keys answer from here on
