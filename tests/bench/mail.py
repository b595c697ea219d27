"""Mail coming in: from raw bytes to a ticket with its clocks, in one process."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import EmailMessage
from itertools import count

from sla.models import Calendar
from support.intake.email import receive
from support.models import IncomingMail, Mailbox
from tests import people
from tests.bench import house
from tests.bench.measuring import Row, compared
from tests.people import at
from tickets.models import EmailDomain

NOW = at("2026-05-18 10:00")
PARAGRAPH = "Sinds vanochtend blijft het scherm leeg als ik een rapport open. " * 3


def run() -> list[Row]:
    """Each beside storing the same bytes and doing nothing with them."""
    with house.standing():
        people.releases("2026-05-20 07:00", "2026-06-10 07:00")
        people.agreement("dialog")
        Calendar.objects.update(changed_at=at("2020-01-01 00:00"))  # known for long
        # Everybody at the school is of a customer with an agreement: each report gets its clocks.
        school = people.organisation()
        EmailDomain.objects.create(organisation=school, domain="school.example")
        Mailbox.objects.create(name="Helpdesk", address="helpdesk@desk.example", host="imap")
        numbers = count()
        plain, rich, known = _plain(numbers), _rich(numbers), _known()
        return [
            _row("new ticket from a text mail", plain, bar="≥ 50"),
            _row("new ticket, HTML and a 200 kB file", rich),
            _row("a mail that was taken before", known),
        ]


def _row(what: str, mails: Iterator[bytes], *, bar: str = "") -> Row:
    numbers = count()

    def take() -> None:
        mail = receive(next(mails), now=NOW)
        if mail.state != IncomingMail.State.TAKEN:
            raise AssertionError(f"{mail.reason}: the figure would mean nothing")

    def store() -> None:
        raw, digest = next(mails), f"{what} {next(numbers)}"[-64:]
        IncomingMail.objects.create(raw=raw, digest=digest, received_at=NOW, state="ignored")

    return compared(what, take, store, called="storing the bytes", bar=bar)


def _plain(numbers: Iterator[int]) -> Iterator[bytes]:
    for number in numbers:
        yield _mail(number).as_bytes()


def _rich(numbers: Iterator[int]) -> Iterator[bytes]:
    file = bytes(range(256)) * 800
    for number in numbers:
        mail = _mail(number)
        mail.add_alternative(f"<p>{PARAGRAPH}</p><p>{number}</p>", subtype="html")
        # Other bytes each time: files are kept once by their content.
        content = str(number).encode() + file
        mail.add_attachment(content, maintype="image", subtype="png", filename="scherm.png")
        yield mail.as_bytes()


def _known() -> Iterator[bytes]:
    """The same one again and again."""
    raw = _mail(-1).as_bytes()
    while True:
        yield raw


def _mail(number: int) -> EmailMessage:
    """A mail of somebody else each time: one sender is braked."""
    mail = EmailMessage()
    mail["From"] = f"Carla <carla{number}@school.example>"
    mail["To"] = "helpdesk@desk.example"
    mail["Subject"] = f"Rapport {number} is leeg"
    mail["Message-ID"] = f"<{number}@school.example>"
    mail["Date"] = "Mon, 18 May 2026 10:00:00 +0200"
    mail.set_content(f"{PARAGRAPH}\n{number}\n")
    return mail
