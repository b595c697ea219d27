"""Checks with two workers at once, in real transactions."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

import pytest
from django.utils import timezone
from pytest_django import Settings

from sla import measuring
from sla.measuring import Finding
from sla.models import Check, CheckResult, Outage, Service
from support.checks import following
from support.checks.round import run_due
from tests import asked, people
from tests.at_once import together
from tickets.models import Ticket

pytestmark = pytest.mark.django_db(transaction=True)
NOW = timezone.now().replace(microsecond=0) - timedelta(hours=4)
MINUTE = timedelta(minutes=1)


def a_service() -> Service:
    contract = people.organisation("Winkel", "diploc").contracts.get()
    return Service.objects.create(
        agreement=contract.agreement,
        contract=contract,
        name="Webwinkel",
        starts_on=date(2026, 1, 1),
    )


def some_checks(service: Service, count: int, *targets: str) -> list[Check]:
    return [
        Check.objects.create(
            service=service, name=f"check {number}", targets=list(targets), failures_needed=1
        )
        for number in range(count)
    ]


def test_two_workers_never_ask_one_check_at_the_same_time(settings: Settings) -> None:
    settings.OUTGOING_PRIVATE_ALLOWED = True
    with asked.site() as site:
        some_checks(a_service(), 40, site.url)
        together(*[partial(run_due, now=NOW)] * 3)
        assert site.asked == 40
    assert CheckResult.objects.count() == 40


def test_workers_that_claim_at_the_same_moment_share_what_is_due() -> None:
    some_checks(a_service(), 30, "http://192.0.2.1/")
    claimed = together(*[partial(measuring.claim, now=NOW, most=20)] * 3)
    names = [check.name for part in claimed if isinstance(part, list) for check in part]
    assert len(names) == len(set(names))
    assert not [part for part in claimed if isinstance(part, Exception)]


def test_checks_that_fail_and_recover_at_the_same_moment_are_one_outage() -> None:
    checks = some_checks(a_service(), 4, "http://192.0.2.1/")

    def noting(finding: Finding) -> list[Callable[[], object]]:
        return [partial(following.note, check, finding, now=finding.at) for check in checks]

    failed = Finding(at=NOW, fault=Check.Fault.SILENT)
    assert together(*noting(failed)) == [True] * 4
    assert (Outage.objects.count(), Ticket.objects.count()) == (1, 1)
    assert together(*noting(Finding(at=NOW + MINUTE))) == [True] * 4
    assert Outage.objects.get().restored_at == NOW + MINUTE
    assert not Check.objects.exclude(outage=None).exists()
