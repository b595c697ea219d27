"""Files are kept once per content, under names that can do no harm; numbers in one form."""

import hashlib
import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from support import desk
from support.desk.conversation import Words
from support.drafts import keeping
from support.who import Reporter
from tests import people
from tests.people import at
from tickets.files import File, attach, keep, safe_name
from tickets.models import Attachment, Channel, Kind
from tickets.validators import bare_number

# What a disk says of its files goes by the clock of the machine.
pytestmark = pytest.mark.machine_clock


def stored(data: bytes) -> Path:
    digest = hashlib.sha256(data).hexdigest()
    return Path(settings.MEDIA_ROOT) / "attachments" / digest[:2] / digest


@pytest.mark.django_db
def test_the_same_content_is_stored_once() -> None:
    data = b"the same picture, sent twice"
    files = [File("a.png", "image/png", data), File("b.png", "image/png", data)]
    files.append(File("c.png", "image/png", b"another"))
    desk.open_ticket(
        people.reporter(people.contact(people.organisation())),
        Words(text="Zie bijlagen", files=files),
        subject="Beeld",
        kind=Kind.QUESTION,
        channel=Channel.WEB,
        at=at("2026-05-18 10:00"),
    )
    first, second, third = Attachment.objects.order_by("pk")
    assert first.file.name == second.file.name != third.file.name
    assert [(file.name, file.size) for file in (first, second)] == [("a.png", 28), ("b.png", 28)]
    kept = Path(settings.MEDIA_ROOT) / str(first.file.name)
    assert kept.read_bytes() == data
    assert first.sha256 == kept.name


@pytest.mark.django_db
def test_stored_files_that_nothing_points_to_are_forgotten_after_a_week() -> None:
    alice = people.agent()
    ticket = desk.open_ticket(
        people.reporter(people.contact(people.organisation())),
        Words(text="Zie bijlage", files=[File("a.txt", "text/plain", b"attached, and unique")]),
        subject="Beeld",
        kind=Kind.QUESTION,
        channel=Channel.WEB,
    )
    gone, kept, fresh = (f"{name}, and unique".encode() for name in ("gone", "kept", "fresh"))
    discarded = [File("gone.txt", "text/plain", gone), File("fresh.txt", "text/plain", fresh)]
    keeping.add_files(ticket, "note", discarded, author=alice, now=timezone.now())
    keeping.discard(ticket, "note", author=alice)
    file = File("kept.txt", "text/plain", kept)
    keeping.add_files(ticket, "reply", [file], author=alice, now=timezone.now())
    week = timezone.now() + timedelta(days=7, minutes=1)

    assert keeping.forget_files(now=timezone.now()) == 0, "a backup put back may know them"
    keep(File("again.txt", "text/plain", fresh))
    os.utime(stored(fresh), times=(week.timestamp(), week.timestamp()))
    assert keeping.forget_files(now=week) >= 1
    assert not stored(gone).exists()
    assert stored(b"attached, and unique").exists()
    assert stored(kept).exists()
    assert stored(fresh).exists()
    keep(File("gone.txt", "text/plain", gone))
    assert stored(gone).read_bytes() == gone


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("foto.png", "foto.png"),
        ("../../etc/passwd", "passwd"),
        (r"C:\temp\rapport.docx", "rapport.docx"),
        ("fac\u202etxt.exe", "factxt.exe"),
        ("a\x00b\r\n.pdf", "ab.pdf"),
        (" .htaccess. ", "htaccess"),
        ("...", "attachment"),
        ("", "attachment"),
        ("x" * 200 + ".pdf", "x" * 146 + ".pdf"),
    ],
)
def test_a_files_name_is_made_safe(given: str, kept: str) -> None:
    assert safe_name(given) == kept


@pytest.mark.parametrize(
    "written",
    [
        "030 760 02 90",
        "030-7600290",
        "(030) 760.02.90",
        "+31 30 760 02 90",
        "+31 (0)30 7600290",
        "0031 30 7600290",
        "0031 (0)30-7600290",
    ],
)
def test_a_number_is_the_same_however_it_is_written(written: str) -> None:
    assert bare_number(written) == "0307600290"


def test_a_foreign_number_keeps_its_country() -> None:
    assert bare_number("+32 2 555 12 12") == bare_number("0032 2 5551212") == "003225551212"


@pytest.mark.django_db
def test_a_file_that_was_written_half_is_written_again() -> None:
    message = desk.open_ticket(
        Reporter(email="carla@school.example"),
        Words(text="Zie bijlage"),
        subject="Bestand",
        kind="question",
        channel="email",
    ).messages.earliest("pk")
    kept = attach(message, File("a.txt", "text/plain", b"helemaal"))
    Path(kept.file.path).write_bytes(b"half")
    again = attach(message, File("b.txt", "text/plain", b"helemaal"))
    assert again.file.name == kept.file.name
    with again.file.open() as file:
        assert file.read() == b"helemaal"
    assert len(list(Path(kept.file.path).parent.iterdir())) == 1
