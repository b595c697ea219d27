"""Maintenance through the API: looked at by whom it concerns, written by the helpdesk."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from sla.models import Maintenance, Service, UpdateDecision
from support.webhooks import ledgers
from support.webhooks.models import Webhook, WebhookDelivery, WebhookEvent
from tests import people
from tests.api.programs import account, post, program
from tickets.models import Contact

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def customer(name: str) -> tuple[Contact, Service]:
    """A customer of hosting with a site."""
    contact = people.contact(people.organisation(name, "diploc"), "Dirk")
    contract = contact.organisation.contracts.get()
    site = Service.objects.create(
        agreement=contract.agreement, contract=contract, name=f"Site van {name}"
    )
    return contact, site


def body(*services: Service, **said: Any) -> dict[str, Any]:
    begins = timezone.now() + DAY
    return {
        "kind": "planned",
        "services": [service.pk for service in services],
        "nature": "Nieuwe schijf",
        "begins_at": begins.isoformat(),
        "ends_at": (begins + timedelta(hours=1)).isoformat(),
        "expected_minutes": 30,
    } | said


def test_the_helpdesk_announces_changes_and_keeps_it() -> None:
    _dirk, site = customer("Winkel")
    client = program(people.agent())
    made = post(client, "maintenance/", body(site))
    assert made.status_code == 201, made.content
    path = made["Location"].removeprefix("/api/v1/")
    assert client.get(made["Location"]).json()["phase"] == "coming"
    later = body(site)["begins_at"]
    changed = post(client, f"{path}change/", {"begins_at": later, "reason": "Later"})
    assert changed.status_code == 409
    assert changed.json()["code"] == "ledger"
    ends = (datetime.fromisoformat(later) + timedelta(hours=2)).isoformat()
    times = {"begins_at": later, "ends_at": ends, "reason": "Later"}
    assert post(client, f"{path}change/", times).json()["version"] == 2
    assert post(client, f"{path}start/", {}).json()["phase"] == "on"
    assert post(client, f"{path}cancel/", {"reason": "Toch niet"}).status_code == 409
    assert post(client, f"{path}finish/", {}).json()["phase"] == "over"


def test_the_same_request_sent_twice_announces_once() -> None:
    _dirk, site = customer("Winkel")
    client, said = program(people.agent()), body(site)
    for _time in range(2):
        assert post(client, "maintenance/", said, **{"Idempotency-Key": "a"}).status_code == 201
    assert Maintenance.objects.count() == 1


def test_what_changed_since_the_client_looked_is_not_done() -> None:
    _dirk, site = customer("Winkel")
    client = program(people.agent())
    made = post(client, "maintenance/", body(site))
    path = made["Location"].removeprefix("/api/v1/")
    post(client, f"{path}start/", {})
    answer = post(client, f"{path}finish/", {}, **{"If-Match": made["ETag"]})
    assert answer.status_code == 412


def test_what_must_still_be_said_is_told() -> None:
    _dirk, site = customer("Winkel")
    client = program(people.agent())
    assert post(client, "maintenance/", body(site, nature="")).status_code == 409
    assert post(client, "maintenance/", body(services=[])).status_code == 400
    assert post(client, "maintenance/", body(site, colour="red")).status_code == 400
    assert (
        post(client, "maintenance/", body(site, begins_at="2999-01-01T00:00Z")).status_code == 409
    )
    assert not Maintenance.objects.exists()


def test_a_customer_sees_their_own_and_writes_nothing() -> None:
    (dirk, site), (other, others) = customer("Winkel"), customer("Bakkerij")
    agent = program(people.agent())
    made = post(agent, "maintenance/", body(site, others)).json()
    post(agent, "maintenance/", body(others))
    client = program(account(dirk))
    (seen,) = client.get("/api/v1/maintenance/").json()["results"]
    assert (seen["id"], seen["services"]) == (made["id"], [site.pk])
    assert len(program(account(other)).get("/api/v1/maintenance/").json()["results"]) == 2
    assert post(client, "maintenance/", body(site)).status_code == 403
    assert post(client, f"maintenance/{made['id']}/cancel/", {"reason": "x"}).status_code == 403


def test_a_list_is_narrowed_by_service_and_time() -> None:
    (_dirk, site), (_other, others) = customer("Winkel"), customer("Bakkerij")
    client = program(people.agent())
    post(client, "maintenance/", body(site))
    post(client, "maintenance/", body(others))

    def count(**asked: Any) -> int:
        return len(client.get("/api/v1/maintenance/", asked).json()["results"])

    assert count(service=site.pk) == 1
    assert count(ends_after=timezone.now().isoformat()) == 2
    assert count(begins_before=timezone.now().isoformat()) == 0


def test_an_update_that_is_done_silently_can_not_be_announced() -> None:
    _dirk, site = customer("Winkel")
    agent = people.agent()
    silent = UpdateDecision.objects.create(
        what="Kernel", way="silent", reason="Klein", actor=agent, at=timezone.now()
    )
    answer = post(program(agent), "maintenance/", body(site, decision=silent.pk))
    assert answer.status_code == 400


def test_each_happening_is_one_delivery_and_nobody_hears_of_what_others_have() -> None:
    (dirk, site), (other, others) = customer("Winkel"), customer("Bakkerij")
    begun = datetime(2026, 1, 1, tzinfo=UTC)
    told = [WebhookEvent.MAINTENANCE_ANNOUNCED, WebhookEvent.MAINTENANCE_CANCELLED]
    _everybody, winkel, bakkerij = (
        Webhook.objects.create(
            name=name,
            url="https://in.example.nl",
            events=told,
            organisation=organisation,
            created_at=begun,
            hears_from=begun,
        )
        for name, organisation in (
            ("alles", None),
            ("winkel", dirk.organisation),
            ("bakkerij", other.organisation),
        )
    )
    client = program(people.agent())
    made = post(client, "maintenance/", body(site)).json()
    post(client, f"maintenance/{made['id']}/cancel/", {"reason": "Niet nodig"})
    now = timezone.now()
    hooks = list(ledgers.with_lately(Webhook.objects.order_by("pk"), now))
    assert (ledgers.tell(hooks, now=now), ledgers.tell(hooks, now=now)) == (4, 0)
    assert not WebhookDelivery.objects.filter(webhook=bakkerij).exists()
    kinds = WebhookDelivery.objects.filter(webhook=winkel).order_by("pk")
    assert [each.kind for each in kinds] == ["maintenance.announced", "maintenance.cancelled"]
    assert '"reason":"Niet nodig"' in kinds[1].payload.replace(": ", ":")
    assert others.pk != site.pk


def test_strangers_see_nothing() -> None:
    assert Client().get("/api/v1/maintenance/").status_code == 401
