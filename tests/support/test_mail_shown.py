"""A mail as an agent and a customer see it: readable, harmless, and nothing of it cut."""

import base64
from email.message import EmailMessage

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from support.intake.email import receive
from tests import people
from tickets.models import Attachment, Message, Ticket, User

pytestmark = pytest.mark.django_db

PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
BODY = """
<p>Zie het scherm:</p><img src="cid:scherm@x" alt="Het scherm"><img src="cid:weg@x" alt="weg">
<img src="https://volg.example/p.gif?wie=carla" alt="Logo"><script>steal()</script>
<p onclick="steal()" style="position:fixed">Klik <a href="https://school.example/">hier</a></p>
<form action="https://kwaad.example/"><input name="wachtwoord"></form>
"""


def take(html: str = BODY, text: str = "Zie het scherm.", picture: bytes = PICTURE) -> Message:
    message = EmailMessage()
    message["From"], message["To"] = "Carla <carla@school.example>", "helpdesk@desk.example"
    message["Subject"] = "Doelen"
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
        parts = message.get_payload()
        assert isinstance(parts, list)
        part = parts[1]
        assert isinstance(part, EmailMessage)
        part.add_related(picture, "image", "png", cid="<scherm@x>", filename="scherm.png")
    receive(message.as_bytes(), now=timezone.now())
    return Ticket.objects.get().messages.get(kind="customer")


@pytest.fixture
def desk_client(client: Client) -> Client:
    client.force_login(people.agent())
    return client


def test_the_text_is_shown_and_the_html_is_one_click_away(desk_client: Client) -> None:
    said = take()
    page = desk_client.get(reverse("ticket", args=[said.ticket.reference])).content.decode()
    talk = page.split('<ol class="timeline"')[1].split("</ol>")[0]
    assert "Zie het scherm." in talk
    frame = talk.split("<iframe ")[1].split(">")[0]
    assert f'src="{reverse("message-original", args=[said.pk])}"' in frame
    assert 'sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"' in frame
    assert "allow-scripts" not in frame


def test_as_it_came_nothing_runs_and_nothing_is_fetched_before_it_is_asked_for(
    desk_client: Client,
) -> None:
    said = take()
    response = desk_client.get(reverse("message-original", args=[said.pk]))
    page = response.content.decode()
    body = page.split("<body>")[1]
    for word in ("script", "steal", "onclick", "style=", "<form", "<input"):
        assert word not in body
    file = Attachment.objects.get()
    assert f'src="{reverse("picture", args=[file.pk])}"' in body
    assert 'data-remote-src="https://volg.example/' in body
    assert ' src="http' not in body
    assert "cid:" not in body
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "img-src 'self' data:;" in policy
    assert "script-src" not in policy
    assert (response["X-Frame-Options"], response["Referrer-Policy"]) == (
        "SAMEORIGIN",
        "no-referrer",
    )
    assert 'href="?images=1"' in body


def test_pictures_from_elsewhere_come_on_the_one_response_that_asked(desk_client: Client) -> None:
    said = take()
    page = reverse("message-original", args=[said.pk])
    asked = desk_client.get(page, {"images": "1"})
    assert ' src="https://volg.example/p.gif?wie=carla"' in asked.content.decode()
    assert "img-src 'self' data: https: http:;" in asked["Content-Security-Policy"]
    assert "https:" not in desk_client.get(page)["Content-Security-Policy"]
    assert "default-src 'none'" in asked["Content-Security-Policy"]


def test_a_picture_is_served_as_the_picture_it_is(desk_client: Client) -> None:
    take()
    file = Attachment.objects.get()
    response = desk_client.get(reverse("picture", args=[file.pk]))
    assert b"".join(response) == PICTURE
    assert response["Content-Type"] == "image/png"
    assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("data", [b"<svg onload='x()'/>", b"<script>x()</script>", b"", b"%PDF"])
def test_what_only_claims_to_be_a_picture_is_not_served(desk_client: Client, data: bytes) -> None:
    take(picture=data)
    assert (
        desk_client.get(reverse("picture", args=[Attachment.objects.get().pk])).status_code == 404
    )


def test_others_see_neither_the_mail_nor_its_pictures(client: Client) -> None:
    said = take()
    pages = [
        reverse("message-original", args=[said.pk]),
        reverse("picture", args=[Attachment.objects.get().pk]),
    ]
    assert [client.get(page).status_code for page in pages] == [302, 302]
    client.force_login(User.objects.create_user("mallory@kwaad.example", name="Mallory"))
    assert [client.get(page).status_code for page in pages] == [404, 404]
    client.force_login(User.objects.create_user("carla@school.example", name="Carla"))
    for page in pages:
        response = client.get(page)
        assert response.status_code == 200
        assert b"".join(response)
    Message.objects.update(public=False)
    assert [client.get(page).status_code for page in pages] == [404, 404]


def test_a_mail_without_html_has_nothing_else_to_show(desk_client: Client) -> None:
    said = take(html="")
    page = desk_client.get(reverse("ticket", args=[said.ticket.reference])).content.decode()
    assert "<iframe" not in page
    assert desk_client.get(reverse("message-original", args=[said.pk])).status_code == 404


def test_a_signature_is_dimmed_and_whole(desk_client: Client) -> None:
    said = take(html="", text="Hulp!\n\nMet vriendelijke groet,\n\nCarla Visser\nSchool")
    page = desk_client.get(reverse("ticket", args=[said.ticket.reference])).content.decode()
    dimmed = page.split('<div class="signature">')[1].split("</div>")[0]
    assert "Met vriendelijke groet" in dimmed
    assert "Carla Visser" in dimmed
    assert "Hulp!" not in dimmed


def test_an_invitation_is_a_line_and_a_file(desk_client: Client) -> None:
    message = EmailMessage()
    message["From"], message["Subject"] = "carla@school.example", "Overleg"
    message.set_content("Kunt u dan?")
    event = "BEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VEVENT\nSUMMARY:Overleg over doelen\n"
    event += "DTSTART:20260521T080000Z\nLOCATION:Utrecht\nEND:VEVENT\nEND:VCALENDAR\n"
    message.add_alternative(event, subtype="calendar")
    receive(message.as_bytes(), now=timezone.now())
    said = Message.objects.get(kind="customer")
    page = desk_client.get(reverse("ticket", args=[said.ticket.reference])).content.decode()
    assert "Overleg over doelen, 21-05-2026 10:00, Utrecht]" in page
    assert ".ics" in page
