"""A machine's mark says "don't answer", never "don't read"; what is set aside is found again."""

from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from support import desk
from support.intake.email import receive
from support.mail.models import IncomingMail, OutgoingMail
from support.mail.post import mail_domain
from tests import people
from tests.letters_in import come, come_at, opened, raw, signed
from tests.people import words
from tickets.models import Attachment, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk_client(client: Client) -> Client:
    client.force_login(people.agent())
    return client


MARKS = [
    {"List_Id": "<ict.school.example>", "Precedence": "list"},
    {"Mailing_List": "ict@school.example"},
    {"Precedence": "bulk"},
    {"Precedence": "junk"},
    {"X_Auto_Response_Suppress": "DR, OOF, AutoReply"},
    {"Return_Path": "<>"},
    {"X_Loop": "werkdag"},
    {
        "X_Loop": "werkdag.desk.leverancier.example",
        "Message_ID": "<wd-77.0a1b@werkdag.desk.leverancier.example>",
    },
]


@pytest.mark.parametrize("mark", MARKS, ids=lambda mark: next(iter(mark.values())))
def test_a_person_behind_a_machines_mark_is_read_and_not_confirmed(
    mark: dict[str, str], desk_client: Client
) -> None:
    taken = come("Het internet ligt eruit!", **mark)
    assert (taken.state, taken.unconfirmed) == ("taken", "mark")
    assert taken.ticket is not None
    assert taken.ticket.messages.get().text == "Het internet ligt eruit!"
    assert not OutgoingMail.objects.exists()
    page = desk_client.get(reverse("ticket", args=[taken.ticket.reference])).content.decode()
    assert "Er ging geen bevestiging uit" in page


@pytest.mark.parametrize("mark", MARKS, ids=lambda mark: next(iter(mark.values())))
def test_an_answer_behind_a_machines_mark_is_the_customers(
    mark: dict[str, str], settings: LazySettings
) -> None:
    settings.REPLY_ADDRESS = "support@desk.example"
    ticket = opened()
    taken = come("Nog steeds.", To=signed(ticket), **mark)
    assert (taken.state, taken.ticket) == ("taken", ticket)
    assert ticket.messages.filter(kind="customer").count() == 2


@pytest.mark.parametrize(
    "mark", [*MARKS, {"X_Mailer": "Znuny 7"}], ids=lambda mark: next(iter(mark.values()))
)
def test_what_goes_on_long_after_behind_a_machines_mark_is_not_confirmed_either(
    mark: dict[str, str], settings: LazySettings
) -> None:
    settings.REPLY_ADDRESS = "support@desk.example"
    ticket = opened()
    desk.resolve(ticket, words("Klaar."), actor=people.agent())
    letters = OutgoingMail.objects.count()
    much_later = timezone.now() + timedelta(days=settings.REOPEN_DAYS + 1)
    taken = come_at(much_later, "Weer stuk.", To=signed(ticket), **mark)
    assert taken.ticket not in (None, ticket)
    assert taken.unconfirmed
    assert OutgoingMail.objects.count() == letters


@pytest.mark.parametrize("mark", [{"Return_Path": "<>"}, {"Precedence": "bulk"}, {}])
def test_a_machine_that_reports_by_itself_opens_a_ticket_whatever_else_it_says(
    mark: dict[str, str],
) -> None:
    taken = come("Schijf vol", Auto_Submitted="auto-generated", **mark)
    assert taken.ticket is not None
    assert taken.ticket.channel == "monitor"
    assert not OutgoingMail.objects.exists()


@pytest.mark.parametrize(
    "own", [{"X_Loop": mail_domain()}, {"Message_ID": f"<wd-1.ab@{mail_domain()}>"}]
)
def test_our_own_mail_is_still_known_by_our_own_name(own: dict[str, str]) -> None:
    taken = come("Uw melding is binnen", **own)
    assert (taken.state, taken.reason, Ticket.objects.count()) == ("ignored", "own", 0)
    assert taken.text == ""  # its reader's alone, such as a link to sign in


def test_what_a_machine_wrote_is_found_and_made_a_ticket_of_its_own_moment(
    desk_client: Client,
) -> None:
    came = timezone.now() - timedelta(hours=3)
    text = "De thermometer in de serverruimte meldt 40 graden."
    aside = come_at(came, text, Auto_Submitted="auto-replied", Subject="Bericht")
    assert (aside.state, Ticket.objects.count()) == ("ignored", 0)
    pages = reverse("quarantine")
    assert aside.subject not in desk_client.get(pages).content.decode().split("<main")[1]
    found = desk_client.get(pages, {"show": "machines", "q": "THERMOMETER carla"}).content.decode()
    assert reverse("quarantine-mail", args=[aside.pk]) in found
    search = desk_client.get(reverse("search"), {"q": "thermometer"}).content.decode()
    assert f"{pages}?show=all&amp;q=thermometer" in search
    none = desk_client.get(pages, {"show": "machines", "q": "thermostaat"}).content.decode()
    assert reverse("quarantine-mail", args=[aside.pk]) not in none
    page = desk_client.get(reverse("quarantine-mail", args=[aside.pk])).content.decode()
    assert text in page
    opening = reverse("quarantine-decide", args=[aside.pk, "open"])
    person = {"email": "carla@school.example", "name": "Carla"}
    assert desk_client.post(opening, person).status_code == 302
    ticket = Ticket.objects.get()
    assert (ticket.reported_at, ticket.reporter_email) == (came, "carla@school.example")
    assert ticket.messages.get().text == text
    assert not OutgoingMail.objects.exists()
    shown = desk_client.get(reverse("ticket", args=[ticket.reference])).content.decode()
    assert "Uit de apart gezette post gehaald" in shown
    assert desk_client.post(opening, person).status_code == 422
    assert Ticket.objects.count() == 1


