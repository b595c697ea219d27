"""The planning in a browser: for everyone to read, a release that moves, and one that is live."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from sla import changes
from sla.models import Clock, Coverage, Release
from sla.sweep import heal
from support import desk
from support.timeline import line
from tests import people
from tests.browser.faults import has_no_faults, sign_in
from tests.people import words
from tickets.models import Channel, Contact, Kind, Role, Status, Ticket

pytestmark = pytest.mark.django_db(transaction=True)

PATHS = {
    "board": "/desk/planning/",
    "release": "/desk/planning/releases/{coming}/",
    "live": "/desk/planning/releases/{gone}/live/",
    "live early": "/desk/planning/releases/{coming}/live/",
    "schedule": "/desk/planning/dialog/schedule/",
    "add": "/desk/planning/dialog/add/?kind=hotfix",
}


def _days(count: float) -> datetime:
    return timezone.now().replace(second=0, microsecond=0) + timedelta(days=count)


def _release(days: float, name: str, *, hotfix: bool = False) -> Release:
    return Release.objects.create(
        agreement=people.agreement(),
        name=name,
        planned_at=_days(days),
        known_from=_days(-1000),
        is_hotfix=hotfix,
    )


@pytest.fixture
def carla() -> Contact:
    return people.contact(people.organisation())


@pytest.fixture
def coming() -> Release:
    return _release(5, "Winter")


def opened(carla: Contact, priority: str = "middel", *, days: float = 0) -> Ticket:
    return desk.open_ticket(
        people.reporter(carla),
        words(),
        subject=f"Export {priority}",
        kind=Kind.INCIDENT,
        priority=priority,
        channel=Channel.WEB,
        at=_days(-days),
    )


@pytest.fixture
def board(carla: Contact, coming: Release) -> dict[str, int]:
    """Releases of every sort, with tickets in them and besides."""
    gone = _release(-1, "Herfst")
    _release(2, "Hotfix inloggen", hotfix=True)
    skipped, later = _release(26, "Kerst"), _release(47, "Lente")
    Release.objects.filter(pk=skipped.pk).update(slot=skipped.planned_at.date())
    changes.skip_release(skipped, now=timezone.now())
    changes.move_release(later, to=_days(48), now=timezone.now())
    opened(carla, days=3)
    opened(carla)
    opened(carla, "laag", days=20)
    opened(carla, "laag", days=1)
    return {"coming": coming.pk, "gone": gone.pk}


@pytest.mark.parametrize("path", list(PATHS))
def test_the_pages_have_no_accessibility_faults_and_fit_a_telephone(
    page: Page, live_server: LiveServer, board: dict[str, int], path: str
) -> None:
    sign_in(page, live_server)
    page.goto(live_server.url + PATHS[path].format(**board))
    has_no_faults(page)
    for width in (390, 320):
        page.set_viewport_size({"width": width, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        menu = page.locator(".side-menu > summary").bounding_box()
        assert menu is not None
        assert menu["x"] + menu["width"] <= width


def test_a_moved_release_moves_its_deadlines_and_the_page_says_when_it_is_done(
    page: Page, live_server: LiveServer, carla: Contact, coming: Release
) -> None:
    ticket, to = opened(carla), _days(9)
    sign_in(page, live_server)
    page.keyboard.press("l")
    page.get_by_role("link", name="Change Winter").click()
    page.get_by_label("New moment").fill(f"{timezone.localtime(to):%Y-%m-%dT%H:%M}")
    page.get_by_role("button", name="Show what changes").click()
    expect(page.get_by_text("1 running deadline gets later").first).to_be_visible()
    page.get_by_role("button", name="Move the release").click()
    expect(page.get_by_text("1 running ticket is being read again.")).to_be_visible()
    expect(page.locator("#progress")).to_contain_text("1 ticket is still to be read again")

    heal(now=timezone.now())
    expect(page.locator("#progress")).to_contain_text("Every running ticket", timeout=10_000)
    assert Clock.objects.get(ticket=ticket, promise="resolution").due_at == to
    assert any("Winter" in item.text for item in line.whole(ticket))
    page.goto(f"{live_server.url}/desk/planning/")
    expect(page.locator(".release-badges").first).to_contain_text("moved from")


def test_an_agent_plans_without_javascript(
    browser: Browser, live_server: LiveServer, carla: Contact, coming: Release
) -> None:
    ticket = opened(carla, "laag", days=20)
    context = browser.new_context(locale="nl-NL", java_script_enabled=False)
    page = context.new_page()
    sign_in(page, live_server, Role.AGENT)
    page.get_by_role("link", name="Planning").click()
    expect(page.locator("#unplanned")).to_contain_text("20 days without a release")
    page.get_by_label(f"Release for {ticket.reference}").select_option(str(coming.pk))
    page.get_by_role("button", name=f"Plan {ticket.reference}").click()
    expect(page.locator(".messages")).to_contain_text("is planned into Winter")
    assert Coverage.objects.get(ticket=ticket).planned_for == coming
    context.close()


def test_a_manager_marks_a_release_as_live_without_javascript(
    browser: Browser, live_server: LiveServer, carla: Contact
) -> None:
    _release(-1, "Herfst")
    solved, left = opened(carla, days=3), opened(carla, days=2)
    context = browser.new_context(locale="nl-NL", java_script_enabled=False)
    page = context.new_page()
    sign_in(page, live_server)
    page.get_by_role("link", name="Planning").click()
    page.get_by_role("link", name=re.compile("Mark as live.*Herfst")).click()
    page.locator(f"#live-{left.pk}").uncheck()
    page.get_by_label("To the reporters").fill("Exporteren werkt weer.")
    page.get_by_role("button", name="It is live").click()
    expect(page.locator(".messages")).to_contain_text("1 ticket was solved")
    expect(page.locator(".release-badges").first).to_contain_text("live since")
    statuses = dict(Ticket.objects.values_list("pk", "status"))
    assert (statuses[solved.pk], statuses[left.pk]) == (Status.RESOLVED, Status.NEW)
    context.close()
