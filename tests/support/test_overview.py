"""What was agreed and delivered on one page: the counts of the reports, for whom was named."""

from __future__ import annotations

import re
from datetime import date

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from sla.models import Clock
from support import desk
from support.monthly import overview, promises
from support.monthly.promises import Scope
from tests import people
from tests.api.programs import account
from tests.people import at, words
from tickets.models import Contact, User

pytestmark = pytest.mark.django_db

NOW = at("2026-05-29 12:00")
PAGE = reverse("our-overview")


@pytest.fixture
def carla() -> Contact:
    """Named for the reports; reads her own tickets alone."""
    person = people.contact(people.organisation(), "Carla")
    Contact.objects.filter(pk=person.pk).update(sees_reports=True)
    person.refresh_from_db()
    account(person)
    return person


def a_year(carla: Contact, alice: User) -> None:
    """Settings asked in April and May: kept, kept and missed; and one of another customer."""
    bas = people.contact(carla.organisation, "Bas")
    other = people.contact(people.organisation("Ander"), "Olga")
    for who, asked, answered in (
        (carla, "2026-04-14 10:00", "2026-04-14 11:00"),
        (carla, "2026-05-20 10:00", "2026-05-20 11:00"),
        (bas, "2026-05-20 10:00", "2026-05-22 16:00"),
        (other, "2026-05-20 10:00", "2026-05-22 16:00"),
    ):
        ticket = people.setting(who, when=at(asked))
        desk.reply(ticket, words("Gedaan."), actor=alice, at=at(answered))


def seen(user: User | None, address: str = PAGE) -> str:
    client = Client()
    if user is not None:
        client.force_login(user)
    with time_machine.travel(NOW, tick=False):
        return client.get(address).content.decode()


def test_its_counts_are_those_of_the_report_and_each_opens_its_list(carla: Contact) -> None:
    a_year(carla, people.agent())
    agreement = people.agreement()
    scope = Scope(carla.organisation, agreement, date(2026, 5, 1))
    part = overview.part_of(scope, now=NOW)
    assert part is not None
    (setting,) = (row for row in part.promises if row.now.kept or row.now.breached)
    assert (setting.now.kept, setting.now.breached) == (1, 1)
    assert (setting.year.kept, setting.year.breached) == (1, 0)
    assert setting.clause == "3.G"
    in_report = promises.of_month(scope, now=NOW)
    assert [row.outcome for row in in_report].count("breached") == setting.now.breached
    page = seen(carla.user)
    assert "3.G" in page
    for span, outcome, count in (
        ("month", "kept", 1),
        ("month", "breached", 1),
        ("year", "kept", 1),
    ):
        address = setting.addresses[f"{span}-{outcome}"]
        assert escape(address) in page
        listed = seen(carla.user, address)
        assert listed.count('<th scope="row">') == count
    missed = seen(carla.user, setting.addresses["month-breached"])
    ticket = Clock.objects.get(state="breached", ticket__organisation=carla.organisation).ticket
    assert ticket.reference in missed
    assert reverse("my-ticket", args=[ticket.reference]) not in missed  # a colleague's


def test_only_whom_the_organisation_named_reads_it(carla: Contact) -> None:
    a_year(carla, people.agent())
    bas = account(Contact.objects.get(name="Bas"))
    olga = account(Contact.objects.get(name="Olga"))
    address = (
        f"{reverse('our-overview-list')}?agreement=dialog&target=setting&span=month&outcome=kept"
    )
    for user in (bas, olga):
        page = seen(user)
        assert not re.search(r"\b3\.G\b", page)
        assert "Geen cijfers voor u" in page
        client = Client()
        client.force_login(user)
        assert client.get(address).status_code == 404


def test_what_is_asked_oddly_is_not_there(carla: Contact) -> None:
    client = Client()
    assert carla.user
    client.force_login(carla.user)
    page = reverse("our-overview-list")
    for asked in ("", "?agreement=diploc&span=month&outcome=kept", "?agreement=dialog&span=x"):
        assert client.get(page + asked).status_code == 404
