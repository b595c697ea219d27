"""Mail as it comes in: bytes, taken in as `manage.py receive_mail` does."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from support.intake.email import receive
from support.mail import reply_address
from support.mail.models import IncomingMail
from tickets.models import Ticket, User

SERVER = "mx.desk.example"
"""Our own mail server, where a test sets AUTHENTICATION_SERVERS."""

_USUAL = {
    "From": "Carla <carla@school.example>",
    "To": "support@desk.example",
    "Subject": "Doelen",
    "Content-Type": "text/plain; charset=utf-8",
    "Content-Transfer-Encoding": "8bit",
}


def raw(text: str = "Het werkt niet.", **fields: str) -> bytes:
    """A mail. fields: by name, `_` for `-`; '' leaves one out. Verdicts of servers come on top."""
    given = _USUAL | {name.replace("_", "-"): value for name, value in fields.items()}
    given.setdefault("Message-ID", f"<{abs(hash((text, *given.values())))}@elders.example>")
    top = given.pop("Authentication-Results", "")
    lines = [f"Authentication-Results: {each}" for each in top.splitlines()]
    lines.append("Received: from mx.elders.example by mx.desk.example; Mon, 18 May 2026 10:00:00")
    lines += [f"{name}: {value}" for name, value in given.items() if value]
    return "\r\n".join([*lines, "", text, ""]).encode()


def come(text: str = "Het werkt niet.", **fields: str) -> IncomingMail:
    """What became of it."""
    return come_at(timezone.now(), text, **fields)


def come_at(moment: datetime, text: str = "Het werkt niet.", **fields: str) -> IncomingMail:
    """What became of one that reached us at a moment."""
    return receive(raw(text, **fields), now=moment)


def opened(text: str = "Het werkt niet.", **fields: str) -> Ticket:
    """The ticket that it opened."""
    ticket = come(text, **fields).ticket
    assert ticket is not None
    return ticket


def verdict(result: str, domain: str = "school.example") -> str:
    """What our own server says of the domain in From."""
    return f"{SERVER}; spf=none smtp.mailfrom=x.example; dmarc={result} header.from={domain}"


def signed(ticket: Ticket) -> str:
    """Where the customer's answers go."""
    return _plain(reply_address.reply_to(ticket))


def signed_for(ticket: Ticket | None, colleague: User | None) -> str:
    """Where a colleague's answers to our mail to them go."""
    return _plain(reply_address.colleagues_reply_to(ticket, colleague))


def _plain(address: str) -> str:
    return address.partition("<")[2].rstrip(">") or address
