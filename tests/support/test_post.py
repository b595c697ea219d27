"""Mail going out: queued with what it tells, sent once, retried, and visible when it fails."""

import smtplib
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from threading import Event, Thread
from typing import cast

import pytest
from django.conf import settings as configured
from django.core.mail import EmailMessage as Mail
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone
from django.utils.translation import override
from pytest_django import Settings

from support import desk, tasks
from support.desk.conversation import Words
from support.mail import post
from support.mail.models import OutgoingMail
from support.mail.post import mail_domain
from support.sweeping import sending
from support.sweeping.alone import alone
from support.timeline import line as timeline
from support.who import Reporter
from tests import people
from tests.at_once import together
from tests.people import words
from tickets.files import File
from tickets.models import Attachment, Channel, Kind, Ticket


@pytest.fixture(autouse=True)
def _into_files(settings: Settings, tmp_path: Path) -> None:
    """As without EMAIL_URL; pytest-django would keep mail in memory. Other tests have theirs."""
    settings.EMAIL_BACKEND = "support.mail.outbox.OutboxBackend"
    settings.VAR_DIR = tmp_path


def outbox() -> list[Path]:
    return sorted((Path(configured.VAR_DIR) / "outbox").glob("*.eml"))


def sent() -> list[EmailMessage]:
    mails = [message_from_bytes(path.read_bytes(), policy=default) for path in outbox()]
    return [mail for mail in mails if isinstance(mail, EmailMessage)]


def a_ticket() -> Ticket:
    return desk.open_ticket(
        Reporter(name="Carla", email="carla@school.example"),
        Words(text="Hulp", mail_id="<hulp@school.example>"),
        subject="Doelen",
        kind=Kind.QUESTION,
        channel=Channel.EMAIL,
    )


class Refusing(BaseEmailBackend):
    """A mail server that refuses each recipient, with the code that the address begins with."""

    def send_messages(self, email_messages: object) -> int:
        (to,) = cast("Sequence[Mail]", email_messages)[0].to
        raise smtplib.SMTPRecipientsRefused({to: (int(to[:3]), b"refused")})


@pytest.mark.django_db
def test_letters_carry_the_threads_headers_and_only_automatic_ones_say_so() -> None:
    ticket = a_ticket()
    said = Words(text="Zie bijlage", files=[File("uitleg.txt", "text/plain", b"zo dus")])
    desk.reply(ticket, said, actor=people.agent())
    assert post.send_due(now=timezone.now()) == 2
    confirmation, answer = sorted(sent(), key=lambda mail: len(mail["References"]))
    first, second = OutgoingMail.objects.order_by("pk")
    assert confirmation["Message-ID"] == first.mail_id
    assert first.mail_id.endswith("@werkdag.localhost>")
    assert confirmation["In-Reply-To"] == confirmation["References"] == "<hulp@school.example>"
    assert confirmation["Auto-Submitted"] == "auto-generated"
    assert answer["In-Reply-To"] == first.mail_id
    assert answer["References"] == f"<hulp@school.example> {first.mail_id}"
    assert answer["Auto-Submitted"] is None
    assert confirmation["X-Loop"] == answer["X-Loop"] == mail_domain()
    assert [part.get_filename() for part in answer.iter_attachments()] == ["uitleg.txt"]
    assert list(confirmation.iter_attachments()) == []
    assert second.message is not None
    assert set(OutgoingMail.objects.values_list("state", flat=True)) == {"sent"}


