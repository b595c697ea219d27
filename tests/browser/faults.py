"""What every page must pass in a browser, and how a test signs in to one."""

from __future__ import annotations

import json
import re
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from support.sign_in import links
from tests import people
from tickets.models import Role

_IS_THERE = "() => typeof axe !== 'undefined'"
_LOOK = """async ([where, options]) => {
  const {violations} = await axe.run(where ?? document, options)
  return JSON.stringify({violations})
}"""
"""As one text: what is handed over as objects is taken apart and put together in three programs."""
_FAULTS_ALONE = {"resultTypes": ["violations"]}
"""What is in order need not be listed element by element, which takes longer than to look."""
_COLOURS_WERE_SEEN = {"rules": {"color-contrast": {"enabled": False}}}
"""They are the same on a telephone, and to measure them takes longest."""
WIDE, HIGH = 1440, 900
PHONE = 390
FACES = {"wide": "118%", "narrow": "80%"}
"""DejaVu Sans, often all that a bare machine has, is up to a fifth wider than Inter; Arial Narrow a
fifth narrower. Made of our own, so that no test asks which fonts this machine has."""
_WEAR = """async size => {
  const rules = [...document.styleSheets].flatMap(sheet => [...sheet.cssRules])
  const ours = rules.find(rule => rule instanceof CSSFontFaceRule)
  if (!ours) return null
  const whole = url => `url("${new URL(url, ours.parentStyleSheet.href ?? location.href)}")`
  const face = ours.cssText.replace(/url\\("([^"]+)"\\)/, (_all, url) => whole(url))
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(face.replace(/}\\s*$/, `size-adjust: ${size}; }`))
  document.adoptedStyleSheets = [sheet]
  await document.fonts.load("16px Inter")
  const paper = document.createElement("canvas").getContext("2d")
  paper.font = "16px Inter"
  return paper.measureText("Werkdag").width
}"""


def what_axe_finds(page: Page, where: Any = None, options: Any = None) -> AxeResults:
    """What axe says of a page that is there as a whole.

    A click ends when the next page begins to come in, and half a page has no heading yet.
    """
    page.wait_for_load_state()
    if not page.evaluate(_IS_THERE):
        page.evaluate(AXE_SCRIPT)  # half a megabyte: once a page, not for each look at it
    return AxeResults(json.loads(page.evaluate(_LOOK, [where, _FAULTS_ALONE | (options or {})])))


def has_no_faults(page: Page) -> None:
    """No fault that axe sees, in light, in dark and on a telephone, which it also fits."""
    page.wait_for_load_state()
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    page.set_viewport_size({"width": WIDE, "height": HIGH})
    light = what_axe_finds(page)
    assert not light.violations_count, light.generate_report()
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    dark = what_axe_finds(page, options={"runOnly": ["color-contrast"]})
    assert not dark.violations_count, dark.generate_report()
    page.set_viewport_size({"width": PHONE, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE
    small = what_axe_finds(page, options=_COLOURS_WERE_SEEN)
    assert not small.violations_count, small.generate_report()
    keeps_to_its_width(page)
    page.emulate_media(color_scheme="light")


def keeps_to_its_width(page: Page) -> None:
    """It fits a telephone and a desk also in a wide and in a narrow face."""
    long = []
    for size in FACES.values():
        long.append(page.evaluate(_WEAR, size))
        for width, height in ((PHONE, 844), (WIDE, HIGH)):
            page.set_viewport_size({"width": width, "height": height})
            assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert long[0] is None or long[0] > 1.3 * long[1]
    page.evaluate("document.adoptedStyleSheets = []")


def sign_in(page: Page, server: LiveServer, role: str = Role.MANAGER) -> None:
    """Somebody of that role, in English, so that a test does not hang on a translation."""
    name = settings.LANGUAGE_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": "en", "url": server.url}])
    user = people.agent(role.title(), role)
    page.goto(server.url + links.make_link(user, now=timezone.now()))
    if "sign-in" in page.url:
        page.get_by_role("button").first.click()
    expect(page).not_to_have_url(re.compile("/sign-in/"))
    page.wait_for_load_state()  # its keys answer from here on
