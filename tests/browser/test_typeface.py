"""Pages keep to their width in our typeface, and in one that is wider or narrower."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Page, Route

from support.demo.story import MANAGER
from tests.browser.conftest import Served
from tests.browser.faults import keeps_to_its_width

pytestmark = pytest.mark.django_db

FACE = (Path(settings.BASE_DIR) / "static/css/typeface.css").read_text()
WIDTHS = (390, 1440)


def with_face(page: Page, old: str, new: str) -> None:
    """Give the page another typeface than the one that we serve."""
    changed = FACE.replace(old, new)
    assert changed != FACE

    def answer(route: Route) -> None:
        route.fulfill(body=changed, content_type="text/css")

    page.route("**/css/typeface.css", answer)


@pytest.mark.parametrize(
    "address",
    [
        "/desk/start/",
        "/desk/planning/",
        "/desk/planning/dialog/board/",
        "/desk/calculator/",
        "/desk/calendars/",
        "/desk/macros/",
        "/desk/notifications/",
        "/desk/search/?q=scherm",
        "/desk/what-if/",
        "/desk/webhooks/add/",
        "/account/",
    ],
)
def test_page_of_the_demonstration_keeps_to_its_width_in_a_wide_and_a_narrow_face(
    address: str, page: Page, served: Served
) -> None:
    served.sign_in(page.context, MANAGER)
    page.goto(served.url + address)
    page.wait_for_load_state()
    keeps_to_its_width(page)


def test_page_is_shown_in_our_typeface_and_not_in_one_of_the_machine(
    page: Page, served: Served
) -> None:
    page.goto(f"{served.url}/report/")
    page.evaluate("document.fonts.ready")
    assert page.evaluate("[...document.fonts].map(face => [face.family, face.status])") == [
        ["Inter", "loaded"]
    ]
    assert page.evaluate("document.fonts.check('500 16px Inter', 'Zoë €')")


def test_page_keeps_to_its_width_with_the_fonts_of_this_machine_alone(
    page: Page, served: Served
) -> None:
    with_face(page, "font-family: Inter;", "font-family: Unasked;")
    page.goto(f"{served.url}/report/")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_figures_are_of_one_width_in_columns_only(page: Page, served: Served) -> None:
    served.sign_in(page.context, MANAGER)
    page.goto(f"{served.url}/desk/reports/")
    numeric = "node => getComputedStyle(node).fontVariantNumeric"
    assert page.locator(".number").first.evaluate(numeric) == "tabular-nums"
    assert page.locator("h1").first.evaluate(numeric) == "normal"
    page.goto(f"{served.url}/desk/")
    assert page.locator(".q-link").first.evaluate(numeric) == "normal"
