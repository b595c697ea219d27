"""Health pages, and the ceiling on requests."""

import json
import re
import socket
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from config import env
from config.celery import app
from config.env import BASE_DIR
from config.supervisor import programs
from config.timetable import TIMETABLE
from support.faults.met import CLOCK, WORK, beat
from support.mail.post import post
from tests.servers import product_environment

pytestmark = pytest.mark.usefixtures("looked_at")
AFAR = "203.0.113.7"


def test_a_living_web_process_says_ok_without_asking_anyone(client: Client) -> None:
    assert client.get("/healthz").content == b"ok"


@pytest.mark.django_db
def test_readiness_names_what_is_not_well(client: Client) -> None:
    cache.clear()
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert json.loads(answer.content) == {
        "database": "ok",
        "clock": "ok",
        "clock_of_workers": "ok",
        "connections": "ok",
        "redis": "ok",
        "periodic_work": "has not run yet",
        "other_work": "has not run yet",
        "storing": "ok",
        "files": "ok",
        "outgoing_mail": "ok",
        "mailboxes": "ok",
        "incoming_mail": "ok",
        "webhooks": "ok",
    }

    beat(CLOCK, at=timezone.now() - timedelta(minutes=5))
    assert "last ran 300 s ago" in client.get("/readyz").content.decode()

    beat(CLOCK, at=timezone.now())
    assert client.get("/readyz").status_code == 200


@pytest.mark.django_db
def test_a_sign_of_life_from_the_future_is_none(client: Client) -> None:
    cache.clear()
    beat(CLOCK, at=timezone.now() + timedelta(hours=2))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "a clock is wrong" in answer.content.decode()


@pytest.mark.django_db
def test_monitoring_hears_that_nobody_does_the_other_work(client: Client) -> None:
    cache.clear()
    beat(CLOCK, at=timezone.now())
    beat(WORK, at=timezone.now() - timedelta(minutes=6))
    assert client.get("/readyz").status_code == 200
    assert client.get("/health").status_code == 503
    beat(WORK, at=timezone.now())
    assert client.get("/health").status_code == 200


@pytest.mark.django_db
def test_monitoring_hears_of_mail_that_no_server_takes(client: Client) -> None:
    cache.clear()
    for name in (CLOCK, WORK):
        beat(name, at=timezone.now())
    post(to="a@b.example", subject="x", text="x", at=timezone.now() - timedelta(minutes=9))
    assert client.get("/health").status_code == 200
    post(to="a@b.example", subject="x", text="x", at=timezone.now() - timedelta(minutes=11))
    assert client.get("/readyz").status_code == 200
    answer = client.get("/health")
    assert (answer.status_code, answer.json()["outgoing_mail"]) == (
        503,
        "1 waiting for more than ten minutes",
    )


def test_what_keeps_promises_has_a_queue_and_a_worker_that_nothing_else_takes() -> None:
    queues = {name: each["options"].get("queue") for name, each in TIMETABLE.items()}
    clock = {name for name, queue in queues.items() if queue == "clock"}
    assert clock == {"round of the clock", "sweep", "send alerts", "send answers"}
    with socket.socket() as port:
        ours = programs(Path("log"), listening=port)
    taken = {
        program.name: program.argv[program.argv.index("-Q") + 1]
        for program in ours
        if "-Q" in program.argv
    }
    assert taken == {"clock": "clock", "worker": "celery"}


def test_beat_sends_what_the_workers_know_and_reads_nothing_of_the_house() -> None:
    app.loader.import_default_modules()
    assert {each["task"] for each in TIMETABLE.values()} <= set(app.tasks)
    reads = "import sys; from config import beat; beat.app.loader.import_default_modules()"
    held = "{'django.apps', 'sla', 'support', 'tickets'} & set(sys.modules)"
    found = subprocess.run(
        [sys.executable, "-c", f"{reads}; print({held})"],
        cwd=BASE_DIR,
        env=product_environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout.strip() == "set()"


def test_a_frozen_worker_holds_clocks_for_a_minute_at_most() -> None:
    for name, each in TIMETABLE.items():
        if each["options"].get("queue") == "clock":
            assert each["options"]["time_limit"] <= 60, name
    for role in ("web", "worker"):
        limits = env.database(env.var_dir(), role)["OPTIONS"]["options"]
        found = re.search(r"idle_in_transaction_session_timeout=(\d+)s", limits)
        assert found, role
        assert int(found[1]) <= 60, role


def test_a_request_that_is_far_too_long_is_refused_unread(client: Client) -> None:
    answer = client.post(
        "/", b"x", content_type="application/octet-stream", CONTENT_LENGTH=str(41 * 1024 * 1024)
    )
    assert answer.status_code == 413
    assert "25 MB" in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/readyz", "/health"])
def test_only_who_may_know_hears_what_is_wrong(
    client: Client, settings: Settings, path: str
) -> None:
    cache.clear()
    for answer in (
        client.get(path, REMOTE_ADDR=AFAR),
        client.get(path, headers={"X-Forwarded-For": "127.0.0.1"}),
        client.get(path, REMOTE_ADDR=""),
        client.get(path, headers={"Authorization": "Bearer "}, REMOTE_ADDR=AFAR),
    ):
        assert (answer.status_code, answer.json()) == (503, {"status": "not well"})
    settings.HEALTH_TOKEN = "geheim"
    wrong = client.get(path, headers={"Authorization": "Bearer geheım"}, REMOTE_ADDR=AFAR)
    right = client.get(path, headers={"Authorization": "Bearer geheim"}, REMOTE_ADDR=AFAR)
    assert "periodic_work" not in wrong.json()
    assert right.json()["periodic_work"] == "has not run yet"
