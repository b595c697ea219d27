"""Menus close on Escape, for customers and staff, and when somebody goes on elsewhere."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from support.demo.story import AGENT, CUSTOMER
from tests.browser.conftest import Served

pytestmark = pytest.mark.django_db

MENUS = [
    ("", "/report/", ".top-menu"),
    (CUSTOMER, "/my/", ".top-menu"),
    (AGENT, "/desk/start/", ".side-menu"),
    (AGENT, "/desk/", ".filters >> nth=0"),
    (AGENT, "/desk/", ".filters >> nth=1"),
    (AGENT, "/desk/tickets/WD-10041/", ".macro-menu"),
]


@pytest.mark.parametrize(("who", "path", "menu"), MENUS)
def test_menu_closes_on_escape_and_gives_the_focus_back(
    who: str, path: str, menu: str, page: Page, served: Served
) -> None:
    served.sign_in(page.context, who)
    page.goto(served.url + path)
    found = page.locator(menu)
    found.locator("summary").first.press("Enter")
    expect(found).to_have_attribute("open", "")
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")

    expect(found).not_to_have_attribute("open", "")
    expect(found.locator("summary").first).to_be_focused()


def test_menu_opened_with_a_mouse_closes_on_escape_wherever_the_focus_is(
    page: Page, served: Served
) -> None:
    served.sign_in(page.context, CUSTOMER)
    page.goto(f"{served.url}/my/")
    menu = page.locator(".top-menu")
    menu.locator("summary").click()
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Escape")

    expect(menu).not_to_have_attribute("open", "")


def test_menu_closes_when_somebody_goes_on_elsewhere(page: Page, served: Served) -> None:
    served.sign_in(page.context, CUSTOMER)
    page.goto(f"{served.url}/my/")
    menu = page.locator(".top-menu")
    menu.locator("summary").click()
    page.get_by_role("heading", level=1).click()

    expect(menu).not_to_have_attribute("open", "")