@pytest.mark.parametrize(
    ("sender", "name", "email"),
    [
        ("Scan van kopieerapparaat scan@school.example", "Scan van kopieerapparaat", "scan"),
        ("scan@school.example", "", "scan"),
        ('"Clement" <clement@school.example.>', "Clement", "clement"),
        ("=?utf-8?q?Cl=C3=A9ment?= clement@school.example", "Clément", "clement"),
    ],
)
def test_the_one_address_that_is_plainly_there_is_the_sender(
    sender: str, name: str, email: str
) -> None:
    ticket = opened("Zie bijlage", From=sender)
    assert (ticket.reporter_name, ticket.reporter_email) == (name, f"{email}@school.example")


@pytest.mark.parametrize(
    "sender", ["", "Carla", "carla@school.example of bas@school.example", "a@b@c"]
)
def test_a_mail_of_nobody_known_can_be_made_a_ticket(sender: str, desk_client: Client) -> None:
    aside = come("De printer is stuk.", From=sender, Subject="Printer")
    assert (aside.state, aside.subject) == ("quarantine", "Printer")
    listed = desk_client.get(reverse("quarantine"), {"q": "printer"}).content.decode()
    assert reverse("quarantine-mail", args=[aside.pk]) in listed
    opening = reverse("quarantine-decide", args=[aside.pk, "open"])
    assert desk_client.post(opening, {"email": "nee"}).status_code == 422
    assert desk_client.post(opening, {"email": "", "name": "Iemand"}).status_code == 302
    ticket = Ticket.objects.get()
    assert (ticket.subject, ticket.reporter_name, ticket.reporter_email) == (
        "Printer",
        "Iemand",
        "",
    )
    assert ticket.messages.get().text == "De printer is stuk."


@pytest.mark.parametrize("source", [b"zomaar wat tekst", b"\x00\xff\xfe", b"{}"])
def test_what_is_no_mail_at_all_can_be_made_a_ticket_with_its_source(
    source: bytes, desk_client: Client
) -> None:
    aside = receive(source, now=timezone.now())
    opening = reverse("quarantine-decide", args=[aside.pk, "open"])
    assert desk_client.post(opening, {"email": "", "name": ""}).status_code == 302
    with Attachment.objects.get().file.open() as file:
        assert file.read() == source


def test_what_waits_is_counted_beside_the_menu_until_somebody_decides(desk_client: Client) -> None:
    aside = come("De printer is stuk.", From="Carla")
    page = desk_client.get(reverse("quarantine"))
    assert page.context["nav_counts"]["quarantine"] == 1
    leave = reverse("quarantine-decide", args=[aside.pk, "leave"])
    assert desk_client.post(leave).status_code == 302
    page = desk_client.get(reverse("quarantine"))
    assert page.context["nav_counts"]["quarantine"] == 0
    kept = IncomingMail.objects.get()
    assert (kept.state, kept.settled_by) == ("ignored", people.User.objects.get())
    everything = desk_client.get(reverse("quarantine"), {"show": "all"}).content.decode()
    assert reverse("quarantine-mail", args=[aside.pk]) in everything


def test_a_decision_that_does_not_exist_is_not_found(desk_client: Client) -> None:
    aside = come("De printer is stuk.", From="Carla")
    assert desk_client.post(reverse("quarantine-decide", args=[aside.pk, "x"])).status_code == 404
    assert desk_client.get(reverse("quarantine-decide", args=[aside.pk, "x"])).status_code == 405


def test_a_search_of_anything_finds_or_finds_not(desk_client: Client) -> None:
    come("De printer is stuk.", From="Carla")
    for query in ("%", "\x00", "'", "\\", "a" * 5000, "mailinglijst", " "):
        assert desk_client.get(reverse("quarantine"), {"q": query}).status_code == 200


def test_the_same_bytes_are_taken_once_whatever_was_decided(desk_client: Client) -> None:
    source = raw("De printer is stuk.", From="Carla", Message_ID="<1@school.example>")
    aside = receive(source, now=timezone.now())
    opening = reverse("quarantine-decide", args=[aside.pk, "open"])
    desk_client.post(opening, {"email": "", "name": "Carla"})
    assert receive(source, now=timezone.now()).ticket == Ticket.objects.get()


def test_why_a_mail_was_set_aside_is_read_in_the_language_of_who_looks(desk_client: Client) -> None:
    receive(b"Subject: Zonder afzender\n\nWie ben ik?\n", now=timezone.now())
    page = reverse("quarantine")
    for language, said in (
        ("nl", "Het bericht heeft geen afzender (From)."),
        ("en", "The message has no sender (From)."),
    ):
        told = desk_client.get(page, headers={"Accept-Language": language}).content.decode()
        assert said in told
    found = desk_client.get(page, {"q": "geen afzender"}, headers={"Accept-Language": "nl"})
    assert "geen afzender (From)" in found.content.decode()
