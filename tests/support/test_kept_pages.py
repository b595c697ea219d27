"""Whatever changes, pages show what they would if nothing of them were kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from difflib import unified_diff
from functools import partial
from random import Random
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from config import jinja
from sla.models import Contract
from support import desk
from support.canned.models import CannedReply
from support.desk import customer_side, marking, putting_right
from support.drafts import keeping
from support.mail.models import OutgoingMail
from support.queue import columns
from support.queue.models import SavedView
from support.templatetags import kept, queue_row, ui
from tests import people
from tests.people import words
from tickets.models import (
    Channel,
    Contact,
    CustomField,
    Kind,
    Organisation,
    OrganisationNote,
    Tag,
    Team,
    Ticket,
    User,
)
from tickets.questions import Kept, Question

pytestmark = pytest.mark.django_db

CHANGES = 12
LATE = {"due": ["late"]}
# What differs on each page, and what goes by: tokens, the state it was read in, parts of a second.
PASSING = re.compile(
    r'name="csrfmiddlewaretoken" value="[^"]*"|"X-Seen": "[^"]*"|[\d.]+%'
    r'|<p class="refreshed">.*?</p>'
)


@pytest.fixture
def house(client: Client) -> list[Ticket]:
    alice, carla = people.agent(role="manager"), people.contact(people.organisation())
    people.agent("Bob")
    people.releases("2099-05-20 07:00")
    client.force_login(alice)
    return [
        desk.open_ticket(
            people.reporter(carla),
            words(f"Bericht {number}"),
            subject=f"Ticket {number}",
            kind=kind,
            priority="middel" if kind == Kind.INCIDENT else "",
            channel=Channel.WEB,
            at=timezone.now() - timedelta(days=number),
        )
        for number, kind in enumerate((Kind.INCIDENT, Kind.QUESTION, Kind.SETTING))
    ]


def rename(model: Any, chance: Random) -> None:
    row = chance.choice(list(model.objects.all()))
    row.name = f"{row.name.split(' <')[0]} <b>{chance.randrange(9)}</b>"
    row.save()


def of_tickets(chance: Random, ticket: Ticket) -> list[Callable[[], object]]:
    """What can be done to a ticket."""
    alice, bob = (
        User.objects.get(email="alice@desk.example"),
        User.objects.get(email__startswith="b"),
    )
    someone = chance.choice([alice, bob, None])
    customer = words(f"Nog iets {chance.random()}")
    return [
        partial(desk.assign, ticket, assignee=someone, team=alice.team, actor=alice),
        partial(desk.note, ticket, words(f"@Alice kijk {chance.random()}"), actor=bob),
        partial(desk.reply, ticket, words("Wij kijken."), actor=chance.choice([alice, bob])),
        partial(
            customer_side.writes,
            ticket,
            people.reporter(Contact.objects.get()),
            customer,
            channel=Channel.EMAIL,
        ),
        partial(desk.prioritise, ticket, priority="hoog", reason="Ligt stil", actor=alice),
        partial(desk.classify, ticket, kind=chance.choice(list(Kind)), actor=alice),
        partial(desk.hold, ticket, words("Wij wachten."), actor=alice),
        partial(desk.resolve, ticket, words("Klaar."), actor=alice),
        partial(marking.tag, ticket, name=f"woord{chance.randrange(5)}", actor=alice),
        partial(marking.add_item, ticket, text=f"Nagaan {chance.random()}", actor=bob),
        partial(putting_right.rename, ticket, subject=f"<i>{chance.random()}</i>", actor=alice),
        partial(keeping.save, ticket, "reply", author=alice, text="Half", version=None, now=_now()),
    ]


def of_the_house(chance: Random) -> list[Callable[[], object]]:
    """What changes beside them."""
    alice, team = User.objects.get(email="alice@desk.example"), Team.objects.get()
    organisation = Organisation.objects.get()
    number = chance.randrange(10**6)
    mails = OutgoingMail.objects.filter(message__isnull=False)
    return [
        *(partial(rename, each, chance) for each in (User, Organisation, Team, Contact)),
        partial(mails.update, state="failed", error="550 onbekend"),
        partial(columns.choose, alice, chance.sample(list(columns.COLUMNS), 4)),
        partial(
            SavedView.objects.create, name=f"V{number}", owner=alice, chosen={"kind": ["wish"]}
        ),
        partial(CannedReply.objects.create, title=f"A{number}", body="x", owner=alice),
        partial(Tag.objects.create, name=f"tag{number}"),
        partial(CustomField.objects.create, name=f"Veld {number}", kinds=list(Kind), type="text"),
        partial(
            OrganisationNote.objects.create,
            organisation=organisation,
            text="Let op <b>",
            author=alice,
            at=_now(),
        ),
        partial(User.objects.create_user, f"n{number}@desk.example", name="Nu", role="agent"),
        partial(User.objects.filter(pk=alice.pk).update, role=chance.choice(["agent", "lead"])),
        partial(Team.objects.filter(pk=team.pk).update, email=f"t{number}@desk.example"),
        partial(
            Contract.objects.update, waived_from=_now().date(), waiver_reason=f"Reden {number}"
        ),
        partial(Contact.objects.update, may_phone=chance.choice([True, False])),
    ]


def _now() -> Any:
    return timezone.now()


@contextmanager
def nothing_kept(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every question is worked out with its own values, and every piece is drawn anew."""
    kept.forget_all()
    for each in (queue_row._drawn, ui._moment, ui._badge, jinja._address):
        each.cache_clear()
    with monkeypatch.context() as patched:
        patched.setattr(Kept, "__call__", lambda self, **values: _anew(self, values)())
        patched.setattr(Kept, "count", lambda self, **values: _counted(_anew(self, values)))
        yield


