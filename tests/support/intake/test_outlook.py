"""Files that Outlook packs into winmail.dat come out as files."""

from __future__ import annotations

import struct
from email.message import EmailMessage

from hypothesis import given
from hypothesis import strategies as st

from support.intake import outlook
from support.intake.attached import Limits
from support.intake.mime import ParsedMail, parse

MESSAGE, ATTACHMENT = 1, 2


def attribute(level: int, number: int, value: bytes) -> bytes:
    return struct.pack("<BII", level, number, len(value)) + value + b"\0\0"


def winmail(*files: tuple[bytes, bytes, str]) -> bytes:
    """As Outlook packs them: (title, content, long name) of each."""
    packed = struct.pack("<IH", 0x223E9F78, 1) + attribute(MESSAGE, 0x00089006, b"\0\0\1\0")
    for title, content, long_name in files:
        packed += attribute(ATTACHMENT, 0x00069002, b"\0" * 14)
        packed += attribute(ATTACHMENT, 0x00018010, title + b"\0")
        packed += attribute(ATTACHMENT, 0x0006800F, content)
        name = f"{long_name}\0".encode("utf-16-le")
        tag = b"\x1f\x00\x07\x37" + struct.pack("<II", 1, len(name))
        properties = struct.pack("<I", 1) + tag + name if long_name else struct.pack("<I", 0)
        packed += attribute(ATTACHMENT, 0x00069005, properties)
    return packed


def mailed(packed: bytes, limits: Limits | None = None) -> ParsedMail:
    message = EmailMessage()
    message["From"], message["Subject"] = "carla@school.example", "Bijlagen"
    message.set_content("Zie bijlage")
    message.add_attachment(packed, maintype="application", subtype="ms-tnef", filename="w.dat")
    return parse(message.as_bytes(), limits=limits or Limits())


def test_the_files_stand_in_the_place_of_winmail_with_their_long_names() -> None:
    mail = mailed(
        winmail(
            (b"ROOSTE~1.PDF", b"%PDF een", "Rooster übersicht.pdf"),
            (b"caf\xe9.png", b"\x89PNG twee", ""),
        )
    )
    kept = [(file.name, file.content_type, file.data) for file in mail.attachments]
    assert kept == [
        ("Rooster übersicht.pdf", "application/pdf", b"%PDF een"),
        ("café.png", "image/png", b"\x89PNG twee"),
    ]
    assert mail.problems == ()
    assert mail.text == "Zie bijlage"


def test_the_limits_hold_for_what_was_packed() -> None:
    files = [(b"a.exe", b"MZ", ""), (b"groot.bin", b"0" * 2000, ""), (b"b.txt", b"ja", "")]
    mail = mailed(winmail(*files), limits=Limits(size=5000, count=5, refused=["exe"]))
    assert [file.name for file in mail.attachments] == ["groot.bin", "b.txt"]
    assert "a.exe" in mail.text
    two = mailed(winmail(*files), limits=Limits(count=2))
    assert [file.name for file in two.attachments] == ["a.exe", "groot.bin"]
    assert "b.txt" in two.text


def test_one_that_is_cut_off_gives_what_is_whole() -> None:
    packed = winmail((b"een.txt", b"een", ""), (b"twee.txt", b"twee" * 100, ""))
    assert outlook.files(packed[:-200]) == [("een.txt", b"een")]


def test_one_with_only_a_formatted_text_is_kept_as_it_is_with_a_sentence() -> None:
    mail = mailed(winmail())
    assert [file.name for file in mail.attachments] == ["w.dat"]
    assert [problem.word for problem in mail.problems] == ["tnef"]


@given(st.binary(max_size=300))
def test_whatever_follows_the_signature_is_survived(rest: bytes) -> None:
    for name, content in outlook.files(struct.pack("<IH", 0x223E9F78, 1) + rest):
        assert isinstance(name, str)
        assert content
