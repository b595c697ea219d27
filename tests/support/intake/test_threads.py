"""A mail goes on with a ticket by a signed address or the thread's headers, never by a guess."""

from datetime import timedelta
from email.message import EmailMessage

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from support import desk
from support.desk import gathering
from support.intake.email import receive
from support.mail import post, reply_address
from support.mail.models import IncomingMail, OutgoingMail
from support.timeline import line
from tests import people
from tests.people import words
from tickets.models import Participant, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _plus_addresses(settings: Settings) -> None:
    settings.DEFAULT_FROM_EMAIL = "Steunpunt <support@desk.example>"
    settings.REPLY_ADDRESS = "support@desk.example"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def mail(text: str = "Het werkt niet.", **headers: str) -> EmailMessage:
    message = EmailMessage()
    given = {
        "From": "Carla <carla@school.example>",
        "To": "support@desk.example",
        "Subject": "Doelen",
        "Message-ID": f"<{len(headers)}.{abs(hash((text, *headers.values())))}@school.example>",
    } | {name.replace("_", "-"): value for name, value in headers.items()}
    for name, value in given.items():
        if value:
            message[name] = value
    message.set_content(text)
    return message


def take(message: EmailMessage) -> IncomingMail:
    return receive(message.as_bytes(), now=timezone.now())


def opened() -> Ticket:
    ticket = take(mail()).ticket
    assert ticket is not None
    return ticket


def signed(ticket: Ticket) -> str:
    return reply_address.reply_to(ticket).partition("<")[2].rstrip(">")


def test_our_mail_asks_to_answer_to_a_signed_address(
    mailoutbox: list[post.EmailMultiAlternatives],
) -> None:
    ticket = opened()
    post.send_due(now=timezone.now())
    (letter,) = mailoutbox
    assert letter.message()["Reply-To"] == f"Steunpunt <{signed(ticket)}>"
    assert signed(ticket).startswith(f"support+wd{ticket.pk}.")
    assert len(signed(ticket).partition("@")[0]) <= 64


def test_without_a_known_address_the_reply_goes_where_the_mail_came_from(
    settings: Settings, mailoutbox: list[post.EmailMultiAlternatives]
) -> None:
    settings.REPLY_ADDRESS = ""
    opened()
    post.send_due(now=timezone.now())
    assert mailoutbox[0].message()["Reply-To"] is None


@pytest.mark.parametrize("header", ["To", "Cc", "Delivered_To", "X_Original_To"])
def test_a_right_signature_threads_though_the_headers_were_dropped(header: str) -> None:
    ticket = opened()
    answer = mail("Nog steeds.", Subject="Heel iets anders", **{header: signed(ticket).upper()})
    assert take(answer).ticket == ticket
    assert Ticket.objects.count() == 1
    assert not Participant.objects.exists()


def test_a_wrong_signature_threads_nothing() -> None:
    ticket = opened()
    other = desk.open_ticket(
        people.reporter(people.contact(people.organisation())),
        words(),
        subject="Anders",
        kind="question",
        channel="web",
    )
    forged = signed(ticket).replace(f"wd{ticket.pk}", f"wd{other.pk}")
    for address in (forged, f"support+wd{ticket.pk}.aaaaaaaaaaaaaaaa@desk.example"):
        taken = take(mail("Erin", From="mallory@kwaad.example", To=address))
        assert taken.ticket not in (ticket, other, None)


def test_the_signature_stays_right_when_the_key_is_replaced(settings: Settings) -> None:
    ticket = opened()
    address = signed(ticket)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "a-new-key-of-some-length-that-nobody-knows"
    assert reply_address.ticket_of([address]) == ticket
    settings.SECRET_KEY_FALLBACKS = []
    assert reply_address.ticket_of([address]) is None


def test_a_number_in_a_strangers_subject_opens_a_new_ticket_with_a_hint(client: Client) -> None:
    ticket = opened()
    hint = {"Subject": f"Re: [{ticket.reference}] Doelen", "From": "mallory@kwaad.example"}
    taken = take(mail("Wat is hier gezegd?", **hint))
    assert taken.ticket is not None
    assert taken.ticket != ticket
    client.force_login(people.agent())
    page = client.get(reverse("ticket", args=[taken.ticket.reference])).content.decode()
    link = f'<a href="{reverse("ticket", args=[ticket.reference])}">'
    assert link in page.split('<ol class="timeline"')[1].split("</ol>")[0]
    assert ticket.messages.filter(kind="customer").count() == 1


def test_a_number_from_somebody_on_the_ticket_threads_but_adds_nobody() -> None:
    ticket = opened()
    answer = mail("Ook nog", Subject=f"Over {ticket.reference}", Cc="mallory@kwaad.example")
    assert take(answer).ticket == ticket
    assert not ticket.participants.exists()


