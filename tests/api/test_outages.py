"""Outages written into the ledger through the API."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from sla.models import Outage, Service
from support.webhooks import ledgers
from support.webhooks.models import Webhook, WebhookDelivery, WebhookEvent
from tests import people
from tests.api.programs import account, post, program, report
from tickets.models import Contact, User

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
BEGUN = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def dirk() -> Contact:
    """A customer of hosting."""
    return people.contact(people.organisation("Winkel", "diploc"), "Dirk")


@pytest.fixture
def site(dirk: Contact) -> Service:
    """Their website."""
    contract = dirk.organisation.contracts.get()
    return Service.objects.create(agreement=contract.agreement, contract=contract, name="Site")


@pytest.fixture
def mona() -> User:
    """Who works here."""
    return people.agent("Mona")


def begun(client: Client, site: Service, **said: Any) -> Any:
    answer = post(client, "outages/", {"service": site.pk} | said)
    assert answer.status_code == 201, answer.content
    return answer


def test_an_outage_begins_gets_its_cause_ends_and_is_put_right(mona: User, site: Service) -> None:
    client = program(mona)
    at = timezone.now() - 30 * MINUTE
    answer = begun(client, site, at=at.isoformat())
    one = answer.headers["Location"].removeprefix("/api/v1/")
    assert answer.json()["ticket"] == Outage.objects.get().ticket.reference  # type: ignore[union-attr]
    end = (at + 10 * MINUTE).isoformat()
    assert post(client, f"{one}restore/", {"at": end}).status_code == 200
    cause = {"cause": "storing", "reason": "Schijf vol"}
    assert post(client, f"{one}cause/", cause).json()["cause"] == "storing"
    later = {"restored_at": (at + 12 * MINUTE).isoformat(), "reason": "Volgens het logboek"}
    assert post(client, f"{one}correct/", later).status_code == 200
    assert post(client, f"{one}note/", {"text": "Herstart"}).status_code == 200
    outage = Outage.objects.get()
    assert outage.restored_at == at + 12 * MINUTE
    assert outage.cause == "storing"
    withdrawn = post(client, f"{one}withdraw/", {"reason": "Vals alarm"}).json()
    assert withdrawn["withdrawn"] is True


def test_a_report_makes_it_count_from_its_own_moment(
    mona: User, dirk: Contact, site: Service
) -> None:
    ticket = report(program(account(dirk)))
    answer = begun(program(mona), site, ticket=ticket.reference)
    assert answer.json()["ticket"] == ticket.reference
    assert Outage.objects.get().reported_at == ticket.reported_at
    wrong = {"service": site.pk, "ticket": ticket.reference, "at": timezone.now().isoformat()}
    assert post(program(mona), "outages/", wrong).status_code == 400
    nobodys = {"service": site.pk, "ticket": "WD-99999999"}
    assert post(program(mona), "outages/", nobodys).status_code == 400


def test_who_saw_an_older_state_changes_nothing(mona: User, site: Service) -> None:
    client = program(mona)
    answer = begun(client, site)
    one, seen = answer.headers["Location"].removeprefix("/api/v1/"), answer.headers["ETag"]
    assert post(client, f"{one}note/", {"text": "Gezien"}).status_code == 200
    said = {"reason": "Vals alarm"}
    assert post(client, f"{one}withdraw/", said, **{"If-Match": seen}).status_code == 412
    assert not Outage.objects.get().withdrawn


def test_what_the_ledger_refuses_is_a_conflict_in_words(mona: User, site: Service) -> None:
    client = program(mona)
    one = begun(client, site).headers["Location"].removeprefix("/api/v1/")
    refused = post(client, f"{one}cause/", {"cause": "maanstand", "reason": "Volle maan"})
    assert refused.status_code == 409
    assert "does not know that cause" in refused.json()["detail"]
    answered = post(client, f"{one}answer/", {"text": "Opgelost"})
    assert answered.status_code == 409


def test_all_who_reported_it_are_answered(mona: User, dirk: Contact, site: Service) -> None:
    ticket = report(program(account(dirk)))
    client = program(mona)
    one = begun(client, site, ticket=ticket.reference).headers["Location"]
    said = {"text": "Hij doet het weer.", "solves": True}
    assert post(client, f"{one.removeprefix('/api/v1/')}answer/", said).status_code == 200
    ticket.refresh_from_db()
    assert ticket.status == "resolved"


def test_a_customer_looks_and_writes_nothing(mona: User, dirk: Contact, site: Service) -> None:
    one = begun(program(mona), site).headers["Location"].removeprefix("/api/v1/")
    client = program(account(dirk))
    assert client.get(f"/api/v1/{one}").json()["ticket"] is None  # our monitoring's own
    assert post(client, "outages/", {"service": site.pk}).status_code == 403
    assert post(client, f"{one}withdraw/", {"reason": "Nee"}).status_code == 403


def test_webhooks_hear_of_outages_that_concern_their_organisation(
    mona: User, dirk: Contact, site: Service
) -> None:
    other = people.organisation("Bakkerij", "diploc")
    hook = {"url": "https://in.example.nl", "created_at": BEGUN, "hears_from": BEGUN}
    told = [WebhookEvent.OUTAGE_DETECTED, WebhookEvent.OUTAGE_WITHDRAWN]
    theirs, others = (
        Webhook.objects.create(name=name, events=told, organisation=organisation, **hook)
        for name, organisation in (("winkel", dirk.organisation), ("bakkerij", other))
    )
    one = begun(program(mona), site).headers["Location"].removeprefix("/api/v1/")
    post(program(mona), f"{one}withdraw/", {"reason": "Vals alarm"})
    now = timezone.now()
    hooks = list(ledgers.with_lately(Webhook.objects.order_by("pk"), now))
    assert (ledgers.tell(hooks, now=now), ledgers.tell(hooks, now=now)) == (2, 0)
    assert not WebhookDelivery.objects.filter(webhook=others).exists()
    first, last = WebhookDelivery.objects.filter(webhook=theirs).order_by("pk")
    assert (first.kind, last.kind) == ("outage.detected", "outage.withdrawn")
    assert '"service":' in first.payload
    assert "Vals alarm" in last.payload