_call, _count = Kept.__call__, Kept.count


class _Plain(Kept[Any]):
    """A question without blanks."""

    def __call__(self, **values: Any) -> Question[Any]:
        return _call(self, **values)


def _anew(self: Kept[Any], values: dict[str, Any]) -> _Plain:
    return _Plain(lambda: self._make(**values), last=self._last)


def _counted(question: _Plain) -> Question[int]:
    return _count(question)


def pages(client: Client, tickets: list[Ticket]) -> dict[str, str]:
    cache.clear()  # the numbers at the views may be some seconds old
    addresses = [reverse("queue"), f"{reverse('queue')}?view=mine", reverse("start")]
    addresses += [reverse("ticket", args=[each.reference]) for each in tickets]
    found = {}
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200
        found[address] = PASSING.sub("", answer.content.decode())
    return found


def diff(one: str, other: str) -> list[str]:
    """The lines in which they differ."""
    before, after = (re.sub(r"(?=<)", "\n", page).split("\n") for page in (one, other))
    lines = unified_diff(before, after, n=0)
    return [line for line in lines if line[:2] not in ("--", "++", "@@")]


@pytest.mark.parametrize("seed", [1, 2])
def test_pages_are_what_they_were_if_nothing_were_kept(
    seed: int, client: Client, house: list[Ticket], monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = Random(seed)
    pages(client, house)
    for _ in range(CHANGES):
        ticket = Ticket.objects.get(pk=chance.choice(house).pk)
        changes = chance.choice([of_tickets(chance, ticket), of_the_house(chance)])
        change = chance.choice(changes)
        try:
            change()
        except desk.DeskError:
            continue  # what can't be done changes nothing
        language = chance.choice(["nl", "en"])
        client.cookies.load({settings.LANGUAGE_COOKIE_NAME: language})
        with time_machine.travel(timezone.now(), tick=False):
            shown = pages(client, house)
            with nothing_kept(monkeypatch):
                anew = pages(client, house)
            if anew != shown:  # what was opened is seen, and the bell counts it no more
                shown = pages(client, house)
        differs = {address: diff(page, anew[address]) for address, page in shown.items()}
        assert not any(differs.values()), change
