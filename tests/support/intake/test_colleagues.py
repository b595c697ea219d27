"""A colleague's mail is never shown as the customer's, nor as theirs before it is proved."""

import re
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from support import desk
from support.desk import gathering
from support.mail import post
from support.mail.models import IncomingMail, OutgoingMail
from support.notifications import mailing, sweep
from tests import people
from tests.letters_in import SERVER, come, opened, signed, signed_for, verdict
from tests.people import words
from tickets.models import Message, Ticket, User

pytestmark = pytest.mark.django_db

LOOSE = "Laat maar even liggen, deze klant zeurt elke week."


@pytest.fixture(autouse=True)
def _house(settings: LazySettings) -> None:
    settings.DEFAULT_FROM_EMAIL = "Steunpunt <support@desk.example>"
    settings.REPLY_ADDRESS = "support@desk.example"
    settings.AUTHENTICATION_SERVERS = [SERVER]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture
def noor() -> User:
    return people.agent("Noor")


def said(ticket: Ticket) -> list[tuple[str, bool]]:
    """What was said after the report and its confirmation: kind, and may the customer read it."""
    rows = ticket.messages.exclude(kind="automatic").order_by("pk")
    return list(rows.values_list("kind", "public"))[1:]


def mention(ticket: Ticket, noor: User) -> OutgoingMail:
    """The mail in which Noor reads that Daan named her."""
    daan = people.agent("Daan")
    sweep.sweep(now=timezone.now())
    desk.note(ticket, words("@Noor weet jij dit?"), actor=daan)
    now = timezone.now()
    sweep.sweep(now=now)
    mailing.tell(now=now + timedelta(days=7))  # within somebody's working hours
    return OutgoingMail.objects.get(to=noor.email, message=None)


def test_mail_to_a_colleague_has_an_address_of_its_own_and_not_the_customers_thread(
    noor: User, mailoutbox: list[post.EmailMultiAlternatives]
) -> None:
    ticket = opened(Message_ID="<root@school.example>")
    letter = mention(ticket, noor)
    post.send_due(now=timezone.now() + timedelta(days=7))
    sent = next(mail for mail in mailoutbox if mail.to == [noor.email])
    assert sent.message()["Reply-To"] == f"Steunpunt <{signed_for(ticket, noor)}>"
    assert re.match(
        rf"support\+wa{ticket.pk}\.{noor.pk}\.[a-z2-7]{{16}}@", signed_for(ticket, noor)
    )
    assert "<root@school.example>" not in letter.references


def test_an_answer_to_a_mention_is_an_internal_note_of_that_colleague(
    noor: User, client: Client
) -> None:
    ticket = opened(Message_ID="<root@school.example>")
    letter = mention(ticket, noor)
    desk.hold(ticket, words("Welke browser?"), actor=noor)
    taken = come(
        LOOSE,
        From=f"Noor <{noor.email}>",
        To=signed_for(ticket, noor),
        In_Reply_To=letter.mail_id,
        References=f"<root@school.example> {letter.mail_id}",
    )
    assert (taken.state, taken.ticket) == ("taken", ticket)
    assert said(ticket)[-1] == ("note", False)
    assert ticket.messages.get(text=LOOSE).author == noor
    ticket.refresh_from_db()
    assert ticket.status == "waiting"
    carla = User.objects.create_user("carla@school.example", name="Carla")
    client.force_login(carla)
    assert "zeurt" not in client.get(reverse("my-ticket", args=[ticket.reference])).content.decode()
    assert not OutgoingMail.objects.filter(text__contains="zeurt", to=carla.email).exists()


