"""`manage.py sla_replay`: the pure clock on written histories, JSON in and out.

With --ticket the history is that of a ticket, at any moment, with what was known then.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

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
        self, *args: Any, ticket: str | None = None, at: str | None = None, **options: Any
    ) -> None:
        """Exit 2 with one clear line at the first case that can't be read."""
        if ticket is not None:
            self._of_ticket(ticket, at)
            return
        for number, case in enumerate(_cases(sys.stdin), start=1):
            try:
                answer = replay(case)
            except ValueError as error:
                raise CommandError(f"case {number}: {error}", returncode=2) from None
            self.stdout.write(json.dumps(answer, ensure_ascii=False))

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


def _cases(stream: TextIO) -> Iterator[Any]:
    """JSON values, whether each stands on a line or one spreads over many."""
    try:
        text = stream.read()
    except UnicodeDecodeError:
        raise CommandError("not JSON: not written in UTF-8", returncode=2) from None
    decoder = json.JSONDecoder()
    position = 0
    while rest := text[position:].lstrip():
        position = len(text) - len(rest)
        try:
            value, position = decoder.raw_decode(text, position)
        except json.JSONDecodeError as error:
            raise CommandError(
                f"not JSON: {error.msg} in line {error.lineno}", returncode=2
            ) from None
        except (ValueError, RecursionError):
            raise CommandError("not JSON that can be read: too large", returncode=2) from None
        yield value
