"""What a report asks, in a real browser: by the same rules as the server, and without scripts."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from sla.models import Agreement
from support.asking import deciding
from support.asking.deciding import Question
from support.asking.models import FieldRule
from support.sign_in import links
from tests import people
from tests.browser.faults import has_no_faults
from tests.browser.test_without_javascript import plain  # noqa: F401 - a fixture
from tests.support.test_asking import QUESTIONS, REPORTS
from tickets.models import Contact, CustomField, FieldType, Kind, Ticket, User

pytestmark = pytest.mark.django_db(transaction=True)

DECIDE = """([questions, report]) => {
    const given = new Map(report.given);
    return [...window.asked.decide(questions, { ...report, given })].map(([key, decision]) =>
        [key, decision.shown, decision.required, decision.fill]);
}"""


def test_the_browser_decides_as_the_server_does(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/help/")
    page.evaluate(
        "document.addEventListener('werkdag:asked', (event) => { window.asked = event.detail })"
    )
    page.add_script_tag(url="/static/js/asked.js")

    @given(QUESTIONS, REPORTS)
    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    def alike(questions: list[Question], report: dict[str, Any]) -> None:
        theirs = deciding.for_whom(questions, agreement=1, organisation=None)
        ordered = deciding.in_order(theirs)
        here = [
            [key, decision.shown, decision.required, decision.fill]
            for key, decision in deciding.decide(ordered, **report).items()
        ]
        told = report | {"given": list(report["given"].items())}
        assert page.evaluate(DECIDE, [deciding.as_data(ordered), told]) == here

    alike()


@pytest.fixture
def carla() -> Contact:
    person = people.contact(people.organisation("School"))
    person.user = User.objects.create_user(person.email, name="Carla")
    person.save()
    return person


@pytest.fixture
def fields(carla: Contact) -> None:
    """An environment that is filled in, a release that hangs on it, and parts of which several."""
    dialog = Agreement.objects.get(key="dialog")
    kinds, choice = list(Kind), FieldType.CHOICE
    how = {"kinds": kinds, "customers_see": True}
    environment = CustomField.objects.create(
        name="Omgeving", type=choice, choices="productie\nacceptatie", position=1, **how
    )
    release = CustomField.objects.create(name="Release", type=FieldType.TEXT, position=2, **how)
    parts = CustomField.objects.create(
        name="Onderdelen", type=FieldType.SEVERAL, choices="a\nb", position=3, **how
    )
    rules: list[dict[str, Any]] = [
        {"field": environment, "does": "require", "agreement": dialog, "kinds": ["incident"]},
        {"field": environment, "does": "fill", "value": "productie"},
        {"field": release, "does": "require", "other": environment, "other_is": ["acceptatie"]},
        {"field": parts, "does": "show", "priorities": ["hoog"]},
    ]
    for rule in rules:
        FieldRule.objects.create(**rule)


def sign_in(page: Page, url: str, user: User | None) -> None:
    assert user is not None
    page.goto(url + links.make_link(user, now=timezone.now()))
    page.get_by_role("button").first.click()
    page.goto(f"{url}/report/")


def kept() -> dict[str, str]:
    ticket = Ticket.objects.get()
    return {each.field.name: each.value for each in ticket.field_values.select_related("field")}


def test_the_form_asks_as_one_chooses_and_keeps_what_was_typed_when_it_is_opened_again(
    page: Page, live_server: LiveServer, carla: Contact, fields: None
) -> None:
    sign_in(page, live_server.url, carla.user)
    environment, release = page.get_by_label("Omgeving"), page.get_by_label("Release", exact=True)
    expect(environment).to_be_hidden()
    page.get_by_role("radio", name=re.compile("^Storing")).check()
    expect(environment).to_have_value("productie")
    expect(release).to_be_hidden()
    environment.select_option("acceptatie")
    expect(release).to_be_visible()
    page.get_by_role("radio", name=re.compile("^Hoog")).check()
    page.get_by_label("a", exact=True).check()
    has_no_faults(page)
    page.get_by_role("radio", name=re.compile("^Vraag")).check()
    expect(environment).to_be_hidden()
    page.get_by_role("radio", name=re.compile("^Storing")).check()
    expect(environment).to_have_value("acceptatie")  # what somebody chose stays
    release.fill("2026.24")
    page.get_by_label("In één regel").fill("Wit scherm")
    page.get_by_label("Wat is er gebeurd?").fill("Alles is wit.")
    page.wait_for_function("() => JSON.stringify({ ...localStorage }).includes('2026.24')")
    page.reload()
    expect(page.get_by_label("Release", exact=True)).to_have_value("2026.24")
    expect(page.get_by_label("a", exact=True)).to_be_checked()
    page.get_by_role("button", name="Melding versturen").click()
    page.get_by_text("Uw melding is binnen").wait_for()
    assert kept() == {"Omgeving": "acceptatie", "Release": "2026.24", "Onderdelen": "a"}


def test_without_scripts_the_form_is_asked_again_and_nothing_typed_is_lost(
    plain: Page,  # noqa: F811 - the fixture
    live_server: LiveServer,
    carla: Contact,
    fields: None,
) -> None:
    sign_in(plain, live_server.url, carla.user)
    plain.get_by_role("radio", name=re.compile("^Storing")).check()
    plain.get_by_role("radio", name=re.compile("^Laag")).check()
    plain.get_by_label("In één regel").fill("Wit scherm")
    plain.get_by_label("Wat is er gebeurd?").fill("Alles is wit.")
    plain.get_by_role("button", name="Melding versturen").click()
    expect(plain.get_by_label("Omgeving")).to_have_value("productie")
    expect(plain.get_by_label("Wat is er gebeurd?")).to_have_value("Alles is wit.")
    expect(plain.get_by_label("Release", exact=True)).to_be_hidden()
    plain.get_by_label("Omgeving").select_option("acceptatie")
    plain.get_by_role("button", name="Melding versturen").click()
    plain.get_by_label("Release", exact=True).fill("12")
    plain.get_by_role("button", name="Melding versturen").click()
    plain.get_by_text("Uw melding is binnen").wait_for()
    assert kept() == {"Omgeving": "acceptatie", "Release": "12"}
