"""The public status page, as visitors and programs get it: what it says, and what it never says."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import time_machine
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings
from pytest_django.plugin import DjangoDbBlocker

from sla import outages, upkeep
from sla.models import Maintenance, OutageEvent, Service
from support.status_page import stored
from support.status_page.models import ShownService
from tests import people
from tests.support.services.status_house import (
    DAY,
    HOUR,
    MINUTE,
    NOW,
    a_public,
    a_service,
    down,
    measured,
)
from tickets.models import Role, User

pytestmark = pytest.mark.django_db
Progress = OutageEvent.Progress
DOCUMENTS = (
    *("summary.json", "status.json", "components.json", "incidents.json"),
    *("incidents/unresolved.json", "scheduled-maintenances.json"),
    *("scheduled-maintenances/upcoming.json", "scheduled-maintenances/active.json"),
)
EVERYTHING = ("", "feed.xml", "badge.svg", *(f"api/v2/{name}" for name in DOCUMENTS))


@pytest.fixture(autouse=True)
def _files(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def page(client: Client, name: str = "", **more: str) -> str:
    answer = client.get(f"/status/{name}", **more)  # type: ignore[arg-type]
    assert answer.status_code == 200
    return answer.content.decode()


def asked(client: Client, name: str) -> dict[str, Any]:
    said = page(client, f"api/v2/{name}", query_params={"lang": "en"})  # type: ignore[arg-type]
    found: dict[str, Any] = json.loads(said)
    return found


def written() -> None:
    stored.write(now=timezone.now())


def works(
    services: list[Service], begin: timedelta, nature: str = "Nieuwe schijven"
) -> Maintenance:
    work = Maintenance(
        kind="planned",
        nature=nature,
        begins_at=NOW + begin,
        ends_at=NOW + begin + HOUR,
        expected_minutes=20,
    )
    return upkeep.announce(work, services, actor=None, now=NOW - DAY)


def test_a_service_is_shown_under_its_public_name_with_how_it_is(client: Client) -> None:
    service = a_public()
    measured(service, timezone.now())
    written()
    said = page(client)
    assert "Webhosting 3" in said
    assert "Alles werkt" in said
    assert timezone.localtime().strftime("%H:") in said
    assert asked(client, "status.json")["status"] == {
        "indicator": "none",
        "description": "Everything works",
    }
    assert "werkt" in page(client, "badge.svg")


def test_what_nobody_measures_is_never_said_to_work(client: Client) -> None:
    service = a_public()
    written()
    assert "Niet alles wordt nu gemeten" in page(client)
    measured(service, timezone.now() - HOUR)  # and nobody asked again
    written()
    said = page(client)
    assert "Alles werkt" not in said
    assert 'data-state="works"' not in said
    assert asked(client, "components.json")["components"][0]["status"] == "unknown"
    assert asked(client, "summary.json")["status"]["indicator"] == "unknown"
    assert "niet gemeten" in page(client, "badge.svg")


def test_an_outage_stands_with_its_updates_and_later_in_the_history(client: Client) -> None:
    service, noor = a_public(), people.agent("Noor")
    outage = down(service, NOW - HOUR)
    told = {"nl": "Wij kijken <b>nu</b>.", "en": "We are looking."}
    outages.tell(outage, Progress.INVESTIGATING, told, actor=noor, now=NOW - 50 * MINUTE)
    outages.tell(
        outage, Progress.IDENTIFIED, {"nl": "Een kabel."}, actor=noor, now=NOW - 40 * MINUTE
    )
    written()
    said = page(client)
    assert "Webhosting 3 ligt eruit" in said
    assert said.index("Een kabel.") < said.index("Wij kijken &lt;b&gt;nu&lt;/b&gt;.")
    english = page(client, query_params={"lang": "en"})  # type: ignore[arg-type]
    assert "We are looking." in english
    assert "Een kabel." in english
    (incident,) = asked(client, "incidents/unresolved.json")["incidents"]
    assert incident["status"] == "identified"
    assert [each["body"] for each in incident["incident_updates"]] == [
        "Een kabel.",
        "We are looking.",
    ]
    assert asked(client, "status.json")["status"]["indicator"] == "major"
    outages.restore(outage, at=NOW - 10 * MINUTE, now=NOW)
    written()
    assert "Webhosting 3 lag eruit" in page(client)
    assert asked(client, "incidents/unresolved.json")["incidents"] == []
    (incident,) = asked(client, "incidents.json")["incidents"]
    assert incident["status"] == "resolved"
    assert "Noor" not in page(client) + page(client, "feed.xml")


def test_maintenance_is_told_before_and_while_it_is_done(client: Client) -> None:
    service = a_public()
    works([service], HOUR, "Later")
    works([service], -10 * MINUTE, "Nu bezig")
    written()
    said = page(client)
    assert "Gepland onderhoud: Later" in said
    assert "Wij zijn ergens aan het werk" in said
    (ahead,) = asked(client, "scheduled-maintenances/upcoming.json")["scheduled_maintenances"]
    (now,) = asked(client, "scheduled-maintenances/active.json")["scheduled_maintenances"]
    assert (ahead["status"], now["status"]) == ("scheduled", "in_progress")
    assert "Nu bezig" in now["name"]
    # What was announced is maintenance while it is down, and no longer than that.
    outage = down(service, NOW - 5 * MINUTE)
    written()
    assert asked(client, "components.json")["components"][0]["status"] == "under_maintenance"
    upkeep.cancel(works([service], 2 * HOUR, "Toch niet"), reason="x", actor=None, now=NOW)
    written()
    assert "Toch niet" not in page(client)
    assert outage.restored_at is None


@pytest.mark.parametrize("name", EVERYTHING)
def test_nothing_tells_of_services_that_are_not_public_nor_of_who_is_a_customer(
    client: Client, name: str
) -> None:
    public, secret = a_public(name="Webhosting 3"), a_service("Kluis van Pietersen", "Pietersen")
    hidden = a_service("Weggehaald", "Verborgen BV")
    ShownService.objects.create(service=hidden, public=False, name="Ooit openbaar", since=NOW)
    noor = people.agent("Noor")
    for service in (public, secret, hidden):
        outage = down(service, NOW - 2 * HOUR, HOUR)
        told = {"nl": f"Bericht {service.pk * 7919}"}
        outages.tell(outage, Progress.RESOLVED, told, actor=noor, now=NOW)
        down(service, NOW - MINUTE)
    works([secret, hidden], HOUR, "Geheim onderhoud")
    works([public, secret], 2 * HOUR, "Gedeeld onderhoud")
    written()
    for language in ("nl", "en"):
        said = page(client, name, query_params={"lang": language})  # type: ignore[arg-type]
        for word in ("Jansen", "Kluis", "Pietersen", "Verborgen", "Weggehaald", "Ooit", "Geheim o"):
            assert word not in said
        for service in (secret, hidden):
            assert f"Bericht {service.pk * 7919}" not in said


def test_what_was_written_before_a_service_was_public_stays_with_its_customers(
    client: Client,
) -> None:
    service, noor = a_public(), people.agent("Noor")
    outage = down(service, NOW - 3 * HOUR, HOUR)
    told = {"nl": "Beste bakker Jansen, wij kijken."}
    outages.tell(outage, Progress.INVESTIGATING, told, actor=noor, now=NOW - 2 * HOUR)
    works([service], HOUR, "Nieuwe oven van Jansen")
    ShownService.objects.update(since=NOW - HOUR)
    outages.tell(outage, Progress.RESOLVED, {"nl": "Voor iedereen."}, actor=noor, now=NOW)
    written()
    said = page(client) + page(client, "feed.xml") + page(client, "api/v2/summary.json")
    assert "Webhosting 3 lag eruit" in said
    assert "Voor iedereen." in said
    assert "Gepland onderhoud" in said
    assert "Jansen" not in said


def test_a_service_taken_off_the_page_is_gone_at_the_next_look(client: Client) -> None:
    service = a_public()
    assert stored.keep(now=timezone.now())
    assert "Webhosting 3" in page(client)
    ShownService.objects.filter(service=service).update(public=False)
    assert stored.keep(now=timezone.now())
    said = page(client)
    assert "Webhosting 3" not in said
    assert "Er is nog geen dienst openbaar" in said


def test_the_copy_is_written_when_something_changes_and_every_minute(client: Client) -> None:
    service, now = a_public(), timezone.now()
    assert stored.keep(now=now)
    assert not stored.keep(now=now + timedelta(seconds=5))
    down(service, now)
    assert stored.keep(now=now + timedelta(seconds=10))
    assert not stored.keep(now=now + timedelta(seconds=15))
    assert stored.keep(now=now + timedelta(seconds=75))


@pytest.mark.parametrize("name", EVERYTHING)
def test_it_is_answered_while_the_database_is_away_to_whoever_has_a_session_too(
    client: Client, django_db_blocker: DjangoDbBlocker, name: str
) -> None:
    service = a_public()
    measured(service, timezone.now())
    written()
    client.force_login(people.agent("Noor"))
    django_db_blocker.block()
    try:
        answer = client.get(f"/status/{name}")
        head = client.head(f"/status/{name}")
        with pytest.raises(RuntimeError, match="Database access not allowed"):
            Service.objects.count()
    finally:
        django_db_blocker.restore()
    assert answer.status_code == head.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert answer.cookies == {}
    assert answer.content


def test_an_old_copy_says_that_how_it_is_now_is_not_known(client: Client) -> None:
    service = a_public()
    measured(service, timezone.now())
    written()
    fresh = client.get("/status/")
    with time_machine.travel(timezone.now() + 4 * MINUTE):
        said = page(client)
        assert "Deze pagina staat stil sinds" in said
        assert "Hoe het nu is, is niet bekend" in said
        assert 'data-state="works"' not in said
        assert asked(client, "summary.json")["status"]["indicator"] == "unknown"
        assert asked(client, "components.json")["components"][0]["status"] == "unknown"
        assert "niet bekend" in page(client, "badge.svg")
        again = client.get("/status/", headers={"if-none-match": fresh["ETag"]})
        assert again.status_code == 200
        since = client.get("/status/", headers={"if-modified-since": fresh["Last-Modified"]})
        assert since.status_code == 200


def test_who_has_it_already_gets_no_second_copy(client: Client) -> None:
    a_public()
    written()
    answer = client.get("/status/")
    again = client.get("/status/", headers={"if-none-match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == answer["ETag"]
    assert "max-age=30" in answer["Cache-Control"]
    other = client.get("/status/", headers={"if-none-match": '"anders"'})
    assert other.status_code == 200
    since = client.get("/status/", headers={"if-modified-since": answer["Last-Modified"]})
    assert since.status_code == 304


def test_each_reads_it_in_the_language_of_the_address_the_choice_or_the_browser(
    client: Client,
) -> None:
    a_public()
    written()
    assert "Niet alles wordt nu gemeten" in page(client)
    assert "Not everything is measured" in page(client, headers={"accept-language": "en-GB"})  # type: ignore[arg-type]
    assert "Not everything is measured" in page(client, query_params={"lang": "en"})  # type: ignore[arg-type]
    client.cookies["django_language"] = "en"
    assert "Not everything is measured" in page(client)
    assert "Niet alles" in page(client, query_params={"lang": "nl"})  # type: ignore[arg-type]
    assert 'lang="en"' in page(client, query_params={"lang": "../../x"})  # type: ignore[arg-type]


def safe(answer: HttpResponseBase) -> bool:
    policy = answer["Content-Security-Policy"]
    return (
        answer["X-Content-Type-Options"] == "nosniff"
        and answer["X-Frame-Options"] == "DENY"
        and "default-src 'none'" in policy
        and "unsafe" not in policy
    )


@pytest.mark.parametrize("name", EVERYTHING)
def test_everything_is_served_safely(client: Client, name: str) -> None:
    a_public(name='Rode <script>alert("1")</script> knop & co')
    written()
    answer = client.get(f"/status/{name}")
    assert safe(answer)
    if "json" not in name:
        assert "<script>alert" not in answer.content.decode()
    if name.endswith(("xml", "svg")):
        ElementTree.fromstring(answer.content.strip())
    assert (answer.get("Access-Control-Allow-Origin") == "*") == bool(name)
    assert client.post(f"/status/{name}").status_code in (403, 405)


def test_the_feed_tells_each_outage_and_work_once_under_an_address_that_stays(
    client: Client,
) -> None:
    service, noor = a_public(), people.agent("Noor")
    outage = down(service, NOW - 2 * HOUR, HOUR)
    works([service], HOUR)
    written()
    atom = "{http://www.w3.org/2005/Atom}"

    def entries() -> dict[str, str]:
        feed = ElementTree.fromstring(page(client, "feed.xml"))
        return {
            str(each.findtext(f"{atom}id")): str(each.findtext(f"{atom}updated"))
            for each in feed.iter(f"{atom}entry")
        }

    first = entries()
    assert len(first) == 2
    odd = {"nl": "Klaar. \x0b Met een teken dat niet in XML mag."}
    outages.tell(outage, Progress.RESOLVED, odd, actor=noor, now=NOW)
    written()
    second = entries()
    assert second.keys() == first.keys()
    assert sum(first[each] != second[each] for each in first) == 1


def test_what_is_not_there_is_not_found(client: Client) -> None:
    a_public()
    written()
    for name in ("api/v2/users.json", "api/v2/../../x", "1/", "copy.json", "new nl "):
        assert client.get(f"/status/{name}").status_code == 404


def test_a_customer_sees_all_of_its_own_and_nothing_of_others(client: Client) -> None:
    a_public("Openbaar gezet", "Van een ander", "Ander")
    mine, other = a_service("Onze kluis", "Winkel"), a_service("Andermans kluis", "Buren")
    contact = people.contact(mine.organisation, "Dirk")  # type: ignore[arg-type]
    contact.user = User.objects.create_user("dirk@winkel.example", name="Dirk")
    contact.save()
    down(mine, NOW - HOUR)
    down(other, NOW - HOUR)
    assert client.get(reverse("status-mine")).status_code == 302
    client.force_login(contact.user)
    said = page(client, "mine/")
    assert "Onze kluis ligt eruit" in said
    assert "Andermans" not in said
    assert "Van een ander" not in said
    assert "Openbaar gezet" not in said


def test_a_manager_puts_a_service_on_the_page_and_sees_it_before(client: Client) -> None:
    service = a_service()
    client.force_login(people.agent("Mona", Role.MANAGER))
    address = reverse("service-status", args=[service.pk])
    assert address in client.get(reverse("service", args=[service.pk])).content.decode()
    refused = client.post(address, {"public": "on", "name": "  ", "place": "1"})
    assert refused.status_code == 422
    assert "Geef de dienst de naam die iedereen leest." in refused.content.decode()
    client.post(address, {"public": "on", "name": "Hosting", "place": "1"})
    since = ShownService.objects.get().since
    assert since is not None
    assert "Hosting" in client.get(reverse("status-preview")).content.decode()
    assert "0 abonnees krijgen" in client.get(reverse("status-desk")).content.decode()
    client.post(address, {"name": "Hosting", "place": "1"})
    assert not ShownService.objects.get().public


def test_an_agent_tells_an_update_which_nobody_can_change(client: Client) -> None:
    outage = down(a_public(), NOW - HOUR)
    client.force_login(people.agent("Noor"))
    address = reverse("outage-updates", args=[outage.pk])
    assert address in client.get(reverse("outage", args=[outage.pk])).content.decode()
    assert "Webhosting 3" in client.get(address).content.decode()
    refused = client.post(address, {"progress": "resolved", "nl": "Klaar!", "en": ""})
    assert refused.status_code == 422
    assert "ligt er nog uit" in refused.content.decode()
    assert "Klaar!" in refused.content.decode()
    client.post(address, {"progress": "monitoring", "nl": "Het loopt weer.", "en": ""})
    assert "Het loopt weer." in client.get(address).content.decode()
    assert "Het loopt weer." in client.get(reverse("outage", args=[outage.pk])).content.decode()
    assert list(outages.differences()) == []


def test_customers_pages_lead_to_the_status_when_there_is_something_on_it(client: Client) -> None:
    written()
    assert 'href="/status/"' not in client.get(reverse("report")).content.decode()
    a_public()
    written()
    assert 'href="/status/"' in client.get(reverse("report")).content.decode()
