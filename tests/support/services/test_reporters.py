"""Who reported an outage, how a report gets into the ledger, and one answer to all of them."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sla.models import Outage, Service
from support import desk
from support.notifications import sweep as bell
from support.notifications.choices import kinds_for
from support.notifications.models import Notification, NotificationKind
from support.outages import reporters, verbs
from tests import people
from tickets.models import Channel, Contact, Kind, MessageKind, Role, Status, Ticket, User

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def dirk() -> Contact:
    """A customer of hosting."""
    return people.contact(people.organisation("Winkel", "diploc"), "Dirk")


@pytest.fixture
def platform(dirk: Contact) -> Service:
    """What all customers of hosting share."""
    agreement = dirk.organisation.contracts.get().agreement
    return Service.objects.create(agreement=agreement, name="Platform")


@pytest.fixture
def mona(client: Client) -> User:
    """Who works here, signed in."""
    user = people.agent("Mona")
    client.force_login(user)
    return user


def report(person: Contact, *, ago: timedelta) -> Ticket:
    return desk.open_ticket(
        people.reporter(person),
        people.words("De winkel doet niets."),
        subject="Winkel weg",
        kind=Kind.INCIDENT,
        channel=Channel.WEB,
        at=timezone.now() - ago,
    )


def said_to(ticket: Ticket) -> list[str]:
    replies = ticket.messages.filter(kind=MessageKind.REPLY, public=True)
    return [message.text for message in replies]


def test_an_agent_says_on_a_ticket_that_it_is_of_an_outage(
    client: Client, mona: User, dirk: Contact, platform: Service
) -> None:
    ticket = report(dirk, ago=30 * MINUTE)
    address = reverse("ticket-outage", args=[ticket.reference])
    of_ticket = reverse("ticket", args=[ticket.reference])
    assert address in client.get(of_ticket).content.decode()
    assert "Platform" in client.get(address).content.decode()
    answer = client.post(address, {"service": platform.pk})
    outage = Outage.objects.get()
    assert answer.headers["Location"] == reverse("outage", args=[outage.pk])
    assert outage.ticket == ticket
    assert outage.reported_at == ticket.reported_at
    assert ticket.reference in client.get(answer.headers["Location"]).content.decode()
    assert reverse("outage", args=[outage.pk]) in client.get(of_ticket).content.decode()
    assert "Het is van deze uitval" in client.get(address).content.decode()


def test_a_service_of_somebody_else_can_not_be_chosen(
    client: Client, mona: User, dirk: Contact, platform: Service
) -> None:
    other = people.contact(people.organisation("Ander"), "Otto")
    ticket = report(other, ago=MINUTE)
    address = reverse("ticket-outage", args=[ticket.reference])
    assert client.post(address, {"service": platform.pk}).status_code == 422
    assert not Outage.objects.exists()
    assert "heeft hier geen diensten" in client.get(address).content.decode()


def test_one_answer_reaches_each_reporter_on_their_own_ticket_and_solves_it(
    client: Client, mona: User, dirk: Contact, platform: Service
) -> None:
    other = people.contact(people.organisation("Atelier", "diploc"), "Ella")
    first, second = report(dirk, ago=30 * MINUTE), report(other, ago=20 * MINUTE)
    stranger = report(dirk, ago=10 * MINUTE)
    outage = verbs.reported(platform, first, actor=mona, now=timezone.now())
    verbs.reported(platform, second, actor=mona, now=timezone.now())
    address = reverse("outage-answer", args=[outage.pk])
    page = client.get(address).content.decode()
    assert first.reference in page
    assert second.reference in page
    answer = client.post(address, {"text": "Hij doet het weer.", "solves": "on"})
    assert answer.headers["Location"] == reverse("outage", args=[outage.pk])
    for ticket in (first, second):
        ticket.refresh_from_db()
        assert said_to(ticket) == ["Hij doet het weer."]
        assert ticket.status == Status.RESOLVED
    assert said_to(stranger) == []


def test_what_our_monitoring_opened_is_resolved_with_them_and_nobody_is_answered_there(
    mona: User, dirk: Contact, platform: Service
) -> None:
    now = timezone.now()
    outage = verbs.detected(platform, at=now - MINUTE, now=now)
    report_of_it = report(dirk, ago=timedelta(0))
    verbs.reported(platform, report_of_it, actor=mona, now=timezone.now())
    assert reporters.to_answer(outage) == [report_of_it]
    reporters.answer(outage, "Opgelost.", solves=True, actor=mona, now=timezone.now())
    own = outage.ticket
    assert own is not None
    own.refresh_from_db()
    assert own.status == Status.RESOLVED
    assert said_to(own) == []


def test_nobody_to_answer_is_said(client: Client, mona: User, platform: Service) -> None:
    now = timezone.now()
    outage = verbs.detected(platform, at=now - MINUTE, now=now)
    address = reverse("outage-answer", args=[outage.pk])
    assert "Niemand wacht op antwoord" in client.get(address).content.decode()
    refused = client.post(address, {"text": "Hij doet het weer."})
    assert refused.status_code == 422


def test_whoever_leads_hears_that_monitoring_found_a_service_down(platform: Service) -> None:
    lead, agent = people.agent("Lena", Role.LEAD), people.agent("Bob")
    bell.sweep(now=timezone.now())
    now = timezone.now()
    outage = verbs.detected(platform, at=now - MINUTE, now=now)
    bell.sweep(now=timezone.now())
    told = Notification.objects.get()
    assert (told.recipient, told.kind) == (lead, NotificationKind.MONITORED)
    assert told.ticket_id == outage.ticket_id
    assert NotificationKind.MONITORED not in kinds_for(agent)


def test_a_search_finds_services_by_name_and_says_which_is_down(
    client: Client, mona: User, platform: Service
) -> None:
    now = timezone.now()
    verbs.detected(platform, at=now - MINUTE, now=now)
    found = client.get(reverse("search"), {"q": "platf"}).content.decode()
    assert reverse("service", args=[platform.pk]) in found
    assert "ligt eruit" in found
    nothing = client.get(reverse("search"), {"q": "platf org:winkel"}).content.decode()
    assert reverse("service", args=[platform.pk]) not in nothing
