"""Errors are problems in JSON, never a page, and never a 500."""

import errno
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client, override_settings
from django.utils import timezone
from pytest_django import Settings

from support.api.models import ApiToken
from support.api.tokens import make_token
from tests import people
from tests.api.programs import REPORT, post, program, report
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


def problem(answer: Any, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    told: dict[str, Any] = answer.json()
    assert told["status"] == status
    assert set(told) >= {"type", "title", "detail", "code"}
    return told


def test_each_wrong_field_is_named() -> None:
    client = program(people.agent())
    body = {"subject": "", "kind": "x", "more": 1, "reporter_email": "nee"}
    assert [error["field"] for error in problem(post(client, "tickets/", body), 400)["errors"]] == [
        "more"
    ]
    del body["more"]
    told = problem(post(client, "tickets/", body), 400)
    assert {error["field"]: error["code"] for error in told["errors"]} == {
        "subject": "blank",
        "text": "required",
        "kind": "invalid_choice",
        "reporter_email": "invalid",
    }


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b'"text"',
        b"null",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"subject": NaN}',
        b'{"subject": "\\ud800", "text": "b", "kind": "wish"}',
        b'{"\\ud800": 1}',
        b'{"subject": "a\\u0000b", "text": "b", "kind": "wish"}',
        b'{"subject": 1, "text": "b", "kind": "wish"}',
        b'{"subject": ["a"], "text": {}, "kind": true}',
        b'{"subject": "a", "text": "b", "kind": "wish", "contact": 1e400}',
        b'{"subject": "a", "text": "b", "kind": "wish", "contact": 99999999999999999999999}',
        b'{"subject": "a", "text": "b", "kind": "wish", "contact": true}',
        b'{"subject": "' + b"a" * 201 + b'", "text": "b", "kind": "wish"}',
        b'{"subject": "a", "text": "' + b"a" * 100_001 + b'", "kind": "wish"}',
    ],
)
def test_dangerous_bodies_are_refused(body: bytes) -> None:
    client = program(people.agent())
    problem(client.post("/api/v1/tickets/", body, content_type="application/json"), 400)
    assert not Ticket.objects.exists()


def test_every_kind_of_error_is_a_problem() -> None:
    client = program(people.agent())
    ticket = report(client, reporter_email="carla@school.example")
    problem(Client().get("/api/v1/tickets/"), 401)
    problem(client.get("/api/v1/tickets/WD-999999/"), 404)
    problem(client.get("/api/v1/nothing/here"), 404)
    problem(client.get("/api/v1/tickets"), 404)
    problem(client.delete("/api/v1/tickets/"), 405)
    problem(client.options("/api/v1/tickets/"), 405)
    problem(client.post("/api/v1/tickets/", "a=b", content_type="text/plain"), 415)
    told = problem(post(client, f"tickets/{ticket.reference}/close/", {}), 409)
    assert (told["code"], "can't be done" in told["detail"]) == ("desk", True)
    problem(client.get("/api/v1/tickets/?cursor=%00"), 400)
    problem(client.get("/api/v1/tickets/?limit=0"), 400)
    problem(client.get(f"/api/v1/tickets/{ticket.reference}/?x=1"), 400)


def test_too_long_a_body_is_not_read() -> None:
    client = program(people.agent())
    with override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=1000):
        problem(post(client, "tickets/", REPORT | {"text": "a" * 2000}), 413)
    with override_settings(DATA_UPLOAD_MAX_NUMBER_FIELDS=2):
        problem(client.post("/api/v1/tickets/", REPORT), 400)
    with override_settings(REQUEST_MAX_BYTES=1000):
        told = problem(post(client, "tickets/", REPORT | {"text": "a" * 2000}), 413)
    assert told["code"] == "too_large"


def test_what_nobody_foresaw_is_a_problem_too(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    client = program(people.agent())

    def broken(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("a secret of ours")

    monkeypatch.setattr("support.desk.open_ticket", broken)
    answer = post(client, "tickets/", REPORT)
    assert b"secret" not in answer.content
    problem(answer, 500)
    assert "a secret of ours" in caplog.text


def limited(per_minute: int) -> Client:
    token, text = make_token(people.agent(), name="a", scopes=["read"], now=timezone.now())
    ApiToken.objects.filter(pk=token.pk).update(per_minute=per_minute)
    cache.clear()
    return Client(headers={"Authorization": f"Bearer {text}"})


def test_a_token_that_asks_too_often_is_told_when_to_come_back() -> None:
    client = limited(2)
    statuses = [client.get("/api/v1/tickets/").status_code for _ in range(5)]
    # A minute may begin in between.
    assert statuses in ([200, 200, 429, 429, 429], [200, 200, 429, 200, 200]) or 429 in statuses
    answers = [client.get("/api/v1/tickets/") for _ in range(6)]
    refused = next(answer for answer in answers if answer.status_code == 429)
    problem(refused, 429)
    assert 0 <= int(refused["Retry-After"]) <= 60


def test_without_redis_nobody_is_held_up() -> None:
    client = limited(1)
    gone = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "unix:///nowhere/redis.sock",
        }
    }
    with override_settings(CACHES=gone):
        statuses = {client.get("/api/v1/tickets/").status_code for _ in range(3)}
    assert statuses == {200}


def test_a_hundred_thousand_unknown_fields_get_a_short_answer() -> None:
    client = program(people.agent())
    some = post(client, "tickets/", REPORT | {f"veld{number}": 1 for number in range(5_000)})
    assert some.status_code == 400
    assert len(some.json()["errors"]) == 20
    for many in ({f"veld{number}": 1 for number in range(300_000)}, {"emails": [1] * 100_000}):
        answer = post(client, "tickets/", REPORT | many)
        assert answer.status_code == 413
        assert len(answer.content) < 1_000
    items = post(client, "tickets/", REPORT | {"x" * 100_000: 1})
    assert len(items.content) < 1_000


def test_what_a_machine_keeps_from_being_done_may_be_tried_again(
    settings: Settings,
) -> None:
    client = program(people.agent())
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
        answer = post(client, "tickets/", REPORT)
        transaction.set_rollback(True)
    assert problem(answer, 503)["code"] == "unavailable"
    assert answer["Retry-After"] == "10"
    assert post(client, "tickets/", REPORT).status_code == 201


def test_a_fault_before_the_api_is_a_problem_too() -> None:
    client = Client(raise_request_exception=False)
    with pytest.MonkeyPatch.context() as broken:
        broken.setattr("support.sign_in.sessions.SeenMiddleware._note", _full)
        client.cookies["sessionid"] = "x"
        answer = client.get("/api/v1/tickets/")
    assert problem(answer, 507)["code"] == "unavailable"
    assert answer["Retry-After"] == "10"


def _full(*_args: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")
