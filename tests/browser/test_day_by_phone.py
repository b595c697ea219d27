"""A whole day of an agent on a telephone: by finger alone, nothing sideways, nothing too small."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from support import desk
from support.notifications import sweep as bell
from support.search import indexing
from tests.browser import day as days
from tests.browser.day import WORD, Day, at_work
from tests.browser.faults import PHONE
from tests.people import words
from tickets.models import Status

pytestmark = pytest.mark.django_db(transaction=True)

# WCAG 2.2, 2.5.8: 24 by 24, or a link in a line of text, or far enough from the next. A label and a
# row that its link covers count as the target. The buttons that matter are 44 high.
SMALL = """() => {
  const shown = [...document.querySelectorAll(
    "a[href], button, summary, select, textarea, input:not([type=hidden])")].filter(
      (each) => each.checkVisibility({ visibilityProperty: true }) && !each.closest(".skip-link"));
  const box = (each) => {
    const covers = getComputedStyle(each, "::after").position === "absolute";
    const label = each.matches("[type=checkbox], [type=radio], [type=file]")
      && (each.closest("label") || document.querySelector(`label[for="${each.id}"]`));
    let place = label || each;
    if (covers) while (getComputedStyle(place).position === "static") place = place.parentElement;
    return place.getBoundingClientRect();
  };
  const boxes = shown.map(box);
  const middle = (at) => [at.x + at.width / 2, at.y + at.height / 2];
  const near = (at, other) => {
    const [x, y] = middle(at);
    const dx = Math.max(other.x - x, 0, x - other.right);
    const dy = Math.max(other.y - y, 0, y - other.bottom);
    return Math.hypot(dx, dy) < 12;
  };
  const inText = (each) => getComputedStyle(each).display === "inline"
    && each.parentElement.textContent.trim().length > each.textContent.trim().length;
  const said = (each, at) => `${at.width} by ${at.height}: ${each.outerHTML.slice(0, 160)}`;
  return shown.flatMap((each, index) => {
    const at = boxes[index];
    const main = each.matches("button[data-look=primary]:not([data-size])");
    if (main && at.height < 44) return [said(each, at)];
    if (!at.width || (at.width >= 24 && at.height >= 24) || inText(each)) return [];
    const alone = !boxes.some((other, place) => place !== index && other.width && near(at, other)
      && !shown[place].contains(each) && !each.contains(shown[place]));
    return alone ? [] : [said(each, at)];
  });
}"""
COVERED = """field => {
  const at = field.getBoundingClientRect();
  const points = [at.y + 8, Math.min(at.bottom, at.y + 60) - 8];
  return points.map((y) => document.elementFromPoint(at.x + at.width / 2, y))
    .filter((hit) => hit !== field)
    .map((hit) => hit ? hit.outerHTML.slice(0, 120) : "outside the window");
}"""


@pytest.fixture
def day(live_server: LiveServer) -> Day:
    return days.make(live_server)


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A telephone. Any error in its console fails the test."""
    context = browser.new_context(
        locale="en-GB",
        timezone_id="Europe/Amsterdam",
        viewport={"width": PHONE, "height": 844},
        device_scale_factor=2,
        has_touch=True,
        is_mobile=True,
    )
    page = context.new_page()
    errors: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error":
            errors.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert not errors


def fits(page: Page) -> None:
    """Nothing sticks out sideways, and a finger can hit what can be tapped."""
    page.wait_for_load_state()
    wide = page.evaluate(
        "document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"
    )
    assert wide <= 0, f"{page.url} is {wide} px too wide"
    small = page.evaluate(SMALL)
    assert not small, f"too small to tap on {page.url}:\n" + "\n".join(small)


def types(page: Page, field: Locator, text: str) -> None:
    """Tap a field and write in it, seeing what one writes."""
    field.tap()
    expect(field).to_be_focused()
    page.keyboard.type(text)
    covered = field.evaluate(COVERED)
    assert not covered, f"what is typed in {field} is hidden by {covered}"


def heads(page: Page, words: str | re.Pattern[str]) -> None:
    """The page is there, and fits."""
    expect(page.get_by_role("heading", level=1)).to_have_text(words)
    fits(page)