def test_a_number_that_names_no_ticket_is_no_hint() -> None:
    taken = take(mail(Subject="WD-99999999999999999"))
    assert taken.ticket is not None
    assert taken.mentions is None


@pytest.fixture
def believed(settings: Settings) -> dict[str, str]:
    """What our own mail server says of mail that is truly from school.example."""
    settings.AUTHENTICATION_SERVERS = ["mx.desk.example"]
    said = "mx.desk.example; dmarc=pass header.from=school.example"
    return {"Authentication_Results": said}


def test_who_got_a_copy_of_a_proved_mail_takes_part_and_gets_our_answers_as_one_mail(
    believed: dict[str, str], mailoutbox: list[post.EmailMultiAlternatives]
) -> None:
    people.agent()
    copies = (
        "Bas <BAS@school.example>, alice@desk.example, no-reply@x.example, carla@school.example"
    )
    to = "support+x@desk.example, Ines <ines@school.example>"
    ticket = take(mail(To=to, Cc=copies, **believed)).ticket
    assert ticket is not None
    found = [(person.name, person.email) for person in ticket.participants.all()]
    assert found == [("Ines", "ines@school.example"), ("Bas", "bas@school.example")]
    post.send_due(now=timezone.now())
    assert mailoutbox[0].cc == []  # the confirmation is the reporter's
    desk.reply(ticket, words("Opgelost?"), actor=people.agent("Daan"))
    post.send_due(now=timezone.now())
    answer = mailoutbox[-1]
    assert (answer.to, answer.cc) == (
        ["carla@school.example"],
        ["ines@school.example", "bas@school.example"],
    )
    reply = mail("Ja.", From="bas@school.example", In_Reply_To=str(answer.message()["Message-ID"]))
    assert take(reply).ticket == ticket


def test_the_copies_of_a_mail_that_nothing_proves_get_nothing_before_an_agent_agrees(
    client: Client,
) -> None:
    agent = people.agent()
    copies = "Mallory <mallory@kwaad.example>, Eva <eva@kwaad.example>"
    ticket = take(mail(Cc=copies)).ticket
    assert ticket is not None
    desk.reply(ticket, words("Opgelost?"), actor=agent)
    assert OutgoingMail.objects.latest("pk").cc == []
    client.force_login(agent)
    page = reverse("ticket", args=[ticket.reference])
    assert "mallory@kwaad.example" in client.get(page).content.decode()
    remove = reverse("verb", args=[ticket.reference, "remove_participant"])
    assert client.post(remove, {"email": "mallory@kwaad.example"}).status_code == 302
    add = reverse("verb", args=[ticket.reference, "add_participant"])
    assert client.post(add, {"email": "eva@kwaad.example", "name": "Eva"}).status_code == 302
    desk.reply(ticket, words("Werkt het?"), actor=agent)
    assert OutgoingMail.objects.latest("pk").cc == ["eva@kwaad.example"]
    assert not ticket.proposals.filter(agreed=None).exists()
    # Refused once, another mail does not ask again.
    again = mail("Nog iets", To=signed(ticket), Cc="mallory@kwaad.example")
    assert take(again).ticket == ticket
    assert [person.email for person in ticket.participants.all()] == ["eva@kwaad.example"]


def test_a_participant_answers_the_customers_own_mail_and_stays_in_the_ticket() -> None:
    first = mail(Cc="bas@school.example", Message_ID="<root@school.example>")
    ticket = take(first).ticket
    answer = mail("Bij mij ook.", From="bas@school.example", In_Reply_To="<root@school.example>")
    assert take(answer).ticket == ticket


@pytest.mark.parametrize("key", ["address", "headers", "their own"])
def test_whoever_is_not_on_a_ticket_does_not_get_into_it_with_a_key(
    key: str, client: Client
) -> None:
    first = mail(Message_ID="<root@school.example>")
    ticket = take(first).ticket
    assert ticket is not None
    agent = people.agent()
    desk.resolve(ticket, words("Opgelost."), actor=agent)
    desk.close(ticket, actor=agent)
    letter = OutgoingMail.objects.latest("pk")
    keys = {
        "address": {"To": signed(ticket)},
        "headers": {"In_Reply_To": letter.mail_id},
        "their own": {"In_Reply_To": "<root@school.example>"},
    }
    before = ticket.messages.count()
    stranger = take(
        mail("Ik las mee", From="x@elders.example", Cc="mallory@kwaad.example", **keys[key])
    )
    assert stranger.ticket not in (None, ticket)
    ticket.refresh_from_db()
    assert (ticket.status, ticket.messages.count()) == ("closed", before)
    assert not ticket.participants.exists()
    assert not ticket.proposals.exists()
    client.force_login(agent)
    assert stranger.ticket is not None
    page = client.get(reverse("ticket", args=[stranger.ticket.reference])).content.decode()
    assert f'<a href="{reverse("ticket", args=[ticket.reference])}">' in page
    # Nothing of the other one is told to whoever wrote.
    sent = OutgoingMail.objects.filter(to="x@elders.example")
    assert not any(ticket.reference in letter.text + letter.subject for letter in sent)


