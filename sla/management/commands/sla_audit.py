"""`manage.py sla_audit`: derive every clock and judged month again and print what differs."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from itertools import chain, repeat
from multiprocessing import get_context
from time import perf_counter

from django.core.management.base import BaseCommand, CommandParser
from django.db import connections
from django.utils import timezone

from sla import months, tallies
from sla.audit import differences, numbers, services_differences, uncovered
from sla.models import Coverage, ServiceMonth

PORTION = 5000  # tickets that a process takes at a time
WORTH_IT = 4 * PORTION  # fewer are done before another process has started


class Command(BaseCommand):
    """Exit 1 if anything differs: the rows would then not be what the histories say."""

    help = (
        "Re-derive every clock from its ticket's history, and every judged month from the ledger; "
        "print differences, exit 1 if any."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """--sample N looks at so many tickets, drawn at random."""
        parser.add_argument("--sample", type=int, default=None)
        parser.add_argument(
            "--processes", type=int, default=os.cpu_count() or 1, help="default: one a core"
        )

    def handle(
        self, *args: object, sample: int | None = None, processes: int = 1, **options: object
    ) -> None:
        """Print each difference on standard output, progress and the sum on standard error."""
        began = perf_counter()
        now = timezone.now()
        tickets = min(Coverage.objects.count(), sample or sys.maxsize)
        if sample is None and processes > 1 and tickets >= WORTH_IT:
            found = self._in_processes(processes, now)
        else:
            found = (str(difference) for difference in differences(now=now, sample=sample))
        count = 0
        further = services_differences(now=now), months.differences(now=now), tallies.differences()
        for difference in chain(found, *further):
            count += 1
            self.stdout.write(difference)
        seconds = perf_counter() - began
        self.stderr.write(
            f"{tickets} tickets in {seconds:.1f} s ({tickets / max(seconds, 1e-9):,.0f}/s): "
            f"{ServiceMonth.objects.count()} months, {count} differences"
        )
        if count:
            sys.exit(1)

    def _in_processes(self, processes: int, now: datetime) -> Iterator[str]:
        """Portions of the ticket numbers, each judged by the next process that is free."""
        whole = numbers()
        portions = [
            range(first, min(first + PORTION, whole.stop))
            for first in range(whole.start, whole.stop, PORTION)
        ]
        connections.close_all()  # a connection can't be shared with a process
        with ProcessPoolExecutor(processes, mp_context=get_context("fork")) as pool:
            for done, found in enumerate(pool.map(_judge, portions, repeat(now)), start=1):
                yield from found
                if self.stderr.isatty():
                    self.stderr.write(f"\r{100 * done // len(portions)} %", ending="")
        yield from (str(difference) for difference in uncovered())


def _judge(tickets: range, now: datetime) -> list[str]:
    return [str(difference) for difference in differences(now=now, tickets=tickets)]
