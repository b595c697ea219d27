"""`manage.py prepare`: what has to be true before the programs of `up` start."""

import argparse
import json
import os
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from config import preparation
from config.programs import say


class Command(BaseCommand):
    """Schema, static files, and in a database of one's own what it begins with."""

    help = "Bring the database and the static files up to this version."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """What `up` asks besides."""
        parser.add_argument("--fill", action="store_true", help="begin an empty database")
        parser.add_argument("--answer", type=int, help="a file descriptor: who can sign in")

    def handle(self, *_args: Any, fill: bool, answer: int | None, **_options: Any) -> None:
        """Do all of it; what is done already takes no time."""
        try:
            preparation.migrate(say=say)
            if fill:
                preparation.fill_when_empty(say=say)
            preparation.collect_static(say=say)
            links = preparation.demo_links()
        except DatabaseError as error:
            raise CommandError(f"The database does not do what was asked: {error}") from None
        if answer is not None:
            with os.fdopen(answer, "w") as told:
                json.dump(links, told)
