"""Tokens: who they act for, what they may do, and that they end."""

import logging
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from support.api.models import ApiToken
from support.api.tokens import make_token
from tests import people
from tests.api.programs import REPORT, account, post, program, report
from tickets.models import Role

pytestmark = pytest.mark.django_db


def status_with(text: str) -> int:
    return Client(headers={"Authorization": text}).get("/api/v1/tickets/").status_code


def test_no_unknown_expired_or_revoked_token_is_let_in_and_all_get_the_same_answer() -> None:
    alice, now = people.agent(), timezone.now()
    good, good_text = make_token(alice, name="a", scopes=["read"], now=now)
    _old, old_text = make_token(
        alice, name="b", scopes=["read"], now=now - timedelta(days=2), lasts=timedelta(days=1)
    )
    revoked, revoked_text = make_token(alice, name="c", scopes=["read"], now=now)
    ApiToken.objects.filter(pk=revoked.pk).update(revoked_at=now)
    assert status_with(f"Bearer {good_text}") == 200
    wrong = [old_text, revoked_text, good_text + "x", good.sha256, "wd_", "", "wd_" + "é" * 20]
    for text in wrong:
        answer = Client(headers={"Authorization": f"Bearer {text}"}).get("/api/v1/tickets/")
        assert answer.status_code == 401
        assert answer["WWW-Authenticate"] == "Bearer"
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json()["status"] == 401
    assert status_with("Basic YTpi") == 401


def test_a_token_of_somebody_who_left_opens_nothing() -> None:
    alice = people.agent()
    client = program(alice)
    alice.is_active = False
    alice.save()
    assert client.get("/api/v1/tickets/").status_code == 401


def test_a_signed_in_browser_is_not_a_program() -> None:
    alice, browser = people.agent(), Client()
    browser.force_login(alice)
    assert browser.get("/api/v1/tickets/").status_code == 401


def test_scopes_limit_the_verbs() -> None:
    manager = people.agent("Mona", Role.MANAGER)
    reading, writing = program(manager, "read"), program(manager, "write")
    reporting = program(manager, "reports")
    assert reading.get("/api/v1/tickets/").status_code == 200
    refused = post(reading, "tickets/", REPORT)
    assert (refused.status_code, refused.json()["code"]) == (403, "permission_denied")
    assert "“write”" in refused.json()["detail"]
    assert post(writing, "tickets/", REPORT).status_code == 201
    assert writing.get("/api/v1/tickets/").status_code == 403
    assert reading.get("/api/v1/reports/2026-11/").status_code == 403
    assert reporting.get("/api/v1/reports/2026-11/").status_code == 200
    assert program(people.agent(), "reports").get("/api/v1/reports/2026-11/").status_code == 403


def test_a_customers_token_sees_and_does_what_the_customer_may() -> None:
    school = people.organisation()
    carla, dirk = people.contact(school), people.contact(school, "Dirk")
    agent, customer = program(people.agent()), program(account(carla))
    report(agent, contact=dirk.pk)
    mine = report(customer)
    assert mine.contact == carla
    assert [row["reference"] for row in customer.get("/api/v1/tickets/").json()["results"]] == [
        mine.reference
    ]
    others = customer.get(f"/api/v1/tickets/WD-{mine.pk - 1}/")
    assert others.status_code == 404
    for verb in ("note", "resolve", "close", "assign", "call-back"):
        assert post(customer, f"tickets/{mine.reference}/{verb}/", {}).status_code == 403
    assert post(customer, "calls/", {}).status_code == 403
    assert post(customer, "contacts/", {}).status_code == 403
    assert customer.get(f"/api/v1/contacts/{dirk.pk}/").status_code == 404
    people.organisation("Webwinkel", "diploc")
    names = [row["name"] for row in customer.get("/api/v1/organisations/").json()["results"]]
    keys = [row["key"] for row in customer.get("/api/v1/agreements/").json()["results"]]
    assert (names, keys) == (["School"], ["dialog"])


def test_a_customer_reports_for_nobody_else() -> None:
    school = people.organisation()
    customer = program(account(people.contact(school)))
    refused = post(customer, "tickets/", REPORT | {"reporter_email": "dirk@school.example"})
    assert refused.status_code == 400
    assert [error["field"] for error in refused.json()["errors"]] == ["reporter_email"]


def test_notes_are_not_told_to_a_customer() -> None:
    customer = program(account(people.contact(people.organisation())))
    agent, mine = program(people.agent()), report(customer)
    note = post(agent, f"tickets/{mine.reference}/note/", {"text": "Onder ons."}).json()
    said = customer.get(f"/api/v1/tickets/{mine.reference}/messages/").json()["results"]
    assert "note" not in {message["kind"] for message in said}
    assert customer.get(f"/api/v1/messages/{note['id']}/").status_code == 404


def test_the_last_use_is_noted_once_a_minute() -> None:
    client = program(people.agent())
    client.get("/api/v1/tickets/")
    token = ApiToken.objects.get()
    first = token.last_used_at
    assert first is not None
    client.get("/api/v1/tickets/")
    token.refresh_from_db()
    assert token.last_used_at == first
    token.last_used_at = first - timedelta(minutes=2)
    token.save()
    client.get("/api/v1/tickets/")
    token.refresh_from_db()
    assert token.last_used_at is not None
    assert token.last_used_at >= first


def test_only_the_hash_of_a_token_is_kept_and_no_log_tells_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    token, text = make_token(people.agent(), name="a", scopes=["read"], now=timezone.now())
    secret = text.removeprefix(f"{token.prefix}_")
    assert len(secret) == 43
    assert not [value for value in vars(token).values() if secret in str(value)]
    with caplog.at_level(logging.DEBUG):
        Client(headers={"Authorization": f"Bearer {text}"}).get("/api/v1/nothing/")
        Client(headers={"Authorization": f"Bearer {text}x"}).get("/api/v1/tickets/")
    assert secret not in caplog.text
