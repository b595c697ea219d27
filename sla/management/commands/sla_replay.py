"""`manage.py sla_replay`: the pure clock on written histories, JSON in and out.

With --ticket the history is that of a ticket, at any moment, with what was known then.
"""

from __future__ import annotations

import json
import sys

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from sla.cases import cases
from sla.engine.events import moment
from sla.evidence import replay_ticket
from sla.replay import replay
from tickets.models import Ticket


class Command(BaseCommand):
    """One JSON object, or one per line, on standard input; one line for each on standard output."""

    help = "Read ticket histories as JSON and print their clocks; see DESIGN, sla_replay."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Without arguments cases are read from standard input, and no database is needed."""
        parser.add_argument("--ticket", help="a ticket, such as WD-10001")
        parser.add_argument("--at", help="a moment (ISO 8601, with its offset); default: now")

    def handle(
        self, *args: object, ticket: str | None = None, at: str | None = None, **options: object
    ) -> None:
        """Exit 2 with one clear line at the first case that can't be read."""
        if ticket is not None:
            self._of_ticket(ticket, at)
            return
        try:
            for number, case in enumerate(cases(sys.stdin), start=1):
                self.stdout.write(_answer(number, case))
        except ValueError as error:
            raise CommandError(str(error), returncode=2) from None

    def _of_ticket(self, reference: str, at: str | None) -> None:
        found = Ticket.objects.by_reference(reference).first()
        if found is None:
            raise CommandError(f"there is no ticket {reference}", returncode=2)
        try:
            now = moment(at, "--at") if at else timezone.now()
            answer = replay_ticket(found, at=now)
        except ValueError as error:
            raise CommandError(str(error), returncode=2) from None
        self.stdout.write(json.dumps(answer, ensure_ascii=False))


def _answer(number: int, case: object) -> str:
    try:
        return json.dumps(replay(case), ensure_ascii=False)
    except ValueError as error:
        raise CommandError(f"case {number}: {error}", returncode=2) from None
