"""The customers' pages: the form for everybody, the reports for whoever sent them."""

from collections.abc import Iterable
from typing import cast

import pytest
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from support import desk
from support.conversation import Reporter, Words
from tests import people
from tests.people import words
from tickets.files import File
from tickets.models import Attachment, Channel, Contact, Kind, Ticket, User

pytestmark = pytest.mark.django_db

GIVEN = {
    "name": "Carla Visser",
    "email": "Carla@School.example",
    "kind": "incident",
    "priority": "middel",
    "subject": "Exporteren geeft een fout",
    "text": "Ik klik op exporteren & dan <niets>.",
    "opened": signing.TimestampSigner(salt="form opened").sign("form"),
}


@pytest.fixture
def carla() -> Contact:
    return people.contact(people.organisation())


def account(person: Contact) -> User:
    person.user = User.objects.create_user(person.email, name=person.name)
    person.save()
    return person.user


def opened(person: Contact, subject: str = "Doelen", files: tuple[File, ...] = ()) -> Ticket:
    said = Words(text=f"Over {subject}", files=files)
    return desk.open_ticket(
        people.reporter(person), said, subject=subject, kind=Kind.QUESTION, channel=Channel.WEB
    )


def test_the_form_shows_the_contracts_words_and_the_phone_rule(client: Client) -> None:
    edition = people.agreement().editions.get()
    page = client.get(reverse("report")).content.decode()
    for priority in ("hoog", "middel", "laag"):
        assert edition.terms["priorities"][priority]["nl"] in page
        assert edition.terms["consequences"][priority]["nl"] in page
    assert 'href="tel:0307600290"' in page
    assert "4.D" in page


def test_a_report_is_taken_in_and_recognised_by_address(client: Client, carla: Contact) -> None:
    files = [SimpleUploadedFile("a.png", b"a"), SimpleUploadedFile("b.png", b"b")]
    response = client.post(reverse("report"), GIVEN | {"attachments": files})
    ticket = Ticket.objects.get()
    assert (ticket.contact, ticket.channel, ticket.kind) == (carla, "web", "incident")
    assert (ticket.proposed_priority, ticket.priority_is_definitive) == ("middel", False)
    assert Attachment.objects.count() == 2
    thanks = client.get(response["Location"]).content.decode()
    assert ticket.reference in thanks
    assert 'href="tel:0307600290"' in thanks  # it does not bind until they call


def test_anybody_may_report_for_an_organisation_that_we_do_not_know(client: Client) -> None:
    response = client.post(reverse("report"), GIVEN | {"email": "wie@elders.example"})
    ticket = Ticket.objects.get()
    assert (ticket.organisation, ticket.reporter_email) == (None, "wie@elders.example")
    assert client.get(response["Location"]).status_code == 200


@pytest.mark.parametrize("page", ["abc", "1:xyz", "10001"])
def test_the_thanks_page_needs_its_link(client: Client, carla: Contact, page: str) -> None:
    opened(carla)
    assert client.get(reverse("thanks", args=[page])).status_code == 404


def test_an_empty_form_is_explained(client: Client) -> None:
    nothing = dict.fromkeys(GIVEN, "") | {"opened": GIVEN["opened"]}
    response = client.post(reverse("report"), nothing)
    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"name", "email", "kind", "subject", "text"}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"priority": ""}, "priority"),
        ({"kind": "storm"}, "kind"),
        ({"email": "geen adres"}, "email"),
        ({"text": "x" * 100_001}, "text"),
        ({"subject": "x" * 201}, "subject"),
        ({"subject": "a\x00b"}, "subject"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(
    client: Client, wrong: dict[str, str], field: str
) -> None:
    response = client.post(reverse("report"), GIVEN | wrong)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert "Carla Visser" in response.content.decode()
    assert not Ticket.objects.exists()


def test_files_that_are_too_large_together_are_refused(client: Client, settings: Settings) -> None:
    settings.ATTACHMENTS_MAX_BYTES = 1000
    files = [SimpleUploadedFile(f"{number}.png", b"x" * 600) for number in range(2)]
    response = client.post(reverse("report"), GIVEN | {"attachments": files})
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["attachments"])
    assert "Ik klik op exporteren &amp; dan &lt;niets&gt;." in response.content.decode()
    assert not Ticket.objects.exists()


