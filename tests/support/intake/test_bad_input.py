"""Whatever arrives: one ticket or one explained quarantine entry, and the intake goes on."""

import io
import os
import subprocess
import sys
import zipfile
from base64 import encodebytes
from email.message import EmailMessage
from urllib.parse import quote

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from support.intake.email import receive
from support.mail.models import IncomingMail, OutgoingMail
from tickets.models import Attachment, Ticket

pytestmark = pytest.mark.django_db

HEAD = b"From: Carla <carla@school.example>\nSubject: Doelen\n"


def nested(depth: int) -> bytes:
    raw = b"Content-Type: text/plain\n\nDiep erin\n"
    for level in range(depth):
        mark = b"b%d" % level
        head = b'Content-Type: multipart/mixed; boundary="%s"\n\n' % mark
        raw = head + b"--" + mark + b"\n" + raw + b"\n--" + mark + b"--\n"
    return HEAD + raw


def zip_bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("nullen", b"\0" * 50_000_000)
    head = b"Content-Type: application/zip; name=bom.zip\nContent-Transfer-Encoding: base64\n\n"
    return (
        HEAD
        + b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nZie bijlage\n--b\n"
        + head
        + encodebytes(packed.getvalue())
        + b"--b--\n"
    )


CASES = {
    "truncated": HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nHalf ber",
    "nested": nested(200),
    "long header": HEAD + b"X-Long: " + b"x" * 1_000_000 + b"\n\nTekst",
    "long subject": b"From: carla@school.example\nSubject: " + b"D" * 1_000_000 + b"\n\nTekst",
    "long from": b"From: " + b"x" * 1_000_000 + b"\nSubject: Doelen\n\nTekst",
    "many recipients": HEAD + b"Cc: " + b"a@b.example, " * 100_000 + b"\n\nTekst",
    "nuls": HEAD.replace(b"Doelen", b"Do\0elen") + b"\nTe\0kst",
    "declared size": HEAD + b"Content-Length: 1073741824\n\nKort",
    "declared part": HEAD
    + b"Content-Type: multipart/mixed; boundary=b\n\n--b\n"
    + b"Content-Type: application/pdf; name=groot.pdf; size=1073741824\n\nklein\n--b--\n",
    "charset": HEAD + b"Content-Type: text/plain; charset=utf-16\n\nGewoon tekst\xe9",
    "crlf in words": b"From: =?utf-8?q?Carla=0D=0ABcc=3A_x=40y=2Enl?= <carla@school.example>\n"
    b"Subject: =?utf-8?q?Doelen=0D=0ABcc=3A_mallory=40kwaad=2Eexample?=\n\nTekst",
    "no from": b"Subject: Doelen\n\nTekst",
    "two froms": b"From: carla@school.example\nFrom: baas@school.example\nSubject: x\n\nTekst",
    "forged from": b"From: helpdesk@desk.example <carla@school.example>\nSubject: x\n\nTekst",
    "year one": HEAD + b"Date: Mon, 1 Jan 0001 00:00:00 +0000\n\nTekst",
    "year 9999": HEAD + b"Date: Fri, 31 Dec 9999 23:59:59 -2359\n\nTekst",
    "zip bomb": zip_bomb(),
}


@pytest.mark.parametrize("raw", CASES.values(), ids=list(CASES))
def test_it_becomes_one_ticket_or_one_explained_entry(raw: bytes) -> None:
    now = timezone.now()
    mail = receive(raw, now=now)
    if mail.state == "taken":
        ticket = Ticket.objects.get()
        assert (ticket, ticket.reported_at) == (mail.ticket, now)
        assert "\n" not in ticket.subject + ticket.reporter_name
        assert ticket.messages.filter(kind="customer").count() == 1
        assert all("\n" not in letter.subject for letter in OutgoingMail.objects.all())
    else:
        assert (mail.state, Ticket.objects.count()) == ("quarantine", 0)
        assert mail.reason.strip()
    behind = receive(HEAD.replace(b"Doelen", b"De volgende") + b"\nTekst", now=now)
    assert behind.state == "taken"
    assert IncomingMail.objects.count() == 2


def test_only_a_mail_without_a_sender_is_left_without_a_ticket() -> None:
    states = {name: receive(raw, now=timezone.now()).state for name, raw in CASES.items()}
    left = {name for name, state in states.items() if state != "taken"}
    assert left == {"no from", "long from"}


def test_a_zip_is_kept_as_it_is_and_never_unpacked() -> None:
    receive(zip_bomb(), now=timezone.now())
    kept = Attachment.objects.get()
    assert kept.size < 60_000
    with kept.file.open() as file:
        assert file.read(2) == b"PK"


