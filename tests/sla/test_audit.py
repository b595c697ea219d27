"""The rows are what the histories say: rebuilt from nothing they are the same, drift is found."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import transaction
from django.db.models import F
from pytest_django.plugin import DjangoDbBlocker

from sla import projection
from sla.audit import differences
from sla.models import Alert, Clock, Coverage
from sla.sweep import sweep
from tests import worlds
from tests.people import at
from tickets.models import Ticket

pytestmark = pytest.mark.django_db

NOW = at("2026-05-27 14:00")
FACTS = [
    "ticket",
    "target_key",
    "turn",
    "promise",
    "priority",
    "clause",
    "binding",
    "state",
    "started_at",
    "due_at",
    "met_at",
    "breached_at",
]


@pytest.fixture(scope="module", autouse=True)
def _demo(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The demonstration, built once: what a test does to it is undone after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        worlds.lay_demonstration_of(NOW)
        yield
        transaction.set_rollback(True)


def rows() -> list[tuple[object, ...]]:
    return list(Clock.objects.order_by("ticket", "target_key", "turn").values_list(*FACTS))


def test_refreshed_again_nothing_changes_and_rebuilt_from_scratch_it_is_the_same() -> None:
    before_all = list(Clock.objects.order_by("pk").values())
    for ticket in Ticket.objects.all():
        projection.refresh(ticket, now=NOW)
    assert list(Clock.objects.order_by("pk").values()) == before_all
    before, alerts = rows(), Alert.objects.count()
    assert len(before) > 40
    Clock.objects.all().delete()
    Coverage.objects.all().delete()
    for ticket in Ticket.objects.all():
        projection.refresh(ticket, now=NOW)
    assert rows() == before
    sweep(now=NOW + timedelta(seconds=1))
    assert Alert.objects.count() == alerts


def change_a_row() -> None:
    clock = Clock.objects.filter(state="running", due_at__gt=NOW)[0]
    Clock.objects.filter(pk=clock.pk).update(due_at=F("due_at") + timedelta(hours=1))


def unbreach_a_row() -> None:
    clock = Clock.objects.filter(state="breached")[0]
    Clock.objects.filter(pk=clock.pk).update(state="met", breached_at=None, met_at=NOW)


def delete_a_row() -> None:
    Clock.objects.filter(state="met")[0].delete()


def add_a_row() -> None:
    Clock.objects.create(
        ticket=Coverage.objects.all()[0].ticket,
        target_key="invented",
        promise="reaction",
        clause="0",
        binding=True,
        state="running",
        started_at=NOW,
    )


def delete_a_coverage() -> None:
    Coverage.objects.all()[0].delete()


DRIFTS: dict[Callable[[], None], str] = {
    change_a_row: "due_at",
    unbreach_a_row: "breached_at",
    delete_a_row: "clock is missing",
    add_a_row: "invented: clock is there",
    delete_a_coverage: "coverage is missing",
}


def test_the_audit_finds_any_planted_drift_and_exits_1(capsys: pytest.CaptureFixture[str]) -> None:
    assert list(differences(now=NOW + timedelta(seconds=1))) == []
    for drift, said in DRIFTS.items():
        with transaction.atomic():
            drift()
            with pytest.raises(SystemExit) as exit_:
                call_command("sla_audit")
            transaction.set_rollback(True)
        assert exit_.value.code == 1
        printed = capsys.readouterr()
        assert said in printed.out
        assert "tickets in" in printed.err


def test_without_drift_it_says_so_and_a_sample_looks_at_no_more_than_asked(
    capsys: pytest.CaptureFixture[str],
) -> None:
    call_command("sla_audit")
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "0 differences" in printed.err
    call_command("sla_audit", sample=3)
    assert capsys.readouterr().err.startswith("3 tickets in")


def test_a_clock_that_the_sweep_would_never_look_at_is_drift() -> None:
    Clock.objects.filter(binding=True, state="running", due_at__gt=NOW).update(next_alert_at=None)
    assert any(found.name == "next_alert_at" for found in differences(now=NOW))
