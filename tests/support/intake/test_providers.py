"""Mail that providers post: acknowledged when it is stored, once, and only with the secret."""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import b64encode
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import Client, override_settings
from django.urls import reverse

from support.intake import email, providers
from support.mail.models import IncomingMail
from tests import people
from tickets.models import Attachment, Ticket

pytestmark = pytest.mark.django_db
BASIC = {"Authorization": "Basic " + b64encode(b"hook:geheim").decode()}
KEY = "ondertekening"


@pytest.fixture(autouse=True)
def _enabled(settings: Any) -> None:
    settings.ANYMAIL_WEBHOOK_SECRET = "hook:geheim"
    settings.ANYMAIL_MAILGUN_WEBHOOK_SIGNING_KEY = KEY


def postmark(**given: object) -> dict[str, object]:
    return {
        "FromFull": {"Email": "carla@school.example", "Name": "Carla Visser"},
        "ToFull": [{"Email": "helpdesk@desk.example", "Name": ""}],
        "Subject": "Export is stuk",
        "Date": "Mon, 18 May 2026 10:00:00 +0200",
        "MessageID": "b1f0",
        "Headers": [{"Name": "Message-ID", "Value": "<een@school.example>"}],
        "TextBody": "De export werkt niet. Één keer wel.",
        "HtmlBody": "<p>De export werkt niet.</p>",
        "Attachments": [
            {
                "Name": "fout.png",
                "ContentType": "image/png",
                "Content": b64encode(b"\x89PNG").decode(),
                "ContentLength": 4,
            }
        ],
    } | given


def post(client: Client, payload: object, **headers: str) -> int:
    data = payload if isinstance(payload, str) else json.dumps(payload)
    url = reverse("mail-posted", args=["postmark"])
    sent = client.post(url, data, content_type="application/json", headers=BASIC | headers)
    return sent.status_code


def test_a_mail_in_parts_becomes_a_ticket_and_the_same_post_is_the_same_mail(
    client: Client,
) -> None:
    carla = people.contact(people.organisation())
    assert post(client, postmark()) == 200
    assert post(client, postmark()) == 200
    ticket = Ticket.objects.get()
    assert (ticket.subject, ticket.contact) == ("Export is stuk", carla)
    assert "Één keer wel." in ticket.messages.get(kind="customer").text
    assert Attachment.objects.get().name == "fout.png"
    assert IncomingMail.objects.count() == 1


def test_the_source_is_stored_as_it_came_where_the_provider_posts_it(client: Client) -> None:
    raw = "From: carla@school.example\r\nSubject: Bron\r\n\r\nRegel é\r\n"
    assert post(client, postmark(RawEmail=raw)) == 200
    assert bytes(IncomingMail.objects.get().raw) == raw.encode()


def test_mailgun_posts_a_signed_form_with_files(client: Client) -> None:
    people.contact(people.organisation())
    signed = hmac.new(KEY.encode(), b"1790000000token", hashlib.sha256).hexdigest()
    headers = [["From", "Carla <carla@school.example>"], ["Subject", "Via Mailgun"]]
    form = {
        "timestamp": "1790000000",
        "token": "token",
        "signature": signed,
        "sender": "carla@school.example",
        "recipient": "helpdesk@desk.example",
        "from": "Carla <carla@school.example>",
        "subject": "Via Mailgun",
        "body-plain": "Het rapport is leeg.",
        "message-headers": json.dumps(headers),
        "attachment-count": "1",
        "attachment-1": SimpleUploadedFile("log.txt", b"regel", "text/plain"),
    }
    url = reverse("mail-posted", args=["mailgun"])
    assert client.post(url, form, headers=BASIC).status_code == 200
    ticket = Ticket.objects.get()
    assert (ticket.subject, Attachment.objects.get().name) == ("Via Mailgun", "log.txt")

    again = {**form, "signature": "0" * 64}
    again["attachment-1"] = SimpleUploadedFile("log.txt", b"regel", "text/plain")
    assert client.post(url, again, headers=BASIC).status_code == 400


def test_a_large_post_is_taken_whole(client: Client) -> None:
    content = b64encode(b"\0" * 6_000_000).decode()
    file = {"Name": "groot.bin", "ContentType": "application/octet-stream", "Content": content}
    assert post(client, postmark(Attachments=[file])) == 200
    assert len(IncomingMail.objects.get().raw) > 6_000_000


def test_without_the_secret_nothing_is_taken(client: Client) -> None:
    wrong = "Basic " + b64encode(b"hook:anders").decode()
    assert post(client, postmark(), Authorization=wrong) == 400
    with override_settings(ANYMAIL_WEBHOOK_SECRET=""):
        assert post(client, postmark()) == 404
    unknown = reverse("mail-posted", args=["brevo"])
    assert client.post(unknown, "{}", content_type="application/json").status_code == 404
    assert IncomingMail.objects.count() == 0


@pytest.mark.parametrize("provider", providers.PROVIDERS)
def test_every_provider_needs_the_secret(client: Client, settings: Any, provider: str) -> None:
    settings.ANYMAIL_MAILERSEND_INBOUND_SECRET = KEY
    url = reverse("mail-posted", args=[provider])
    assert client.post(url, "{}", content_type="application/json").status_code == 400
    assert IncomingMail.objects.count() == 0


def test_it_is_not_acknowledged_while_the_database_is_away(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(raw: bytes, **how: object) -> IncomingMail:
        raise OperationalError("the database is away")

    client.raise_request_exception = False
    with monkeypatch.context() as broken:
        broken.setattr(email, "receive", away)
        assert post(client, postmark()) == 503
    assert post(client, postmark()) == 200
    assert Ticket.objects.count() == 1


@pytest.mark.parametrize(
    "payload",
    [
        "{",
        "[]",
        '{"Subject": "a\\r\\nBcc: b@c.example"}',
        '{"FromFull": 5, "Headers": "x"}',
        '{"Attachments": [{}]}',
    ],
)
def test_a_post_that_cannot_be_read_is_kept_and_explained(client: Client, payload: str) -> None:
    assert post(client, payload) == 200
    assert post(client, payload) == 200
    kept = IncomingMail.objects.get()
    assert (kept.state, "postmark" in kept.reason) == ("quarantine", True)
    assert bytes(kept.raw) == payload.encode()
