"""The widget's side of us: only known pages, signed users, the form's own rules."""

import gzip
import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from sla import outages, upkeep
from sla.models import Maintenance, OutageEvent, Service
from support.widget.models import WidgetSite
from support.widget.signed import signature
from tests import people
from tickets.models import Role, Ticket

pytestmark = pytest.mark.django_db

HERE = "https://app.example.nl"
GIVEN = {
    "name": "Carla",
    "email": "carla@school.example",
    "kind": "incident",
    "priority": "hoog",
    "subject": "Opslaan",
    "text": "Het blijft wit.",
}


@pytest.fixture
def site() -> WidgetSite:
    carla = people.contact(people.organisation())
    return WidgetSite.objects.create(
        name="App", organisation=carla.organisation, origins=[HERE, "https://test.example.nl"]
    )


def words(client: Client, site: WidgetSite, origin: str = HERE, lang: str = "nl") -> Any:
    return client.get(f"/widget/{site.key}/?lang={lang}", headers={"Origin": origin})


def send(client: Client, site: WidgetSite, origin: str = HERE, **more: str) -> Any:
    opened = words(client, site).json()["opened"]
    return client.post(
        f"/widget/{site.key}/reports/",
        GIVEN | {"opened": opened} | more,
        headers={"Origin": origin},
    )


def signed(site: WidgetSite, email: str = GIVEN["email"], name: str = "Carla") -> dict[str, str]:
    now = int(timezone.now().timestamp())
    made = signature(site.secret, email=email, name=name, at=now)
    return {"email": email, "name": name, "signature": made, "signed_at": str(now)}


def test_it_shows_its_words_to_the_pages_it_may_stand_on(client: Client, site: WidgetSite) -> None:
    answer = words(client, site)
    assert answer["Access-Control-Allow-Origin"] == HERE
    assert "Origin" in answer["Vary"]
    told = answer.json()
    assert [card["value"] for card in told["priorities"]] == ["hoog", "middel", "laag"]
    assert told["labels"]["send"] == "Melding versturen"
    assert words(client, site, lang="en").json()["labels"]["send"] == "Send report"
    assert not client.cookies


def test_only_a_signed_user_reads_the_agreements_words(client: Client, site: WidgetSite) -> None:
    stranger = words(client, site).json()
    assert stranger["phone"] is None
    assert [card["follows"] for card in stranger["priorities"]] == [[], [], []]
    url = f"/widget/{site.key}/?lang=nl"
    for given in ({}, signed(site) | {"signature": "0" * 64}):
        asked = client.post(url, given, headers={"Origin": HERE}).json()
        assert asked | {"opened": ""} == stranger | {"opened": ""}
    told = client.post(url, signed(site), headers={"Origin": HERE}).json()
    assert (stranger["signed"], told["signed"]) == (False, True)
    assert told["phone"]["number"] == "030-7600290"
    assert told["priorities"][0]["phone"] is True
    assert told["priorities"][0]["follows"][0].startswith("Reactie: direct, als u belt")
    setting = next(card for card in told["kinds"] if card["value"] == "setting")
    assert setting["follows"] == ["Reactie: binnen één werkdag (3.G)."]


def test_a_signed_user_whom_we_do_not_know_is_of_the_sites_organisation(
    client: Client, site: WidgetSite
) -> None:
    answer = send(client, site, **signed(site, "nieuw@elders.example", "Nico"))
    ticket = Ticket.objects.get()
    assert (ticket.organisation, ticket.contact) == (site.organisation, None)
    assert "zodra iemand belt die dat mag" in answer.json()["promises"][0]


def test_only_a_signed_user_reads_what_goes_on_with_their_services(
    client: Client, site: WidgetSite
) -> None:
    now = timezone.now()
    platform = Service.objects.create(agreement=people.agreement(), name="Online Platform")
    work = Maintenance(
        kind="planned",
        nature="Nieuwe schijf",
        begins_at=now,
        ends_at=now + timedelta(hours=1),
        expected_minutes=5,
    )
    upkeep.announce(work, [platform], actor=None, now=now)
    asked: dict[str, Any] = {"headers": {"Origin": HERE}}
    address = f"/widget/{site.key}/?lang=nl"
    known = client.post(address, signed(site), **asked).json()
    assert known["news"][0].startswith("Er is onderhoud bezig aan Online Platform: Nieuwe schijf.")
    outages.note_down(platform, OutageEvent.Kind.DETECTED, at=now, now=now)
    known = client.post(address, signed(site), **asked).json()
    assert known["news"][0].startswith("Online Platform is verstoord. Wij weten hiervan")
    forged = client.post(address, signed(site) | {"signature": "x"}, **asked).json()
    assert (forged["news"], words(client, site).json()["news"]) == ([], [])


def test_a_ticket_with_a_forged_signature_says_that_its_sender_is_not_proved(
    client: Client, site: WidgetSite
) -> None:
    marked = []
    client.force_login(people.agent("Alice"))
    for forged in ({"signature": "0" * 64}, {}):
        said = send(Client(), site, **(signed(site) | forged)).json()
        page = client.get(f"/desk/tickets/{said['reference']}/").content.decode()
        marked.append("Niet bewezen dat dit de afzender is" in page)
    assert marked == [True, False]


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "https://app.example.nl.evil"])
def test_other_pages_get_nothing_and_can_not_report(
    client: Client, site: WidgetSite, origin: str
) -> None:
    answer = words(client, site, origin)
    assert answer.status_code == 404
    assert "Access-Control-Allow-Origin" not in answer
    assert send(client, site, origin).status_code == 404
    assert not Ticket.objects.exists()


