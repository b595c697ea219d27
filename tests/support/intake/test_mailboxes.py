"""Mailboxes read from a real Dovecot: everything once, nothing lost, whatever goes wrong."""

from __future__ import annotations

import os
import signal
import socket
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from support import tasks
from support.mail.models import IncomingMail, Mailbox
from support.mailboxes import imap, sweep
from tests import apart, people
from tests.at_once import together
from tests.dovecot import Dovecot
from tests.mailboxes import mail, mailbox, subjects
from tickets.models import Ticket

BASE64 = b"\nContent-Type: image/png; name=a.png\nContent-Transfer-Encoding: base64"
IMPORTS = "import time\nfrom support.mailboxes import imap, sweep\n"


@pytest.fixture(autouse=True)
def _house(transactional_db: None) -> None:
    """Rows that other connections see, and a customer who may write."""
    people.contact(people.organisation())


def test_mail_becomes_tickets_and_is_marked_as_read_at_the_server(dovecot: Dovecot) -> None:
    dovecot.deliver(mail("Een"), mail("Twee"))
    box = mailbox(dovecot)
    assert sweep.read(box.pk).taken == 2
    assert subjects() == ["Een", "Twee"]
    assert dovecot.subjects() == ["*Een", "*Twee"]
    dovecot.deliver(mail("Drie"))
    tasks.read_mailbox(box.pk)
    assert sweep.read(box.pk).taken == 0
    box.refresh_from_db()
    assert box.taken_today(now=timezone.now()) == 3
    assert (box.last_error, box.claimed_at) == ("", None)
    assert box.last_read_at is not None


def test_mail_that_somebody_read_before_us_is_taken_as_well(dovecot: Dovecot) -> None:
    dovecot.deliver(mail("Een"))
    box = mailbox(dovecot)
    (seen,) = (dovecot.box / "new").iterdir()
    seen.rename(dovecot.box / "cur" / f"{seen.name}:2,S")
    sweep.read(box.pk)
    assert subjects() == ["Een"]


def test_what_came_before_the_first_day_is_left_as_it_is(dovecot: Dovecot) -> None:
    dovecot.deliver(mail("Oud"), mail("Nieuw"))
    old = min((dovecot.box / "new").iterdir())
    os.utime(old, (0, 1_500_000_000))
    box = mailbox(dovecot, read_from=timezone.localdate() - timedelta(days=1))
    sweep.read(box.pk)
    assert subjects() == ["Nieuw"]
    assert dovecot.subjects() == ["Oud", "*Nieuw"]


@pytest.mark.parametrize("folder", ["Verwerkt", "Verwerkt/Ålt"])
def test_a_taken_mail_is_moved_to_a_folder_that_is_made_if_need_be(
    dovecot: Dovecot, folder: str
) -> None:
    dovecot.deliver(mail("Een"), mail("Twee"))
    name = folder.replace("/", ".")  # Dovecot's separator for Maildir
    sweep.read(mailbox(dovecot, afterwards="move", move_to=name).pk)
    assert subjects() == ["Een", "Twee"]
    assert dovecot.subjects() == []
    assert dovecot.subjects(name) == ["Een", "Twee"]


def test_a_taken_mail_is_deleted_and_what_others_marked_is_not(dovecot: Dovecot) -> None:
    dovecot.deliver(mail("Van een ander"))
    box = mailbox(dovecot, afterwards="delete")
    (path,) = (dovecot.box / "new").iterdir()
    path.rename(dovecot.box / "cur" / f"{path.name}:2,T")
    os.utime(dovecot.box / "cur" / f"{path.name}:2,T", (0, 1_000_000_000))  # before our time
    dovecot.deliver(mail("Een"))
    sweep.read(box.pk)
    assert subjects() == ["Een"]
    assert dovecot.subjects() == ["Van een ander"]


