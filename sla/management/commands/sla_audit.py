"""`manage.py sla_audit`: derive every clock again and print what differs."""

from __future__ import annotations

import sys
from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from sla.audit import differences
from sla.models import Coverage


class Command(BaseCommand):
    """Exit 1 if anything differs: the rows would then not be what the histories say."""

    help = "Re-derive every clock from its ticket's history; print differences, exit 1 if any."

    def add_arguments(self, parser: CommandParser) -> None:
        """--sample N looks at so many tickets, drawn at random."""
        parser.add_argument("--sample", type=int, default=None)

    def handle(self, *args: Any, sample: int | None = None, **options: Any) -> None:
        """Print each difference on standard output, the sum on standard error."""
        began = perf_counter()
        count = 0
        for difference in differences(now=timezone.now(), sample=sample):
            count += 1
            self.stdout.write(str(difference))
        tickets = min(Coverage.objects.count(), sample or sys.maxsize)
        seconds = perf_counter() - began
        self.stderr.write(
            f"{tickets} tickets in {seconds:.1f} s ({tickets / max(seconds, 1e-9):,.0f}/s): "
            f"{count} differences"
        )
        if count:
            sys.exit(1)
