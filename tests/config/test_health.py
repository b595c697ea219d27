"""Health pages, and the ceiling on requests."""

import json
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from config.health import beat_heartbeat


def test_a_living_web_process_says_ok_without_asking_anyone(client: Client) -> None:
    assert client.get("/healthz").content == b"ok"


@pytest.mark.django_db
def test_readiness_names_what_is_not_well(client: Client) -> None:
    cache.clear()
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert json.loads(answer.content) == {
        "database": "ok",
        "redis": "ok",
        "periodic_work": "has not run yet",
        "mailboxes": "ok",
    }

    beat_heartbeat(at=timezone.now() - timedelta(minutes=5))
    assert "last ran 300 s ago" in client.get("/readyz").content.decode()

    beat_heartbeat(at=timezone.now())
    assert client.get("/readyz").status_code == 200


def test_a_request_that_is_far_too_long_is_refused_unread(client: Client) -> None:
    answer = client.post(
        "/", b"x", content_type="application/octet-stream", CONTENT_LENGTH=str(41 * 1024 * 1024)
    )
    assert answer.status_code == 413
    assert "25 MB" in answer.content.decode()
