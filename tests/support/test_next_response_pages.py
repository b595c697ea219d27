"""A promised next response on the pages: the turn that waits, and those that are over."""

from copy import deepcopy
from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from sla import agreements
from sla.contracts import contract
from sla.models import Alert, Clock, Contract
from sla.reporting import month_report
from sla.sweep import sweep
from support import desk
from support.desk import customer_side
from tests import people
from tests.people import at, words
from tickets.models import Channel, Contact, Kind, Organisation, Ticket, User

pytestmark = pytest.mark.django_db

TARGET = {
    "key": "next-response",
    "promise": "next_response",
    "clause": "7.A",
    "ticket_kinds": ["question"],
    "hours": 4,
    "words": {"nl": "Op elk bericht binnen vier werkuren", "en": "Within four working hours"},
}


@pytest.fixture
def carla() -> Contact:
    terms = deepcopy(contract("dialog"))
    terms["targets"].append(TARGET)
    agreement = agreements.load(terms, in_force_on=date(2020, 1, 1)).agreement
    customer = Organisation.objects.create(name="School")
    Contract.objects.create(organisation=customer, agreement=agreement)
    return people.contact(customer)


def conversation(carla: Contact, alice: User) -> Ticket:
    """Three messages of the customer: one answered late, one in time, one waiting."""
    ticket = desk.open_ticket(
        people.reporter(carla),
        words(),
        subject="Vraag",
        kind=Kind.QUESTION,
        channel=Channel.EMAIL,
        at=at("2026-05-18 09:00"),
    )

    def ask(when: str) -> None:
        said = words("En dan?")
        customer_side.writes(
            ticket, people.reporter(carla), said, channel=Channel.EMAIL, at=at(when)
        )

    desk.reply(ticket, words("Zo."), actor=alice, at=at("2026-05-18 10:00"))
    ask("2026-05-18 11:00")
    sweep(now=at("2026-05-18 16:00"))
    desk.reply(ticket, words("Zo ook."), actor=alice, at=at("2026-05-18 16:00"))
    ask("2026-05-19 09:00")
    desk.reply(ticket, words("Ja."), actor=alice, at=at("2026-05-19 10:00"))
    ask("2026-05-19 11:00")
    return ticket


def test_each_turn_is_counted_and_alarmed_on_its_own(carla: Contact) -> None:
    conversation(carla, people.agent())
    turns = Clock.objects.filter(promise="next_response").order_by("turn")
    assert [clock.state for clock in turns] == ["breached", "met", "running"]
    sweep(now=at("2026-05-19 15:01"))
    missed = Alert.objects.filter(kind="breach", promise="next_response")
    assert [alert.due_at for alert in missed.order_by("due_at")] == [
        at("2026-05-18 15:00"),
        at("2026-05-19 15:00"),
    ]
    report = month_report(date(2026, 5, 1))
    tally = report.by_promise["next_response", "", "question"]
    assert (tally.kept, tally.breached) == (1, 2)


def test_the_ticket_shows_the_turn_that_waits_and_folds_the_others(
    carla: Contact, client: Client
) -> None:
    alice = people.agent()
    ticket = conversation(carla, alice)
    sweep(now=timezone.now())
    client.force_login(alice)
    page = client.get(f"/desk/tickets/{ticket.reference}/").content.decode()
    assert page.count('class="promise"') == 1
    assert "2 eerdere volgende reacties" in page
    assert "oudste bericht zonder antwoord" in page
