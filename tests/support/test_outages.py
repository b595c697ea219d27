"""Outages at the desk: one ticket for all that see it, claims with their answers."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from sla import calling, months, telling
from sla.models import Alert, Claim, Clock, Outage, Service
from sla.outages import LedgerError
from sla.queries import cards_of, edition_of
from sla.sweep import sweep
from sla.unjudged import judging_of
from support import desk
from support.desk import letters
from support.mail.models import OutgoingMail
from support.notifications import alerts, mailing
from support.outages import verbs
from support.timeline.line import alert_words
from support.who import Reporter
from tests import people
from tickets.files import File
from tickets.models import Channel, Contact, Kind, Link, LinkKind, MessageKind, Role, Ticket, User

pytestmark = pytest.mark.django_db
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
NOW = timezone.now().replace(microsecond=0)


@pytest.fixture
def dirk() -> Contact:
    """A contact of a customer of hosting."""
    return people.contact(people.organisation("Winkel", "diploc"), "Dirk")


@pytest.fixture
def site(dirk: Contact) -> Service:
    """Their website."""
    contract = dirk.organisation.contracts.get()
    return Service.objects.create(
        agreement=contract.agreement,
        contract=contract,
        name="Webwinkel",
        starts_on=date(2026, 1, 1),
    )


@pytest.fixture
def mona() -> User:
    """Who works here."""
    return people.agent("Mona")


def report(dirk: Contact, *, ago: timedelta = 30 * MINUTE) -> Ticket:
    return desk.open_ticket(
        people.reporter(dirk),
        people.words("De winkel doet niets."),
        subject="Winkel weg",
        kind=Kind.INCIDENT,
        channel=Channel.WEB,
        at=NOW - ago,
    )


def test_what_monitoring_sees_opens_one_incident_however_often_it_sees_it(site: Service) -> None:
    first = verbs.detected(site, at=NOW - 5 * MINUTE, now=NOW, check="http")
    again = verbs.detected(site, at=NOW - 4 * MINUTE, now=NOW, check="tcp")
    assert first == again
    ticket = Ticket.objects.get()
    assert (ticket.subject, ticket.kind, ticket.channel) == (
        "Webwinkel ligt eruit",
        Kind.INCIDENT,
        Channel.MONITOR,
    )
    assert ticket.organisation == site.organisation
    assert first.ticket == ticket
    assert [event.data.get("check") for event in first.events.filter(kind="detected")] == [
        "http",
        "tcp",
    ]


def test_no_reaction_is_owed_on_what_nobody_reported_until_a_customer_asks(
    site: Service, dirk: Contact, mona: User
) -> None:
    monday = datetime(2026, 5, 18, 8, tzinfo=UTC)
    ticket = verbs.detected(site, at=monday, now=monday).ticket
    assert ticket is not None
    reaction = Clock.objects.get(ticket=ticket, promise="reaction")
    assert (reaction.binding, reaction.breached_at) == (False, None)
    (card,) = cards_of(ticket, now=monday + 24 * HOUR)
    assert any("niemand wacht op een reactie" in step for step in card.explanation)
    called = monday + 24 * HOUR
    desk.log_call(ticket, people.words(), actor=mona, contact=dirk, answered=False, at=called)
    reaction.refresh_from_db()
    assert (reaction.binding, reaction.started_at) == (True, called)
    assert reaction.due_at == called + 4 * HOUR


def test_colleagues_hear_when_nobody_looked_at_what_our_monitoring_found(site: Service) -> None:
    monday = datetime(2026, 5, 18, 8, tzinfo=UTC)
    ticket = verbs.detected(site, at=monday, now=monday).ticket
    assert ticket is not None
    assert judging_of([ticket], now=monday)[ticket.pk].by == monday + 2 * HOUR
    sweep(now=monday + 3 * HOUR)
    alert = Alert.objects.get(ticket=ticket)
    assert (alert.kind, alert.at, alert.due_at) == (
        Alert.Kind.UNJUDGED,
        monday + 2 * HOUR,
        None,
    )
    assert alert_words(alert).endswith("onze eigen bewaking vond het")
    people.agent("Mia", Role.MANAGER)
    alerts.tell(later=letters.tell_moved, now=monday + 3 * HOUR)
    mailing.tell(now=monday + 3 * HOUR)
    told = OutgoingMail.objects.get(letter="alerts")
    assert "nog niemand heeft gekeken" in told.text
    assert "nog niemand heeft gekeken" in told.html


def test_nobody_is_told_to_phone_about_what_we_found_ourselves() -> None:
    school = people.organisation("School")
    carla = people.contact(school, "Carla", may_phone=True)
    at = datetime(2026, 5, 18, 8, tzinfo=UTC)

    def advised(email: str) -> bool:
        ticket = desk.open_ticket(
            Reporter(name="Bewaking", email=email, organisation=school, proved=True),
            people.words("Het platform antwoordt niet."),
            subject="Platform weg",
            kind=Kind.INCIDENT,
            channel=Channel.MONITOR,
            priority="hoog",
            confirm=False,
            at=at,
        )
        edition = edition_of(ticket)
        reader = telling.reader_of(carla, school, edition)
        cards = cards_of(ticket, now=at)
        return calling.advice(cards, edition, ticket=ticket, reader=reader, now=at) is not None

    assert advised("bewaking@school.example")  # their machine wrote to us
    assert not advised("")


def test_a_customers_report_is_the_outages_ticket_and_others_are_linked_to_it(
    site: Service, dirk: Contact, mona: User
) -> None:
    first, second = report(dirk), report(dirk, ago=20 * MINUTE)
    outage = verbs.reported(site, first, actor=mona, now=NOW)
    same = verbs.reported(site, second, actor=mona, now=NOW)
    assert (same, same.ticket, same.reported_at) == (outage, first, first.reported_at)
    link = Link.objects.get()
    assert (link.ticket, link.other, link.kind) == (second, first, LinkKind.CAUSED)
    verbs.detected(site, at=NOW - 10 * MINUTE, now=NOW)
    assert Ticket.objects.count() == 2
    assert Outage.objects.count() == 1


def test_a_platform_that_all_share_has_an_incident_of_nobody_in_particular() -> None:
    platform = Service.objects.create(agreement=people.agreement(), name="Platform")
    ticket = verbs.detected(platform, at=NOW, now=NOW).ticket
    assert ticket is not None
    assert ticket.organisation is None


def test_colleagues_read_on_the_ticket_that_it_is_there_again(site: Service) -> None:
    outage = verbs.detected(site, at=NOW - 30 * MINUTE, now=NOW - 30 * MINUTE)
    verbs.restored(outage, at=NOW - MINUTE, now=NOW)
    said = Ticket.objects.get().messages.get(kind=MessageKind.NOTE)
    assert said.text.startswith("Webwinkel is er weer sinds ")


def claimed(site: Service, dirk: Contact) -> Claim:
    begin = NOW - 50 * HOUR
    return verbs.file_claim(
        site,
        dirk,
        begins_at=begin,
        ends_at=begin + HOUR,
        text="Zie de schermafdruk.",
        files=[File("winkel.txt", "text/plain", b"leeg")],
        now=NOW,
    )


def test_a_claim_comes_in_as_a_ticket_with_its_files(site: Service, dirk: Contact) -> None:
    claim = claimed(site, dirk)
    assert claim.ticket.subject.startswith("Claim: Webwinkel, ")
    assert claim.ticket.contact == dirk
    assert (
        claim.ticket.messages.get(kind=MessageKind.CUSTOMER).attachments.get().name == "winkel.txt"
    )


def test_what_is_decided_of_a_claim_is_answered_with_the_reason(
    site: Service, dirk: Contact, mona: User
) -> None:
    claim = claimed(site, dirk)
    verbs.decide_claim(
        claim, accepted=True, reason="Onze logs zeggen het ook.", actor=mona, now=NOW, seen=0
    )
    answer = claim.ticket.messages.get(kind=MessageKind.REPLY)
    assert "Wij aanvaarden uw claim over Webwinkel" in answer.text
    assert "Onze logs zeggen het ook." in answer.text
    month = months.derive(site, (NOW - 50 * HOUR).date().replace(day=1), now=NOW)
    assert month is not None
    assert month.judged.result.unavailable == HOUR
    verbs.decide_claim(claim, accepted=False, reason="Toch niet.", actor=mona, now=NOW, seen=1)
    assert claim.ticket.messages.filter(kind=MessageKind.REPLY).count() == 2


def test_a_claim_that_makes_no_sense_leaves_no_ticket(site: Service, dirk: Contact) -> None:
    with pytest.raises(LedgerError):
        verbs.file_claim(
            site, dirk, begins_at=NOW, ends_at=NOW - HOUR, text="Eerder.", files=[], now=NOW
        )
    assert not Ticket.objects.exists()
