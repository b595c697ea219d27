"""The caller is found while one types, with the keyboard alone."""

import pytest
from playwright.sync_api import Page, expect

from support.demo.story import AGENT
from tests.browser.conftest import Served

pytestmark = pytest.mark.django_db


def test_the_caller_is_found_while_typing_and_chosen_by_keyboard(
    page: Page, served: Served
) -> None:
    served.sign_in(page.context, AGENT)
    page.goto(f"{served.url}/desk/phone/")
    search = page.get_by_label("Wie belt er?")
    search.press_sequentially("030 760 22")
    found = page.locator("a.caller")
    expect(found).to_have_count(1)
    expect(found).to_contain_text("mag niet bellen")
    expect(search).to_be_focused()
    search.fill("")
    search.press_sequentially("carla")
    expect(found).to_contain_text("mag bellen")
    expect(page).to_have_url(f"{served.url}/desk/phone/?q=carla")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Naam van de beller")).to_have_value("Carla Visser")
