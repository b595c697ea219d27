"""`manage.py sla_replay`: the pure clock on written histories, JSON in and out. No database."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandError

from sla.replay import replay


class Command(BaseCommand):
    """One JSON object, or one per line, on standard input; one line for each on standard output."""

    help = "Read ticket histories as JSON and print their clocks; see DESIGN, sla_replay."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit 2 with one clear line at the first case that can't be read."""
        for number, case in enumerate(_cases(sys.stdin), start=1):
            try:
                answer = replay(case)
            except ValueError as error:
                raise CommandError(f"case {number}: {error}", returncode=2) from None
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
