"""A clock that was ahead: what it recorded is taken back, openly, and comes in its time."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from sla import reporting
from sla.audit import differences
from sla.models import Alert, Clock
from sla.sweep import sweep
from support import desk
from support.desk import letters
from support.mail.models import OutgoingMail
from support.notifications import alerts
from support.notifications import sweep as bell
from support.notifications.models import AlertNotice, Notification
from support.webhooks import sweep as hooks
from support.webhooks import switching
from support.webhooks.models import Webhook
from tests import people
from tests.people import at
from tickets.models import Ticket, User

pytestmark = pytest.mark.django_db

REPORTED, TRUE_NOW, AHEAD = "2026-06-15 10:00", "2026-06-15 15:00", "2026-06-16 10:30"
Kind = Alert.Kind


@pytest.fixture
def alice() -> User:
    return people.agent()


@pytest.fixture
def ticket(alice: User) -> Ticket:
    """A setting that is owed by Tuesday 10:00, on a machine whose clock goes ahead."""
    found = people.setting(people.contact(people.organisation()), when=at(REPORTED))
    desk.assign(found, assignee=alice, team=alice.team, actor=alice, at=at(REPORTED))
    bell.sweep(now=at(REPORTED))  # from here on there is a bell
    return found


def tell_alerts(*, now: datetime) -> None:
    alerts.tell(now=now, later=letters.tell_moved)


def goes_ahead() -> None:
    for told in (sweep, bell.sweep, tell_alerts):
        told(now=at(AHEAD))


def test_a_breach_of_a_moment_to_come_is_taken_back_and_recorded_when_it_is_due(
    ticket: Ticket,
) -> None:
    goes_ahead()
    assert Clock.objects.get(ticket=ticket).state == Clock.State.BREACHED
    sweep(now=at(TRUE_NOW))
    clock = Clock.objects.get(ticket=ticket)
    assert (clock.state, clock.breached_at) == (Clock.State.RUNNING, None)
    assert list(differences(now=at(TRUE_NOW))) == []
    early = Alert.objects.exclude(taken_back_at=None)
    assert set(early.values_list("kind", flat=True)) == {Kind.WARNING, Kind.BREACH}
    assert not reporting.no_longer_missed(
        *reporting.month_bounds(at(REPORTED).date().replace(day=1))
    ).exists()
    sweep(now=at(AHEAD))
    true = Alert.objects.filter(kind=Kind.BREACH, taken_back_at=None)
    assert [each.at for each in true] == [at("2026-06-16 10:00")]
    assert list(differences(now=at(AHEAD))) == []


def test_what_was_true_already_stays(ticket: Ticket) -> None:
    sweep(now=at("2026-06-15 14:30"))  # half of the time is over
    goes_ahead()
    sweep(now=at(TRUE_NOW))
    stays = Alert.objects.filter(taken_back_at=None).exclude(kind=Kind.TAKEN_BACK)
    assert [(each.kind, each.share) for each in stays] == [(Kind.WARNING, 50)]


def test_it_is_told_once_to_whoever_heard_and_stands_in_the_history(
    ticket: Ticket, alice: User, client: Client
) -> None:
    hook = Webhook(name="Chat", url="https://hooks.example/", events=["clock.taken_back"])
    switching.make(hook, now=at(REPORTED))
    goes_ahead()
    OutgoingMail.objects.all().update(created_at=at(REPORTED) - timedelta(hours=1))
    for moment in (TRUE_NOW, "2026-06-15 15:10"):
        for told in (sweep, bell.sweep, hooks.sweep, tell_alerts):
            told(now=at(moment))
    (letter,) = OutgoingMail.objects.filter(to=alice.email, text__contains="TE VROEG")
    assert "De klok van de server liep voor" in letter.text
    assert Notification.objects.filter(recipient=alice, kind="taken_back").count() == 1
    assert hook.deliveries.count() == 1
    client.force_login(alice)
    page = client.get(reverse("ticket", args=[ticket.reference])).content.decode()
    assert "(teruggenomen: het was te vroeg)" in page
    assert "de klok van de server liep voor" in page


def test_nobody_gets_a_letter_of_what_nobody_heard(ticket: Ticket, alice: User) -> None:
    sweep(now=at(AHEAD))
    sweep(now=at(TRUE_NOW))
    alerts.tell(later=letters.tell_moved, now=at(AHEAD) + timedelta(days=-1))
    assert not AlertNotice.objects.exists()
    assert not OutgoingMail.objects.filter(to=alice.email).exists()


def test_processes_a_few_seconds_apart_take_nothing_back(ticket: Ticket) -> None:
    sweep(now=at("2026-06-16 10:00:04"))
    sweep(now=at("2026-06-16 09:59:56"))
    assert not Alert.objects.exclude(taken_back_at=None).exists()
