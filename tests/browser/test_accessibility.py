"""Every page passes axe in light and in dark, and fits a telephone."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from support.demo import AGENT, CUSTOMER, MANAGER
from tests.browser.conftest import Served
from tests.browser.faults import has_no_faults

pytestmark = pytest.mark.django_db

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}
NOBODY = ""


def first_ticket(page: Page, url: str) -> None:
    """A ticket with a missed promise, its explanation unfolded."""
    page.goto(f"{url}/desk/?view=late")
    page.locator(".q-link").first.click()
    page.locator(".promise summary").first.click()
    page.get_by_text("Prioriteit vaststellen").first.click()


def as_it_stood(page: Page, url: str) -> None:
    """A ticket at a moment of its history, one step back from now."""
    first_ticket(page, url)
    page.get_by_role("link", name="Zoals het stond").click()
    page.get_by_role("link", name="Later").click()


def correction(page: Page, url: str) -> None:
    """What another edition would make of a ticket."""
    first_ticket(page, url)
    page.get_by_role("link", name="Overeenkomst corrigeren").click()
    page.get_by_label("Moet vallen onder").select_option(index=1)
    page.get_by_role("button", name="Tonen wat er verschuift").click()
    page.get_by_role("heading", name="Zoals het zou zijn").wait_for()


def caller(page: Page, url: str) -> None:
    """Somebody who may phone, and the form for the call."""
    page.goto(f"{url}/desk/phone/?q=Carla")
    page.locator("a.caller").first.click()


def chosen_priority(page: Page, url: str) -> None:
    """The form with the phone rule in sight."""
    page.goto(f"{url}/report/")
    page.get_by_role("radio", name=re.compile("^Hoog")).check()


def thanks(page: Page, url: str) -> None:
    """What a customer reads after reporting. The one test that adds something."""
    chosen_priority(page, url)
    page.get_by_label("Uw naam").fill("Ines Mulder")
    page.get_by_label("Uw e-mailadres").fill("ines@hanzecollege.example")
    page.get_by_role("radio", name=re.compile("^Storing")).check()
    page.get_by_label("In één regel").fill("Evaluaties zijn leeg")
    page.get_by_label("Wat is er gebeurd?").fill("Alle evaluaties zijn leeg.")
    page.get_by_role("button", name="Melding versturen").click()
    page.get_by_text("Uw melding is binnen").wait_for()


def own_report(page: Page, url: str) -> None:
    """A report as its reporter follows it."""
    page.goto(f"{url}/my/")
    page.locator("a.report").nth(1).click()


def behind_a_number(page: Page, url: str) -> None:
    """The tickets behind a number of the report."""
    page.goto(f"{url}/desk/reports/")
    page.locator("a.stat").first.click()


def mail(page: Page, url: str) -> None:
    """A mail in the outbox."""
    page.goto(f"{url}/desk/outbox/")
    page.locator(".mails a").first.click()


def admin_verb(page: Page, url: str) -> None:
    """What the admin asks before a verb is done to some tickets."""
    page.goto(f"{url}/admin/tickets/ticket/")
    page.locator("input.action-select").first.check()
    page.locator("select[name=action]").select_option(label="Prioriteit vaststellen")
    page.get_by_role("button", name="Uitvoeren").click()
    page.get_by_label("Definitieve prioriteit").wait_for()


def admin_first(path: str) -> Callable[[Page, str], None]:
    """The first record of one of the admin's lists."""

    def go(page: Page, url: str) -> None:
        page.goto(f"{url}/admin/{path}/")
        page.locator("#result_list tbody th a").first.click()

    return go


def at(path: str) -> Callable[[Page, str], None]:
    """A page with an address of its own."""

    def go(page: Page, url: str) -> None:
        page.goto(url + path)

    return go


ADMIN_FORMS = [
    "sla/calendar",
    "sla/edition",
    "sla/agreement",
    "tickets/organisation",
    "tickets/ticket",
]
PAGES = {
    "form": (NOBODY, chosen_priority),
    "thanks": (NOBODY, thanks),
    "sign in": (NOBODY, at("/sign-in/")),
    "queue": (AGENT, at("/desk/")),
    "nothing found": (AGENT, at("/desk/?q=xyzzy")),
    "ticket": (AGENT, first_ticket),
    "as it stood": (AGENT, as_it_stood),
    "correction": (MANAGER, correction),
    "phone": (AGENT, at("/desk/phone/?q=e")),
    "caller": (AGENT, caller),
    "unknown caller": (AGENT, at("/desk/phone/?unknown=1&q=06")),
    "own reports": (CUSTOMER, at("/my/")),
    "own report": (CUSTOMER, own_report),
    "agreements": (MANAGER, at("/desk/agreements/")),
    "edition": (MANAGER, at("/desk/agreements/dialog/1/")),
    "report": (MANAGER, at("/desk/reports/")),
    "report tickets": (MANAGER, behind_a_number),
    "outbox": (AGENT, mail),
    "quarantine": (AGENT, at("/desk/quarantine/")),
    "admin": (MANAGER, at("/admin/")),
    "admin tickets": (MANAGER, at("/admin/tickets/ticket/")),
    "admin verb": (MANAGER, admin_verb),
}


@pytest.mark.parametrize("name", PAGES)
def test_page_has_no_accessibility_faults_and_fits_a_telephone(
    name: str, page: Page, served: Served
) -> None:
    who, go = PAGES[name]
    served.sign_in(page.context, who)
    page.set_viewport_size({"width": DESK["width"], "height": DESK["height"]})
    go(page, served.url)
    page.wait_for_load_state()

    has_no_faults(page)


# Without axe: it sets style attributes of its own on what Django's form scripts have hidden.
@pytest.mark.parametrize("path", ADMIN_FORMS)
def test_admin_form_opens_without_errors_and_fits_a_telephone(
    path: str, page: Page, served: Served
) -> None:
    served.sign_in(page.context, MANAGER)
    admin_first(path)(page, served.url)
    page.wait_for_load_state()
    assert page.get_by_role("heading", level=1).is_visible()
    page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
