"""What a browser needs to install the desk and the portal: true, and of nobody."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse
from PIL import Image

from tests import people

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("face", "start"), [("desk-manifest", "start"), ("portal-manifest", "my-tickets")]
)
def test_each_face_has_its_own_name_start_and_icons(face: str, start: str) -> None:
    told = Client(headers={"accept-language": "nl"}).get(reverse(face))
    assert told["Content-Type"] == "application/manifest+json"
    said = told.json()
    assert said["start_url"] == reverse(start)
    assert said["display"] == "standalone"
    assert {icon["purpose"] for icon in said["icons"]} == {"any", "maskable"}
    for icon in said["icons"]:
        found = str(finders.find(icon["src"].removeprefix("/static/")))
        picture = Image.open(BytesIO(Path(found).read_bytes()))
        assert f"{picture.width}x{picture.height}" == icon["sizes"]


def test_two_apps_are_told_apart() -> None:
    desk, portal = (Client().get(reverse(f"{one}-manifest")).json() for one in ("desk", "portal"))
    assert desk["id"] != portal["id"]
    assert desk["name"] != portal["name"]
    assert desk["icons"] != portal["icons"]


def test_the_page_without_a_connection_names_nobody_whoever_asks() -> None:
    client = Client(headers={"accept-language": "nl"})
    before = client.get(reverse("offline")).content
    client.force_login(people.agent("Alice Geheim"))
    after = client.get(reverse("offline"), headers={"accept-language": "nl"}).content
    assert b"Geheim" not in after
    assert b"Geen verbinding" in before
    assert b"<script" not in after


def test_the_worker_is_one_script_at_both_addresses() -> None:
    answers = [Client().get(reverse(name)) for name in ("worker", "push-worker")]
    assert answers[0].content == answers[1].content
    assert all(each["Cache-Control"] == "no-cache" for each in answers)
