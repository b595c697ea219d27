"""`manage.py agreement dialog|file.toml`: load an agreement with its first edition."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from sla import agreements
from sla.contracts import built_in, contract


class Command(BaseCommand):
    """A built-in one by its key, another by its file. What is wrong with it is said; then nothing
    is written.
    """

    help = "Load an agreement: a built-in one by its key, or a TOML file."

    def add_arguments(self, parser: CommandParser) -> None:
        """What, and from when."""
        parser.add_argument("what", help=f"{', '.join(built_in())}, or the path of a TOML file")
        parser.add_argument("--in-force", type=date.fromisoformat, default=None)

    def handle(self, *args: Any, what: str, in_force: date | None, **options: Any) -> None:
        """Load it."""
        try:
            data = contract(what) if what in built_in() else tomllib.loads(Path(what).read_text())
            edition = agreements.load(data, in_force_on=in_force or timezone.localdate())
        except (OSError, KeyError, ValueError) as error:
            raise CommandError(f"{what}: {error}", returncode=2) from None
        self.stdout.write(f"{edition}: in force from {edition.in_force_on}")
