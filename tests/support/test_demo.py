"""The demonstration is true to the rules: its clocks are what its histories say."""

from datetime import timedelta

import pytest

from sla import months, outages
from sla.audit import differences
from sla.models import Claim, Clock, Credit, ServiceMonth
from support.demo.story import AGENT, MANAGER, build
from support.notifications.models import Notification
from tests.people import at
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("now", ["2026-11-21 03:30", "2026-05-27 14:00", "2027-01-04 08:00"])
def test_demo_can_be_built_at_any_time_and_agrees_with_its_histories(now: str) -> None:
    build(now=at(now))
    assert Ticket.objects.count() == 48
    assert Clock.objects.filter(state="breached").exists()
    for email in (AGENT, MANAGER):
        unseen = Notification.objects.filter(recipient__email=email, in_app=True, seen_at=None)
        assert 1 <= unseen.count() <= 14
    assert Clock.objects.filter(state="paused").exists()
    assert list(differences(now=at(now) + timedelta(seconds=1))) == []
    assert [*outages.differences(), *months.differences(now=at(now))] == []
    last_month = ServiceMonth.objects.filter(credit_percent__gt=0).first()
    assert last_month is not None
    down = [(part["counts"], part["net"]) for part in last_month.told["stretches"]]
    assert down == [(False, 14 * 60), (True, 16 * 60), (True, 20 * 60), (True, 190 * 60)]
    assert Credit.objects.get().granted == 15
    assert Claim.objects.get().decisions.get().accepted


def test_demo_refuses_a_database_in_use() -> None:
    build(now=at("2026-11-21 03:30"))
    with pytest.raises(ValueError, match="empty database"):
        build(now=at("2026-11-21 03:30"))
