"""Verbs at the same instant wait for each other; a verb that fails leaves nothing."""

from functools import partial

import pytest
from django.conf import LazySettings
from django.db import DatabaseError, connection

from sla.models import Clock
from support import desk
from support.desk import customer_side
from support.desk.conversation import Words
from support.mail.models import OutgoingMail
from support.who import Reporter
from tests import people
from tests.at_once import together
from tests.people import words
from tickets.files import File
from tickets.models import Attachment, Channel, Contact, Kind, Message, Ticket, User


def a_ticket() -> tuple[Ticket, Contact, User]:
    carla, alice = people.contact(people.organisation()), people.agent()
    ticket = desk.open_ticket(
        people.reporter(carla),
        words(),
        subject="Doelen",
        kind=Kind.INCIDENT,
        channel=Channel.EMAIL,
        priority="hoog",
    )
    return ticket, carla, alice


@pytest.mark.django_db(transaction=True)
def test_verbs_at_the_same_instant_are_serialised_and_lose_nothing() -> None:
    ticket, carla, alice = a_ticket()
    bob = people.agent("Bob")
    outcomes = together(
        lambda: desk.reply(ticket, words("Van Alice"), actor=alice),
        lambda: desk.note(ticket, words("Van Bob"), actor=bob),
        lambda: desk.prioritise(ticket, priority="laag", reason="Valt mee", actor=bob),
        lambda: customer_side.writes(
            ticket, people.reporter(carla), words("Van Carla"), channel=Channel.EMAIL
        ),
    )
    assert [outcome for outcome in outcomes if isinstance(outcome, Exception)] == []
    events = list(ticket.events.order_by("version"))
    assert [event.version for event in events] == [1, 2, 3, 4, 5]
    assert sorted(event.kind for event in events) == [
        "customer_replied",
        "noted",
        "prioritised",
        "replied",
        "reported",
    ]
    assert [event.at for event in events] == sorted(event.at for event in events)
    ticket.refresh_from_db()
    assert (ticket.version, ticket.priority) == (5, "laag")
    assert ticket.coverage.version == 5


@pytest.mark.django_db(transaction=True)
def test_strangers_at_the_same_instant_get_no_more_letters_than_the_cap(
    settings: LazySettings,
) -> None:
    settings.CONFIRMATIONS_TO_STRANGERS = 2

    def report(number: int) -> Ticket:
        return desk.open_ticket(
            Reporter(email=f"s{number}@ander.example"),
            words(),
            subject="Prijs",
            kind=None,
            channel=Channel.EMAIL,
        )

    made = together(*(partial(report, number) for number in range(6)))
    assert [each for each in made if isinstance(each, Exception)] == []
    assert OutgoingMail.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_of_two_who_solve_at_once_one_is_told_that_it_is_solved() -> None:
    ticket, _carla, alice = a_ticket()
    bob = people.agent("Bob")
    outcomes = together(
        lambda: desk.resolve(ticket, words("Opgelost"), actor=alice),
        lambda: desk.resolve(ticket, words("Opgelost"), actor=bob),
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["DeskError", "Ticket"]
    assert ticket.events.filter(kind="resolved").count() == 1
    assert OutgoingMail.objects.filter(ticket=ticket, automatic=False).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_verb_that_fails_half_way_leaves_nothing() -> None:
    ticket, _carla, alice = a_ticket()
    clocks = list(Clock.objects.values())
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION 'disk full'; END $$;"
            "CREATE TRIGGER fail BEFORE UPDATE ON sla_coverage"
            " FOR EACH ROW EXECUTE FUNCTION fail()"
        )
    try:
        said = Words(text="Zie bijlage", files=[File("a.txt", "text/plain", b"half-way")])
        with pytest.raises(DatabaseError, match="disk full"):
            desk.resolve(ticket, said, actor=alice)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER fail ON sla_coverage; DROP FUNCTION fail()")
    assert [event.kind for event in ticket.events.all()] == ["reported"]
    assert not Message.objects.filter(kind="reply").exists()
    assert not Attachment.objects.exists()
    assert not OutgoingMail.objects.filter(automatic=False).exists()
    assert Ticket.objects.get().status == "new"
    assert list(Clock.objects.values()) == clocks
