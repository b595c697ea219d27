"""`manage.py report --check FILE`: is this file of a monthly report one that the house issued?"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from sla.wording import moment_words
from support.monthly.checking import Found, check

LARGEST = 100 * 1024 * 1024


class Command(BaseCommand):
    """Exit 1 if it was never issued, 2 if the file can't be read."""

    help = "Say whether a PDF, XLSX, CSV or JSON file of a monthly report is one that was issued."

    def add_arguments(self, parser: CommandParser) -> None:
        """The file."""
        parser.add_argument("--check", metavar="FILE", required=True, help="- for standard input")

    def handle(self, *args: Any, check: str, **options: Any) -> None:
        """Print what it is."""
        found = _check(check)
        if found is None:
            self.stdout.write("No file like this was issued here.")
            sys.exit(1)
        issued = found.issued
        at = moment_words(issued.issued_at, _zone())
        self.stdout.write(
            f"{issued.report}: version {issued.version}, issued {at} by {issued.issued_by}"
        )
        self.stdout.write(f"document {issued.sha256}")
        if not found.to_the_byte:
            self.stdout.write("The facts in it are those that were issued; the file is not ours.")
        if found.holds.pk != issued.pk:
            self.stdout.write(f"It was corrected since: version {found.holds.version} holds.")


def _check(path: str) -> Found | None:
    try:
        content = sys.stdin.buffer.read(LARGEST) if path == "-" else _read(Path(path))
    except OSError as error:
        raise CommandError(f"{path}: {error}", returncode=2) from None
    return check(content)


def _read(path: Path) -> bytes:
    if path.stat().st_size > LARGEST:
        raise CommandError(f"{path} is too large to be a report", returncode=2)
    return path.read_bytes()


def _zone() -> Any:
    from django.utils import timezone

    return timezone.get_current_timezone()
