"""In colours that the browser forces one still sees where one is and what is chosen."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page

from support.demo.story import MANAGER
from tests.browser.conftest import Served
from tests.browser.faults import what_axe_finds

pytestmark = pytest.mark.django_db

# What is drawn around or behind something; words and icons left aside.
DRAWN = """node => {
  const ground = getComputedStyle(document.body).backgroundColor;
  const seen = (width, style, colour) => style === "none" || width === "0px" || colour === ground
    ? "" : [width, style, colour].join(" ");
  const one = (s) => [
    [ground, "rgba(0, 0, 0, 0)"].includes(s.backgroundColor) ? "" : s.backgroundColor,
    s.backgroundImage,
    seen(s.outlineWidth, s.outlineStyle, s.outlineColor),
    ...["Top", "Right", "Bottom", "Left"].map(
      side => seen(s[`border${side}Width`], s[`border${side}Style`], s[`border${side}Color`])),
  ].join("|");
  return one(getComputedStyle(node));
}"""


def drawn(found: Locator) -> str:
    """How something looks apart from its words."""
    return str(found.first.evaluate(DRAWN))


@pytest.fixture
def forced(page: Page) -> Page:
    """A page in the colours that somebody has chosen for every page."""
    page.emulate_media(forced_colors="active", reduced_motion="reduce")
    return page


CHOSEN = {
    "page of the side": (
        "/desk/",
        '.side-nav .nav-item[aria-current="page"]',
        ".side-nav .nav-item:not([aria-current])",
    ),
    "tab of the queue": ("/desk/", '.views a[aria-current="page"]', ".views a:not([aria-current])"),
    "tab of the composer": (
        "/desk/tickets/WD-10041/",
        ".composer-tabs label:has(:checked)",
        ".composer-tabs label:not(:has(:checked))",
    ),
    "what a ticket shows": (
        "/desk/tickets/WD-10041/",
        ".shows [aria-current]",
        ".shows a:not([aria-current])",
    ),
    "list or board": (
        "/desk/planning/dialog/board/",
        ".ways [aria-current]",
        ".ways :not([aria-current])",
    ),
    "page of the portal": (
        "/report/",
        '.top-nav .nav-item[aria-current="page"]',
        ".top-nav .nav-item:not([aria-current])",
    ),
}


@pytest.mark.parametrize("what", CHOSEN)
def test_chosen_one_is_drawn_apart_from_the_others(what: str, forced: Page, served: Served) -> None:
    path, chosen, other = CHOSEN[what]
    served.sign_in(forced.context, MANAGER)
    forced.goto(served.url + path)

    assert drawn(forced.locator(chosen)) != drawn(forced.locator(other))


def test_page_that_one_is_on_can_be_read(forced: Page, served: Served) -> None:
    served.sign_in(forced.context, MANAGER)
    forced.goto(f"{served.url}/desk/")
    colours = "node => [getComputedStyle(node).color, getComputedStyle(node).backgroundColor]"
    words, ground = forced.locator('.side-nav [aria-current="page"]').first.evaluate(colours)
    assert words != ground
    assert not what_axe_finds(forced, options={"runOnly": ["color-contrast"]}).violations_count


def test_chosen_card_and_chosen_theme_are_drawn_apart(forced: Page, served: Served) -> None:
    forced.goto(f"{served.url}/report/")
    forced.get_by_role("radio", name="Storing").check()
    cards = forced.locator(".cards").first
    assert drawn(cards.locator(".card:has(:checked)")) != drawn(
        cards.locator(".card:not(:has(:checked))")
    )
    forced.locator(".top-menu summary").click()
    options = forced.locator(".switch-options label")
    assert drawn(options.and_(forced.locator(":has(:checked)"))) != drawn(
        options.and_(forced.locator(":not(:has(:checked))"))
    )


def test_kinds_of_day_of_a_calendar_are_drawn_apart(forced: Page, served: Served) -> None:
    served.sign_in(forced.context, MANAGER)
    forced.goto(f"{served.url}/desk/calendars/")
    forced.locator(".calendar-card a", has_text="Werkdagen").first.click()
    forced.locator(".year").wait_for()
    kinds = ["open", "closed", "holiday", "own", "hours", "today"]
    looks = {kind: drawn(forced.locator(f'.swatch[data-kind="{kind}"]')) for kind in kinds}
    assert len(set(looks.values())) == len(kinds), looks
    days = {kind: drawn(forced.locator(f'.day[data-kind="{kind}"] > *')) for kind in kinds[:3]}
    assert len(set(days.values())) == 3, days
