"""Answers go where a report asks for them, with its sender in sight, from where it came in."""

from email.utils import parseaddr

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from support import desk
from support.desk import gathering
from support.intake import email
from support.mail import post
from support.mail.models import IncomingMail, Mailbox, OutgoingMail
from support.search import indexing
from tests import people
from tests.letters_in import SERVER, come, opened, raw, signed, verdict
from tests.people import words
from tickets.models import EmailDomain, Ticket, User

pytestmark = pytest.mark.django_db

FORM = {"From": "Formulier <formulier@school.example>", "Reply_To": "Fatima <fatima@prive.example>"}
FATIMA, SENDER = "fatima@prive.example", "formulier@school.example"


@pytest.fixture(autouse=True)
def _house(settings: LazySettings) -> None:
    settings.DEFAULT_FROM_EMAIL = "Steunpunt <support@desk.example>"
    settings.REPLY_ADDRESS = "support@desk.example"
    settings.AUTHENTICATION_SERVERS = [SERVER]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture
def alice() -> User:
    return people.agent()


def answered(ticket: Ticket, alice: User) -> str:
    desk.reply(ticket, words("Zo."), actor=alice)
    return OutgoingMail.objects.latest("pk").to


def test_an_answer_goes_to_reply_to_and_the_sender_stays_in_sight(
    alice: User, client: Client
) -> None:
    ticket = opened("Wachtwoord vergeten", **FORM)
    assert (ticket.reporter_email, ticket.answers_to) == (SENDER, FATIMA)
    assert OutgoingMail.objects.get().to == FATIMA
    assert answered(ticket, alice) == FATIMA
    client.force_login(alice)
    page = client.get(reverse("ticket", args=[ticket.reference])).content.decode()
    composer = page.split('class="composer-to"')[1].split("</p>")[0]
    assert FATIMA in composer
    assert SENDER in composer
    talk = page.split('<ol class="timeline"')[1].split("</ol>")[0]
    assert f"Van {SENDER}" in talk


def test_who_was_asked_to_be_answered_goes_on_with_the_ticket() -> None:
    ticket = opened(**FORM)
    assert come("Dank.", From=FATIMA, To=signed(ticket)).ticket == ticket


def test_an_agent_answers_the_sender_instead(alice: User, client: Client) -> None:
    ticket = opened(**FORM)
    client.force_login(alice)
    elsewhere = reverse("verb", args=[ticket.reference, "answer_to"])
    assert client.post(elsewhere, {"email": SENDER}).status_code == 302
    ticket.refresh_from_db()
    assert answered(ticket, alice) == SENDER
    assert client.post(elsewhere, {"email": "support@desk.example"}).status_code == 422
    assert client.post(elsewhere, {"email": "Els@school.example"}).status_code == 302
    ticket.refresh_from_db()
    assert answered(ticket, alice) == "els@school.example"
    said = [event.data["email"] for event in ticket.events.filter(kind="answers_go_to")]
    assert said == [SENDER, "els@school.example"]


def test_what_we_tell_by_ourselves_of_a_customer_goes_to_the_address_we_know(alice: User) -> None:
    school = people.organisation()
    EmailDomain.objects.create(organisation=school, domain="school.example")
    ticket = opened(**FORM)
    assert OutgoingMail.objects.get().to == SENDER
    assert answered(ticket, alice) == FATIMA
    machine = FORM | {"From": "noreply@school.example", "Reply_To": "mallory@kwaad.example"}
    opened("Erin", **machine)
    assert not OutgoingMail.objects.filter(to="mallory@kwaad.example").exists()
    proved = opened("Nog een", Authentication_Results=verdict("pass"), **FORM)
    assert OutgoingMail.objects.latest("pk").to == FATIMA
    assert proved.organisation == school


def test_a_ticket_is_found_by_where_its_answers_go(alice: User, client: Client) -> None:
    ticket = opened("Wachtwoord", **FORM)
    client.force_login(alice)
    indexing.sweep()
    page = client.get(reverse("search"), {"q": "fatima"}).content.decode()
    assert reverse("ticket", args=[ticket.reference]) in page


