"""`manage.py evidence WD-10001`: the proof of a ticket's clocks as JSON, or --check such a file."""

from __future__ import annotations

import json
import sys

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from sla.evidence import check, evidence_of
from tickets.models import Ticket


class Command(BaseCommand):
    """Checking needs no database: the file holds all that its clocks follow from."""

    help = "Write the evidence of a ticket as JSON, or check such a file (- for standard input)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """A ticket's number, or a file to check."""
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("reference", nargs="?", help="a ticket, such as WD-10001")
        what.add_argument(
            "--check", metavar="FILE", help="an evidence file; - reads standard input"
        )

    def handle(
        self,
        *args: object,
        reference: str | None = None,
        check: str | None = None,
        **options: object,
    ) -> None:
        """Exit 1 if a file does not hold what it says, 2 if it can't be read."""
        if check is not None:
            self._check(check)
            return
        ticket = Ticket.objects.by_reference(reference or "").first()
        if ticket is None:
            raise CommandError(f"there is no ticket {reference}", returncode=2)
        try:
            data = evidence_of(ticket, now=timezone.now())
        except ValueError as error:
            raise CommandError(str(error), returncode=2) from None
        self.stdout.write(json.dumps(data, ensure_ascii=False, indent=2))

    def _check(self, path: str) -> None:
        try:
            with sys.stdin if path == "-" else open(path, encoding="utf-8") as file:  # noqa: PTH123
                data = json.load(file)
            wrong = check(data)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise CommandError(f"{path}: {error}", returncode=2) from None
        for line in wrong:
            self.stdout.write(line)
        if wrong:
            sys.exit(1)
        clocks = sum(len(case["clocks"]) for case in data["cases"])
        self.stdout.write(f"{data['ticket']['reference']}: {clocks} clocks follow from the history")
