"""`manage.py rebuild_search`: make the search documents that are missing, behind or outdated."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from support.search import indexing


class Command(BaseCommand):
    """Works beside everything else, and can be stopped and started again at any time."""

    help = "Make what tickets are found by: after an upgrade of Werkdag or of PostgreSQL."

    def add_arguments(self, parser: CommandParser) -> None:
        """--all also makes those anew that seem right."""
        parser.add_argument("--all", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Say how far it is on standard error."""
        done = 0
        for batch, made in enumerate(indexing.rebuild(everything=options["all"])):
            done += made
            if made and batch % 20 == 0:
                self.stderr.write(f"{done:,} tickets")
        self.stderr.write(f"{done:,} tickets can be found again")
