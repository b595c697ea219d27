"""A whole day of an agent without a mouse: every stop of the Tab key shows where one is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from support import desk
from support.drafts.models import Draft
from support.notifications import sweep as bell
from support.search import indexing
from tests.browser import day as days
from tests.browser.day import WORD, Day, at_work
from tests.people import words
from tickets.models import Status

pytestmark = pytest.mark.django_db(transaction=True)

# The element with the focus, if it stands in the window, and a ring around it or around its row.
SEEN = """() => {
  const on = document.activeElement, ring = (each, part) => {
    const style = getComputedStyle(each, part);
    return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0)
      || style.boxShadow !== "none";
  };
  const box = on.getBoundingClientRect();
  const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  const about = [on, on.parentElement, on.closest("label, li, tr")].filter(Boolean);
  const ringed = about.some((each) => ring(each) || ring(each, "::after"));
  const hidden = getComputedStyle(on).visibility !== "visible" || !box.width || !box.height;
  return on !== document.body && inside && ringed && !hidden ? "" : on.outerHTML.slice(0, 200);
}"""
MOST = 120


@pytest.fixture
def day(live_server: LiveServer) -> Day:
    return days.make(live_server)


def shows_where_one_is(page: Page) -> None:
    """What has the focus is in the window, and marked."""
    unseen = page.evaluate(SEEN)
    assert not unseen, f"the focus does not show on {unseen}"


def tab_to(page: Page, target: Locator, *, key: str = "Tab") -> None:
    """Walk there by Tab, seeing at each stop where one is."""
    expect(target).to_have_count(1)
    page.wait_for_load_state()  # before that a page may still put the focus where it wants it
    for _step in range(MOST):
        page.keyboard.press(key)
        shows_where_one_is(page)
        if target.evaluate("target => target === document.activeElement"):
            return
    pytest.fail(f"{MOST} times Tab do not come to {target}")


def presses(page: Page, *keys: str) -> None:
    """One key after another."""
    for key in keys:
        page.keyboard.press(key)


def heads(page: Page, words: str | re.Pattern[str]) -> None:
    """The page is there, and its keys answer."""
    expect(page.get_by_role("heading", level=1)).to_have_text(words)
    page.wait_for_load_state()


def test_the_day_begins_with_a_password_and_ends_with_signing_out(page: Page, day: Day) -> None:
    name = settings.LANGUAGE_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": "en", "url": day.server}])
    page.goto(f"{day.server}/sign-in/")
    expect(page.get_by_label("E-mail address")).to_be_focused()
    shows_where_one_is(page)
    page.keyboard.type(day.alice.email)
    tab_to(page, page.get_by_label("Password"))
    page.keyboard.type(WORD)
    page.keyboard.press("Enter")
    heads(page, "Today")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    shows_where_one_is(page)
    presses(page, "Enter", "?")
    help_ = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(help_).to_be_visible()
    page.keyboard.press("Escape")
    expect(help_).to_be_hidden()
    page.keyboard.press("j")
    shows_where_one_is(page)
    page.keyboard.press("Enter")
    heads(page, day.mine.subject)
    menu = page.locator(".side-menu > summary")
    tab_to(page, menu)
    presses(page, "Enter", "Escape")
    expect(page.get_by_role("link", name="My account")).to_be_hidden()
    expect(menu).to_be_focused()
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("link", name="My account"))
    page.keyboard.press("Enter")
    heads(page, "My account")
    tab_to(page, menu)
    page.keyboard.press("Enter")
    tab_to(page, page.locator(".side-menu").get_by_role("button", name="Sign out"))
    page.keyboard.press("Enter")
    heads(page, "What can we do for you?")


def test_rows_are_chosen_assigned_together_and_put_back(page: Page, day: Day) -> None:
    at_work(page, day, day.alice, "/desk/")
    presses(page, "j", "j", "k", "x", "j", "x")
    shows_where_one_is(page)
    bar = page.get_by_role("group", name="With the chosen tickets")
    expect(bar).to_contain_text("2 chosen")
    page.keyboard.press("a")
    shows_where_one_is(page)
    if not page.evaluate("document.activeElement.value === 'assign'"):
        tab_to(page, bar.get_by_role("button", name="Assign", exact=True))
    page.keyboard.press("Enter")
    heads(page, "Assign")
    tab_to(page, page.get_by_label("Agent"))
    page.keyboard.type("Bob")
    tab_to(page, page.get_by_role("button", name="Assign"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("Assign: 2 tickets.")).to_be_visible()
    page.wait_for_load_state()
    page.keyboard.press("u")
    expect(page.get_by_text("2 tickets are as they were.")).to_be_visible()


def test_the_queue_refreshes_and_leaves_the_focus_where_it_is(page: Page, day: Day) -> None:
    at_work(page, day, day.alice, "/desk/")
    box = page.get_by_label(f"Choose {day.mine.reference}")
    tab_to(page, box)
    with page.expect_response(re.compile("/desk/$")):
        page.evaluate("htmx.trigger('#queue-rows', 'refresh')")
    expect(page.locator(".htmx-request, .htmx-swapping")).to_have_count(0)
    expect(box).to_be_focused()
    page.keyboard.press("Space")
    expect(box).to_be_checked()


def test_a_filter_becomes_a_chip_is_kept_as_a_view_and_goes_again(page: Page, day: Day) -> None:
    at_work(page, day, day.alice, "/desk/")
    page.keyboard.press("f")
    filters = page.locator("details.filters").first
    expect(filters).to_have_attribute("open", "")
    assert filters.evaluate("menu => menu.contains(document.activeElement)")
    shows_where_one_is(page)
    page.keyboard.press("Escape")
    expect(filters.locator("summary")).to_be_focused()
    page.keyboard.press("f")
    expect(filters).to_have_attribute("open", "")
    kind = page.locator("#filter-kind")
    if not kind.evaluate("target => target === document.activeElement"):
        tab_to(page, kind)
    page.keyboard.type("Inc")
    tab_to(page, page.get_by_role("button", name="Show", exact=True))
    page.keyboard.press("Enter")
    expect(page.locator(".chip")).to_contain_text("Incident")
    page.wait_for_load_state()
    tab_to(page, page.get_by_role("link", name="Keep this view"))
    page.keyboard.press("Enter")
    heads(page, "Views")
    tab_to(page, page.get_by_label("Name"))
    page.keyboard.type("Storingen")
    page.keyboard.press("Enter")
    expect(page.locator('.views [aria-current="page"]')).to_have_text("Storingen 3")
    page.wait_for_load_state()
    tab_to(page, page.get_by_role("link", name="Without Kind Incident"))
    page.keyboard.press("Enter")
    expect(page.locator(".chip")).to_have_count(0)


def test_an_answer_with_a_file_is_sent_taken_back_and_sent(
    page: Page, day: Day, tmp_path: Path
) -> None:
    picture = tmp_path / "scherm.txt"
    picture.write_bytes(b"wit")
    at_work(page, day, day.alice, day.address(day.mine))
    page.on("filechooser", lambda _chooser: None)  # from here on: not a moment before the key
    page.keyboard.press("c")
    page.keyboard.type("/")
    expect(page.get_by_role("option", name="In behandeling")).to_be_visible()
    shows_where_one_is(page)
    page.keyboard.press("Enter")
    reply = page.locator("#reply_text")
    expect(reply).to_have_value("Beste Carla, we zijn ermee bezig.")
    expect(reply).to_be_focused()
    tab_to(page, page.locator("#reply_attachments"))
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files(picture)
    expect(page.get_by_role("button", name="Remove scherm.txt")).to_be_visible()
    tab_to(page, reply, key="Shift+Tab")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".sending")).to_contain_text(re.compile(r"Will be sent in \d+ s"))
    page.wait_for_load_state()
    page.keyboard.press("z")
    expect(reply).to_have_value("Beste Carla, we zijn ermee bezig.")
    page.wait_for_load_state()
    page.keyboard.press("c")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".sending")).to_be_visible()
    page.wait_for_load_state()
    now = page.get_by_role("button", name="Send now")
    tab_to(page, now)
    page.keyboard.press("Enter")
    expect(page.locator(".timeline")).to_contain_text("we zijn ermee bezig")
    expect(page.locator(".timeline")).to_contain_text("scherm.txt")
    assert not Draft.objects.exists()


def test_a_note_names_a_colleague_who_reads_it_at_the_bell(page: Page, day: Day) -> None:
    bell.sweep(now=timezone.now())
    at_work(page, day, day.alice, day.address(day.mine))
    page.keyboard.press("n")
    page.keyboard.type("Weet jij dit, @bo")
    expect(page.get_by_role("option", name="Bob Support")).to_have_attribute(
        "aria-selected", "true"
    )
    page.keyboard.press("Enter")
    expect(page.locator("#note_text")).to_have_value("Weet jij dit, @Bob ")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".mention")).to_have_text("@Bob")
    bell.sweep(now=timezone.now())
    at_work(page, day, day.bob)
    expect(page.locator(".bell-number")).to_have_text("1")
    page.keyboard.press("b")
    heads(page, "Notifications")
    page.keyboard.press("j")
    shows_where_one_is(page)
    page.keyboard.press("Enter")
    heads(page, day.mine.subject)
    expect(page.locator(".bell-number")).to_have_count(0)


def test_the_priority_is_set_after_its_preview(page: Page, day: Day) -> None:
    at_work(page, day, day.alice, day.address(day.mine))
    page.keyboard.press("a")
    shows_where_one_is(page)
    summary = page.locator(".verbs summary", has_text="Set priority")
    expect(summary).to_be_focused()
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("button", name="High: Urgency high, impact high."))
    page.keyboard.press("Enter")
    preview = page.locator("#preview-prioritise")
    expect(preview).to_contain_text("Solution")
    shows_where_one_is(page)
    button = page.get_by_role("button", name="Set priority")
    tab_to(page, button)
    expect(page.get_by_role("button", name="Preview")).to_be_hidden()
    page.keyboard.press("Enter")
    expect(page.locator(".ticket-head")).to_contain_text("High")
    day.mine.refresh_from_db()
    assert day.mine.priority_is_definitive


def test_a_tag_the_checklist_and_a_macro(page: Page, day: Day) -> None:
    at_work(page, day, day.alice, day.address(day.mine))
    page.keyboard.press("t")
    page.keyboard.type("inloggen")
    page.keyboard.press("Enter")
    expect(page.locator(".tag")).to_contain_text("inloggen")
    page.wait_for_load_state()
    tick = page.locator(".tick")
    tab_to(page, tick)
    page.keyboard.press("Space")
    expect(tick).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#checklist")).to_be_focused()
    page.keyboard.press("m")
    macro = page.get_by_role("button", name="Nagekeken")
    expect(macro).to_be_focused()
    shows_where_one_is(page)
    page.keyboard.press("Enter")
    expect(page.locator(".timeline")).to_contain_text("Nagekeken door Alice")


def test_two_reports_become_one_and_the_view_is_walked(page: Page, day: Day) -> None:
    at_work(page, day, day.alice, "/desk/?kind=incident")
    presses(page, "j", "Enter")
    heads(page, re.compile("."))
    first = page.locator("h1").inner_text()
    page.keyboard.press("]")
    expect(page.locator("h1")).not_to_have_text(first)
    page.wait_for_load_state()
    page.keyboard.press("[")
    heads(page, first)
    at_work(page, day, day.alice, day.address(day.twin))
    fold = page.locator("#links > details > summary")
    tab_to(page, fold)
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("link", name="Merge into another ticket"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Open tickets of the same customer")).to_be_visible()
    tab_to(page, page.get_by_role("link", name=day.mine.subject))
    page.keyboard.press("Enter")
    expect(page.get_by_text("A merge can't be undone.")).to_be_visible()
    tab_to(page, page.get_by_role("button", name="Merge", exact=True))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(re.escape(day.address(day.mine))))
    heads(page, day.mine.subject)
    day.twin.refresh_from_db()
    assert day.twin.status == Status.MERGED


def test_somebody_phones_and_the_ticket_is_found_again(page: Page, day: Day) -> None:
    at_work(page, day, day.alice)
    page.keyboard.press("p")
    heads(page, "Someone is calling")
    expect(page.get_by_label("Who is calling?")).to_be_focused()
    page.keyboard.type("carla")
    tab_to(page, page.locator("a.caller"))
    page.keyboard.press("Enter")
    expect(page.get_by_label("Caller's name")).to_have_value("Carla")
    page.wait_for_load_state()
    tab_to(page, page.get_by_label("Priority, as the caller sees it"))
    page.keyboard.type("High")
    tab_to(page, page.get_by_label("In one line"))
    page.keyboard.type("Printer hangt")
    tab_to(page, page.locator("#id_text"))
    page.keyboard.type("Carla belt over de printer.")
    tab_to(page, page.locator("[name=answered]").first)
    page.keyboard.press("Space")
    tab_to(page, page.get_by_role("button", name="Record call"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("The call has been recorded.")).to_be_visible()
    heads(page, "Printer hangt")
    indexing.sweep()
    presses(page, "g", "z")
    heads(page, "Search")
    page.keyboard.type("is:open printer")
    page.keyboard.press("Enter")
    found = page.locator(".found-link")
    expect(found).to_have_text("Printer hangt")
    page.wait_for_load_state()
    page.keyboard.press("j")
    expect(found).to_be_focused()
    shows_where_one_is(page)


def test_a_ticket_is_planned_on_the_board(page: Page, day: Day) -> None:
    at_work(page, day, day.alice)
    page.keyboard.press("l")
    heads(page, re.compile("^Planning"))
    tab_to(page, page.get_by_role("link", name="Board"))
    page.keyboard.press("Enter")
    card = page.get_by_role("link", name=day.small.subject)
    expect(page.locator(".board-column")).to_have_count(2)
    page.wait_for_load_state()
    tab_to(page, card)
    page.keyboard.press("Shift+ArrowRight")
    column = page.locator(".board-column").nth(1)
    expect(column.get_by_role("link", name=day.small.subject)).to_be_focused()
    shows_where_one_is(page)
    expect(page.get_by_text(f"{day.small.reference} is planned into Winter.")).to_be_visible()


def test_what_comes_in_meanwhile_leaves_the_focus_and_what_is_typed(page: Page, day: Day) -> None:
    at_work(page, day, day.alice, day.address(day.mine))
    page.keyboard.press("t")
    page.keyboard.type("inlog")
    desk.note(day.mine, words("Ik keek ook even."), actor=day.bob)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator(".timeline")).to_contain_text("Ik keek ook even.")
    tag = page.locator(".tags input[name=name]")
    expect(tag).to_be_focused()
    expect(tag).to_have_value("inlog")
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    page.keyboard.press("Enter")
    page.keyboard.press("c")
    page.keyboard.type("Beste")
    desk.note(day.mine, words("En nog eens."), actor=day.bob)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    show = page.locator(".news").get_by_role("button", name="Show")
    tab_to(page, show, key="Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".timeline")).to_contain_text("En nog eens.")
    shows_where_one_is(page)
