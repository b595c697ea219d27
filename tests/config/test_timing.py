"""Where a page's time went is said to who works here, and to nobody else."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.test import Client
from pytest_django import Settings

from tests import people
from tickets.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def timed(settings: Settings) -> None:
    settings.MIDDLEWARE = ["config.timing.TimingMiddleware", *settings.MIDDLEWARE]


def test_an_agent_reads_what_a_page_cost(client: Client) -> None:
    client.force_login(people.agent())
    said = client.get("/desk/")["Server-Timing"]
    assert re.fullmatch(r'db;dur=[\d.]+;desc="\d+ statements", cpu;dur=.+, all;dur=.+', said)


def test_customers_and_visitors_do_not(client: Client) -> None:
    assert "Server-Timing" not in client.get(settings.LOGIN_URL, follow=True)
    client.force_login(User.objects.create_user("klant@school.example", name="Carla"))
    assert "Server-Timing" not in client.get("/my/")
