"""Files are kept once per content, under names that can do no harm; numbers in one form."""

from pathlib import Path

import pytest
from django.conf import settings

from support import desk
from support.conversation import Reporter, Words
from tests import people
from tests.people import at
from tickets.files import File, attach, safe_name
from tickets.models import Attachment, Channel, Kind
from tickets.validators import bare_number


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
