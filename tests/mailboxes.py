"""Mails and mailboxes that tests are about."""

from __future__ import annotations

from datetime import date

from support.mail.models import Mailbox
from support.secrets.sealing import seal
from tests.dovecot import PASSWORD, USER, Dovecot
from tickets.models import Ticket


def mail(subject: str, text: str = "Het werkt niet.") -> bytes:
    return (
        f"From: Carla <carla@school.example>\nTo: {USER}\nSubject: {subject}\n"
        f"Message-ID: <{subject}@school.example>\nDate: Mon, 18 May 2026 10:00:00 +0200\n\n{text}\n"
    ).encode()


def mailbox(dovecot: Dovecot, **given: object) -> Mailbox:
    values = {
        "name": "Helpdesk",
        "address": USER,
        "host": "localhost",
        "port": dovecot.tls_port,
        "username": USER,
        "password": seal(PASSWORD),
        "read_from": date(2020, 1, 1),
    }
    return Mailbox.objects.create(**(values | given))


def subjects() -> list[str]:
    return list(Ticket.objects.order_by("pk").values_list("subject", flat=True))