@pytest.mark.parametrize("closed", [False, True])
def test_an_answer_to_a_mention_that_nothing_proves_waits_and_changes_nothing(
    closed: bool, noor: User, client: Client
) -> None:
    ticket = opened(Message_ID="<root@school.example>")
    letter = mention(ticket, noor)
    if closed:
        desk.resolve(ticket, words("Opgelost."), actor=noor)
        desk.close(ticket, actor=noor)
    before = (Ticket.objects.get().status, Ticket.objects.get().version)
    taken = come(
        LOOSE,
        From=f"Noor <{noor.email}>",
        In_Reply_To=letter.mail_id,
        References=f"<root@school.example> {letter.mail_id}",
    )
    assert (taken.state, taken.meant, taken.ticket) == ("waiting", "note", None)
    assert (Ticket.objects.get().status, Ticket.objects.get().version) == before
    assert not Message.objects.filter(text=LOOSE).exists()
    client.force_login(people.agent("Bram"))
    page = client.get(reverse("ticket", args=[ticket.reference])).content.decode()
    assert reverse("quarantine-mail", args=[taken.pk]) in page
    assert LOOSE not in page


def test_a_colleague_takes_up_what_waits_as_a_note_with_a_click(noor: User, client: Client) -> None:
    ticket = opened()
    letter = mention(ticket, noor)
    taken = come(LOOSE, From=noor.email, In_Reply_To=letter.mail_id)
    bram = people.agent("Bram")
    client.force_login(bram)
    listed = client.get(reverse("quarantine")).content.decode()
    assert reverse("quarantine-mail", args=[taken.pk]) in listed
    page = client.get(reverse("quarantine-mail", args=[taken.pk])).content.decode()
    assert LOOSE in page
    assert reverse("quarantine-decide", args=[taken.pk, "answer"]) not in page
    note = reverse("quarantine-decide", args=[taken.pk, "note"])
    assert client.post(note, {"ticket": "WD-1"}).status_code == 422
    assert client.post(note, {"ticket": ticket.reference}).status_code == 302
    message = ticket.messages.get(text__endswith=LOOSE)
    # Whose mail it was is told; nobody claims that Noor wrote it.
    assert (message.kind, message.public, message.author) == ("note", False, bram)
    assert noor.email in message.text
    kept = IncomingMail.objects.get(pk=taken.pk)
    assert (kept.state, kept.ticket, kept.settled_by) == ("taken", ticket, bram)
    assert client.post(note, {"ticket": ticket.reference}).status_code == 422


def test_a_proved_answer_to_the_customer_is_mailed_and_is_the_reaction(
    noor: User, mailoutbox: list[post.EmailMultiAlternatives]
) -> None:
    ticket = opened()
    taken = come(
        "Beste Carla, ververs de pagina.\n\n"
        "Op 18 mei 2026 om 10:00 schreef Steunpunt <support@desk.example>:\n> intern",
        From=f"Noor <{noor.email}>",
        To=signed(ticket),
        Authentication_Results=verdict("pass", "desk.example"),
    )
    assert (taken.state, said(ticket)) == ("taken", [("reply", True)])
    answer = ticket.messages.get(kind="reply")
    assert (answer.author, answer.channel, answer.quoted) == (noor, "email", "")
    replied = ticket.events.get(kind="replied")
    assert (replied.actor, replied.data["channel"]) == (noor, "email")
    post.send_due(now=timezone.now())
    assert mailoutbox[-1].to == ["carla@school.example"]
    assert "ververs de pagina" in str(mailoutbox[-1].body)
    assert "intern" not in str(mailoutbox[-1].body)


@pytest.mark.parametrize("said_by_server", ["", verdict("fail", "desk.example")])
def test_an_answer_to_the_customer_that_nothing_proves_waits(
    said_by_server: str, noor: User, client: Client
) -> None:
    ticket = opened()
    letter = OutgoingMail.objects.get()
    desk.hold(ticket, words("Welke browser?"), actor=noor)
    count = OutgoingMail.objects.count()
    taken = come(
        "Beste klant, hierbij mijn antwoord.",
        From=noor.email,
        To=signed(ticket),
        In_Reply_To=letter.mail_id,
        Authentication_Results=said_by_server,
    )
    assert (taken.state, taken.meant) == ("waiting", "answer")
    assert (said(ticket), OutgoingMail.objects.count()) == ([("reply", True)], count)
    ticket.refresh_from_db()
    assert ticket.status == "waiting"
    # Noor herself, signed in, says that she wrote it.
    client.force_login(noor)
    assert client.post(reverse("quarantine-decide", args=[taken.pk, "answer"])).status_code == 302
    assert said(ticket)[-1] == ("reply", True)
    assert ticket.messages.latest("pk").author == noor
    assert OutgoingMail.objects.latest("pk").to == "carla@school.example"


