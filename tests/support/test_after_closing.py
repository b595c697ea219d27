"""What a customer writes to a ticket that was done with: reopened, judged by a person, or anew."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from sla.models import Clock
from support import desk
from support.desk import customer_side
from support.desk.customer_side import is_thanks
from support.mail.models import OutgoingMail
from support.search import indexing
from tests import people
from tests.people import at, words
from tickets.models import Channel, Contact, Kind, Message, Status, Ticket, User

pytestmark = pytest.mark.django_db

MONDAY = at("2026-05-18 10:00")
NOON = at("2026-05-18 12:00")
TUESDAY = at("2026-05-19 10:00")


@pytest.fixture
def alice() -> User:
    return people.agent()


@pytest.fixture
def carla() -> Contact:
    return people.contact(people.organisation())


@pytest.fixture
def solved(carla: Contact, alice: User) -> Ticket:
    """Hoog, due after eight working hours, of which two were used."""
    ticket = desk.open_ticket(
        people.reporter(carla),
        words(),
        subject="Doelen",
        kind=Kind.INCIDENT,
        priority="hoog",
        channel=Channel.EMAIL,
        at=MONDAY,
    )
    desk.assign(ticket, assignee=alice, team=alice.team, actor=alice, at=MONDAY)
    desk.resolve(ticket, words("Klaar."), actor=alice, at=NOON)
    ticket.refresh_from_db()
    return ticket


def writes(ticket: Ticket, text: str, *, when: object = TUESDAY) -> Message:
    return customer_side.writes(
        ticket,
        people.reporter(ticket.contact or Contact()),
        words(text),
        channel=Channel.EMAIL,
        at=when,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("text", "thanks"),
    [
        ("Bedankt!", True),
        ("Top, het werkt weer perfect", False),  # "weer" may also say: again
        ("Hartelijk dank voor de snelle hulp.\n\nCarla", True),
        ("Thanks a lot", True),
        ("Bedankt, maar het doet het nog niet", False),
        ("Dank! Kan ik het ook zelf?", False),
        ("Het werkt niet", False),
        ("Dank " + "x" * 300, False),
    ],
)
def test_thanks_are_told_from_what_asks_for_more(text: str, thanks: bool) -> None:
    assert is_thanks(text) is thanks


def test_thanks_reopen_nothing_until_a_person_says_so(solved: Ticket) -> None:
    writes(solved, "Bedankt!")
    solved.refresh_from_db()
    assert (solved.status, solved.wrote_after) == (Status.RESOLVED, TUESDAY)
    assert Clock.objects.get(ticket=solved, promise="resolution").state == "met"


def test_not_solved_after_all_reopens_at_once(solved: Ticket) -> None:
    writes(solved, "Het doet het nog steeds niet")
    solved.refresh_from_db()
    assert (solved.status, solved.wrote_after) == (Status.OPEN, None)


def test_a_forged_answer_reopens_nothing_before_a_person_has_looked(solved: Ticket) -> None:
    customer_side.writes(
        solved,
        people.reporter(solved.contact or Contact()),
        words("Het doet het nog steeds niet"),
        channel=Channel.EMAIL,
        at=TUESDAY,
        believed=False,
    )
    solved.refresh_from_db()
    assert (solved.status, solved.wrote_after) == (Status.RESOLVED, TUESDAY)


def test_whatever_is_written_after_closing_is_judged_by_a_person(
    solved: Ticket, alice: User
) -> None:
    desk.close(solved, actor=alice, at=NOON)
    writes(solved, "Het doet het nog steeds niet")
    solved.refresh_from_db()
    assert (solved.status, solved.wrote_after) == (Status.CLOSED, TUESDAY)


def test_reopening_counts_from_what_the_customer_wrote_however_late_it_is_read(
    solved: Ticket, alice: User
) -> None:
    desk.close(solved, actor=alice, at=NOON)
    writes(solved, "Het doet het nog steeds niet")
    desk.reopen(solved, reason="Klant schreef", actor=alice)
    solved.refresh_from_db()
    reopened = solved.events.get(kind="reopened")
    clock = Clock.objects.get(ticket=solved, promise="resolution")
    assert (solved.status, solved.wrote_after, reopened.at) == (Status.OPEN, None, TUESDAY)
    assert "decided_at" in reopened.data
    assert clock.due_at == at("2026-05-19 16:00")


def test_left_as_it_is_the_ticket_asks_for_nothing(solved: Ticket, alice: User) -> None:
    writes(solved, "Bedankt!")
    customer_side.leave_closed(solved, actor=alice)
    solved.refresh_from_db()
    assert (solved.status, solved.wrote_after) == (Status.RESOLVED, None)
    assert solved.events.latest("version").kind == "left_closed"


def test_a_colleague_finds_it_on_the_start_page_and_in_the_queue_and_decides_on_the_ticket(
    solved: Ticket, alice: User, client: Client
) -> None:
    client.force_login(alice)
    page = reverse("ticket", args=[solved.reference])
    start, queue = reverse("start"), f"{reverse('queue')}?status=wrote_after"
    assert 'id="after"' not in client.get(start).content.decode()
    writes(solved, "Bedankt!")
    assert solved.reference in client.get(start).content.decode()
    assert solved.reference in client.get(queue).content.decode()
    assert "wrote-after" in client.get(page).content.decode()
    client.post(reverse("verb", args=[solved.reference, "leave_closed"]))
    assert "wrote-after" not in client.get(page).content.decode()
    assert solved.reference not in client.get(queue).content.decode()


def test_a_colleague_reopens_it_with_one_button(
    solved: Ticket, alice: User, client: Client
) -> None:
    writes(solved, "Bedankt!")
    client.force_login(alice)
    client.post(reverse("verb", args=[solved.reference, "reopen"]), {"reason": "Klant schreef"})
    solved.refresh_from_db()
    assert solved.status == Status.OPEN


def test_long_after_a_reply_is_a_report_of_its_own_that_follows(
    solved: Ticket, settings: Settings
) -> None:
    settings.REOPEN_DAYS = 30
    letters = OutgoingMail.objects.count()
    message = writes(solved, "Kunnen jullie nu iets anders doen?", when=NOON + timedelta(days=31))
    solved.refresh_from_db()
    new = message.ticket
    assert new != solved
    assert (new.status, new.subject, solved.status) == (Status.NEW, "Doelen", Status.RESOLVED)
    assert new.links.get().other == solved
    assert [solved.events.latest("version").kind, new.events.latest("version").kind] == [
        "linked",
        "linked",
    ]
    assert OutgoingMail.objects.count() == letters + 1


def test_within_the_days_and_without_a_limit_it_is_the_same_ticket(
    solved: Ticket, settings: Settings
) -> None:
    settings.REOPEN_DAYS = 30
    assert writes(solved, "Bedankt!", when=NOON + timedelta(days=30)).ticket == solved
    settings.REOPEN_DAYS = 0
    assert writes(solved, "Bedankt!", when=NOON + timedelta(days=900)).ticket == solved


def test_another_subject_is_shown_and_found(solved: Ticket, alice: User, client: Client) -> None:
    for subject in ("Re: [EXTERN] doelen", "Kopieermachine kapot"):
        said = words("Zie onderwerp")
        customer_side.writes(
            solved,
            people.reporter(solved.contact or Contact()),
            type(said)(text=said.text, subject=subject),
            channel=Channel.EMAIL,
            at=TUESDAY,
        )
    assert list(solved.messages.exclude(subject="").values_list("subject", flat=True)) == [
        "Kopieermachine kapot"
    ]
    indexing.sweep()
    client.force_login(alice)
    page = client.get(reverse("ticket", args=[solved.reference])).content.decode()
    assert "Kopieermachine kapot" in page
    found = client.get(reverse("search"), {"q": "kopieermachine"}).content.decode()
    assert solved.reference in found
