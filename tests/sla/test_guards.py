"""What the database itself refuses of contracts, services, outages, claims and credits."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from sla.models import Contract, Credit, Outage, OutageEvent, Rate, Service
from tests import people

pytestmark = pytest.mark.django_db
NOW = timezone.now().replace(microsecond=0)
HOUR = timedelta(hours=1)


@pytest.fixture
def contract() -> Contract:
    """Of a customer of hosting."""
    return people.organisation("Winkel", "diploc").contracts.get()


@pytest.fixture
def site(contract: Contract) -> Service:
    """A website of its own."""
    return Service.objects.create(agreement=contract.agreement, contract=contract, name="Webwinkel")


def refused(tried: Callable[[], Any]) -> None:
    """The database does not take it."""
    with pytest.raises(IntegrityError), transaction.atomic():
        tried()


def test_an_organisation_has_several_contracts_and_reports_under_one(contract: Contract) -> None:
    other = {"organisation": contract.organisation, "agreement": people.agreement("dialog")}
    refused(lambda: Contract.objects.create(**other))
    Contract.objects.create(**other, for_reports=False)
    Contract.objects.create(**other, ends_on=date(2020, 1, 1))
    assert Contract.objects.governing(contract.organisation) == contract


@pytest.mark.parametrize(
    "wrong",
    [
        {"starts_on": date(2026, 2, 1), "ends_on": date(2026, 1, 1)},
        {"starts_on": date(2026, 2, 1), "renews_on": date(2026, 1, 1), "period_months": 12},
        {"starts_on": date(2026, 2, 1), "renews_on": date(2027, 2, 1)},
        {"period_months": 0},
    ],
)
def test_a_contracts_days_are_in_order(contract: Contract, wrong: dict[str, Any]) -> None:
    refused(lambda: Contract.objects.filter(pk=contract.pk).update(**wrong))


def test_a_fee_is_not_below_nothing_and_one_a_day(contract: Contract) -> None:
    day = date(2026, 1, 1)
    refused(lambda: Rate.objects.create(contract=contract, amount=Decimal(-1), from_on=day))
    Rate.objects.create(contract=contract, amount=Decimal(100), from_on=day)
    refused(lambda: Rate.objects.create(contract=contract, amount=Decimal(90), from_on=day))


def test_an_announced_rate_is_fixed(contract: Contract) -> None:
    rate = Rate.objects.create(contract=contract, amount=100, from_on=NOW.date())
    rates = Rate.objects.filter(pk=rate.pk)
    rates.update(announced_at=NOW)
    refused(lambda: rates.update(amount=90))
    refused(rates.delete)
    rates.update(told_at=NOW)


def test_a_service_is_under_the_agreement_of_its_contract(contract: Contract) -> None:
    other = people.agreement("dialog")
    refused(lambda: Service.objects.create(agreement=other, contract=contract, name="X"))
    shared = {"agreement": contract.agreement, "name": "Webmail"}
    Service.objects.create(**shared)
    refused(lambda: Service.objects.create(**shared))


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"down_since": NOW},
        {"detected_at": NOW, "restored_at": NOW - HOUR},
        {"reported_at": NOW, "restored_at": NOW - HOUR},
        {"detected_at": NOW - HOUR, "down_since": NOW, "restored_at": NOW - HOUR / 2},
        {"accepted_from": NOW, "reported_at": NOW + HOUR, "restored_at": NOW - HOUR},
    ],
)
def test_an_outage_has_a_begin_and_ends_after_it(site: Service, wrong: dict[str, Any]) -> None:
    refused(lambda: Outage.objects.create(service=site, **wrong))


def test_an_outage_reported_afterwards_ends_before_its_report(site: Service) -> None:
    accepted = Outage.objects.create(
        service=site, accepted_from=NOW - 3 * HOUR, restored_at=NOW - 2 * HOUR, reported_at=NOW
    )
    accepted.refresh_from_db()
    assert accepted.first_known_at == NOW - 3 * HOUR


def test_a_service_has_one_open_outage(site: Service) -> None:
    first = Outage.objects.create(service=site, detected_at=NOW)
    refused(lambda: Outage.objects.create(service=site, reported_at=NOW))
    Outage.objects.filter(pk=first.pk).update(restored_at=NOW + HOUR)
    Outage.objects.create(service=site, reported_at=NOW + 2 * HOUR)


def test_what_happened_can_only_be_added(site: Service) -> None:
    outage = Outage.objects.create(service=site, detected_at=NOW)
    event = OutageEvent.objects.create(outage=outage, version=1, at=NOW, kind="detected")
    events = OutageEvent.objects.filter(pk=event.pk)
    refused(lambda: events.update(kind="withdrawn"))
    refused(events.delete)


def test_a_credit_is_decided_once(contract: Contract) -> None:
    manager = people.agent("Mona")
    credit = Credit.objects.create(
        contract=contract,
        month=date(2026, 1, 1),
        number=0,
        proposed_at=NOW,
        monthly_sum=100,
        total=10,
        amount=10,
    )
    rows = Credit.objects.filter(pk=credit.pk)
    refused(lambda: rows.update(state="approved"))
    refused(lambda: rows.update(total=101))
    refused(lambda: rows.update(state="refused", decided_at=NOW, decided_by=manager))
    rows.update(state="approved", granted=10, decided_at=NOW, decided_by=manager)
    refused(lambda: rows.update(granted=20))
    refused(rows.delete)
    rows.update(billed_at=NOW)