def test_somebody_else_can_not_send_it_as_their_answer(noor: User, client: Client) -> None:
    ticket = opened()
    taken = come("Antwoord.", From=noor.email, To=signed(ticket))
    client.force_login(people.agent("Bram"))
    answer = reverse("quarantine-decide", args=[taken.pk, "answer"])
    assert client.post(answer).status_code == 422
    assert said(ticket) == []


def test_an_address_signed_for_another_colleague_proves_nothing(noor: User) -> None:
    ticket = opened()
    bram = people.agent("Bram")
    taken = come(LOOSE, From=bram.email, To=signed_for(ticket, noor))
    assert taken.state == "waiting"
    team = come(LOOSE, From=noor.email, To=signed_for(ticket, None))
    assert (team.state, team.meant) == ("waiting", "note")


def test_a_signed_address_does_not_outweigh_a_failed_check(noor: User) -> None:
    ticket = opened()
    fail = verdict("fail", "desk.example")
    forged = come(LOOSE, From=noor.email, To=signed_for(ticket, noor), Authentication_Results=fail)
    assert forged.state == "waiting"


def test_a_customer_who_got_an_alert_forwarded_is_no_colleague(noor: User) -> None:
    ticket = opened()
    stranger = come("Wat staat hier?", From="x@elders.example", To=signed_for(ticket, noor))
    assert stranger.ticket is not None
    assert (stranger.ticket != ticket, stranger.mentions) == (True, ticket)
    assert said(ticket) == []


def test_an_answer_to_a_letter_about_several_tickets_waits(noor: User) -> None:
    opened()
    taken = come("Doe ik.", From=noor.email, To=signed_for(None, noor))
    assert (taken.state, taken.mentions, Ticket.objects.count()) == ("waiting", None, 1)


def test_a_number_alone_makes_a_colleagues_mail_a_note_and_no_answer(noor: User) -> None:
    ticket = opened()
    proved = verdict("pass", "desk.example")
    subject = f"Re: [{ticket.reference}]"
    come(LOOSE, From=noor.email, Subject=subject, Authentication_Results=proved)
    assert said(ticket) == [("note", False)]


def test_a_colleague_is_the_customer_of_what_they_reported(noor: User) -> None:
    ticket = opened(From=f"Noor <{noor.email}>")
    come("Nog iets.", From=noor.email, To=signed(ticket))
    assert said(ticket) == [("customer", True)]


def test_a_colleagues_answer_to_an_alert_is_internal_also_of_what_they_reported(noor: User) -> None:
    ticket = opened(From=f"Noor <{noor.email}>")
    taken = come(LOOSE, From=noor.email, To=signed_for(ticket, noor))
    assert (taken.state, said(ticket)) == ("taken", [("note", False)])
    unsigned = come(LOOSE, From=noor.email, In_Reply_To=mention(ticket, noor).mail_id)
    assert (unsigned.state, unsigned.meant) == ("waiting", "note")


SIGNED = """\
--b
Content-Type: text/plain; charset=utf-8

{text}
--b
Content-Type: application/pkcs7-signature; name=smime.p7s

AAAA
--b--
"""


def test_what_we_remark_of_a_colleagues_mail_is_not_for_the_customer(
    noor: User, client: Client
) -> None:
    ticket = opened()
    fields = {
        "From": noor.email,
        "To": signed(ticket),
        "Content_Type": "multipart/signed; boundary=b",
    }
    proved = verdict("pass", "desk.example")
    come(SIGNED.format(text="Ververs de pagina."), Authentication_Results=proved, **fields)
    waits = come(SIGNED.format(text="Wis de cookies."), **fields)
    client.force_login(noor)
    client.post(reverse("quarantine-decide", args=[waits.pk, "answer"]))
    replies = ticket.messages.filter(kind="reply").order_by("pk")
    assert [reply.text for reply in replies] == ["Ververs de pagina.", "Wis de cookies."]
    note = come(
        SIGNED.format(text="Voor ons."), **(fields | {"To": signed_for(ticket, noor)})
    ).message
    assert note is not None
    assert "ondertekend" in note.text