def test_a_merged_report_is_answered_where_it_asked_and_its_copies_still_wait(alice: User) -> None:
    ticket = opened(Cc="mallory@kwaad.example", **FORM)
    into = opened("Ook", Subject="Ook")
    gathering.merge(ticket, into=into, actor=alice)
    assert [person.email for person in into.participants.all()] == [FATIMA]
    assert [each.email for each in into.proposals.filter(agreed=None)] == ["mallory@kwaad.example"]


@pytest.mark.parametrize(
    "reply_to",
    ["carla@school.example", "support@desk.example", "Carla <CARLA@school.example>, x@y.example"],
)
def test_a_reply_to_that_says_nothing_new_changes_nothing(reply_to: str) -> None:
    assert opened(Reply_To=reply_to).answers_to == ""


def test_a_later_mail_moves_the_answers_only_if_it_is_proved(client: Client, alice: User) -> None:
    ticket = opened()
    elsewhere = {"To": signed(ticket), "Reply_To": "carla@prive.example"}
    come("Schrijf mij thuis.", **elsewhere)
    ticket.refresh_from_db()
    assert ticket.answers_to == ""
    client.force_login(alice)
    page = client.get(reverse("ticket", args=[ticket.reference])).content.decode()
    assert "carla@prive.example" in page
    come("Echt.", Authentication_Results=verdict("pass"), **elsewhere)
    ticket.refresh_from_db()
    assert ticket.answers_to == "carla@prive.example"


def mailbox(**fields: str) -> Mailbox:
    return Mailbox.objects.create(
        name="Hosting", address="hosting@desk.example", host="x", username="x", **fields
    )


@pytest.mark.parametrize(
    ("fields", "sender"),
    [
        ({}, "Steunpunt <hosting@desk.example>"),
        ({"sends_name": "Team Hosting"}, "Team Hosting <hosting@desk.example>"),
        ({"sends_as": "balie@desk.example"}, "Steunpunt <balie@desk.example>"),
    ],
)
def test_letters_leave_from_the_mailbox_that_the_report_came_to(
    fields: dict[str, str],
    sender: str,
    alice: User,
    mailoutbox: list[post.EmailMultiAlternatives],
) -> None:
    mailbox(**fields)
    ticket = opened(To="Hosting <Hosting@desk.example>")
    answered(ticket, alice)
    post.send_due(now=timezone.now())
    assert [letter.from_email for letter in mailoutbox] == [sender, sender]
    # Answers come back to the address that is known to take a plus, under the same name.
    name, _address = parseaddr(sender)
    assert mailoutbox[0].message()["Reply-To"] == f"{name} <{signed(ticket)}>"


def test_the_mailbox_that_a_mail_was_found_in_counts_whatever_it_says(alice: User) -> None:
    mailbox()
    source = raw(To="undisclosed-recipients:;")
    mail, _new = email.take_in(source, at=timezone.now(), came_to="hosting@desk.example")
    assert mail.ticket is not None
    assert mail.ticket.came_to == "hosting@desk.example"
    assert IncomingMail.objects.get().came_to == "hosting@desk.example"


def test_an_address_of_a_pipe_is_a_setting(alice: User, settings: LazySettings) -> None:
    settings.HOUSE_ADDRESSES = ["Team Beheer <beheer@desk.example>"]
    ticket = opened(To="x@elders.example", Delivered_To="beheer+x@desk.example")
    answered(ticket, alice)
    assert OutgoingMail.objects.latest("pk").sender == "Team Beheer <beheer@desk.example>"


def test_what_came_in_otherwise_leaves_from_the_house(alice: User) -> None:
    mailbox()
    carla = people.contact(people.organisation())
    ticket = people.setting(carla, when=timezone.now())
    answered(ticket, alice)
    assert set(OutgoingMail.objects.values_list("sender", flat=True)) == {""}


def test_what_is_split_off_leaves_from_where_it_came_in(alice: User) -> None:
    mailbox()
    ticket = opened(To="hosting@desk.example")
    come("En nog iets anders.", To=signed(ticket))
    message = ticket.messages.filter(kind="customer").latest("pk")
    new = gathering.split(message, subject="Anders", kind="question", priority="", actor=alice)
    assert new.came_to == "hosting@desk.example"
