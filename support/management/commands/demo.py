"""`manage.py demo`: write the demonstration into an empty database."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from support.demo import build


class Command(BaseCommand):
    """Refuses a database that holds anything."""

    help = "Write demonstration data into an empty database."

    def handle(self, *args: Any, **options: Any) -> None:
        """Say what was done, or why not."""
        try:
            build(now=timezone.now())
        except ValueError as error:
            raise CommandError(str(error)) from None
        self.stdout.write("The demonstration is ready.")
