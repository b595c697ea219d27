"""What the nightly audit finds reaches people, once."""

import pytest

from sla import audit
from sla.models import AuditRun, Clock
from support import desk
from support.mail.models import OutgoingMail
from support.notifications import drift
from tests import people
from tests.people import at, words
from tickets.models import Channel, Kind, Role

NIGHT = at("2026-05-19 03:40")


@pytest.mark.django_db
def test_administrators_are_mailed_once_about_a_clock_that_is_wrong() -> None:
    people.agent("Adam", Role.ADMIN)
    people.agent("Mila", Role.MANAGER)
    ticket = desk.open_ticket(
        people.reporter(people.contact(people.organisation())),
        words(),
        subject="Logo",
        kind=Kind.SETTING,
        channel=Channel.WEB,
        at=at("2026-05-18 10:00"),
    )
    OutgoingMail.objects.all().delete()
    audit.run(now=NIGHT, sample=100)
    assert drift.tell(now=NIGHT) == 0
    Clock.objects.update(clause="9.Z")
    audit.run(now=NIGHT, sample=100)
    assert drift.tell(now=NIGHT) == 1
    assert drift.tell(now=NIGHT) == 0
    mail = OutgoingMail.objects.get()
    assert mail.to == "adam@desk.example"
    assert ticket.reference in mail.text
    assert [run.differences for run in AuditRun.objects.order_by("pk")] == [0, 1]