def test_what_the_settings_do_not_let_in_is_named_with_the_reason(settings: Settings) -> None:
    settings.ATTACHMENTS_MAX_BYTES, settings.ATTACHMENTS_MAX_FILES = 1_000, 1
    settings.ATTACHMENTS_REFUSED = ["exe"]
    message = EmailMessage()
    message["From"], message["Subject"] = "carla@school.example", "Bestanden"
    message.set_content("Zie bijlagen")
    for name, size in (("virus.EXE", 10), ("groot.pdf", 2_000), ("a.txt", 10), ("b.txt", 10)):
        message.add_attachment(b"x" * size, maintype="x", subtype="y", filename=name)
    receive(message.as_bytes(), now=timezone.now())
    assert [file.name for file in Attachment.objects.all()] == ["a.txt"]
    text = Ticket.objects.get().messages.get(kind="customer").text
    lines = {
        line.split(" (")[0].split(": ")[-1]: line for line in text.split("\n") if " MB)" in line
    }
    assert set(lines) == {"virus.EXE", "groot.pdf", "b.txt"}
    reasons = {line.rpartition(")")[2] for line in lines.values()}
    assert len(reasons) == 3


def test_the_same_content_is_one_file() -> None:
    for number in range(2):
        message = EmailMessage()
        message["From"], message["Subject"] = "carla@school.example", f"Bestand {number}"
        message.set_content("Zie bijlage")
        for name in ("a.txt", "b.txt"):
            message.add_attachment(b"hetzelfde", maintype="x", subtype="y", filename=name)
        receive(message.as_bytes(), now=timezone.now())
    paths = set(Attachment.objects.values_list("file", flat=True))
    assert (Attachment.objects.count(), len(paths)) == (4, 1)


@pytest.mark.parametrize(
    ("content_type", "name"),
    [("application/ms-tnef", "winmail.dat"), ("application/octet-stream", "WINMAIL.DAT")],
)
def test_winmail_is_kept_with_a_sentence(content_type: str, name: str) -> None:
    message = EmailMessage()
    message["From"], message["Subject"] = "carla@school.example", "Bijlagen"
    message.set_content("Zie bijlage")
    maintype, _slash, subtype = content_type.partition("/")
    message.add_attachment(b"\x78\x9f\x3e\x22", maintype=maintype, subtype=subtype, filename=name)
    receive(message.as_bytes(), now=timezone.now())
    assert [file.name for file in Attachment.objects.all()] == [name]
    assert "winmail.dat" in Ticket.objects.get().messages.get(kind="customer").text


MEASURED = """
import django
django.setup()
from django.core.management import call_command
call_command("receive_mail")
# Not getrusage: it starts from the size of the process that started this one.
lines = open("/proc/self/status").read().splitlines()
print(next(int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM")))
"""
MOST_MEGABYTES = 300


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("shape", ["attachment", "text", "html", "parts"])
def test_fifty_megabytes_take_less_than_300(shape: str) -> None:
    before = IncomingMail.objects.count()
    url = connection.settings_dict
    address = f"postgres://{url['USER']}:{url['PASSWORD']}@{quote(url['HOST'], safe='')}"
    answer = subprocess.run(
        [sys.executable, "-c", MEASURED],
        input=fifty_megabytes(shape),
        capture_output=True,
        check=False,
        env=os.environ
        | {
            "DATABASE_URL": f"{address}:{url['PORT']}/{url['NAME']}",
            "DJANGO_SETTINGS_MODULE": "config.settings",
        },
    )
    assert answer.returncode == 0, answer.stderr.decode()
    said, measured = answer.stdout.decode().splitlines()
    assert said.startswith("taken: ")
    assert IncomingMail.objects.count() == before + 1
    print(shape, measured)
    assert int(measured) <= MOST_MEGABYTES, measured


def fifty_megabytes(shape: str) -> bytes:
    """A mail of 50 MB: mostly one attachment, a text, HTML, or a million parts."""
    multipart = HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nZie bijlage\n"
    if shape == "attachment":
        head = b"--b\nContent-Type: x/y; name=a.bin\nContent-Transfer-Encoding: base64\n\n"
        size = 33_000_000  # bytes as base64; the other file passes the limit
        return (
            multipart + head + (b"QUJD" * 19 + b"\n") * (size // 77) + head + b"QUJD\n" * 3_400_000
        )
    if shape == "text":
        return HEAD + b"\n" + b"Het werkt niet meer.\n" * (50_000_000 // 21)
    if shape == "html":
        return (
            HEAD + b"Content-Type: text/html\n\n" + b"<p>Het werkt <b>niet</b>.</p>\n" * 1_700_000
        )
    return multipart + b"--b\nContent-Type: text/x\n\nx\n" * 1_900_000
