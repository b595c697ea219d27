"""Agreements are data: loaded whole or not at all, in editions, with waivers that have a date."""

from copy import deepcopy
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from sla import agreements
from sla.contracts import built_in, contract
from sla.models import Agreement, Calendar, Clock, Contract, Edition, Target
from support import desk
from tests import people
from tests.people import at, words
from tickets.models import Channel, Contact, Kind

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("key", built_in())
def test_a_built_in_contract_loads_with_a_clause_for_every_promise(key: str) -> None:
    edition = agreements.load(contract(key), in_force_on=date(2020, 1, 1))
    targets = list(edition.targets.all())
    assert [target.key for target in targets] == [each["key"] for each in contract(key)["targets"]]
    assert all(target.clause for target in targets)
    assert (
        agreements.terms_of(edition).targets
        == agreements.engine.Agreement.read(contract(key)).targets
    )


def test_both_contracts_can_stand_side_by_side() -> None:
    for key in built_in():
        people.agreement(key)
    assert Agreement.objects.count() == Calendar.objects.count() == 2
    with pytest.raises(ValueError, match="here already"):
        agreements.load(contract("dialog"), in_force_on=date(2020, 1, 1))


def broken(**changes: Any) -> dict[str, Any]:
    return deepcopy(contract("diploc")) | changes


TARGET = deepcopy(contract("diploc")["targets"][0])
CALENDAR = deepcopy(contract("diploc")["calendar"])


@pytest.mark.parametrize(
    ("nonsense", "said"),
    [
        ({"targets": [TARGET, TARGET]}, "key of its own"),
        ({"targets": [TARGET | {"hours": -1}]}, "hours: -1"),
        ({"targets": [TARGET | {"hours": "vier"}]}, "hours: 'vier'"),
        ({"targets": [TARGET | {"promise": "miracle"}]}, "reaction-support"),
        ({"targets": [TARGET | {"ticket_kinds": ["storm"]}]}, "reaction-support"),
        ({"targets": [TARGET | {"warnings": [150]}]}, "percentages"),
        ({"targets": [{"key": "x"}]}, "missing"),
        ({"calendar": CALENDAR | {"week": {}}}, "open"),
        ({"calendar": CALENDAR | {"week": {"someday": [["09:00", "17:00"]]}}}, "someday"),
        ({"calendar": CALENDAR | {"week": {"mon": [["17:00", "09:00"]]}}}, "end after"),
        ({"calendar": CALENDAR | {"zone": "Europe/Nergens"}}, "Nergens"),
    ],
)
def test_nonsense_is_refused_and_nothing_is_written(nonsense: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        agreements.load(broken(**nonsense), in_force_on=date(2020, 1, 1))
    assert not Agreement.objects.exists()
    assert not Calendar.objects.exists()


def test_an_unknown_contract_is_named_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"unknown agreement 'acme'; known are dialog, diploc"):
        contract("acme")


def support_request(dirk: Contact, when: str) -> Clock:
    ticket = desk.open_ticket(
        people.reporter(dirk),
        words(),
        subject="Schijf",
        kind=Kind.SUPPORT,
        channel=Channel.EMAIL,
        at=at(when),
    )
    return Clock.objects.get(ticket=ticket)


def test_the_edition_in_force_at_the_report_governs() -> None:
    dirk = people.contact(people.organisation("Winkel", "diploc"), "Dirk")
    first = Edition.objects.get()
    second = Edition.objects.create(
        agreement=first.agreement,
        number=2,
        in_force_on=date(2026, 6, 1),
        calendar=first.calendar,
        terms=first.terms,
    )
    target = Target.objects.get()
    target.pk, target.edition, target.hours = None, second, 2
    target.save()
    second.announced_at = at("2026-05-01 09:00")
    second.save()
    # Half past eleven at night of 31 May in UTC is 1 June in Amsterdam.
    before, after = (
        support_request(dirk, "2026-05-31 23:59"),
        support_request(dirk, "2026-06-01 00:01"),
    )
    assert before.ticket.coverage.edition == first
    assert before.due_at == at("2026-06-01 13:00")
    assert after.ticket.coverage.edition == second
    assert after.due_at == at("2026-06-01 11:00")


def test_before_its_first_edition_an_agreement_promises_nothing() -> None:
    dirk = people.contact(people.organisation("Winkel", "diploc"), "Dirk")
    with pytest.raises(Clock.DoesNotExist):
        support_request(dirk, "2019-12-31 12:00")


@pytest.mark.parametrize(
    ("when", "binding"),
    [
        ("2026-05-17 12:00", False),
        ("2026-05-18 00:00", True),
        ("2026-05-31 23:59", True),
        ("2026-06-01 00:00", False),
    ],
)
def test_a_waiver_holds_from_its_day_until_its_last(when: str, binding: bool) -> None:
    carla = people.contact(people.organisation())
    Contract.objects.update(
        waived_from=date(2026, 5, 18), waived_until=date(2026, 5, 31), waiver_reason="Mail van Jan"
    )
    ticket = desk.open_ticket(
        people.reporter(carla),
        words(),
        subject="Export",
        kind=Kind.INCIDENT,
        priority="middel",
        channel=Channel.EMAIL,
        at=at(when),
    )
    assert Clock.objects.get(ticket=ticket, promise="reaction").binding == binding


def test_a_waiver_needs_a_reason() -> None:
    people.organisation()
    with pytest.raises(IntegrityError, match="waiver_has_a_reason"), transaction.atomic():
        Contract.objects.update(waived_from=date(2026, 5, 18))
