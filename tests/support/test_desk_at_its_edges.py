"""What verbs say, or leave alone, where there is nothing to do, nobody to write to, or no way."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import RequestFactory
from django.utils import timezone

from sla.models import Alert
from support import access, desk, who
from support.desk import (
    changed,
    correspondents,
    customer_side,
    gathering,
    letters,
    marking,
    participants,
    putting_right,
)
from support.desk.models import ChangeNotice
from support.desk.table import VERBS
from support.mail.models import OutgoingMail
from support.who import Reporter
from tests import people
from tests.people import words
from tickets.models import Channel, Contact, Kind, Message, Ticket, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice() -> User:
    return people.agent()


@pytest.fixture
def carla() -> Contact:
    return people.contact(people.organisation(), "Carla")


def opened(who_reports: Reporter, channel: str = Channel.WEB) -> Ticket:
    return desk.open_ticket(
        who_reports,
        words(),
        subject="Doelen",
        kind=Kind.INCIDENT,
        priority="middel",
        channel=channel,
    )


@pytest.fixture
def ticket(carla: Contact) -> Ticket:
    return opened(people.reporter(carla))


@pytest.fixture
def mute() -> Ticket:
    """Of somebody who phoned and left no address."""
    return opened(Reporter(name="Iemand"), Channel.PHONE)


def test_a_change_that_can_not_be_told_waits_an_hour_and_holds_up_no_other(
    alice: User, ticket: Ticket, carla: Contact, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = opened(people.reporter(carla))
    for each in (ticket, other):
        desk.prioritise(each, priority="hoog", reason="Erger", actor=alice)
    OutgoingMail.objects.all().delete()
    later = timezone.now() + timedelta(minutes=5)
    write = letters.tell_changed

    def broken(of: Ticket, *args: object, **more: object) -> object:
        if of.pk == ticket.pk:
            raise RuntimeError("no")
        return write(of, *args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(letters, "tell_changed", broken)
    assert changed.tell(now=later) == 1
    assert OutgoingMail.objects.get().ticket == other
    waiting = ChangeNotice.objects.get()
    assert (waiting.ticket, waiting.due_at) == (ticket, later + timedelta(hours=1))
    assert str(waiting) == f"{ticket.pk}: incident middel"


def test_who_can_not_be_written_to_gets_no_letter_of_any_kind(mute: Ticket, ticket: Ticket) -> None:
    now = timezone.now()
    moved = Alert(ticket=mute, kind=Alert.Kind.MOVED, at=now)
    assert letters.confirm(mute, Message(), edition=None, clocks=[], at=now) is None
    assert letters.tell_moved(mute, moved, at=now) is None
    assert letters.tell_merged(mute, ticket, at=now) is None
    assert letters.say_by_itself(mute, "Nog bezig", at=now) is None


def test_a_letter_of_the_house_goes_to_another_address_only_if_that_is_vouched_for(
    alice: User, ticket: Ticket
) -> None:
    own, asked = ticket.reporter_email, "carla@prive.example"
    by_mail = correspondents.answer_to(ticket, email=asked, actor=None)
    assert letters.reader_of(by_mail, automatic=True) == own
    assert letters.reader_of(by_mail, automatic=False) == asked
    by_colleague = correspondents.answer_to(ticket, email=asked, actor=alice)
    assert letters.reader_of(by_colleague, automatic=True) == asked


def test_answers_that_went_elsewhere_already_are_not_noted_again(ticket: Ticket) -> None:
    once = correspondents.answer_to(ticket, email="carla@prive.example", actor=None)
    twice = correspondents.answer_to(ticket, email="Carla@prive.example", actor=None)
    assert once.version == twice.version


def test_who_takes_no_part_is_not_taken_off(alice: User, ticket: Ticket) -> None:
    left = correspondents.remove_participant(ticket, email="nee@school.example", actor=alice)
    assert left.version == ticket.version


def test_a_ticket_is_not_merged_into_itself_nor_linked_to_itself(
    alice: User, ticket: Ticket
) -> None:
    with pytest.raises(desk.DeskError, match="zichzelf"):
        gathering.merge(ticket, into=ticket, actor=alice)
    with pytest.raises(desk.DeskError, match="zichzelf"):
        gathering.link(ticket, other=ticket, kind="related", actor=alice)
    with pytest.raises(ValueError, match="by hand"):
        gathering.link(ticket, other=ticket, kind="merged", actor=alice)


def test_a_message_of_a_stranger_is_split_off_as_theirs_at_that_organisation(
    alice: User, ticket: Ticket
) -> None:
    stranger = Reporter(name="Piet", email="piet@elders.example")
    said = customer_side.writes(ticket, stranger, words("Iets anders"), channel=Channel.EMAIL)
    new = gathering.split(said, subject="Anders", kind=Kind.QUESTION, priority="", actor=alice)
    assert (new.reporter_email, new.organisation) == ("piet@elders.example", ticket.organisation)


def test_a_message_of_another_ticket_can_not_be_split_off_here(
    alice: User, ticket: Ticket, carla: Contact
) -> None:
    other = opened(people.reporter(carla))
    body = {"message": other.messages.order_by("pk")[0].pk, "subject": "x", "kind": Kind.QUESTION}
    with pytest.raises(Http404):
        VERBS["split"].do(ticket, alice, body)


def test_nothing_typed_is_no_tag_no_item_and_no_subject(alice: User, ticket: Ticket) -> None:
    for act in (
        lambda: marking.tag(ticket, name=" \x00 ", actor=alice),
        lambda: marking.add_item(ticket, text="  ", actor=alice),
        lambda: putting_right.rename(ticket, subject=" \x00", actor=alice),
    ):
        with pytest.raises(desk.DeskError):
            act()
    assert Ticket.objects.get(pk=ticket.pk).version == ticket.version


def test_what_is_so_already_is_left_alone(
    alice: User, ticket: Ticket, carla: Contact, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.classify(ticket, kind=Kind.INCIDENT, actor=alice)
    version = Ticket.objects.get(pk=ticket.pk).version
    assert putting_right.identify(ticket, contact=carla, actor=alice).version == version
    same = putting_right.rename(ticket, subject=ticket.subject, actor=alice)
    assert same.version == version
    assert marking.untag(ticket, name="nooit", actor=alice).version == version
    added = marking.add_item(ticket, text="Bel", actor=alice)
    number = ticket.checklist.get().pk
    assert marking.tick_item(ticket, number=number, done=False, actor=alice).version == (
        added.version
    )
    monkeypatch.setattr(marking, "MOST_ITEMS", 1)
    with pytest.raises(desk.DeskError, match="1"):
        marking.add_item(ticket, text="Nog een", actor=alice)


def test_another_organisations_ticket_needs_a_reason(alice: User, ticket: Ticket) -> None:
    dirk = people.contact(people.organisation("Elders", "diploc"), "Dirk")
    with pytest.raises(desk.DeskError, match="School"):
        putting_right.identify(ticket, contact=dirk, actor=alice)


def test_a_call_while_we_wait_for_the_customer_ends_the_waiting(
    alice: User, ticket: Ticket, carla: Contact
) -> None:
    desk.hold(ticket, words("Welke browser?"), actor=alice)
    desk.log_call(ticket, words("Firefox"), actor=alice, contact=carla, caller="", answered=True)
    assert Ticket.objects.get(pk=ticket.pk).status == "open"


def test_an_account_of_a_contact_takes_part_already(ticket: Ticket, carla: Contact) -> None:
    carla.user = User.objects.create(email="carla.account@school.example", name="Carla")
    carla.save()
    again = Ticket.objects.get(pk=ticket.pk)
    assert participants.is_on(again, "Carla.Account@school.example")


def test_callers_are_found_by_part_of_a_number_from_four_digits_on(carla: Contact) -> None:
    number = carla.numbers.get().bare
    assert list(who.callers(number[-4:])) == [carla]
    assert list(who.callers(number[-3:])) == []
    assert list(who.callers(" \x00 ")) == []
    assert list(who.callers("carl")) == [carla]


def test_nobody_is_nobody() -> None:
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    with pytest.raises(PermissionDenied):
        access.signed_in(request)
