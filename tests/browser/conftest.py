"""People who are signed in, and the demonstration behind a server of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client, override_settings
from django.utils import timezone
from playwright.sync_api import BrowserContext
from pytest_django.live_server_helper import LiveServer
from pytest_django.plugin import DjangoDbBlocker

from support import demo
from support.intake.email import receive
from support.notices import post
from support.notices.outbox import OutboxBackend
from tickets.models import User

OUTBOX = f"{OutboxBackend.__module__}.{OutboxBackend.__qualname__}"
UNREADABLE = b"Subject: Zonder afzender\n\nWie ben ik?\n"


@dataclass(frozen=True)
class Served:
    """A server with the demonstration in its database."""

    url: str
    cookies: Callable[[str], str]

    def sign_in(self, context: BrowserContext, email: str) -> None:
        """Give a browser the session of this person; nobody's if empty."""
        if email:
            name = settings.SESSION_COOKIE_NAME
            context.add_cookies([{"name": name, "value": self.cookies(email), "url": self.url}])


@pytest.fixture(scope="module")
def served(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Served]:
    """The demonstration, built once for the tests of a file: they look, and change nothing."""
    with django_db_blocker.unblock(), override_settings(EMAIL_BACKEND=OUTBOX):
        demo.build(now=timezone.now())
        receive(UNREADABLE, now=timezone.now())
        post.send_due(now=timezone.now())
        server = LiveServer("localhost")
        sessions: dict[str, str] = {}

        def session(email: str) -> str:
            if email not in sessions:
                client = Client()
                client.force_login(User.objects.get(email=email))
                sessions[email] = client.cookies[settings.SESSION_COOKIE_NAME].value
            return sessions[email]

        yield Served(server.url, session)
        server.stop()
        call_command("flush", interactive=False, verbosity=0)
