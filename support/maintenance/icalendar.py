"""Maintenance as calendar programs read it (RFC 5545, with the methods of RFC 5546).

One UID for as long as it exists, and a SEQUENCE that goes up with every event of it, so that a
calendar takes the last that was told, in whatever order letters and feeds arrive.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from email.utils import parseaddr

from django.conf import settings
from django.utils.translation import gettext as _

from sla.models import Agreement, Maintenance, Service
from support.mail.post import mail_domain

WIDTH = 75
"""Octets of a line, without its end."""
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")
Entry = tuple[Maintenance, Sequence[Service]]


def letter(maintenance: Maintenance, services: Sequence[Service], at: datetime, *, who: str) -> str:
    """What goes along with a letter: it is to be put into the calendar, or taken out of it. who:
    announces it, as its reader knows them.
    """
    method = "CANCEL" if maintenance.cancelled_at else "PUBLISH"
    return _calendar([f"METHOD:{method}"], [(maintenance, services)], at, who)


def feed(entries: Iterable[Entry], at: datetime, *, who: str) -> str:
    """What a calendar program reads again and again."""
    name = _escaped(_("Maintenance %(provider)s") % {"provider": who})
    head = [
        "METHOD:PUBLISH",
        f"NAME:{name}",
        f"X-WR-CALNAME:{name}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
    ]
    return _calendar(head, entries, at, who)


def _calendar(head: Sequence[str], entries: Iterable[Entry], at: datetime, who: str) -> str:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Werkdag//Werkdag//NL", *head]
    for maintenance, services in entries:
        lines += _event(maintenance, services, at, who)
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line))


def _event(
    maintenance: Maintenance, services: Sequence[Service], at: datetime, who: str
) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:maintenance-{maintenance.pk}@{mail_domain()}"
    yield f"SEQUENCE:{max(maintenance.version - 1, 0)}"
    yield f"DTSTAMP:{_moment(at)}"
    yield f"DTSTART:{_moment(maintenance.started_at or maintenance.begins_at)}"
    end = maintenance.finished_at or maintenance.ends_at
    if end is not None and end > (maintenance.started_at or maintenance.begins_at):
        yield f"DTEND:{_moment(end)}"
    yield f"SUMMARY:{_escaped(_summary(maintenance, services))}"
    yield f"DESCRIPTION:{_escaped(_description(maintenance))}"
    yield f"ORGANIZER{_organizer(services[0].agreement, who)}"
    yield "STATUS:CANCELLED" if maintenance.cancelled_at else "STATUS:CONFIRMED"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _summary(maintenance: Maintenance, services: Sequence[Service]) -> str:
    named = ", ".join(service.name for service in services)
    return _("Maintenance %(services)s: %(what)s") % {
        "services": named,
        "what": maintenance.nature or maintenance.cause,
    }


def _description(maintenance: Maintenance) -> str:
    said = [maintenance.cause, maintenance.work]
    if maintenance.expected_minutes is not None:
        minutes = {"minutes": maintenance.expected_minutes}
        said.append(_("Expected to be down: %(minutes)s minutes.") % minutes)
    return "\n".join(filter(None, said))


def _organizer(agreement: Agreement, who: str) -> str:
    email = agreement.email or parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    name = _CONTROL.sub(" ", who).replace('"', "'").replace("\n", " ")
    return f';CN="{name}":mailto:{email}'


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    plain = _CONTROL.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))
    for sign in ("\\", ";", ","):
        plain = plain.replace(sign, f"\\{sign}")
    return plain.replace("\n", "\\n")


def _folded(line: str) -> Iterator[str]:
    """A line in parts of at most 75 octets, none of which breaks a character."""
    part = ""
    for sign in line:
        if len((part + sign).encode()) > WIDTH:
            yield part
            part = " "
        part += sign
    yield part
