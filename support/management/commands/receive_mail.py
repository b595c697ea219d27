"""`manage.py receive_mail < mail.eml`: one message into the intake, as a mail server pipes it."""

from __future__ import annotations

import sys
from os import EX_TEMPFAIL

from django.core.management.base import BaseCommand
from django.db import Error
from django.utils import timezone

from support.intake.email import receive


class Command(BaseCommand):
    """Exit 0: taken in, or kept with an explanation. Exit 75: try again later."""

    help = "Take one mail from standard input into the intake."
    requires_system_checks: list[str] = []

    def handle(self, *args: object, **options: object) -> None:
        """Say in one line what became of the mail."""
        raw = sys.stdin.buffer.read()
        try:
            mail = receive(raw, now=timezone.now())
        except Error as error:
            self.stderr.write(f"not stored, try again later: {error}".strip())
            sys.exit(EX_TEMPFAIL)
        told = mail.ticket.reference if mail.ticket else mail.reason
        self.stdout.write(f"{mail.state}: {told}")
