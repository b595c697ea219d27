"""A mail of ours that came back shows so on its message, with the server's words."""

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from support import desk, tasks
from support.intake.email import receive
from support.mail import post
from support.mail.models import IncomingMail, OutgoingMail
from support.notifications.models import Notification
from support.notifications.sweep import sweep
from support.timeline import line
from support.who import Reporter
from tests import people
from tests.people import words
from tickets.models import Ticket

pytestmark = pytest.mark.django_db

REPORT = """\
From: MAILER-DAEMON@mx.example
To: helpdesk@desk.example
Subject: Undelivered Mail Returned to Sender
Return-Path: <>
Message-ID: <dsn@mx.example>
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

I'm sorry.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; bas@school.example
Original-Recipient: rfc822; bas@school.example
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <bas@school.example>:
 no such user here

--b
Content-Type: text/rfc822-headers

From: helpdesk@desk.example
Message-ID: {mail_id}

--b--
"""


@pytest.fixture
def answered() -> Ticket:
    ticket = desk.open_ticket(
        Reporter(name="Bas", email="bas@school.example"),
        words(),
        subject="Doelen",
        kind="question",
        channel="web",
    )
    desk.reply(ticket, words("Probeer het nog eens."), actor=people.agent())
    post.send_due(now=timezone.now())
    return ticket


def bounce(mail_id: str, action: str = "failed") -> IncomingMail:
    return receive(REPORT.format(action=action, mail_id=mail_id).encode(), now=timezone.now())


def test_a_bounce_shows_on_the_message_it_is_about(answered: Ticket, client: Client) -> None:
    letter = OutgoingMail.objects.latest("pk")
    report = bounce(letter.mail_id)
    letter.refresh_from_db()
    assert (letter.state, report.ticket, report.state) == ("failed", answered, "ignored")
    assert "550 5.1.1 <bas@school.example>: no such user here" in letter.error
    assert letter.bounced_at == report.received_at
    shown = [item.delivery for item in line.whole(answered) if item.kind == "reply"]
    assert shown[0] is not None
    assert "no such user here" in shown[0].label
    client.force_login(people.agent("Daan"))
    page = client.get(reverse("ticket", args=[answered.reference])).content.decode()
    assert 'data-state="failed"' in page
    assert "no such user here" in page


def test_the_queue_says_that_the_last_mail_did_not_arrive(answered: Ticket, client: Client) -> None:
    client.force_login(people.agent("Daan"))
    assert "q-undelivered" not in client.get(reverse("queue")).content.decode()
    bounce(OutgoingMail.objects.latest("pk").mail_id)
    assert "q-undelivered" in client.get(reverse("queue")).content.decode()
    desk.reply(answered, words("Nu via een ander adres."), actor=people.agent("Eva"))
    assert "q-undelivered" not in client.get(reverse("queue")).content.decode()


def test_a_delay_is_no_failure(answered: Ticket) -> None:
    letter = OutgoingMail.objects.latest("pk")
    bounce(letter.mail_id, action="delayed")
    letter.refresh_from_db()
    assert (letter.state, letter.error, letter.bounced_at) == ("sent", "", None)


def test_a_report_about_mail_that_is_not_ours_changes_nothing(answered: Ticket) -> None:
    report = bounce("<guessed@elsewhere.example>")
    assert (report.ticket, report.state) == (None, "ignored")
    assert not OutgoingMail.objects.filter(state="failed").exists()


def test_an_announcement_that_came_back_is_marked_without_a_ticket() -> None:
    letter = post.post(to="bas@school.example", subject="Versie 2", text="x", at=timezone.now())
    bounce(letter.mail_id)
    letter.refresh_from_db()
    assert letter.state == "failed"


def test_a_bounce_without_a_status_part_is_still_a_bounce(answered: Ticket) -> None:
    sample = Path(__file__).parent / "samples" / "bounce.eml"
    assert b"MAILER-DAEMON" in sample.read_bytes()
    letter = OutgoingMail.objects.latest("pk")
    raw = (
        "From: Mail Delivery System <mailer-daemon@mx.example>\n"
        "X-Failed-Recipients: bas@school.example\nSubject: failed\n\n"
        f"This is a copy of the message:\nMessage-ID: {letter.mail_id}\n"
    )
    receive(raw.encode(), now=timezone.now())
    letter.refresh_from_db()
    assert (letter.state, letter.error) == ("failed", "bas@school.example")


