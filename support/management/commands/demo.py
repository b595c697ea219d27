"""`manage.py demo`: write the demonstration into an empty database."""

from __future__ import annotations

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from support.demo.story import build
from support.mail import post

OUTBOX = "support.mail.outbox.OutboxBackend"


class Command(BaseCommand):
    """Refuses a database that holds anything."""

    help = "Write demonstration data into an empty database."

    def handle(self, *args: object, **options: object) -> None:
        """Say what was done, or why not."""
        if settings.ORIGIN.secure:
            raise CommandError(
                "No demonstration where people come over https: its people could sign in there."
            )
        try:
            build(now=timezone.now())
        except ValueError as error:
            raise CommandError(str(error)) from None
        if settings.EMAIL_BACKEND == OUTBOX:
            # Its mails are weeks old: who signs in at once should not read that none goes out.
            post.send_due(now=timezone.now())
        self.stdout.write("The demonstration is ready.")