def test_a_report_comes_in_as_one_by_widget_with_what_is_promised(
    client: Client, site: WidgetSite
) -> None:
    answer = send(client, site, **signed(site))
    assert answer.status_code == 201
    ticket = Ticket.objects.get()
    assert (ticket.channel, ticket.organisation) == ("widget", site.organisation)
    assert answer.json()["reference"] == ticket.reference
    assert any("Bijlage 1" in line for line in answer.json()["promises"])


def test_who_is_not_signed_reads_the_same_whosever_address_it_is(
    client: Client, site: WidgetSite
) -> None:
    people.contact(people.organisation("Winkel", "diploc"), "Dirk")
    told = [
        send(client, site, email=email).json()["promises"]
        for email in ("carla@school.example", "dirk@winkel.example", "wie@elders.example")
    ]
    assert told == [told[0]] * 3
    assert "Bijlage" not in " ".join(told[0])
    assert Ticket.objects.filter(organisation=None).count() == 1


def test_what_is_wrong_is_said_a_field_and_nothing_is_opened(
    client: Client, site: WidgetSite
) -> None:
    answer = send(client, site, subject="", priority="")
    assert set(answer.json()["errors"]) == {"subject", "priority"}
    assert answer["Access-Control-Allow-Origin"] == HERE
    assert not Ticket.objects.exists()


def test_machines_are_held_back_and_signed_users_are_not_counted(
    client: Client, site: WidgetSite, settings: Settings
) -> None:
    assert "website" in send(client, site, website="http://a.b").json()["errors"]
    settings.REPORTS_PER_ADDRESS = 2
    email = f"{uuid4().hex}@school.example"
    for _number in range(2):
        assert send(client, site, email=email).status_code == 201
    assert "__all__" in send(client, site, email=email).json()["errors"]
    now = int(timezone.now().timestamp())
    signed = signature(site.secret, email=email, name=GIVEN["name"], at=now)
    said = {"email": email, "signature": signed, "signed_at": str(now)}
    assert send(client, site, **said).status_code == 201
    for wrong in ({"signature": "0" * 64}, {"signed_at": "0"}, {"name": "Iemand anders"}):
        assert "__all__" in send(client, site, **(said | wrong)).json()["errors"]


def test_a_site_that_was_switched_off_is_gone(client: Client, site: WidgetSite) -> None:
    site.is_active = False
    site.save()
    assert words(client, site).status_code == 404


@pytest.mark.parametrize(
    "origin",
    [
        "*",
        "app.example.nl",
        "https://app.example.nl/path",
        "https://",
        "https://*.example.nl",
        "https://a.nl:99999",
        "https://wie@app.example.nl",
        "https://[",
        "ftp://app.example.nl",
    ],
)
def test_only_origins_are_taken_as_origins(origin: str) -> None:
    with pytest.raises(ValidationError):
        WidgetSite(name="App", origins=[origin]).clean()


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("HTTPS://App.Example.NL", "https://app.example.nl"),
        ("https://app.example.nl:443", "https://app.example.nl"),
        ("http://app.example.nl:80", "http://app.example.nl"),
        ("https://app.example.nl:8443", "https://app.example.nl:8443"),
        ("https://café.example", "https://xn--caf-dma.example"),
        ("http://[2001:DB8::1]:80", "http://[2001:db8::1]"),
    ],
)
def test_an_origin_is_kept_as_browsers_write_it(client: Client, written: str, kept: str) -> None:
    site = WidgetSite(name="App", origins=[written])
    site.clean()
    assert site.origins == [kept]
    old = WidgetSite.objects.create(name="Oud", origins=[written])  # kept as it was typed
    assert words(client, old, kept).status_code == 200


def test_a_site_without_origins_is_refused_in_words(client: Client) -> None:
    client.force_login(people.agent("Mila", Role.MANAGER))
    answer = client.post("/admin/support/widgetsite/add/", {"name": "App", "origins": ""})
    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors.keys() == {"origins"}


def test_the_secret_is_sealed_in_its_row_and_shown_to_managers_alone(
    client: Client, site: WidgetSite
) -> None:
    assert site.secret not in site.sealed_secret
    url = f"/admin/support/widgetsite/{site.pk}/change/"
    client.force_login(people.agent("Alice"))
    assert client.get(url).status_code == 403
    client.force_login(people.agent("Mila", Role.MANAGER))
    assert site.secret in client.get(url).content.decode()
    demonstration = client.get(f"/desk/widget/{site.key}/").content.decode()
    assert f'data-site="{site.key}"' in demonstration
    assert site.secret not in demonstration


def test_the_script_is_small_and_needs_nothing_else() -> None:
    source = Path("static/js/widget.js").read_bytes()
    assert len(gzip.compress(source)) < 4_096, "as it is sent"
    assert not re.search(rb"\bimport\b", source)
    assert b"innerHTML" not in source
