"""A report, or an answer, that was sent twice because its answer was lost is there once."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from support import desk
from support.forms import once
from support.forms.models import SentForm
from support.mail.models import OutgoingMail
from support.widget.models import WidgetSite
from tests import people
from tests.api.programs import account
from tests.at_once import together
from tests.people import words
from tickets.models import Channel, Contact, Kind, Role, Team, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _quick(settings: Settings) -> None:
    cache.clear()  # nobody has reported before
    settings.FORM_QUICKEST = timedelta(0)
    settings.FORM_EVENLY = timedelta(0)


def page(client: Client) -> str:
    return str(client.get(reverse("report")).context["form"]["opened"].value())


def sends(client: Client, opened: str, text: str = "Alles is wit", **more: Any) -> Any:
    form = {
        "name": "Carla",
        "email": "carla@thuis.example",
        "kind": Kind.QUESTION,
        "subject": "Wit",
        "text": text,
        "opened": opened,
    }
    return client.post(reverse("report"), form | more)


def test_the_same_page_sent_again_gives_the_same_ticket(client: Client) -> None:
    opened = page(client)
    first, second = sends(client, opened), sends(client, opened)
    assert first.status_code == second.status_code == 302
    assert first["Location"] == second["Location"]
    assert Ticket.objects.count() == OutgoingMail.objects.count() == 1


def test_after_the_way_back_other_words_or_files_are_another_report(client: Client) -> None:
    opened = page(client)
    sends(client, opened)
    sends(client, opened, "Iets heel anders")
    sends(client, opened, attachments=[SimpleUploadedFile("a.png", b"x", "image/png")])
    sends(client, opened, attachments=[SimpleUploadedFile("a.png", b"y", "image/png")])
    assert Ticket.objects.count() == 4


def test_the_same_words_on_another_page_are_another_report(client: Client) -> None:
    sends(client, page(client))
    sends(client, page(client))
    assert Ticket.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_moment_are_one(client: Client) -> None:
    opened = page(client)
    answers = together(lambda: sends(Client(), opened), lambda: sends(Client(), opened))
    assert [getattr(each, "status_code", each) for each in answers] == [302, 302]
    assert Ticket.objects.count() == 1


def test_a_widget_that_tries_again_makes_one_ticket(client: Client) -> None:
    site = WidgetSite(name="App", origins=["https://app.example"])
    site.save()
    host = {"Origin": "https://app.example"}
    opened = client.get(reverse("widget", args=[site.key]), headers=host).json()["opened"]
    form = {
        "name": "Carla",
        "email": "carla@thuis.example",
        "kind": Kind.QUESTION,
        "subject": "Wit",
        "text": "Alles is wit",
        "opened": opened,
    }
    url = reverse("widget-report", args=[site.key])
    told = [client.post(url, form, headers=host).json()["reference"] for _time in range(2)]
    assert told[0] == told[1]
    assert Ticket.objects.count() == 1


@pytest.fixture
def carla() -> Contact:
    return people.contact(people.organisation())


@pytest.fixture
def ticket(carla: Contact) -> Ticket:
    return desk.open_ticket(
        people.reporter(carla),
        words(),
        subject="Doelen",
        kind=Kind.QUESTION,
        channel=Channel.WEB,
    )


def token_of(client: Client, address: str) -> str:
    """What a page's forms carry."""
    return str(client.get(address).context["csrf_token"])


def test_an_answer_in_the_portal_is_added_once(
    client: Client, carla: Contact, ticket: Ticket
) -> None:
    client.force_login(account(carla))
    url = reverse("my-ticket", args=[ticket.reference])
    given = token_of(client, url)
    for text in ("Nog steeds", "Nog steeds", "En ook dit"):
        sent = client.post(url, {"text": text, "csrfmiddlewaretoken": given})
        assert (sent.status_code, sent["Location"]) == (302, url)
    said = ticket.messages.filter(kind="customer").order_by("pk")
    assert list(said.values_list("text", flat=True))[1:] == ["Nog steeds", "En ook dit"]