def test_a_colleagues_mail_without_words_is_no_answer(noor: User) -> None:
    ticket = opened()
    proved = verdict("pass", "desk.example")
    taken = come("", From=noor.email, To=signed(ticket), Authentication_Results=proved)
    assert (taken.state, said(ticket)) == ("waiting", [])


def test_an_answer_that_waited_while_its_ticket_was_merged_goes_on_in_the_other_one(
    noor: User, client: Client
) -> None:
    ticket, into = opened(), opened("Iets anders", Subject="Anders")
    taken = come("Ververs de pagina.", From=noor.email, To=signed(ticket))
    gathering.merge(ticket, into=into, actor=noor)
    client.force_login(noor)
    client.post(reverse("quarantine-decide", args=[taken.pk, "answer"]))
    assert said(into)[-1] == ("reply", True)


def test_an_answer_that_came_twice_waits_once(noor: User, client: Client) -> None:
    ticket = opened()
    same = {
        "From": noor.email,
        "To": signed(ticket),
        "Message_ID": "<een@desk.example>",
        "Date": "Mon, 18 May 2026 10:00:00 +0200",
    }
    first = come("Ververs de pagina.", **same)
    second = come("Ververs de pagina.", Subject="[EXTERN] Doelen", **same)
    assert (first.state, second.state) == ("waiting", "copy")
    client.force_login(noor)
    client.post(reverse("quarantine-decide", args=[first.pk, "answer"]))
    second.refresh_from_db()
    assert second.ticket == ticket
    assert said(ticket) == [("reply", True)]


def test_a_note_on_what_was_merged_goes_on_in_the_other_one(noor: User) -> None:
    ticket, into = opened(), opened("Iets anders", Subject="Anders")
    gathering.merge(ticket, into=into, actor=noor)
    taken = come(LOOSE, From=noor.email, To=signed_for(ticket, noor))
    assert (taken.ticket, said(into)) == (into, [("note", False)])


def test_an_answer_that_reaches_nobody_waits_with_the_reason(noor: User, client: Client) -> None:
    ticket = opened(From="support@desk.example")
    proved = verdict("pass", "desk.example")
    taken = come("Antwoord.", From=noor.email, To=signed(ticket), Authentication_Results=proved)
    assert taken.state == "waiting"
    client.force_login(noor)
    for language, reason in (
        ("nl", "Dit antwoord zou niemand bereiken"),
        ("en", "Nobody would get this"),
    ):
        told = client.get(reverse("quarantine"), headers={"Accept-Language": language})
        assert reason in told.content.decode()
    assert said(ticket) == []


def test_a_colleague_on_the_customers_page_does_not_write_as_the_customer(
    noor: User, client: Client
) -> None:
    ticket = opened()
    desk.hold(ticket, words("Welke browser?"), actor=noor)
    client.force_login(noor)
    page = reverse("my-ticket", args=[ticket.reference])
    answer = client.post(page, {"text": "Probeer Firefox."})
    assert answer.status_code == 422
    assert "Probeer Firefox." in answer.content.decode()
    ticket.refresh_from_db()
    assert (ticket.status, said(ticket)) == ("waiting", [("reply", True)])
    own = opened(From=f"Noor <{noor.email}>")
    page = reverse("my-ticket", args=[own.reference])
    assert client.post(page, {"text": "Nog iets."}).status_code == 302


def test_somebody_who_left_is_no_colleague(noor: User) -> None:
    ticket = opened()
    User.objects.filter(pk=noor.pk).update(is_active=False)
    taken = come(LOOSE, From=noor.email, To=signed_for(ticket, noor))
    assert taken.ticket not in (None, ticket)
    assert said(ticket) == []
