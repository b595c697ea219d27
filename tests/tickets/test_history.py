"""The history is append-only, ordered, and the only way to a ticket's facts."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from support import desk
from tests import people
from tests.people import at, words
from tickets import facts, history
from tickets.models import Channel, EventKind, Kind, Message, Ticket, TicketEvent

pytestmark = pytest.mark.django_db

MONDAY = at("2026-05-18 10:00")
REPORTED: facts.Reported = {
    "channel": Channel.WEB,
    "ticket_kind": Kind.WISH,
    "priority": None,
    "authorised": False,
    "answered": False,
}


@pytest.fixture
def ticket() -> Ticket:
    return desk.open_ticket(
        people.reporter(people.contact(people.organisation())),
        words(),
        subject="Doelen",
        kind=Kind.QUESTION,
        channel=Channel.EMAIL,
        at=MONDAY,
    )


def test_events_cannot_be_changed_or_deleted_with_the_orm(ticket: Ticket) -> None:
    event = ticket.events.get()
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        TicketEvent.objects.filter(pk=event.pk).update(at=MONDAY - timedelta(days=1))
    event.data = {}
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        event.save()
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        event.delete()
    assert ticket.events.get().at == MONDAY


@pytest.mark.parametrize(
    "statement",
    ["UPDATE tickets_ticketevent SET kind = 'closed'", "DELETE FROM tickets_ticketevent"],
)
def test_events_cannot_be_changed_or_deleted_with_sql(ticket: Ticket, statement: str) -> None:
    with (
        pytest.raises(IntegrityError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert [event.kind for event in ticket.events.all()] == ["reported"]


def test_a_ticket_with_a_history_cannot_be_deleted(ticket: Ticket) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        ticket.delete()


def test_numbers_are_unique_and_readable(ticket: Ticket) -> None:
    later = Ticket(subject="Nog een", kind=Kind.WISH, channel=Channel.WEB)
    history.begin(later, at=MONDAY, actor=None, data=REPORTED)
    assert later.pk > ticket.pk > 10_000
    assert ticket.reference == f"WD-{ticket.pk}"
    for written in (ticket.reference, f"wd{ticket.pk}", f" {ticket.pk} "):
        assert Ticket.objects.by_reference(written).get() == ticket
    for written in ("", "WD-", "WD-1x", "9" * 30, "Doelen"):
        assert not Ticket.objects.by_reference(written).exists()


def test_record_appends_one_event_and_sets_the_present(ticket: Ticket) -> None:
    moment = MONDAY + timedelta(hours=1)
    event = history.record(
        ticket,
        EventKind.PRIORITISED,
        at=moment,
        data={"priority": "laag", "from": None, "reason": ""},
        priority="laag",
    )
    stored = Ticket.objects.get(pk=ticket.pk)
    assert (event.version, stored.version, stored.priority) == (2, 2, "laag")
    assert stored.updated_at == moment


def test_record_refuses_a_column_that_is_not_the_historys(ticket: Ticket) -> None:
    with pytest.raises(
        ValueError, match="not present facts of a ticket: reported_at, reporter_name"
    ):
        history.record(  # type: ignore[call-arg]
            ticket, EventKind.NOTED, at=MONDAY, reporter_name="x", reported_at=MONDAY
        )
    assert ticket.events.count() == 1


def test_record_refuses_a_moment_before_the_last_event(ticket: Ticket) -> None:
    with pytest.raises(ValueError, match="would precede its last event"):
        history.record(ticket, EventKind.NOTED, at=MONDAY - timedelta(microseconds=1))


def test_record_refuses_what_the_status_does_not_allow(ticket: Ticket) -> None:
    with pytest.raises(ValueError, match="reopened is not possible while new"):
        history.record(ticket, EventKind.REOPENED, at=MONDAY)
    history.record(ticket, EventKind.RESOLVED, at=MONDAY)
    with pytest.raises(ValueError, match="waiting is not possible while resolved"):
        history.record(ticket, EventKind.WAITING, at=MONDAY)
    history.record(ticket, EventKind.CLOSED, at=MONDAY)
    assert ticket.status == "closed"


def test_a_version_exists_once(ticket: Ticket) -> None:
    with pytest.raises(IntegrityError, match="event_version_once"), transaction.atomic():
        TicketEvent.objects.create(ticket=ticket, version=1, at=MONDAY, kind=EventKind.NOTED)


def test_a_note_can_never_be_public(ticket: Ticket) -> None:
    with pytest.raises(IntegrityError, match="message_note_internal"), transaction.atomic():
        Message.objects.create(
            ticket=ticket, kind="note", public=True, channel="web", text="x", at=MONDAY
        )
