"""People who are signed in, and the demonstration behind a server of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.conf import settings
from django.test import Client, override_settings
from django.utils import timezone
from playwright.sync_api import BrowserContext
from pytest_django.live_server_helper import LiveServer
from pytest_django.plugin import DjangoDbBlocker

from support.demo.story import AGENT, CUSTOMER, MANAGER
from support.intake.email import receive
from support.mail import post
from support.mail.outbox import OutboxBackend
from tests import databases, worlds
from tests.in_flight import InFlight
from tickets.models import User

OUTBOX = f"{OutboxBackend.__module__}.{OutboxBackend.__qualname__}"
UNREADABLE = b"Subject: Zonder afzender\n\nWie ben ik?\n"


@dataclass(frozen=True)
class Served:
    """A server with the demonstration in its database, and the sessions of its people."""

    url: str
    sessions: dict[str, str]

    def sign_in(self, context: BrowserContext, email: str) -> None:
        """Give a browser the session of this person; nobody's if empty."""
        if email:
            name = settings.SESSION_COOKIE_NAME
            context.add_cookies([{"name": name, "value": self.sessions[email], "url": self.url}])


@pytest.fixture(scope="module")
def served(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, in_flight: InFlight
) -> Iterator[Served]:
    """The demonstration, built once for the tests of a file: they look, and change nothing.

    Its tests carry the mark django_db: without it pytest-django sets up no database.
    """
    with django_db_blocker.unblock(), override_settings(EMAIL_BACKEND=OUTBOX):
        worlds.lay_demonstration()
        receive(UNREADABLE, now=timezone.now())
        post.send_due(now=timezone.now())
        server = LiveServer("localhost")
        yield Served(server.url, {email: _session(email) for email in (AGENT, MANAGER, CUSTOMER)})
        assert in_flight.wait()
        server.stop()
        databases.empty()


def _session(email: str) -> str:
    client = Client()
    client.force_login(User.objects.get(email=email))
    return client.cookies[settings.SESSION_COOKIE_NAME].value
