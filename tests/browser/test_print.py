"""What is printed begins on the first page and loses nothing on the right."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from playwright.sync_api import Page
from pypdf import PdfReader

from support.demo.story import CUSTOMER, MANAGER
from tests.browser.conftest import Served
from tests.browser.test_accessibility import at, first_ticket, own_report

pytestmark = pytest.mark.django_db

PAPER = {"width": 673, "height": 1000}  # what A4 leaves within its margins
CUT_OFF = """() => [...document.querySelectorAll("main *")].filter(node => {
  const style = getComputedStyle(node);
  return style.overflowX !== "visible" && node.scrollWidth > node.clientWidth + 1
    && node.clientWidth > 1;
}).map(node => node.className)"""
Go = Callable[[Page, str], None]
# What is on the first page, and how many there are at most.
PRINTED: dict[str, tuple[str, Go, list[str], int]] = {
    "ticket": (MANAGER, first_ticket, ["Afspraken", "Waarom deze deadline?"], 4),
    "my report": (CUSTOMER, own_report, ["Wat wij afspreken", "gemeld"], 2),
    "my reports": (CUSTOMER, at("/my/"), ["Mijn meldingen", "WD-10046", "WD-10041"], 2),
    "our agreement": (CUSTOMER, at("/agreement/"), ["Onze afspraken", "Bijlage 1"], 5),
    "edition": (MANAGER, at("/desk/agreements/dialog/1/"), ["Bijlage 1"], 4),
    "report": (MANAGER, at("/desk/reports/"), ["% gehaald", "Verdeling"], 1),
    "queue": (MANAGER, at("/desk/"), ["Te laat"], 2),
}


@pytest.mark.parametrize("name", PRINTED)
def test_printed_page_begins_at_once_and_loses_nothing(
    name: str, page: Page, served: Served
) -> None:
    who, go, said, most = PRINTED[name]
    served.sign_in(page.context, who)
    go(page, served.url)
    page.wait_for_load_state()

    printed = PdfReader(BytesIO(page.pdf(format="A4", prefer_css_page_size=True)))

    first = " ".join(printed.pages[0].extract_text().split())
    assert [words for words in said if words not in first] == []
    assert len(first) > 400
    assert len(printed.pages) <= most
    page.emulate_media(media="print")
    page.set_viewport_size({"width": PAPER["width"], "height": PAPER["height"]})
    assert page.evaluate(CUT_OFF) == []


def test_printed_calendar_has_every_month_of_the_year(page: Page, served: Served) -> None:
    served.sign_in(page.context, MANAGER)
    page.goto(f"{served.url}/desk/calendars/")
    page.locator(".calendar-card a", has_text="Werkdagen").first.click()
    page.locator(".year").wait_for()

    printed = PdfReader(BytesIO(page.pdf(format="A4", prefer_css_page_size=True)))

    first = printed.pages[0].extract_text()
    assert all(month in first for month in ("Januari", "Juni", "December"))


def test_print_is_black_on_white_in_the_dark_theme_too(page: Page, served: Served) -> None:
    page.emulate_media(media="print", color_scheme="dark")
    page.goto(f"{served.url}/report/")
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    colour = "getComputedStyle(document.body)"
    assert page.evaluate(f"{colour}.backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate(f"{colour}.color") == "rgb(31, 29, 26)"
