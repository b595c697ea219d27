"""A disk that is full, a database that takes nothing: said in words, with what was typed kept."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.urls import resolve, reverse
from django.utils import timezone
from pytest_django import Settings

from support import desk
from support.audit.middleware import ONE_MESSAGE
from support.demo import story
from tests import every_column, people
from tests.people import words
from tests.support.test_permissions import every_shown
from tickets.models import Attachment, Channel, Kind, Ticket, User

pytestmark = pytest.mark.django_db
SAID = "De bel van de kantine doet het niet"


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False)


@pytest.fixture
def ticket() -> Ticket:
    carla = people.contact(people.organisation())
    return desk.open_ticket(
        people.reporter(carla),
        words(),
        subject="Doelen",
        kind=Kind.QUESTION,
        channel=Channel.WEB,
    )


@pytest.fixture
def full(settings: Settings, tmp_path: Path) -> Path:
    """A file store that takes nothing, also from root: a file stands where its folder would."""
    place = tmp_path / "files"
    place.write_bytes(b"")
    settings.MEDIA_ROOT = place
    return place


@pytest.fixture
def read_only() -> Iterator[None]:
    """The database refuses what is written from here on, as a standby does."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
        yield
        transaction.set_rollback(True)


def report(**more: Any) -> dict[str, Any]:
    return {
        "name": "Carla",
        "email": "carla@thuis.example",
        "kind": Kind.QUESTION,
        "subject": "Bel",
        "text": SAID,
        **more,
    }


def a_file() -> SimpleUploadedFile:
    return SimpleUploadedFile("a.png", b"x", "image/png")


def test_a_report_whose_file_can_not_be_stored_stands_on_the_page_to_be_sent_again(
    client: Client, full: Path
) -> None:
    opened = client.get(reverse("report")).context["form"]["opened"].value()
    form = report(opened=opened, attachments=a_file())
    answer = client.post(reverse("report"), form, headers={"Origin": "http://testserver"})
    page = answer.content.decode()
    assert (answer.status_code, answer["Retry-After"]) == (507, "10")
    assert SAID in page
    assert f'value="{opened}"' in page
    assert "Bestanden kunnen hier op dit moment niet worden bewaard" in page
    assert not Ticket.objects.exists()
    form = report(opened=opened, attachments=a_file())
    english = client.post(reverse("report"), form, headers={"Accept-Language": "en"})
    assert "Files can’t be stored" in unescape(english.content.decode()).replace("'", "’")


def test_once_files_can_be_stored_again_the_same_page_goes_through(
    client: Client, full: Path
) -> None:
    opened = client.get(reverse("report")).context["form"]["opened"].value()
    sent = []
    for _time in range(2):
        form = report(opened=opened, attachments=a_file())
        sent.append(client.post(reverse("report"), form).status_code)
        if full.is_file():
            full.unlink()
    assert sent == [507, 302]
    assert Attachment.objects.count() == 1


def test_a_database_that_takes_nothing_is_said_in_words(
    client: Client, ticket: Ticket, read_only: None
) -> None:
    opened = client.get(reverse("report")).context["form"]["opened"].value()
    answer = client.post(
        reverse("report"), report(opened=opened), headers={"Origin": "http://testserver"}
    )
    assert answer.status_code == 503
    assert SAID in answer.content.decode()
    assert "Lezen kan wel" in answer.content.decode()


def test_what_another_site_had_the_browser_send_is_not_shown_to_be_sent_again(
    full: Path,
) -> None:
    client = Client(raise_request_exception=False, enforce_csrf_checks=True)
    form = report(opened="x", attachments=a_file(), csrfmiddlewaretoken="x" * 64)
    answer = client.post(reverse("report"), form, headers={"Origin": "https://elders.example"})
    assert answer.status_code == 403
    assert SAID not in answer.content.decode()


def test_an_old_token_loses_no_words(ticket: Ticket) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(people.agent())
    url = reverse("note", args=[ticket.reference])
    old = {"text": SAID, "csrfmiddlewaretoken": "x" * 64}
    answer = client.post(url, old, headers={"Origin": "http://testserver"})
    assert (answer.status_code, SAID in answer.content.decode()) == (403, True)
    token = client.cookies["csrftoken"].value
    sent = client.post(url, old | {"csrfmiddlewaretoken": token})
    assert sent.status_code == 302


