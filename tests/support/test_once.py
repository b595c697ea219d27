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

from support import desk, once
from support.models import OutgoingMail, SentForm, WidgetSite
from tests import people
from tests.api.programs import account
from tests.at_once import together
from tests.people import words
from tickets.models import Channel, Kind, Ticket

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


def test_an_answer_in_the_portal_is_added_once(client: Client) -> None:
    carla = people.contact(people.organisation())
    ticket = desk.open_ticket(
        people.reporter(carla),
        words(),
        subject="Doelen",
        kind=Kind.QUESTION,
        channel=Channel.WEB,
    )
    client.force_login(account(carla))
    url = reverse("my-ticket", args=[ticket.reference])
    given = client.get(url).context["reply_form"]["page"].value()
    for text in ("Nog steeds", "Nog steeds", "En ook dit"):
        assert client.post(url, {"text": text, "page": given}).status_code == 302
    said = ticket.messages.filter(kind="customer").order_by("pk")
    assert list(said.values_list("text", flat=True))[1:] == ["Nog steeds", "En ook dit"]


def test_what_was_refused_is_not_taken_for_done(client: Client) -> None:
    opened = page(client)
    assert sends(client, opened, email="x").status_code == 422
    assert not SentForm.objects.exists()
    assert sends(client, opened).status_code == 302


def test_keys_are_forgotten_after_a_month(client: Client) -> None:
    sends(client, page(client))
    assert once.forget(now=timezone.now() + timedelta(days=29)) == 0
    assert once.forget(now=timezone.now() + timedelta(days=31)) == 1