def test_a_note_sent_again_from_another_page_is_another_note(
    client: Client, ticket: Ticket
) -> None:
    client.force_login(people.agent())
    page, url = (reverse(name, args=[ticket.reference]) for name in ("ticket", "note"))
    for given in (token_of(client, page), token_of(client, page)):
        for _time in range(2):
            client.post(url, {"text": "Gebeld", "csrfmiddlewaretoken": given})
    assert ticket.messages.filter(kind="note").count() == 2


def test_what_somebody_else_sends_with_the_same_word_is_theirs(
    client: Client, ticket: Ticket
) -> None:
    url, said = reverse("note", args=[ticket.reference]), {"text": "x", "csrfmiddlewaretoken": "w"}
    for name in ("Alice", "Bob"):
        client.force_login(people.agent(name))
        client.post(url, said)
    assert ticket.messages.filter(kind="note").count() == 2


def test_a_form_that_was_wrong_can_be_sent_again(client: Client, ticket: Ticket) -> None:
    client.force_login(people.agent())
    url = reverse("verb", args=[ticket.reference, "rename"])
    assert client.post(url, {"csrfmiddlewaretoken": "w"}).status_code == 422
    assert not SentForm.objects.exists()


def test_who_is_told_of_it_a_second_time_hears_that_it_was_done_once(
    client: Client, ticket: Ticket
) -> None:
    client.force_login(people.agent())
    url = reverse("note", args=[ticket.reference])
    said = {"text": "Gebeld", "csrfmiddlewaretoken": "w"}
    client.post(url, said)
    again = client.post(url, said, follow=True)
    assert "dit is één keer gedaan" in again.content.decode()


def test_a_row_that_the_admin_makes_is_made_once(client: Client) -> None:
    client.force_login(people.agent("Ada", Role.ADMIN))
    url = reverse("admin:tickets_team_add")
    form = {
        "name": "Nacht",
        "email": "nacht@desk.example",
        "csrfmiddlewaretoken": token_of(client, url),
    }
    first, second = client.post(url, form), client.post(url, form)
    assert first["Location"] == second["Location"]
    assert Team.objects.filter(name="Nacht").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_verbs_at_the_same_moment_are_one(client: Client, ticket: Ticket) -> None:
    alice = people.agent()
    url = reverse("note", args=[ticket.reference])

    def send() -> object:
        browser = Client()
        browser.force_login(alice)
        return browser.post(url, {"text": "Gebeld", "csrfmiddlewaretoken": "w"}).status_code

    assert together(send, send) == [302, 302]
    assert ticket.messages.filter(kind="note").count() == 1


@pytest.mark.django_db(transaction=True)
def test_what_fails_half_way_leaves_nothing_and_can_be_sent_again(
    client: Client, ticket: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(people.agent())
    url = reverse("note", args=[ticket.reference])
    said = {"text": "Gebeld", "csrfmiddlewaretoken": "w"}
    with monkeypatch.context() as broken:
        broken.setattr("support.workspace.composing._to_composer", lambda _found: 1 / 0)
        assert client.post(url, said).status_code == 500
    assert not ticket.messages.filter(kind="note").exists()
    assert client.post(url, said).status_code == 302
    assert ticket.messages.filter(kind="note").count() == 1


def test_what_was_refused_is_not_taken_for_done(client: Client) -> None:
    opened = page(client)
    assert sends(client, opened, email="x").status_code == 422
    assert not SentForm.objects.exists()
    assert sends(client, opened).status_code == 302


def test_keys_are_forgotten_after_a_month(client: Client) -> None:
    sends(client, page(client))
    assert once.forget(now=timezone.now() + timedelta(days=29)) == 0
    assert once.forget(now=timezone.now() + timedelta(days=31)) == 1
