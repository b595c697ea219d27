"""`manage.py availability_replay`: a written month of a service judged purely, JSON in and out."""

from __future__ import annotations

import json
import sys
from argparse import RawDescriptionHelpFormatter

from django.core.management.base import (
    BaseCommand,
    CommandError,
    CommandParser,
    DjangoHelpFormatter,
)

from sla.cases import cases
from sla.month_replay import known_words, replay_month

FORMAT = """
Reads JSON objects from standard input, one a line, and prints one line for each:

{"agreement": "diploc", "month": "2026-01", "zone": "Europe/Amsterdam",
 "outages": [{"detected_at": "2026-01-13T10:00:00+01:00",
              "restored_at": "2026-01-13T10:16:00+01:00", "cause": "storing"}],
 "maintenance": [{"from": "…", "to": "…", "kind": "announced"}]}
{"max_seconds": 2678400, "unavailable_seconds": 960, "availability": "27890/279",
 "guarantee_met": true, "credit_percent": 0, "explanation": ["…"]}

availability is the percentage as an exact fraction. zone, outages and maintenance may be left out;
the zone is then that of the agreement's calendar. Every moment needs its UTC offset. An outage that
goes on can't be judged: it is refused until it has its end. Exit 2 and one line for what can't be
read. accepted_from: since when a report afterwards was accepted. agreement: one of those below, or
a whole one as `agreement export` writes it, as JSON.
"""


class _Plain(DjangoHelpFormatter, RawDescriptionHelpFormatter):
    """Help with its lines as they are written."""


class Command(BaseCommand):
    """One JSON object, or one per line, on standard input; one line for each on standard output."""

    help = "Judge a written month of a service." + FORMAT
    requires_system_checks: list[str] = []

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: object) -> CommandParser:
        """With the causes and the kinds of maintenance that each agreement knows."""
        return super().create_parser(
            prog_name, subcommand, formatter_class=_Plain, epilog=known_words(), **kwargs
        )

    def handle(self, *args: object, **options: object) -> None:
        """Exit 2 with one clear line at the first case that can't be read."""
        try:
            for number, case in enumerate(cases(sys.stdin), start=1):
                self.stdout.write(_answer(number, case))
        except ValueError as error:
            raise CommandError(str(error), returncode=2) from None


def _answer(number: int, case: object) -> str:
    try:
        return json.dumps(replay_month(case), ensure_ascii=False)
    except ValueError as error:
        raise CommandError(f"case {number}: {error}", returncode=2) from None