def test_signing_in_the_menus_and_signing_out(phone: Page, day: Day) -> None:
    phone.goto(f"{day.server}/sign-in/")
    fits(phone)
    types(phone, phone.locator("[type=email]"), day.alice.email)
    types(phone, phone.locator("[type=password]"), WORD)
    phone.keyboard.press("Enter")
    heads(phone, "Today")
    bar = phone.get_by_role("navigation", name="Main")
    for name in ("Queue", "Phone", "Planning", "Today"):
        bar.get_by_role("link", name=name).tap()
        heads(phone, re.compile("Queue|Someone is calling|Planning.*|Today"))
    menu = phone.locator(".side-menu > summary")
    for name in ("Standard answers", "Macros", "Automation", "Calculator", "Set aside"):
        menu.tap()
        fits(phone)
        phone.locator(".side-menu").get_by_role("link", name=name).tap()
        heads(phone, "Set-aside mail" if name == "Set aside" else name)
    menu.tap()
    # Mail goes out for real here, so there is no outbox to look into.
    expect(phone.get_by_role("link", name="Outgoing mail")).to_have_count(0)
    phone.get_by_role("link", name="My account").tap()
    heads(phone, "My account")
    menu.tap()
    phone.locator(".side-menu").get_by_role("button", name="Sign out").tap()
    heads(phone, "What can we do for you?")


def test_the_queue_is_filtered_kept_and_worked_in_bulk(phone: Page, day: Day) -> None:
    at_work(phone, day, day.alice, "/desk/")
    fits(phone)
    for ticket in (day.mine, day.twin):
        phone.locator("label").filter(has=phone.get_by_label(f"Choose {ticket.reference}")).tap()
    bar = phone.get_by_role("group", name="With the chosen tickets")
    expect(bar).to_contain_text("2 chosen")
    fits(phone)
    bar.get_by_role("button", name="Assign", exact=True).tap()
    heads(phone, "Assign")
    phone.get_by_label("Agent").select_option("Bob")
    phone.get_by_role("button", name="Assign").tap()
    expect(phone.get_by_text("Assign: 2 tickets.")).to_be_visible()
    fits(phone)
    phone.get_by_role("button", name="Undo").tap()
    expect(phone.get_by_text("2 tickets are as they were.")).to_be_visible()
    phone.locator("details.filters > summary").first.tap()
    fits(phone)
    phone.locator("#filter-kind").select_option("Incident")
    phone.get_by_role("button", name="Show", exact=True).tap()
    expect(phone.locator(".chip")).to_contain_text("Incident")
    fits(phone)
    phone.get_by_role("link", name="Keep this view").tap()
    heads(phone, "Views")
    types(phone, phone.get_by_label("Name"), "Storingen")
    phone.get_by_role("button", name="Keep").tap()
    expect(phone.locator('.views [aria-current="page"]')).to_have_text("Storingen 3")
    phone.get_by_role("link", name="Without Kind Incident").tap()
    expect(phone.locator(".chip")).to_have_count(0)


def test_an_answer_and_a_note_are_written(phone: Page, day: Day) -> None:
    bell.sweep(now=timezone.now())
    at_work(phone, day, day.alice, day.address(day.mine))
    fits(phone)
    phone.get_by_role("button", name="Standard answer").tap()
    expect(phone.get_by_role("option", name="In behandeling")).to_be_visible()
    fits(phone)
    phone.get_by_role("option", name="In behandeling").tap()
    reply = phone.locator("#reply_text")
    expect(reply).to_have_value("Beste Carla, we zijn ermee bezig.")
    types(phone, reply, " Groet!")
    phone.get_by_role("button", name="Send answer").tap()
    expect(phone.locator(".sending")).to_be_visible()
    fits(phone)
    phone.locator(".sending").get_by_role("button", name="Undo").tap()
    expect(reply).to_have_value(re.compile("Beste Carla.*"))
    phone.locator(".composer-tabs label", has_text="Note").tap()
    types(phone, phone.locator("#note_text"), "Weet jij dit, @bo")
    phone.get_by_role("option", name="Bob Support").tap()
    # The list goes, and what is below it moves up: only then is the button where a finger goes.
    expect(phone.get_by_role("option", name="Bob Support")).to_be_hidden()
    expect(phone.locator("#note_text")).to_have_value("Weet jij dit, @Bob ")
    phone.get_by_role("button", name="Save note").tap()
    expect(phone.locator(".mention")).to_have_text("@Bob")
    bell.sweep(now=timezone.now())
    at_work(phone, day, day.bob)
    phone.get_by_role("navigation", name="Notifications").get_by_role("link").tap()
    heads(phone, "Notifications")
    phone.locator(".told a").first.tap()
    heads(phone, day.mine.subject)