def test_a_colleague_removes_a_participant_and_a_customers_mail_does_not_bring_them_back(
    client: Client, believed: dict[str, str]
) -> None:
    ticket = take(mail(Cc="bas@school.example", **believed)).ticket
    assert ticket is not None
    client.force_login(people.agent())
    page = reverse("ticket", args=[ticket.reference])
    assert "bas@school.example" in client.get(page).content.decode()
    remove = reverse("verb", args=[ticket.reference, "remove_participant"])
    assert client.post(remove, {"email": "bas@school.example"}).status_code == 302
    take(mail("Nog iets", To=signed(ticket), Cc="bas@school.example, ines@school.example"))
    assert [person.email for person in ticket.participants.all()] == ["ines@school.example"]
    kinds = list(ticket.events.values_list("kind", flat=True))
    assert kinds.count("participant_added") == 2
    assert kinds.count("participant_removed") == 1
    add = reverse("verb", args=[ticket.reference, "add_participant"])
    assert client.post(add, {"email": "Bas@School.example", "name": "Bas"}).status_code == 302
    assert client.post(add, {"email": "bas@school.example"}).status_code == 422
    added = ticket.participants.get(email="bas@school.example")
    assert (added.added_by, added.name) == (people.User.objects.get(), "Bas")


def test_a_reply_to_a_merged_ticket_goes_on_in_the_other_one() -> None:
    merged, into = opened(), take(mail("Iets anders")).ticket
    assert into is not None
    gathering.merge(merged, into=into, actor=people.agent())
    by_address = take(mail("Nog iets", To=signed(merged)))
    by_number = take(mail("En nog iets", Subject=merged.reference))
    assert [(taken.state, taken.ticket) for taken in (by_address, by_number)] == [
        ("taken", into)
    ] * 2


def test_a_sender_of_too_many_mails_is_taken_in_but_gets_no_more_confirmations(
    settings: Settings,
) -> None:
    settings.INTAKE_BRAKE_MAILS, settings.INTAKE_BRAKE_MINUTES = 3, 60
    for number in range(5):
        take(mail(f"Melding {number}"))
    assert Ticket.objects.count() == 5
    assert OutgoingMail.objects.count() == 3
    braked = IncomingMail.objects.filter(unconfirmed="brake")
    assert braked.count() == 2
    seen = [item.icon for item in line.whole(Ticket.objects.latest("pk"))]
    assert "mail-x" in seen
    take(mail("Iemand anders", From="dirk@winkel.example"))
    later = timezone.now() + timedelta(minutes=61)
    receive(mail("Een uur later").as_bytes(), now=later)
    assert OutgoingMail.objects.count() == 5


@pytest.mark.parametrize(
    ("subject", "text", "headers"),
    [
        ("[#88123] Doelen", "Uw bericht is door ons ontvangen.", {}),
        ("Ticket 88123: Doelen", "We have received your request.", {}),
        ("Over uw vraag", "Dag, hier mijn antwoord.", {"X_Mailer": "OTRS Mail Service (6.0)"}),
        ("Over uw vraag", "Dag.", {"RT_Ticket": "elders #12"}),
    ],
)
def test_another_helpdesk_opens_a_ticket_and_is_not_confirmed(
    subject: str, text: str, headers: dict[str, str]
) -> None:
    taken = take(mail(text, Subject=subject, **headers))
    assert (taken.state, taken.unconfirmed) == ("taken", "helpdesk")
    assert not OutgoingMail.objects.exists()


def test_another_helpdesks_confirmation_of_our_mail_is_nobodys_answer() -> None:
    ticket = opened()
    letter = OutgoingMail.objects.get()
    subject = f"Re: {letter.subject} [#4411]"
    text = "Uw melding is ontvangen en geregistreerd."
    taken = take(mail(text, Subject=subject, In_Reply_To=letter.mail_id))
    assert (taken.state, taken.reason, taken.ticket) == ("ignored", "auto-reply", ticket)
    human = mail("Dank, uw mail is ontvangen.", Subject=f"Re: {letter.subject}", To=signed(ticket))
    assert take(human).state == "taken"