def test_nothing_is_acknowledged_before_it_is_stored(
    dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    dovecot.deliver(mail("Een"))
    box = mailbox(dovecot, afterwards="delete")

    def away(raw: bytes, **how: object) -> tuple[IncomingMail, bool]:
        raise ConnectionError("the database is away")

    with monkeypatch.context() as broken:
        broken.setattr(sweep.email, "take_in", away)
        with pytest.raises(ConnectionError):
            sweep.read(box.pk)
    assert dovecot.subjects() == ["Een"]
    box.refresh_from_db()
    assert (box.last_uid, box.claimed_at) == (0, None)
    sweep.read(box.pk)
    assert (subjects(), dovecot.subjects()) == (["Een"], [])


def test_killed_between_storing_and_acknowledging_it_is_one_ticket(dovecot: Dovecot) -> None:
    dovecot.deliver(mail("Een"), mail("Twee"))
    box = mailbox(dovecot, afterwards="delete")
    killed = _read_until_stored(box)
    assert killed == -signal.SIGKILL
    assert subjects() == ["Een"]
    assert dovecot.subjects() == ["Een", "Twee"]
    with pytest.raises(sweep.Busy):  # the dead one's claim still holds
        sweep.read(box.pk)
    later = timezone.now() + sweep.CLAIM + timedelta(seconds=1)
    sweep.read(box.pk, clock=lambda: later)
    assert (subjects(), dovecot.subjects()) == (["Een", "Twee"], [])
    assert IncomingMail.objects.count() == 2


def test_a_mail_of_forty_megabytes_is_taken_within_bounded_memory(dovecot: Dovecot) -> None:
    line = b"A" * 76 + b"\n"
    dovecot.deliver(mail("Groot").replace(b"\n\n", BASE64 + b"\n\n") + line * (40_000_000 // 77))
    program = (
        f"assert sweep.read({mailbox(dovecot).pk}).taken == 1\n"
        # Not getrusage: it starts from the size of the process that started this one.
        "print(open('/proc/self/status').read().split('VmHWM:')[1].split()[0])\n"
    )
    with apart.begin(IMPORTS + program) as process:
        assert process.stdout is not None
        kilobytes = int(process.stdout.readline())
        assert process.wait(10) == 0
    assert subjects() == ["Groot"]
    assert kilobytes < 300 * 1024


def _read_until_stored(box: Mailbox) -> int:
    """Read in a process of its own, that dies by -9 when the first mail was stored."""
    program = (
        "def stop(*a, **k): print('stored', flush=True); time.sleep(60)\n"
        "imap.acknowledge = stop\n"
        f"sweep.read({box.pk})\n"
    )
    with apart.begin(IMPORTS + program) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "stored\n"
        process.kill()
        return process.wait(10)


def test_a_poisonous_mail_is_set_aside_and_those_behind_it_go_on(dovecot: Dovecot) -> None:
    dovecot.deliver(mail("Een"), b"%PDF no header here at all", mail("Drie"))
    assert sweep.read(mailbox(dovecot).pk).taken == 3
    assert subjects() == ["Een", "Drie"]
    assert IncomingMail.objects.get(state="quarantine").reason


def test_nul_and_eight_bit_bytes_come_over_as_they_are(dovecot: Dovecot) -> None:
    raw = mail("Bytes").replace(b"\n", b"\r\n") + b"caf\xe9 \xff\xfe\r\n"
    dovecot.deliver(raw)
    sweep.read(mailbox(dovecot).pk)
    assert bytes(IncomingMail.objects.get().raw) == raw
    dovecot.deliver(mail("Nul") + b"voor\x00na\n")
    sweep.read(Mailbox.objects.get().pk)
    assert "Nul" in subjects()


def test_two_workers_never_read_one_mailbox_at_once(dovecot: Dovecot) -> None:
    dovecot.deliver(*(mail(f"Nummer {number}") for number in range(5)))
    box = mailbox(dovecot)
    outcomes = together(*[lambda: sweep.read(box.pk)] * 4)
    done = [one for one in outcomes if isinstance(one, sweep.Reading)]
    assert sum(one.taken for one in done) == 5
    assert all(isinstance(one, sweep.Busy) for one in outcomes if one not in done)
    Mailbox.objects.update(claimed_at=timezone.now())
    tasks.read_mailbox(box.pk)  # another one is reading it: nothing to do, nothing to say
    assert len(subjects()) == 5


def test_a_worker_whose_claim_was_taken_over_stops(
    dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    dovecot.deliver(mail("Een"), mail("Twee"))
    box = mailbox(dovecot)
    real = imap.acknowledge

    def slow(*about: object, **how: object) -> None:
        real(*about, **how)  # type: ignore[arg-type]
        Mailbox.objects.update(claimed_at=timezone.now())  # somebody else found us too slow

    monkeypatch.setattr(imap, "acknowledge", slow)
    with pytest.raises(sweep.Busy):
        sweep.read(box.pk)
    assert subjects() == ["Een"]


def test_another_uidvalidity_is_read_again_and_known_mail_stays_one(dovecot: Dovecot) -> None:
    dovecot.deliver(mail("Een"), mail("Twee"))
    box = mailbox(dovecot)
    sweep.read(box.pk)
    box.refresh_from_db()
    before = box.uid_validity
    dovecot.renumber()
    dovecot.deliver(mail("Drie"))
    assert sweep.read(box.pk).taken == 1
    box.refresh_from_db()
    assert box.uid_validity != before
    assert subjects() == ["Een", "Twee", "Drie"]


def test_a_mail_that_is_too_large_is_explained_and_stays_in_the_mailbox(
    dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "MAIL_MAX_BYTES", 20_000)
    dovecot.deliver(mail("Groot", "x" * 30_000), mail("Klein"))
    box = mailbox(dovecot, afterwards="delete")

    fetched: list[int] = []
    real = imap.source

    def noted(about: imap.GatedClient, uid: int) -> bytes | None:
        fetched.append(uid)
        return real(about, uid)

    monkeypatch.setattr(imap, "source", noted)
    sweep.read(box.pk)
    assert (subjects(), dovecot.subjects()) == (["Klein"], ["Groot"])
    assert len(fetched) == 1
    kept = IncomingMail.objects.get(state="quarantine")
    assert (kept.sender, kept.subject) == ("carla@school.example", "Groot")
    assert "29,4\xa0KB" in kept.reason
    assert "Helpdesk" in kept.reason
    assert len(kept.raw) < 1000
    sweep.read(box.pk)
    assert IncomingMail.objects.count() == 2

    sweep.email.process(
        kept, now=timezone.now()
    )  # an agent tries again: a ticket to answer the sender on
    ticket = Ticket.objects.get(subject="Groot")
    assert ticket.contact is not None
    assert "29,4" in ticket.messages.get(kind="customer").text


def test_a_connection_that_breaks_while_reading_goes_on_where_it_was(
    dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    dovecot.deliver(mail("Een"), mail("Twee"))
    box = mailbox(dovecot, afterwards="delete")
    real = imap.acknowledge

    def cut(connected: imap.GatedClient, uid: int, **how: str) -> None:
        connected.socket().shutdown(socket.SHUT_RDWR)
        real(connected, uid, **how)

    with monkeypatch.context() as cutting:
        cutting.setattr(imap, "acknowledge", cut)
        outcome = sweep.read(box.pk)
    assert outcome.trouble is not None
    assert outcome.trouble.fault == Mailbox.Fault.CUT
    assert subjects() == ["Een"]
    sweep.read(box.pk)
    assert (subjects(), dovecot.subjects()) == (["Een", "Twee"], [])


def test_a_report_counts_from_when_it_reached_the_mailbox_not_from_when_we_looked(
    dovecot: Dovecot,
) -> None:
    looked = timezone.now() - timedelta(hours=5)
    box = mailbox(dovecot, emptied_at=looked)
    dovecot.deliver(mail("Tijdens de storing"), mail("Van elders hierheen gesleept"))
    outage, dragged = sorted((dovecot.box / "new").iterdir())
    arrived = (timezone.now() - timedelta(hours=3)).replace(microsecond=0)
    os.utime(outage, (0, arrived.timestamp()))
    os.utime(dragged, (0, (looked - timedelta(days=1)).timestamp()))
    sweep.read(box.pk)
    reported = dict(Ticket.objects.values_list("subject", "reported_at"))
    assert reported == {"Tijdens de storing": arrived, "Van elders hierheen gesleept": looked}


def test_of_a_mailbox_that_was_never_read_mail_counts_from_the_first_look(
    dovecot: Dovecot,
) -> None:
    dovecot.deliver(mail("Lag er al"))
    (old,) = (dovecot.box / "new").iterdir()
    os.utime(old, (0, (timezone.now() - timedelta(hours=3)).timestamp()))
    began = timezone.now()
    sweep.read(mailbox(dovecot, read_from=timezone.localdate() - timedelta(days=1)).pk)
    assert Ticket.objects.get().reported_at >= began


def test_an_answer_that_waited_at_the_server_counts_from_when_it_came(dovecot: Dovecot) -> None:
    box = mailbox(dovecot)
    dovecot.deliver(mail("Eerst"))
    sweep.read(box.pk)
    ticket = Ticket.objects.get()
    dovecot.deliver(mail(f"Re: {ticket.reference} Eerst"))
    arrived = (timezone.now() + timedelta(hours=1)).replace(microsecond=0)
    (answer,) = (dovecot.box / "new").iterdir()
    os.utime(answer, (0, arrived.timestamp()))
    later = arrived + timedelta(hours=2)
    sweep.read(box.pk, clock=lambda: later)
    ticket.refresh_from_db()
    assert (Ticket.objects.count(), ticket.updated_at) == (1, arrived)
