"""`manage.py help_import FOLDER`: articles of the help centre from Markdown files."""

from __future__ import annotations

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from support.help_centre import importing


class Command(BaseCommand):
    """All files are taken, or none: then each that is refused is named with why."""

    help = "Take in a folder of Markdown as articles of the help centre, as drafts."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which folder; and whether readers see it at once."""
        parser.add_argument("folder", type=Path)
        parser.add_argument("--publish", action="store_true", help="let readers read it at once")

    def handle(self, *args: object, folder: Path, publish: bool, **options: object) -> None:
        """Say what became of it."""
        if not folder.is_dir():
            raise CommandError(f"{folder} is no folder")
        outcome = importing.folder(folder, publish=publish, now=timezone.now())
        if outcome.refused:
            raise CommandError("Nothing was taken in:\n" + "\n".join(outcome.refused))
        self.stdout.write(
            f"{outcome.added} added, {outcome.changed} changed, {outcome.same} as they were."
        )