def test_who_was_signed_out_meanwhile_still_has_the_words(client: Client, ticket: Ticket) -> None:
    url = reverse("note", args=[ticket.reference])
    answer = client.post(url, {"text": SAID}, headers={"Origin": "http://testserver"})
    page = answer.content.decode()
    assert (answer.status_code, SAID in page) == (403, True)
    assert 'target="_blank"' in page
    by_script = client.post(url, {"text": SAID}, headers={"X-Page": "w"}).json()
    assert by_script["signed_out"] is True


def test_passwords_are_never_shown_again(client: Client, read_only: None) -> None:
    form = {"login": "a@b.example", "password": "een heel geheim woord"}
    answer = client.post(reverse("sign-in"), form, headers={"Origin": "http://testserver"})
    assert "een heel geheim woord" not in answer.content.decode()


def test_a_script_hears_it_in_its_own_words(client: Client, full: Path) -> None:
    opened = client.get(reverse("report")).context["form"]["opened"].value()
    answer = client.post(
        reverse("report"), report(opened=opened, attachments=a_file()), headers={"X-Page": "w"}
    )
    assert answer.status_code == 507
    assert "niet worden bewaard" in answer.json()["said"]


def test_a_script_is_told_where_a_form_leads(client: Client) -> None:
    opened = client.get(reverse("report")).context["form"]["opened"].value()
    answer = client.post(reverse("report"), report(opened=opened), headers={"X-Page": "w"})
    assert answer.json()["place"].startswith("/report/received/")


def test_too_many_files_are_said_at_the_form_which_keeps_the_words(client: Client) -> None:
    files = [SimpleUploadedFile(f"{number}.png", b"x", "image/png") for number in range(51)]
    answer = client.post(reverse("report"), report(attachments=files))
    assert answer.status_code == 422
    assert SAID in answer.content.decode()
    assert "hoogstens 50" in answer.content.decode()


def test_that_files_are_too_many_is_said_in_the_visitors_language(client: Client) -> None:
    for language, said in (("nl", "te veel bestanden"), ("en", "too many files")):
        page = client.get(reverse("report"), headers={"Accept-Language": language})
        assert said in page.content.decode()


def test_what_is_far_too_large_is_said_in_the_visitors_language(client: Client) -> None:
    for language, said in (("nl", "Dit is te groot"), ("en", "This is too large")):
        answer = client.post(
            reverse("report"),
            b"x",
            content_type="application/octet-stream",
            CONTENT_LENGTH=str(41 * 1024 * 1024),
            headers={"Accept-Language": language},
        )
        assert answer.status_code == 413
        assert said in answer.content.decode()
    long = client.post(reverse("report"), report(text="w" * 6_000_000))
    assert (long.status_code, "Dit is te groot" in long.content.decode()) == (413, True)


@pytest.fixture(scope="module")
def house(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The demonstration with a row of everything, built once."""
    with django_db_blocker.unblock(), transaction.atomic():
        every_column.lay()
        logging.disable(logging.CRITICAL)
        yield
        logging.disable(logging.NOTSET)
        transaction.set_rollback(True)


@pytest.mark.parametrize("who", [story.MANAGER, story.CUSTOMER])
def test_what_can_be_read_is_shown_while_nothing_can_be_written(house: None, who: str) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.get(email=who))
    session = client.session
    session["seen_at"] = 1.0 + timezone.now().timestamp() - 3600  # to be noted again
    session.save()
    broken = set()
    for address in sorted({each for each in every_shown() if not each.startswith("/sign-out")}):
        before = client.get(address)
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION READ ONLY")
            session["seen_at"] = 1.0
            after = client.get(address)
            transaction.set_rollback(True)
        leaves = before.get("Content-Disposition", "").startswith("attachment")
        if leaves and resolve(address.partition("?")[0]).url_name not in ONE_MESSAGE:
            # What can't be written down does not leave the house; the page says so.
            assert after.status_code == 503, address
        elif after.status_code != before.status_code:
            broken.add(f"{address}: {before.status_code}, {after.status_code}")
    assert sorted(broken) == []