def test_an_announcement_says_how_to_be_left_out(
    mailoutbox: list[post.EmailMultiAlternatives],
) -> None:
    now = timezone.now()
    for broadcast in (True, False):
        to = f"{broadcast}@school.example".lower()
        post.post(to=to, subject="Versie 2", text="x", at=now, broadcast=broadcast)
    post.send_due(now=now)
    found = {mail.to[0]: mail.message()["List-Unsubscribe"] for mail in mailoutbox}
    assert found["false@school.example"] is None
    assert found["true@school.example"].startswith("<mailto:")


@pytest.mark.parametrize(
    "written", ["bas@school.example", "Bas@School.Example", "<bas@school.example>"]
)
def test_a_bounce_ends_the_waiting_for_who_never_got_the_question(
    written: str, answered: Ticket
) -> None:
    desk.hold(answered, words("Welke browser?"), actor=people.agent("Eva"))
    post.send_due(now=timezone.now())
    letter = OutgoingMail.objects.latest("pk")
    raw = REPORT.format(action="failed", mail_id=letter.mail_id)
    receive(
        raw.replace("rfc822; bas@school.example", f"rfc822; {written}").encode(),
        now=timezone.now(),
    )
    answered.refresh_from_db()
    assert answered.status == "open"
    told = [event.kind for event in answered.events.order_by("-version")[:2]]
    assert told == ["resumed", "returned"]
    assert written in answered.events.get(kind="returned").data["to"]


@pytest.mark.parametrize("copied", ["kopie@school.example", "sebas@school.example"])
def test_a_bounce_of_a_copy_goes_on_waiting_for_the_reporter(copied: str, answered: Ticket) -> None:
    eva = people.agent("Eva")
    desk.hold(answered, words("Welke browser?"), actor=eva)
    post.send_due(now=timezone.now())
    letter = OutgoingMail.objects.latest("pk")
    raw = REPORT.format(action="failed", mail_id=letter.mail_id)
    receive(raw.replace("bas@school.example", copied).encode(), now=timezone.now())
    answered.refresh_from_db()
    assert answered.status == "waiting"
    assert answered.events.latest("version").kind == "returned"


@pytest.mark.parametrize(("code", "ends"), [("550", True), ("450", False)])
def test_what_no_server_takes_is_told_as_what_comes_back(
    code: str, ends: bool, answered: Ticket, settings: Settings
) -> None:
    eva = people.agent("Eva")
    desk.assign(answered, assignee=eva, team=None, actor=eva)
    desk.hold(answered, words("Welke browser?"), actor=people.agent("Daan"))
    OutgoingMail.objects.filter(state="queued").update(to=f"{code}@school.example")
    settings.EMAIL_BACKEND = "tests.support.test_post.Refusing"
    sweep(now=timezone.now())
    tasks.send_mail()
    answered.refresh_from_db()
    assert answered.status == ("open" if ends else "waiting")
    told = answered.events.filter(kind="returned")
    assert told.exists() is ends
    if ends:
        assert told.get().data["reason"] == "550@school.example: 550 refused"
        sweep(now=timezone.now())
        assert Notification.objects.filter(recipient=eva, kind="returned").exists()


def test_the_agent_hears_of_a_bounce_by_bell_and_mail(answered: Ticket) -> None:
    eva = people.agent("Eva")
    desk.assign(answered, assignee=eva, team=None, actor=eva)
    sweep(now=timezone.now())
    bounce(OutgoingMail.objects.latest("pk").mail_id)
    sweep(now=timezone.now())
    told = Notification.objects.get(recipient=eva, kind="returned")
    assert told.in_app
    assert told.mail_due_at is not None
    said = [item.text for item in line.whole(answered) if item.icon == "mail-x"]
    assert "no such user here" in said[0]