def test_priority_tag_checklist_macro_and_merge(phone: Page, day: Day) -> None:
    at_work(phone, day, day.alice, day.address(day.mine))
    phone.locator(".verbs summary", has_text="Set priority").tap()
    phone.get_by_role("button", name="High: Urgency high, impact high.").tap()
    expect(phone.locator("#preview-prioritise")).to_contain_text("Solution")
    fits(phone)
    phone.get_by_role("button", name="Set priority").tap()
    expect(phone.locator(".ticket-head")).to_contain_text("High")
    phone.locator(".tags summary").tap()
    types(phone, phone.locator(".tags input[name=name]"), "inloggen")
    phone.locator(".tags").get_by_role("button", name="Add").tap()
    expect(phone.locator(".tag")).to_contain_text("inloggen")
    fits(phone)
    phone.locator(".tick").tap()
    expect(phone.locator(".tick")).to_have_attribute("aria-pressed", "true")
    phone.locator(".macro-menu > summary").tap()
    fits(phone)
    phone.get_by_role("button", name="Nagekeken").tap()
    expect(phone.locator(".timeline")).to_contain_text("Nagekeken door Alice")
    phone.goto(day.address(day.twin))
    phone.locator("#links > details > summary").tap()
    fits(phone)
    phone.get_by_role("link", name="Merge into another ticket").tap()
    expect(phone.get_by_role("heading", name="Open tickets of the same customer")).to_be_visible()
    fits(phone)
    phone.get_by_role("link", name=day.mine.subject).tap()
    expect(phone.get_by_text("A merge can't be undone.")).to_be_visible()
    fits(phone)
    phone.get_by_role("button", name="Merge", exact=True).tap()
    expect(phone).to_have_url(re.compile(re.escape(day.address(day.mine))))
    heads(phone, day.mine.subject)
    day.twin.refresh_from_db()
    assert day.twin.status == Status.MERGED


def test_a_call_is_recorded_and_found_again(phone: Page, day: Day) -> None:
    at_work(phone, day, day.alice, "/desk/phone/")
    types(phone, phone.get_by_label("Who is calling?"), "carla")
    phone.locator("a.caller").tap()
    expect(phone.get_by_label("Caller's name")).to_have_value("Carla")
    fits(phone)
    phone.get_by_label("Priority, as the caller sees it").select_option("hoog")
    types(phone, phone.get_by_label("In one line"), "Printer hangt")
    types(phone, phone.locator("#id_text"), "Carla belt over de printer.")
    phone.get_by_label("answered: that is the reaction").tap()
    phone.get_by_role("button", name="Record call").tap()
    heads(phone, "Printer hangt")
    indexing.sweep()
    phone.goto(f"{day.server}/desk/search/")
    types(phone, phone.get_by_label("Search tickets"), "is:open printer")
    phone.locator("main").get_by_role("button", name="Search").tap()
    expect(phone.locator(".found-link")).to_have_text("Printer hangt")
    fits(phone)


def test_a_ticket_is_planned_by_finger(phone: Page, day: Day) -> None:
    desk.note(day.small, words("Kan mee."), actor=day.bob)
    at_work(phone, day, day.alice, "/desk/planning/dialog/board/")
    fits(phone)
    card = phone.locator(".board-card", has_text=day.small.subject)
    card.locator("summary").tap()
    fits(phone)
    card.locator("select").select_option(index=1)
    card.get_by_role("button", name="Plan").tap()
    expect(phone.get_by_text(f"{day.small.reference} is planned into Winter.")).to_be_visible()
    fits(phone)