@pytest.mark.django_db
def test_a_mail_server_that_is_away_is_tried_again_later(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed_soon:
        port = closed_soon.getsockname()[1]
    ticket, now = a_ticket(), timezone.now()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    waits = []
    for _attempt in range(40):
        assert post.send_due(now=now) == 0
        mail = OutgoingMail.objects.get()
        assert (mail.state, mail.claimed_at) == ("queued", None)
        assert mail.next_try_at is not None
        waits.append(mail.next_try_at - now)
        now = mail.next_try_at
    # For as long as it takes: no server said that it does not want the mail.
    assert waits == [timedelta(minutes=minutes) for minutes in (1, 5, 15, *[60] * 37)]
    shown = [item.delivery for item in timeline.whole(ticket) if item.delivery]
    assert shown[0].state == "queued"
    assert "ConnectionRefusedError" in shown[0].label


@pytest.mark.django_db
def test_a_mail_waits_its_turn_and_goes_when_the_server_is_back(settings: Settings) -> None:
    a_ticket()
    now, ours = timezone.now(), settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = f"{__name__}.Nowhere"  # can't even be imported
    assert post.send_due(now=now) == 0
    settings.EMAIL_BACKEND = ours
    assert post.send_due(now=now + timedelta(seconds=50)) == 0
    assert post.send_due(now=now + timedelta(seconds=60)) == 1
    mail = OutgoingMail.objects.get()
    assert (mail.state, mail.attempts, mail.error) == ("sent", 2, "")


@pytest.mark.django_db
@pytest.mark.parametrize(("code", "state"), [("550", "failed"), ("450", "queued")])
def test_a_refused_recipient_is_final_unless_the_server_asks_for_patience(
    settings: Settings, code: str, state: str
) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"
    ticket = desk.open_ticket(
        Reporter(email=f"{code}@school.example"), words(), subject="x", kind="wish", channel="web"
    )
    post.send_due(now=timezone.now())
    mail = OutgoingMail.objects.get()
    assert (mail.state, mail.attempts) == (state, 1)
    shown = [item.delivery for item in timeline.whole(ticket) if item.delivery]
    assert shown[0].state == state
    assert code in shown[0].label


@pytest.mark.django_db
def test_one_mail_that_cannot_be_sent_does_not_stop_the_others(settings: Settings) -> None:
    ticket, now = a_ticket(), timezone.now()
    desk.reply(
        ticket,
        Words(text="Zie bijlage", files=[File("a.txt", "text/plain", b"soon to be lost")]),
        actor=people.agent(),
    )
    answer = OutgoingMail.objects.get(automatic=False)
    assert answer.message is not None
    answer.message.attachments.update(file="attachments/gone")
    OutgoingMail.objects.filter(pk=answer.pk).update(next_try_at=now - timedelta(days=1))
    assert post.send_due(now=timezone.now()) == 1
    answer.refresh_from_db()
    assert answer.error.startswith("FileNotFoundError")


@pytest.mark.django_db
def test_a_claim_of_a_dead_worker_is_taken_again_under_the_same_message_id() -> None:
    a_ticket()
    now = timezone.now()
    OutgoingMail.objects.update(claimed_at=now)
    assert post.send_due(now=now + timedelta(seconds=50)) == 0
    assert post.send_due(now=now + timedelta(seconds=61)) == 1
    assert sent()[0]["Message-ID"] == OutgoingMail.objects.get().mail_id


@pytest.mark.django_db
def test_a_sender_that_seemed_dead_and_comes_back_notes_nothing_over_what_came_of_the_next(
    settings: Settings,
) -> None:
    a_ticket()
    now = timezone.now()
    (dead,) = sending.claim(OutgoingMail.objects.all(), now=now, lease=post.LEASE)
    assert post.send_due(now=now + 2 * post.LEASE) == 1
    settings.EMAIL_BACKEND = f"{__name__}.Nowhere"
    post._send(dead, now + 3 * post.LEASE, None)
    mail = OutgoingMail.objects.get()
    assert (mail.state, mail.attempts, mail.error) == ("sent", 2, "")


@pytest.mark.django_db(transaction=True)
def test_two_senders_at_once_send_each_mail_once() -> None:
    for _each in range(8):
        a_ticket()
    now = timezone.now()
    counts = together(lambda: post.send_due(now=now), lambda: post.send_due(now=now))
    assert sorted(map(type, counts), key=str) == [int, int]
    assert sum(count for count in counts if isinstance(count, int)) == 8
    identifiers = [mail["Message-ID"] for mail in sent()]
    assert len(identifiers) == len(set(identifiers)) == 8


@pytest.mark.django_db(transaction=True)
def test_a_verb_that_is_undone_sends_nothing() -> None:
    ticket = a_ticket()
    with pytest.raises(desk.DeskError):
        desk.reply(ticket, words(" "), actor=people.agent())
    assert post.send_due(now=timezone.now()) == 1


@contextmanager
def mail_server(talk: Callable[[socket.socket, Event], None]) -> Iterator[tuple[int, list[int]]]:
    """A mail server that talks like that to each that connects; its port, and who connected."""
    over, came, threads = Event(), [], []
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.05)

        def accept() -> None:
            while not over.is_set():
                with suppress(TimeoutError):
                    line, who = listening.accept()
                    came.append(who[1])
                    threads.append(Thread(target=talk, args=(line, over)))
                    threads[-1].start()

        doorman = Thread(target=accept)
        doorman.start()
        try:
            yield listening.getsockname()[1], came
        finally:
            over.set()
            for thread in (doorman, *threads):
                thread.join()


def says_nothing(line: socket.socket, over: Event) -> None:
    over.wait()
    line.close()


def never_finishes_its_greeting(line: socket.socket, over: Event) -> None:
    with suppress(OSError), line:
        while not over.wait(0.02):
            line.sendall(b"220-nog even\r\n")


