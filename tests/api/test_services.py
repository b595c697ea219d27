"""Services, outages and judged months through the API: each sees its own."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from sla import months, outages
from sla.models import OutageEvent, Service
from tests import people
from tests.api.programs import program
from tickets.models import Contact, User

pytestmark = pytest.mark.django_db
TEN = datetime(2026, 1, 13, 9, tzinfo=UTC)
LATER = datetime(2026, 2, 3, 12, tzinfo=UTC)


def customer(name: str) -> tuple[Contact, Client]:
    """A customer of hosting who signs in."""
    contact = people.contact(people.organisation(name, "diploc"), "Dirk")
    contact.user = User.objects.create_user(f"dirk@{name.lower()}.example", name="Dirk")
    contact.save()
    return contact, program(contact.user)


def site(contact: Contact) -> Service:
    contract = contact.organisation.contracts.get()
    found = Service.objects.create(
        agreement=contract.agreement, contract=contract, name="Site", starts_on=date(2026, 1, 1)
    )
    outage, _new = outages.note_down(found, OutageEvent.Kind.DETECTED, at=TEN, now=TEN)
    outages.restore(outage, at=TEN + timedelta(minutes=16), now=TEN + timedelta(minutes=16))
    months.sweep(now=LATER)
    return found


def ids(client: Client, path: str) -> list[int]:
    return [row["id"] for row in client.get(f"/api/v1/{path}").json()["results"]]


def test_a_customer_sees_its_services_outages_and_months_and_nobody_elses() -> None:
    dirk, client = customer("Winkel")
    _stranger, other = customer("Ander")
    service = site(dirk)
    shared = Service.objects.create(agreement=service.agreement, name="Webmail")
    assert ids(client, "services/") == [shared.pk, service.pk]
    assert ids(other, "services/") == [shared.pk]
    outage = service.outages.get()
    assert ids(client, "outages/") == [outage.pk]
    assert ids(other, "outages/") == []
    assert other.get(f"/api/v1/outages/{outage.pk}/").status_code == 404
    assert other.get(f"/api/v1/services/{service.pk}/months/").status_code == 404
    (month,) = client.get(f"/api/v1/services/{service.pk}/months/").json()["results"]
    assert (month["month"], month["max_seconds"], month["unavailable_seconds"]) == (
        "2026-01",
        2_678_400,
        960,
    )
    assert month["availability"] == "27890/279"
    assert month["stretches"][0]["of"][0]["ref"] == f"outage:{outage.pk}"


def test_what_was_withdrawn_is_for_the_helpdesk() -> None:
    dirk, client = customer("Winkel")
    outage = site(dirk).outages.get()
    mona = people.agent("Mona")
    outages.withdraw(outage, reason="Vals alarm", actor=mona, now=LATER)
    assert ids(client, "outages/") == []
    assert ids(program(mona), "outages/") == [outage.pk]


@pytest.mark.parametrize(
    ("asked", "there"),
    [
        ("", True),
        ("?down_after=2026-01-13T09:15:00Z", True),
        ("?down_after=2026-01-13T09:16:00Z", False),
        ("?down_before=2026-01-13T09:00:01Z", True),
        ("?down_before=2026-01-13T09:00:00Z", False),
        ("?service=1000000", False),
    ],
)
def test_outages_are_asked_by_service_and_time(asked: str, there: bool) -> None:
    dirk, client = customer("Winkel")
    site(dirk)
    assert bool(ids(client, f"outages/{asked}")) is there
    assert client.get("/api/v1/outages/?servise=1").status_code == 400
