"""Every form of every page, filled in and sent twice: the second time nothing is done again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import resolve, reverse
from django.utils import timezone
from lxml import html  # type: ignore[import-untyped]

from sla.models import Calendar
from support.demo import story
from tests import every_column
from tests.support.test_permissions import every_shown
from tickets.models import Contact, Role, User

pytestmark = pytest.mark.django_db
TOKEN = "csrfmiddlewaretoken"
ELSEWHERE = ("sign-in", "account", "sign-out", "language")
# What each of them makes or changes is a row; a walk that misses one has lost its form.
MUST_BE_WALKED = """
    answer note verb phone canned-new macro-new automation-add webhook-add saved-views
    organisation-note planning-add bulk planning-plan calendar-day edition-draft contact-change
    macro-run canned-delete macro-delete webhook-secret
"""
CUSTOMERS_PAGES = ("/my/", "/services/", "/help/", "/status/")
MUST_BE_WALKED_BY_A_CUSTOMER = "my-ticket claim-afterwards"
# Another machine is asked as often as somebody asks; nothing of it is anybody's words.
EACH_TIME = {"webhook-test", "webhook-again", "mailbox-read", "mailbox-try", "push-try"}
GIVEN = {
    "email": "iemand@elders.example",
    "number": "2",
    "date": "2030-03-05",
    "time": "10:00",
    "datetime-local": "2030-03-05T10:00",
    "url": "https://dienst.example/hook",
    "tel": "030 123 4567",
}


# What can't be guessed.
_STEP = {"step-0-verb": ["reply"], "step-0-text": ["Wit"]}
_OVER = {"begins_at": ["2024-03-05T10:00"], "ends_at": ["2024-03-05T11:00"]}
GIVEN_TO: dict[str, dict[str, list[str]]] = {
    "macro-new": _STEP,
    "automation-add": _STEP,
    "claim-afterwards": _OVER,
}


@dataclass(frozen=True)
class Sent:
    """A form, as a browser would send it: where, and what."""

    name: str
    address: str
    values: dict[str, list[str]]


def forms(page: str, at: str) -> Iterator[Sent]:
    """The forms of a page that are posted, each filled in; one for each of its buttons."""
    whole = html.fromstring(page)
    for form in whole.forms:
        address = urljoin(at, form.action or "")
        if (form.method or "").upper() != "POST" or address.lstrip("/").startswith(ELSEWHERE):
            continue
        inside = [*form.inputs, *whole.xpath(f"//*[@form='{form.get('id') or '-'}'][@name]")]
        values = _filled([each for each in inside if each.get("name") and each.tag != "button"])
        name = resolve(address.partition("?")[0]).url_name or ""
        for button in _buttons(form, whole):
            chosen = {button.get("name"): [button.get("value") or ""]} if button is not None else {}
            yield Sent(name, address, values | chosen | GIVEN_TO.get(name, {}))


def _buttons(form: Any, whole: Any) -> list[Any]:
    found = form.xpath(".//button") + whole.xpath(f"//button[@form='{form.get('id') or '-'}']")
    submit = [each for each in found if each.get("type") != "button" and not each.get("formaction")]
    return [each if each.get("name") else None for each in submit] or [None]


def _filled(fields: list[Any]) -> dict[str, list[str]]:
    """What a browser would send of them, once somebody filled in what is empty."""
    values: dict[str, list[str]] = {}
    for field in fields:
        kind = field.get("type", "text")
        if kind in ("checkbox", "radio"):
            if field.get("checked") is not None or field.get("name") not in values:
                values[field.get("name")] = [field.get("value", "on")]
        elif kind not in ("submit", "file"):
            values.setdefault(field.get("name"), []).append(_typed(field, kind))
    return values


def _typed(field: Any, kind: str) -> str:
    if field.tag == "select":
        options = [option.get("value", "") for option in field.iter("option")]
        return str(getattr(field, "value", "") or next((value for value in options if value), ""))
    value = str(
        (getattr(field, "value", "") if field.tag == "textarea" else field.get("value")) or ""
    ).strip()
    if value or kind == "hidden" or field.get("name") == "website":
        return value
    return GIVEN.get(kind, "Wit")


def written() -> dict[str, int]:
    """How many rows of ours this transaction has written, by table."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables"
            " WHERE relname ~ '^(tickets|sla|support)_' AND relname <> 'support_sentform'"
        )
        return dict(cursor.fetchall())


@pytest.fixture
def house() -> None:
    every_column.lay()
    User.objects.filter(email=story.MANAGER).update(role=Role.ADMIN)


def browser_of(email: str) -> Client:
    """Where one person has signed in."""
    client = Client(headers={"Accept-Language": "en"}, raise_request_exception=False)
    client.force_login(User.objects.get(email=email))
    return client


def pages(begins: tuple[str, ...]) -> list[str]:
    """Every page, and those that show a form only where something was chosen on them."""
    named = {each for each in every_shown() if each.startswith(begins)}
    named -= {each for each in named if each.startswith(("/admin/", "/sign", "/account"))}
    caller = Contact.objects.filter(may_phone=True).order_by("pk")[0]
    calendar = Calendar.objects.order_by("pk")[0]
    year = reverse("calendar-year", args=[calendar.pk, timezone.now().year + 1])
    chosen = [
        f"{reverse('phone')}?contact={caller.pk}",
        f"{reverse('saved-views')}?of=status%3Dwaiting",
        f"{year}?day={timezone.now().year + 1}-03-05",
    ]
    return [*sorted(named), *(each for each in chosen if each.startswith(begins))]


@pytest.mark.parametrize(
    ("who", "begins", "must_be_walked"),
    [
        (story.MANAGER, ("/",), MUST_BE_WALKED),
        (story.CUSTOMER, CUSTOMERS_PAGES, MUST_BE_WALKED_BY_A_CUSTOMER),
    ],
    ids=["staff", "customer"],
)
def test_what_any_form_does_is_done_once_and_leads_to_the_same_place(
    house: None, who: str, begins: tuple[str, ...], must_be_walked: str
) -> None:
    client = browser_of(who)
    walked: set[str] = set()
    known: set[tuple[str, ...]] = set()
    wrong = []
    for page in pages(begins):
        shown = client.get(page)
        if shown.status_code != 200 or "html" not in shown.get("Content-Type", ""):
            continue
        for sent in forms(shown.content.decode(), page):
            mark = (sent.name, *sorted(set(sent.values)))
            if mark in known:
                continue
            known.add(mark)
            with transaction.atomic():
                before = written()
                first = client.post(sent.address, sent.values)
                between = written()
                second = client.post(sent.address, sent.values)
                after = written()
                transaction.set_rollback(True)
            if first.status_code not in (302, 200) or (first.status_code, before) == (200, between):
                continue
            walked.add(sent.name)
            if sent.name in EACH_TIME:
                continue
            if between != after:
                more = {
                    name: (between[name], after[name])
                    for name in after
                    if after[name] != between[name]
                }
                wrong.append(f"{sent.name} {page}: {more}")
            elif first.status_code == 302 and first["Location"] != second.get("Location"):
                wrong.append(
                    f"{sent.name} {page}: led to {second.get('Location')}, not {first['Location']}"
                )
    assert wrong == []
    assert not (missed := sorted(set(must_be_walked.split()) - walked)), missed
