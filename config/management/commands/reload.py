"""`manage.py reload`: fresh processes with the code of now, and no visitor turned away."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config import preparation, renewing
from config.programs import say


class Command(BaseCommand):
    """Prepare what the new code needs, then ask `up` to change over."""

    help = "Put fresh processes in the place of those of `manage.py up`, without closing the port."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Ask, and say what came of it."""
        preparation.migrate(say=say)
        preparation.collect_static(say=say, clear=False)
        try:
            renewing.ask(settings.VAR_DIR)
        except renewing.NotRunning:
            raise CommandError("Werkdag does not run here: make up") from None
        except renewing.NotDone:
            raise CommandError(
                f"The new web server does not start, the old one goes on: "
                f"see {settings.VAR_DIR / 'log' / 'web.log'}"
            ) from None
        say("Everything runs anew.")
