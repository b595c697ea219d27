"""The hour that comes twice: Python calls equal moments unequal there, our rows must not."""

from datetime import UTC, datetime

import pytest

from sla.audit import differences
from sla.models import Clock
from support import desk
from tests import people
from tests.people import at, words
from tickets.models import Channel, Kind

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("hour", [0, 1])
def test_a_direct_reaction_in_the_repeated_hour_is_proved_without_difference(hour: int) -> None:
    moment = datetime(2026, 10, 25, hour, 30, tzinfo=UTC)
    ticket = desk.open_ticket(
        people.reporter(people.contact(people.organisation())),
        words(),
        subject="Nacht",
        kind=Kind.INCIDENT,
        channel=Channel.PHONE,
        priority="hoog",
        answered=True,
        actor=people.agent(),
        at=moment,
    )
    assert Clock.objects.get(ticket=ticket, promise="reaction").due_at == moment
    assert list(differences(now=at("2026-10-25 12:00"))) == []
