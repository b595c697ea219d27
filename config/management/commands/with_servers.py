"""`manage.py with_servers COMMAND …`: run one command with the bundled servers up for its time."""

import argparse
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from config import preparation
from config.embedded import Failed, Held, Unavailable
from config.programs import say
from config.supervisor import Supervisor, bundled_servers


class Command(BaseCommand):
    """Starts what is not running yet, and stops only what it started."""

    help = "Run a command; starts the bundled servers for it unless they are up or not needed."
    requires_system_checks: list[str] = []  # the command itself has its own

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Take everything that follows as the command."""
        parser.add_argument("command", nargs=argparse.REMAINDER)

    def handle(self, *_args: Any, command: list[str], **_options: Any) -> None:
        """Run the command."""
        if not command:
            raise CommandError("name a command: manage.py with_servers migrate")
        supervisor = Supervisor(bundled_servers(settings.VAR_DIR), [])
        with supervisor.signals():
            try:
                for server in supervisor.servers:
                    server.start()
                if supervisor.servers:
                    preparation.migrate(say=say)
            except Held:
                pass  # `manage.py up` runs: use its servers
            except (Failed, Unavailable) as error:
                raise CommandError(str(error)) from None
            call_command(*command)
        if supervisor.interrupted:
            say("Stopped before it was done.")
            raise SystemExit(130)