def test_a_request_beyond_all_bounds_is_refused_unread(client: Client) -> None:
    response = client.post(reverse("report"), GIVEN, headers={"Content-Length": str(10**10)})
    assert (response.status_code, Ticket.objects.count()) == (413, 0)


def test_a_customer_sees_only_their_own_reports(client: Client, carla: Contact) -> None:
    bob = people.contact(carla.organisation, "Bob")
    charlie = people.contact(people.organisation("Elders"), "Charlie")
    own = opened(carla, "Van Carla")
    others = [opened(bob, "Van Bob"), opened(charlie, "Van Charlie")]
    client.force_login(account(carla))
    page = client.get(reverse("my-tickets")).content.decode()
    assert own.subject in page
    assert client.get(reverse("my-ticket", args=[own.reference])).status_code == 200
    for other in others:
        assert other.subject not in page
        url = reverse("my-ticket", args=[other.reference])
        assert client.get(url).status_code == 404
        assert client.post(url, {"text": "Ik ook"}).status_code == 404
        assert other.messages.filter(kind="customer").count() == 1


def test_a_customer_reads_only_what_is_public(client: Client, carla: Contact) -> None:
    alice, ticket = people.agent(), opened(carla)
    desk.reply(ticket, words("Wij kijken ernaar"), actor=alice)
    desk.note(ticket, words("Lastig geval"), actor=alice)
    desk.call_back(ticket, words("Klonk boos"), actor=alice)
    client.force_login(account(carla))
    page = client.get(reverse("my-ticket", args=[ticket.reference])).content.decode()
    assert "Wij kijken ernaar" in page
    assert "Lastig geval" not in page
    assert "Klonk boos" not in page


def test_a_customer_replies_and_an_empty_reply_is_refused(client: Client, carla: Contact) -> None:
    ticket = opened(carla)
    client.force_login(account(carla))
    url = reverse("my-ticket", args=[ticket.reference])
    assert client.post(url, {"text": " "}).status_code == 422
    assert client.post(url, {"text": "Nog iets"}).status_code == 302
    said = ticket.messages.filter(kind="customer").latest("pk")
    assert (said.text, said.sender_name, said.channel) == ("Nog iets", "Carla", "web")


def test_somebody_known_by_address_alone_sees_what_that_address_reported(client: Client) -> None:
    ticket = desk.open_ticket(
        Reporter(name="Dora", email="Dora@elders.example"),
        words(),
        subject="Vraag",
        kind=Kind.QUESTION,
        channel=Channel.WEB,
        at=timezone.now(),
    )
    url = reverse("my-ticket", args=[ticket.reference])
    client.force_login(User.objects.create_user("dora@elders.example", name="Dora"))
    assert client.get(url).status_code == 200
    client.force_login(User.objects.create_user("bob@elders.example", name="Bob"))
    assert client.get(url).status_code == 404


def test_a_file_is_only_a_download_and_only_for_who_may_read_it(
    client: Client, carla: Contact
) -> None:
    alice = people.agent()
    opened(carla, files=(File("kwaad.html", "text/html", b"<script>alert(1)</script>"),))
    public = Attachment.objects.get()
    said = Words(text="Voor ons", files=[File("intern.txt", "text/plain", b"geheim")])
    desk.note(Ticket.objects.get(), said, actor=alice)
    internal = Attachment.objects.latest("pk")

    def get(file: Attachment) -> int:
        response = client.get(reverse("attachment", args=[file.pk, file.name]))
        if response.streaming:
            b"".join(cast("Iterable[bytes]", response))  # read to its end, the file is closed
        return response.status_code

    assert [get(public), get(internal)] == [302, 302]
    client.force_login(account(people.contact(people.organisation("Elders"), "Charlie")))
    assert [get(public), get(internal)] == [404, 404]
    client.force_login(account(carla))
    assert [get(public), get(internal)] == [200, 404]
    client.force_login(alice)
    assert [get(public), get(internal)] == [200, 200]
    response = client.get(reverse("attachment", args=[public.pk, public.name]))
    assert b"".join(cast("Iterable[bytes]", response)) == b"<script>alert(1)</script>"
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"] == 'attachment; filename="kwaad.html"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]


def test_customers_pages_ask_to_sign_in(client: Client, carla: Contact) -> None:
    ticket = opened(carla)
    for url in (reverse("my-tickets"), reverse("my-ticket", args=[ticket.reference])):
        assert client.get(url)["Location"].startswith(reverse("sign-in"))