def finishes_no_sentence(line: socket.socket, over: Event) -> None:
    with suppress(OSError), line:
        line.sendall(b"220 hallo\r\n")
        line.recv(1000)
        while not over.wait(0.02):
            line.sendall(b"2")


@pytest.mark.django_db
@pytest.mark.parametrize("talk", [says_nothing, never_finishes_its_greeting, finishes_no_sentence])
def test_a_mail_server_that_keeps_one_waiting_holds_up_one_mail_for_a_bounded_time(
    talk: Callable[[socket.socket, Event], None], settings: Settings
) -> None:
    for _each in range(3):
        a_ticket()
    settings.EMAIL_BACKEND = "support.mail.smtp.Backend"
    settings.EMAIL_TIMEOUT, settings.EMAIL_WHOLE_TIME = 0.3, 0.5
    with mail_server(talk) as (port, came):
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        assert post.send_due(now=timezone.now()) == 0
    mails = OutgoingMail.objects.order_by("pk")
    assert [(mail.attempts, mail.claimed_at) for mail in mails] == [(1, None), (0, None), (0, None)]
    assert len(came) == 1


def knows_only(known: bytes) -> Callable[[socket.socket, Event], None]:
    """A mail server that takes mail for one address."""

    def talk(line: socket.socket, _over: Event) -> None:
        with suppress(OSError), line, line.makefile("rb") as said:
            line.sendall(b"220 hallo\r\n")
            in_mail = False
            for heard in said:
                if in_mail:
                    in_mail = heard != b".\r\n"
                    answer = b"" if in_mail else b"250 taken\r\n"
                elif heard.upper().startswith(b"RCPT") and known not in heard:
                    answer = b"550 unknown\r\n"
                else:
                    in_mail = heard.upper().startswith(b"DATA")
                    answer = b"354 go on\r\n" if in_mail else b"250 good\r\n"
                line.sendall(answer)

    return talk


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("known", "gone", "status"),
    [
        ("bas@school.example", "copy@school.example", "waiting"),
        ("copy@school.example", "bas@school.example", "open"),
    ],
)
def test_a_mail_that_is_taken_for_some_says_whom_it_did_not_reach(
    known: str, gone: str, status: str, settings: Settings
) -> None:
    ticket = a_ticket()
    desk.hold(ticket, words("Welke browser?"), actor=people.agent())
    asked = OutgoingMail.objects.latest("pk")
    OutgoingMail.objects.exclude(pk=asked.pk).delete()
    asked.to, asked.cc = "bas@school.example", ["copy@school.example"]
    asked.save()
    settings.EMAIL_BACKEND = "support.mail.smtp.Backend"
    with mail_server(knows_only(known.encode())) as (port, _came):
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        tasks.send_mail()
    asked.refresh_from_db()
    ticket.refresh_from_db()
    assert (asked.state, asked.error) == ("sent", f"{gone}: 550 unknown")
    assert ticket.status == status
    assert ticket.events.get(kind="returned").data["to"] == gone


@pytest.mark.django_db
def test_a_mail_whose_file_is_gone_does_not_hold_up_the_others() -> None:
    ticket, other = a_ticket(), a_ticket()
    OutgoingMail.objects.all().delete()
    said = Words(text="Zie bijlage", files=[File("uitleg.txt", "text/plain", b"zo dus")])
    desk.reply(ticket, said, actor=people.agent())
    desk.reply(other, words("Klaar"), actor=people.agent("Bob"))
    stored = Attachment.objects.get().file
    stored.storage.delete(str(stored.name))
    assert post.send_due(now=timezone.now()) == 1


@pytest.mark.django_db(transaction=True)
def test_one_sender_works_at_a_time() -> None:
    a_ticket()
    with alone(post._ALONE) as ours:
        assert ours
        [sent_meanwhile] = together(lambda: post.send_due(now=timezone.now()))
    assert sent_meanwhile == 0
    assert post.send_due(now=timezone.now()) == 1


@pytest.mark.django_db
def test_a_letter_of_words_alone_is_a_whole_document_in_the_layout_of_all_letters() -> None:
    text = "Beste <b>Alice</b>,\n\nKijk op https://desk.example/desk/mailboxes/"
    with override("nl"):
        mail = post.post(to="alice@desk.example", subject="Postbus", text=text, at=timezone.now())
    assert mail.text == text
    assert '<html lang="nl"' in mail.html
    assert 'name="viewport"' in mail.html
    assert "font-family:" in mail.html
    assert "<title>Postbus</title>" in mail.html
    assert '<a href="https://desk.example/desk/mailboxes/"' in mail.html
    assert "&lt;b&gt;Alice" in mail.html
