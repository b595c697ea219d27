"""What stands still is named by /health within a minute, and said to staff with what to do."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from support.faults import met
from support.faults.kinds import Part
from support.mail import post
from support.mail.models import IncomingMail, OutgoingMail
from support.standing import states
from tests import people
from tickets.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("looked_at")]


@pytest.fixture
def alice() -> User:
    return people.agent()


@pytest.fixture
def page(alice: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(alice)
    return client


def said(page: Client) -> str:
    return page.get(reverse("start")).content.decode()


def full(settings: Settings, tmp_path: Path) -> Path:
    place = tmp_path / "files"
    place.write_bytes(b"")
    settings.MEDIA_ROOT = place
    return place


def test_on_most_days_there_is_nothing_to_say(page: Client) -> None:
    assert page.get("/health").status_code == 200
    assert "standstill" not in said(page)


def test_a_file_store_that_takes_nothing_is_named_and_said(
    page: Client, settings: Settings, tmp_path: Path
) -> None:
    place = full(settings, tmp_path)
    answer = page.get("/health")
    assert answer.status_code == 503
    assert answer.json()["files"].startswith("can't be stored")
    assert page.get("/readyz").status_code == 200  # what is there can still be read
    assert "Bestanden kunnen niet worden bewaard." in said(page)
    place.unlink()
    assert page.get("/health").status_code == 200
    assert "standstill" not in said(page)


def test_a_disk_with_too_little_room_for_a_report_is_named(
    page: Client, settings: Settings
) -> None:
    settings.ATTACHMENTS_MAX_BYTES = 1024**5
    assert "MB left" in page.get("/health").json()["files"]


@pytest.mark.django_db(transaction=True)
def test_a_database_that_takes_nothing_is_named_while_it_can_be_read(page: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = on")
    try:
        answer = page.get("/health")
        assert (answer.status_code, answer.json()["database"]) == (503, "ok")
        assert "takes nothing" in answer.json()["storing"]
        shown = said(page)
        assert "Er kan niets worden bewaard." in shown
        sent = page.post(reverse("notifications-seen"), {"csrfmiddlewaretoken": "w"})
        assert sent.status_code == 503
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET default_transaction_read_only")
    later = timezone.now() + timedelta(minutes=2)  # what somebody met stands for a while
    assert states.look(now=later)["storing"].well


def test_since_when_is_said_and_stays(page: Client, settings: Settings, tmp_path: Path) -> None:
    full(settings, tmp_path)
    began = timezone.now()
    first = states.look(now=began)["files"]
    later = states.look(now=began + timedelta(minutes=3))["files"]
    states._known.since.clear()  # another process
    met.here.clear()
    other = states.look(now=began + timedelta(minutes=4))["files"]
    assert first.since == later.since == other.since == began


def test_what_one_process_met_is_known_to_all_for_a_while(page: Client) -> None:
    now = timezone.now()
    met.note(Part.DATABASE, now=now)
    assert states.look(now=now)["connections"].said != "ok"
    assert page.get("/readyz").status_code == 200
    assert states.look(now=now + timedelta(minutes=2))["connections"].well


def test_a_mail_server_that_says_nothing_is_named_at_once(page: Client, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "support.mail.smtp.Backend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1  # nobody listens there
    post.post(to="a@b.example", subject="x", text="x", at=timezone.now())
    began = timezone.now()
    post.send_due(now=began)
    state = states.look(now=began)["outgoing_mail"]
    assert (state.said, state.since) == ("the mail server does not answer", began)
    assert "Er gaat geen mail uit." in said(page)
    OutgoingMail.objects.update(next_try_at=began)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    post.send_due(now=began)
    assert states.look(now=began)["outgoing_mail"].well


def test_mail_that_waits_to_be_read_is_named(page: Client) -> None:
    IncomingMail.objects.create(
        raw=b"x", digest="x", received_at=timezone.now() - timedelta(minutes=5)
    )
    state = states.look(now=timezone.now())["incoming_mail"]
    assert (state.well, state.count) == (False, 1)
    assert "Binnengekomen mail wacht op verwerking." in said(page)


@pytest.fixture
def no_redis(settings: Settings) -> None:
    nowhere = "unix:///nowhere/valkey.sock"
    held = settings.CACHES
    settings.CACHES = {name: {**one, "LOCATION": nowhere} for name, one in held.items()}


def test_without_redis_staff_hear_it_and_work_on(page: Client, no_redis: None) -> None:
    assert page.get("/health").json()["redis"] == "no answer"
    assert "Redis geeft geen antwoord" in said(page)


def test_a_page_asks_nothing_about_the_house_while_that_is_fresh(
    page: Client,
    settings: Settings,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    settings.STANDING_FRESH = timedelta(minutes=1)
    now = timezone.now()
    states.look(now=now)
    with django_assert_max_num_queries(0):
        states.latest(now=now + timedelta(seconds=59))
    with django_assert_max_num_queries(4):
        states.latest(now=now + timedelta(seconds=61))


def test_a_disk_that_never_answers_holds_one_thread_and_is_named(page: Client) -> None:
    began = timezone.now()
    states.look(now=began)
    with states._known.looking:  # as somebody who waits for the disk has it
        states._known.began = began
        answer = page.get("/health").json()
        assert answer["files"] == "ok"
        later = states.latest(now=began + timedelta(minutes=2))
        assert (later["files"].said, later["files"].since) == ("no answer", began)
    states._known.began = None


def test_customers_are_told_nothing_of_it(
    client: Client, settings: Settings, tmp_path: Path
) -> None:
    full(settings, tmp_path)
    assert "standstill" not in client.get(reverse("report")).content.decode()
