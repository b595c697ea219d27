"""A day at the desk for the tests that live one: who works, who reports, and what lies ready."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from sla.models import Release
from support import desk
from support.automation.models import Macro
from support.canned.models import CannedReply
from support.desk import marking
from tests import people
from tests.people import words
from tickets.models import Channel, Contact, Kind, Priority, Ticket, User

WORD = "heel-geheim-woord"


@dataclass(frozen=True)
class Day:
    """What lies ready in the morning: three tickets, the first on Alice's name."""

    server: str
    alice: User
    bob: User
    carla: Contact
    mine: Ticket
    twin: Ticket
    small: Ticket

    def address(self, ticket: Ticket) -> str:
        """The page of a ticket."""
        return f"{self.server}/desk/tickets/{ticket.reference}/"


def make(server: LiveServer) -> Day:
    """Alice and Bob at work, Carla who reports, and a release a week from now."""
    cache.clear()
    now = timezone.now()
    alice, bob = people.agent("Alice"), people.agent("Bob")
    alice.set_password(WORD)
    alice.language = "en"
    alice.save()
    carla = people.contact(people.organisation())
    Release.objects.create(
        agreement=people.agreement(),
        name="Winter",
        planned_at=now + timedelta(days=7),
        known_from=now - timedelta(days=100),
    )
    mine, twin = _incident(carla, "Niemand kan erin"), _incident(carla, "Wit scherm")
    small = _incident(carla, "Lettertype", Priority.LOW)
    desk.assign(mine, assignee=alice, team=alice.team, actor=bob)
    mine.refresh_from_db()
    marking.add_item(mine, text="Bellen", actor=bob)
    body = "Beste {{ klant.voornaam }}, we zijn ermee bezig."
    CannedReply.objects.create(owner=alice, title="In behandeling", body=body)
    note = {"verb": "note", "text": "Nagekeken door {{ agent.naam }}"}
    Macro.objects.create(title="Nagekeken", owner=alice, steps=[note])
    return Day(server.url, alice, bob, carla, mine, twin, small)


def _incident(carla: Contact, subject: str, priority: str = Priority.MEDIUM) -> Ticket:
    return desk.open_ticket(
        people.reporter(carla),
        words("Het scherm blijft wit."),
        subject=subject,
        kind=Kind.INCIDENT,
        channel=Channel.WEB,
        priority=priority,
    )


def at_work(page: Page, day: Day, who: User, address: str = "/desk/start/") -> None:
    """Somebody who has signed in, in English, on a page of which the scripts run."""
    client = Client()
    client.force_login(who)
    cookies = {
        settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value,
        settings.LANGUAGE_COOKIE_NAME: "en",
    }
    page.context.add_cookies(
        [{"name": name, "value": value, "url": day.server} for name, value in cookies.items()]
    )
    page.goto(address if address.startswith("http") else day.server + address)
    page.wait_for_load_state()
