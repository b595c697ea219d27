"""Mail through `manage.py receive_mail`: taken, threaded, explained or kept; never lost."""

import io
import sys
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from pytest_django import Settings

from sla.models import Clock
from support import desk
from support.intake import email as intake
from support.mail.models import IncomingMail, OutgoingMail
from support.mail.post import mail_domain
from tests import people
from tests.people import words
from tickets.models import Attachment, EmailDomain, Message, Ticket

pytestmark = pytest.mark.django_db


def receive(raw: bytes | EmailMessage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run the command as a mail server's pipe would."""
    data = raw.as_bytes() if isinstance(raw, EmailMessage) else raw
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    call_command("receive_mail")


def mail(subject: str = "Doelen", text: str = "Het werkt niet.", **headers: str) -> EmailMessage:
    message = EmailMessage()
    given = {
        "From": "Carla Visser <carla@school.example>",
        "To": "helpdesk@desk.example",
        "Subject": subject,
        "Message-ID": "<eerste@school.example>",
        "Date": "Mon, 18 May 2026 10:00:00 +0200",
    } | {name.replace("_", "-"): value for name, value in headers.items()}
    for name, value in given.items():
        if value:
            message[name] = value
    message.set_content(text)
    return message


def test_a_mail_becomes_a_ticket_with_html_and_attachments(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    carla = people.contact(people.organisation())
    message = mail()
    message.add_alternative("<p>Het <b>werkt</b> niet.<script>x</script></p>", subtype="html")
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="../fout.pdf")
    receive(message, monkeypatch)
    ticket = Ticket.objects.get()
    said = ticket.messages.get(kind="customer")
    assert (ticket.contact, ticket.organisation) == (carla, carla.organisation)
    assert (ticket.subject, ticket.channel, ticket.kind) == ("Doelen", "email", "question")
    assert (said.text, said.sender_email) == ("Het werkt niet.", "carla@school.example")
    assert "<b>werkt</b>" in said.html
    assert "script" not in said.html
    assert [(file.name, file.size) for file in Attachment.objects.all()] == [("fout.pdf", 4)]
    assert capsys.readouterr().out.strip() == f"taken: {ticket.reference}"


def test_the_confirmation_gives_the_number_and_the_promise(monkeypatch: pytest.MonkeyPatch) -> None:
    people.contact(people.organisation("Winkel", "diploc"), "Dirk")
    receive(mail(From="dirk@winkel.example"), monkeypatch)
    ticket, letter = Ticket.objects.get(), OutgoingMail.objects.get()
    assert letter.to == "dirk@winkel.example"
    assert ticket.reference in letter.subject
    assert ticket.reference in letter.text
    assert "(Support)" in letter.text
    assert "niet bindend" not in letter.text
    assert letter.in_reply_to == "<eerste@school.example>"


def test_only_what_does_not_bind_is_said_not_to_bind() -> None:
    carla = people.contact(people.organisation())
    people.releases("2036-06-10 07:00")
    for priority, channel, warned in (
        ("middel", "email", True),
        ("laag", "email", False),
        ("middel", "phone", False),
    ):
        desk.open_ticket(
            people.reporter(carla),
            words(),
            subject="Export",
            kind="incident",
            priority=priority,
            channel=channel,
        )
        text = OutgoingMail.objects.latest("pk").text
        assert ("niet bindend" in text, "030-7600290" in text) == (warned, warned)


def test_a_reply_threads_onto_its_ticket_without_the_quoted_history(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    receive(mail(), monkeypatch)
    ticket, letter = Ticket.objects.get(), OutgoingMail.objects.get()
    text = "Het gaat om doelen.\n\nOp 18 mei 2026 schreef Helpdesk:\n> Wat werkt niet?\n"
    answer = mail("Iets anders", text, Message_ID="<2@school.example>", In_Reply_To=letter.mail_id)
    receive(answer, monkeypatch)
    said = ticket.messages.filter(kind="customer").latest("pk")
    assert said.text == "Het gaat om doelen."
    assert "Wat werkt niet?" in said.quoted
    follow_up = mail("Nog iets", "En dit.", Message_ID="<3@school.example>")
    follow_up["References"] = "<onbekend@elders.example> <2@school.example>"
    receive(follow_up, monkeypatch)
    assert Ticket.objects.get().messages.filter(kind="customer").count() == 3
    assert OutgoingMail.objects.count() == 1


def test_a_number_in_the_subject_does_not_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    receive(mail(), monkeypatch)
    reference = Ticket.objects.get().reference
    mallory = mail(
        f"Re: [{reference}]", From="mallory@kwaad.example", Message_ID="<m@kwaad.example>"
    )
    receive(mallory, monkeypatch)
    assert Ticket.objects.count() == 2


def test_a_colleagues_answer_to_an_alert_is_not_taken_for_the_customers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    receive(mail(), monkeypatch)
    ticket = Ticket.objects.get()
    alert = OutgoingMail.objects.create(
        ticket=ticket,
        to="alice@desk.example",
        mail_id="<alarm@x.example>",
        created_at=timezone.now(),
    )
    answer = mail(From="alice@desk.example", Message_ID="<a@x.example>", In_Reply_To=alert.mail_id)
    receive(answer, monkeypatch)
    assert ticket.messages.filter(kind="customer").count() == 1


def test_the_same_mail_twice_is_one_message(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    receive(mail(), monkeypatch)
    again = b"Received: from another.server.example by mx\r\n" + mail().as_bytes()
    receive(again.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"), monkeypatch)
    assert (IncomingMail.objects.count(), Ticket.objects.count()) == (1, 1)
    assert Message.objects.filter(kind="customer").count() == 1
    assert OutgoingMail.objects.count() == 1
    first, second = capsys.readouterr().out.splitlines()
    assert first == second


def test_another_mail_that_reuses_its_message_id_is_not_dropped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    receive(mail(), monkeypatch)
    receive(mail("Heel iets anders", "Andere vraag"), monkeypatch)
    assert sorted(Ticket.objects.values_list("subject", flat=True)) == [
        "Doelen",
        "Heel iets anders",
    ]


def test_an_organisation_is_recognised_by_its_mail_domain(monkeypatch: pytest.MonkeyPatch) -> None:
    school = people.organisation()
    EmailDomain.objects.create(organisation=school, domain="school.example")
    receive(mail(From="Nieuw <NIEUW@School.Example>"), monkeypatch)
    ticket = Ticket.objects.get()
    assert (ticket.organisation, ticket.contact, ticket.reporter_name) == (school, None, "Nieuw")


def test_a_mail_without_sender_waits_where_agents_see_it(
    monkeypatch: pytest.MonkeyPatch, client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    raw = mail(From="").as_bytes()
    receive(raw, monkeypatch)
    kept = IncomingMail.objects.get()
    assert (kept.state, Ticket.objects.count()) == ("quarantine", 0)
    assert capsys.readouterr().out.strip() == f"quarantine: {kept.reason}"

    page, source = reverse("quarantine"), reverse("quarantine-raw", args=[kept.pk])
    retry = reverse("quarantine-retry", args=[kept.pk])
    charlie = people.User.objects.create_user("charlie@school.example", name="Charlie")
    client.force_login(charlie)
    assert [client.get(page).status_code, client.get(source).status_code] == [403, 403]
    assert client.post(retry).status_code == 403
    client.force_login(people.agent())
    assert gettext(kept.reason) in client.get(page).content.decode()
    response = client.get(source)
    assert response.content == raw
    assert response["Content-Disposition"] == f'attachment; filename="mail-{kept.pk}.eml"'
    assert client.get(retry).status_code == 405
    assert client.post(retry).status_code == 302
    assert IncomingMail.objects.get().state == "quarantine"
    IncomingMail.objects.update(raw=mail().as_bytes())  # what the next version can read
    client.post(retry)
    assert IncomingMail.objects.get().ticket == Ticket.objects.get()
    assert "mail-warning" not in client.get(page).content.decode().split("</nav>")[-1]


@pytest.mark.parametrize(
    "rest",
    [
        b"\n\n",
        b"Content-Type: text/plain; charset=klingon\n\n\xff\xfe",
        b"Content-Type: text/plain; charset=utf-8\n\nH\xe9\x00 da\xed",
        b"Content-Type: multipart/mixed; boundary=weg\n\nGeen delen hier",
    ],
    ids=["no body", "unknown charset", "wrong charset", "no parts"],
)
def test_a_mail_that_is_damaged_still_becomes_a_ticket(
    rest: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    receive(b"From: carla@school.example\nSubject: Leeg\n" + rest, monkeypatch)
    ticket = Ticket.objects.get()
    assert ticket.subject == "Leeg"
    assert ticket.messages.get(kind="customer").text


@pytest.mark.parametrize("raw", [b"", b"\n\n", b"\x00\xff\xfe", b"zomaar wat tekst"])
def test_what_is_no_mail_is_kept(raw: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    receive(raw, monkeypatch)
    assert (IncomingMail.objects.get().state, Ticket.objects.count()) == ("quarantine", 0)


def test_forty_attachments_are_all_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    message = mail()
    for number in range(40):
        data = f"bijlage {number}".encode()
        message.add_attachment(data, maintype="text", subtype="csv", filename=f"{number}.csv")
    receive(message, monkeypatch)
    assert Attachment.objects.filter(message__ticket=Ticket.objects.get()).count() == 40


def test_an_auto_reply_is_recorded_and_never_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    receive(mail(), monkeypatch)
    ticket, letter = Ticket.objects.get(), OutgoingMail.objects.get()
    desk.hold(ticket, words("Welke browser?"), actor=people.agent())
    vacation = {"Auto_Submitted": "auto-replied", "Message_ID": "<v@school.example>"}
    receive(mail("Afwezig", "Ik ben er niet.", In_Reply_To=letter.mail_id, **vacation), monkeypatch)
    ticket.refresh_from_db()
    said = ticket.messages.latest("pk")
    assert (said.kind, said.public, ticket.status) == ("automatic", False, "waiting")
    receive(mail("Afwezig", "Zonder draad.", **vacation), monkeypatch)
    assert (Ticket.objects.count(), OutgoingMail.objects.count()) == (1, 2)
    assert IncomingMail.objects.filter(state="ignored").count() == 2


@pytest.mark.parametrize(
    "header",
    [
        {"X_Loop": mail_domain()},
        {"Message_ID": f"<x@{mail_domain()}>"},
        {"In_Reply_To": "<wat@elders.example>", "Auto_Submitted": "auto-generated"},
        {"Auto_Submitted": "auto-replied"},
        {"X_Failed_Recipients": "x@y.example"},
    ],
)
def test_machines_open_no_tickets_and_get_no_answer(
    header: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    receive(mail(**header), monkeypatch)
    assert (IncomingMail.objects.get().state, Ticket.objects.count()) == ("ignored", 0)
    assert not OutgoingMail.objects.exists()


def test_monitoring_opens_a_ticket_and_gets_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    people.contact(people.organisation(), "Carla")
    receive(mail("Disk full", "92%", Auto_Submitted="auto-generated"), monkeypatch)
    ticket = Ticket.objects.get()
    assert (ticket.channel, ticket.subject) == ("monitor", "Disk full")
    assert IncomingMail.objects.get().state == "taken"
    assert not OutgoingMail.objects.exists()


def test_a_colleague_may_report_by_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    receive(mail(From="helpdesk@localhost", Message_ID="<1@localhost>"), monkeypatch)
    assert Ticket.objects.count() == 1


def test_without_the_database_the_mail_server_must_try_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def away(*_args: object, **_more: object) -> None:
        raise OperationalError("connection refused")

    with monkeypatch.context() as broken:
        broken.setattr(connection, "cursor", away)
        with pytest.raises(SystemExit) as exit_:
            receive(mail(), broken)
    assert exit_.value.code == 75
    assert "connection refused" in capsys.readouterr().err
    receive(mail(), monkeypatch)
    assert Ticket.objects.count() == 1


def test_what_was_stored_but_not_read_is_read_later_as_reported_when_it_came(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    people.contact(people.organisation("Winkel", "diploc"), "Dirk")
    came = timezone.now() - timedelta(hours=3)
    with monkeypatch.context() as broken:
        broken.setattr(intake, "process", lambda mail, _raw, now: mail)  # killed here
        intake.receive(mail(From="dirk@winkel.example").as_bytes(), now=came)
    assert (IncomingMail.objects.get().state, Ticket.objects.count()) == ("stored", 0)
    assert intake.retry_stored(now=timezone.now()) == 1
    assert Ticket.objects.get().reported_at == came
    assert Clock.objects.get().started_at == came
    assert intake.retry_stored(now=timezone.now()) == 0


def test_a_poisonous_mail_is_tried_five_times_and_stops_no_other() -> None:
    good, poison = mail(), mail("Vergif", Message_ID="<gif@x.example>")
    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE tickets_ticket ADD CONSTRAINT no_poison CHECK (subject <> 'Vergif')"
        )
    for raw in (poison, good):
        intake.receive(raw.as_bytes(), now=timezone.now())
    assert Ticket.objects.get().subject == "Doelen"
    for _minute in range(9):
        intake.retry_stored(now=timezone.now())
    kept = IncomingMail.objects.get(state="quarantine")
    assert kept.attempts == 5
    assert "no_poison" in kept.reason


def test_mail_whose_file_can_not_be_stored_waits_by_itself_for_as_long_as_it_takes(
    settings: Settings, tmp_path: Path
) -> None:
    place = tmp_path / "files"
    place.write_bytes(b"")  # full, also for root
    settings.MEDIA_ROOT = place
    came = timezone.now()
    intake.receive(with_file(b"beeld").as_bytes(), now=came)
    kept = IncomingMail.objects.get()
    pauses, now = [], came
    for _time in range(40):
        kept.refresh_from_db()
        assert (kept.state, kept.attempts) == ("stored", 0)
        assert kept.next_try_at is not None
        assert intake.retry_stored(now=kept.next_try_at - timedelta(seconds=1)) == 0
        pauses.append(kept.next_try_at - now)
        now = kept.next_try_at
        assert intake.retry_stored(now=now) == 1
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1]) == (timedelta(minutes=1), timedelta(minutes=15))
    place.unlink()
    kept.refresh_from_db()
    assert kept.next_try_at is not None
    intake.retry_stored(now=kept.next_try_at)
    ticket = Ticket.objects.get()
    assert (ticket.reported_at, Attachment.objects.count()) == (came, 1)


def touched(raw: EmailMessage, **changed: str) -> bytes:
    """The same mail as a gateway passes it on."""
    for name, value in changed.items():
        del raw[name]
        raw[name] = value
    return raw.as_bytes()


@pytest.mark.parametrize(
    "second",
    [
        lambda: touched(mail(), Subject="[EXTERN] Doelen"),
        lambda: mail(text="Het werkt niet.\n\n-- \nVertrouwelijk. Regenboog b.v.").as_bytes(),
        lambda: touched(mail(), To="info@desk.example", Cc="baas@school.example"),
        lambda: (
            mail()
            .as_bytes()
            .replace(b"Encoding: 7bit", b"Encoding: base64")
            .replace(b"Het werkt niet.\n", b"SGV0IHdlcmt0IG5pZXQuCg==\n")
        ),
        lambda: touched(mail(), Date="Mon, 18 May 2026 08:00:00 +0000"),
        lambda: mail(text="LET OP: deze mail komt van buiten.\n\nHet werkt niet.").as_bytes(),
    ],
    ids=["tagged", "footer", "readdressed", "encoded", "another zone", "banner"],
)
def test_a_mail_that_was_changed_on_its_way_is_one_ticket(
    second: Callable[[], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    receive(mail(), monkeypatch)
    receive(second(), monkeypatch)
    ticket = Ticket.objects.get()
    assert OutgoingMail.objects.count() == 1
    assert ticket.messages.filter(kind="customer").count() == 1
    copy = IncomingMail.objects.get(state="copy")
    assert (copy.ticket, copy.copy_of and copy.copy_of.ticket) == (ticket, ticket)
    assert b"Message-ID" in bytes(copy.raw)


def test_the_ticket_tells_of_the_copy_and_leads_to_it(
    monkeypatch: pytest.MonkeyPatch, client: Client
) -> None:
    receive(mail(), monkeypatch)
    receive(touched(mail(), Subject="[EXTERN] Doelen"), monkeypatch)
    client.force_login(people.agent())
    page = client.get(reverse("ticket", args=[Ticket.objects.get().reference])).content.decode()
    copy = IncomingMail.objects.get(state="copy")
    assert "[EXTERN] Doelen" in page
    assert reverse("quarantine-raw", args=[copy.pk]) in page


def test_a_program_with_one_message_id_for_all_its_mail_loses_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    receive(mail(text="Schijf 1 is vol."), monkeypatch)
    receive(mail(text="Printer 12 heeft geen papier meer."), monkeypatch)
    receive(mail(text="Op schijf 1 is vol met 12 GB niets te doen."), monkeypatch)
    measured = "De sensor in kast 4 van de serverruimte meet 31 graden en 40 procent vocht, te {}."
    receive(mail(text=measured.format("warm")), monkeypatch)
    receive(mail(text=measured.format("vochtig")), monkeypatch)
    assert Ticket.objects.count() == 5
    # And each of them is known when it comes once more.
    receive(mail("[EXTERN] Doelen", measured.format("vochtig")), monkeypatch)
    assert Ticket.objects.count() == 5


def with_file(data: bytes, footer: bytes = b"") -> EmailMessage:
    message = mail()
    message.set_content(f"Zie de bijlage.\n{footer.decode()}")
    message.add_attachment(data, "application", "pdf", filename="stand.pdf")
    return message


def test_a_file_of_the_same_size_is_another_file(monkeypatch: pytest.MonkeyPatch) -> None:
    receive(with_file(b"%PDF 31 graden"), monkeypatch)
    receive(with_file(b"%PDF 40 graden"), monkeypatch)
    assert Ticket.objects.count() == 2
    receive(with_file(b"%PDF 40 graden", footer=b"\n-- \nRegenboog b.v."), monkeypatch)
    assert Ticket.objects.count() == 2


def test_what_could_not_be_read_at_first_is_one_ticket_with_what_came_after_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fails(*_args: object) -> None:
        raise RuntimeError("for a moment")

    with monkeypatch.context() as moment:
        moment.setattr(intake, "_take", fails)
        receive(mail(), monkeypatch)
    receive(mail("[EXTERN] Doelen"), monkeypatch)
    intake.retry_stored(now=timezone.now())
    assert Ticket.objects.count() == 1
    assert set(IncomingMail.objects.values_list("state", flat=True)) == {"taken", "copy"}


def test_a_copy_of_an_answer_is_one_message(monkeypatch: pytest.MonkeyPatch) -> None:
    receive(mail(), monkeypatch)
    answer = {"Message_ID": "<twee@school.example>", "In_Reply_To": "<eerste@school.example>"}
    receive(mail("Re: Doelen", "Ook bij mij.", **answer), monkeypatch)
    receive(mail("Re: [EXTERN] Doelen", "Ook bij mij.", **answer), monkeypatch)
    assert Ticket.objects.get().messages.filter(kind="customer").count() == 2


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Automatisch antwoord: Doelen", "Ik lees mijn mail niet."),
        ("Re: Doelen", "Ik ben met vakantie tot 5 juli."),
        ("Out of office: Doelen", "Back on Monday."),
    ],
)
def test_an_unmarked_notice_of_absence_ends_no_waiting(
    subject: str, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice = people.agent()
    receive(mail(), monkeypatch)
    ticket = Ticket.objects.get()
    desk.hold(ticket, words("Welke browser?"), actor=alice)
    answer = {"Message_ID": "<twee@school.example>", "In_Reply_To": "<eerste@school.example>"}
    receive(mail(subject, text, **answer), monkeypatch)
    ticket.refresh_from_db()
    assert ticket.status == "waiting"
    assert ticket.messages.filter(kind="customer", text=text).exists()
    assert ticket.events.filter(kind="absent").exists()
    assert not ticket.events.filter(kind__in=["customer_replied", "resumed"]).exists()


@pytest.mark.parametrize(
    ("seconds", "text", "status"),
    [
        (20, "Van 1 t/m 10 december ben ik er niet. Mail naar Els.", "waiting"),
        (20, "Thank you. I have limited access to my mail and answer on my return.", "waiting"),
        (300, "Van 1 t/m 10 december ben ik er niet. Mail naar Els.", "open"),
        (20, "Ja, met Firefox lukt het.", "open"),
        (20, "Ik ben het er niet mee eens.", "open"),
    ],
)
def test_what_comes_quicker_than_a_person_writes_and_tells_of_absence_ends_no_waiting(
    seconds: int, text: str, status: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice = people.agent()
    receive(mail(), monkeypatch)
    ticket = Ticket.objects.get()
    desk.hold(ticket, words("Welke browser?"), actor=alice)
    ticket.outgoing.update(sent_at=timezone.now() - timedelta(seconds=seconds))
    answer = {"Message_ID": "<twee@school.example>", "In_Reply_To": "<eerste@school.example>"}
    receive(mail("Re: Doelen", text, **answer), monkeypatch)
    ticket.refresh_from_db()
    assert ticket.status == status


def test_somebody_away_after_solving_asks_a_person_what_it_means(
    monkeypatch: pytest.MonkeyPatch, client: Client
) -> None:
    alice = people.agent()
    receive(mail(), monkeypatch)
    ticket = Ticket.objects.get()
    desk.resolve(ticket, words("Klaar."), actor=alice)
    answer = {"Message_ID": "<twee@school.example>", "In_Reply_To": "<eerste@school.example>"}
    receive(mail("Re: Doelen", "Ik ben op vakantie en het doet het niet.", **answer), monkeypatch)
    ticket.refresh_from_db()
    assert ticket.status == "resolved"
    client.force_login(alice)
    page = client.get(reverse("queue"), {"status": "wrote_after"}).content.decode()
    assert ticket.wrote_after is not None
    assert ticket.reference in page


def test_a_question_of_somebody_who_is_away_is_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    receive(mail(), monkeypatch)
    ticket = Ticket.objects.get()
    desk.hold(ticket, words("Welke browser?"), actor=people.agent())
    answer = {"Message_ID": "<twee@school.example>", "In_Reply_To": "<eerste@school.example>"}
    receive(mail("Re: Doelen", "Ik ben met vakantie. Kan het erna?", **answer), monkeypatch)
    ticket.refresh_from_db()
    assert ticket.status == "open"
