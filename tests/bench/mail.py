"""Mail coming in: from raw bytes to a ticket with its clocks, in one process."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from itertools import count, cycle, islice

from config.processes import keep_what_is_read
from sla.models import Calendar
from support.intake.email import receive
from support.mail.models import IncomingMail, Mailbox, OutgoingMail
from tests import people
from tests.bench import house
from tests.bench.measuring import Row, compared
from tests.people import at
from tickets.models import EmailDomain

ANSWERED = 300
STRETCH = 0.5  # seconds: some twenty-five mails in a row, as from a mailbox
NOW = at("2026-05-18 10:00")
BETWEEN = timedelta(seconds=15)
PARAGRAPH = "Sinds vanochtend blijft het scherm leeg als ik een rapport open. " * 3


def run() -> list[Row]:
    """Each beside storing the same bytes and doing nothing with them."""
    with house.standing():
        keep_what_is_read()  # as a worker does before it begins
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
            _row("new ticket from a text mail", plain, bar="≥ 80"),
            _row("an answer on a ticket", _answers(numbers)),
            _row("new ticket, HTML and a 200 kB file", rich),
            _row("a mail that was taken before", known),
        ]


def _row(what: str, mails: Iterator[bytes], *, bar: str = "") -> Row:
    numbers, moments = count(), count()

    def take() -> None:
        # Not all at once: then most would get no confirmation, which costs less.
        mail = receive(next(mails), now=NOW + BETWEEN * next(moments))
        if mail.state != IncomingMail.State.TAKEN:
            raise AssertionError(f"{mail.reason}: the figure would mean nothing")

    def store() -> None:
        raw, digest = next(mails), f"{what} {next(numbers)}"[-64:]
        IncomingMail.objects.create(raw=raw, digest=digest, received_at=NOW, state="ignored")

    return compared(what, take, store, called="storing the bytes", bar=bar, seconds=STRETCH)


def _plain(numbers: Iterator[int]) -> Iterator[bytes]:
    # Composed once: making mail is the senders' work.
    raw = _mail(7777777).as_bytes()
    for number in numbers:
        yield raw.replace(b"7777777", str(number).encode())


def _rich(numbers: Iterator[int]) -> Iterator[bytes]:
    file = bytes(range(256)) * 800
    for number in numbers:
        mail = _mail(number)
        mail.add_alternative(f"<p>{PARAGRAPH}</p><p>{number}</p>", subtype="html")
        # Other bytes each time: files are kept once by their content.
        content = str(number).encode() + file
        mail.add_attachment(content, maintype="image", subtype="png", filename="scherm.png")
        yield mail.as_bytes()


def _answers(numbers: Iterator[int]) -> Iterator[bytes]:
    """Customers answer our confirmations, each their own."""
    raw = _mail(7777777).as_bytes()
    for number in islice(numbers, ANSWERED):
        receive(raw.replace(b"7777777", str(number).encode()), now=NOW)
    sent = OutgoingMail.objects.order_by("-pk").values_list("to", "mail_id")[:ANSWERED]
    for (to, confirmation), number in zip(cycle(sent), numbers, strict=False):
        answer = raw.replace(b"carla7777777@school.example", to.encode())
        answer = answer.replace(b"7777777", str(number).encode())
        yield f"In-Reply-To: {confirmation}\n".encode() + answer


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
