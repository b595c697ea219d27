"""Something presses today in the demonstration, whatever the day and the hour."""

import pytest
from django.core.management import CommandError, call_command
from django.test import Client, override_settings

from config import preparation
from config.env import Origin
from support.demo.story import ADMIN, AGENT
from support.queue import filters
from support.queue.filters import ME, Asking
from tests import worlds
from tests.people import at
from tickets.models import Ticket, User

pytestmark = pytest.mark.django_db

HTTPS = Origin("https://desk.example.nl", "desk.example.nl", secure=True)


@pytest.mark.parametrize(
    "now",
    [
        "2026-11-29 11:00",  # a Sunday
        "2026-11-30 08:00",
        "2026-11-30 23:57",
        "2026-12-25 19:00",
        "2027-01-01 00:00",
    ],
)
def test_something_is_due_today_and_not_late_on_any_day(now: str) -> None:
    worlds.lay_demonstration_of(at(now))
    asking = Asking(User.objects.get(email=AGENT), at(now))
    today = filters.meaning({"assignee": [ME], "due": ["today"]}, asking)
    assert "Oproepsysteem meldt niets" in Ticket.objects.filter(today).values_list(
        "subject", flat=True
    )


def test_an_administrator_signs_in_too(client: Client) -> None:
    worlds.lay_demonstration_of(at("2026-11-29 11:00"))
    links = dict(preparation.demo_links())
    assert set(links) == {"agent", "manager", "administrator", "customer", "other customer"}
    client.force_login(User.objects.get(email=ADMIN))
    assert client.get("/admin/").status_code == 200


def test_no_demonstration_where_people_come_over_https() -> None:
    said: list[str] = []
    with override_settings(ORIGIN=HTTPS, DEMO=False):
        with pytest.raises(CommandError, match="https"):
            call_command("demo")
        preparation.fill_when_empty(say=said.append)
        assert preparation.demo_links() == []
    assert not User.objects.exists()
    assert "createsuperuser" in said[0]


@pytest.mark.parametrize(
    ("url", "host", "here"),
    [
        ("http://localhost:8000", "localhost", True),
        ("http://desk.localhost:8000", "desk.localhost", True),
        ("http://[::1]:8000", "::1", True),
        ("http://desk.intranet", "desk.intranet", False),
        ("http://localhost.evil.example", "localhost.evil.example", False),
    ],
)
def test_this_machine_alone_is_for_demonstration_by_itself(url: str, host: str, here: bool) -> None:
    assert Origin(url, host, secure=False).is_loopback is here
