"""The customers' pages: the form for everybody, the reports for whoever sent them."""

import re
from collections.abc import Iterable
from datetime import timedelta
from typing import cast

import pytest
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from support import desk
from support.desk.conversation import Words
from support.who import Reporter
from tests import people
from tests.people import words
from tickets.files import File
from tickets.models import Attachment, Channel, Contact, Kind, Ticket, User

pytestmark = pytest.mark.django_db

FORM_QUERIES = {"Carla": 12, "Dirk": 11}
"""The hours of a telephone are one more; five are of maintenance, outages, announcements,
fields and whose house it is."""
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


def test_who_signed_in_reads_the_contracts_words_by_kind_and_the_phone_rule(
    client: Client, carla: Contact
) -> None:
    client.force_login(account(carla))
    edition = people.agreement().editions.get()
    page = client.get(reverse("report")).content.decode()
    for priority in ("hoog", "middel", "laag"):
        assert edition.terms["priorities"][priority]["nl"] in page
    assert 'href="tel:0307600290"' in page
    assert "4.D" in page
    assert "Reactie: binnen één werkdag (3.G)." in page
    assert "Oplossing: binnen één werkdag" in page


def test_the_form_costs_the_same_however_many_choices_it_offers(
    client: Client, carla: Contact, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    people.contact(people.organisation("Winkel", "diploc"), "Dirk")
    for person in (carla, Contact.objects.get(name="Dirk")):  # 15 choices, and 8
        client.force_login(account(person))
        client.get(reverse("report"))
        with django_assert_num_queries(FORM_QUERIES[person.name]):
            client.get(reverse("report"))


def test_who_phoned_without_the_right_is_not_told_that_a_call_was_missing(
    client: Client, carla: Contact
) -> None:
    bob = people.contact(carla.organisation, "Bob", may_phone=False)
    client.force_login(account(bob))
    ticket = desk.open_ticket(
        people.reporter(bob),
        words(),
        subject="Wit scherm",
        kind=Kind.INCIDENT,
        channel=Channel.PHONE,
        priority="hoog",
        actor=people.agent(),
    )
    page = client.get(reverse("my-ticket", args=[ticket.reference])).content.decode()
    assert "direct, zodra iemand belt die dat mag" in page
    assert "na een telefoontje" not in page


def test_who_may_not_phone_reads_that_a_colleague_should(client: Client, carla: Contact) -> None:
    bob = people.contact(carla.organisation, "Bob", may_phone=False)
    client.force_login(account(bob))
    page = client.get(reverse("report")).content.decode()
    assert "Laat een collega ons" in page
    assert "als iemand belt die dat mag" in page
    assert "Dat mogen: Carla." in page
    assert "Bel ons" not in page


@pytest.mark.parametrize("signed_in_as_stranger", [True, False])
def test_whoever_is_not_known_reads_nobodys_promises(
    client: Client, carla: Contact, signed_in_as_stranger: bool
) -> None:
    people.organisation("Winkel", "diploc")
    if signed_in_as_stranger:
        client.force_login(User.objects.create_user("wie@elders.example", name="Wie"))
    page = client.get(reverse("report")).content.decode()
    for kind in Kind.values:  # of every agreement
        assert f'value="{kind}"' in page
    for word in ("Bijlage", "4.D", "3.G", "030", "werkdag (", "werkuren", "Storing heeft"):
        assert word not in page


def test_a_customer_of_another_agreement_reads_that_one(client: Client, carla: Contact) -> None:
    dirk = people.contact(people.organisation("Winkel", "diploc"), "Dirk")
    client.force_login(account(dirk))
    page = client.get(reverse("report")).content.decode()
    promised = page.count("Reactie: binnen 4 werkuren (Support).")
    assert promised == 2, "of a Storing too, where no priority is asked"
    for word in ("Bijlage", "4.D", "030", "Wens"):
        assert word not in page


def thanked(client: Client, email: str) -> str:
    """What the thanks page says to who gave an address, without the address and the number."""
    response = client.post(reverse("report"), GIVEN | {"email": email})
    page = client.get(response["Location"])
    ticket = Ticket.objects.latest("pk")
    shown = re.search(r"<main.*</main>", page.content.decode(), re.DOTALL)
    assert shown is not None
    return shown[0].replace(email, "ADRES").replace(ticket.reference, "NUMMER")


def test_the_thanks_page_tells_nobody_whose_address_is_a_customers(
    client: Client, carla: Contact
) -> None:
    bob = people.contact(carla.organisation, "Bob", may_phone=False)
    dirk = people.contact(people.organisation("Winkel", "diploc"), "Dirk")
    known = [thanked(client, person.email) for person in (carla, bob, dirk)]
    unknown = thanked(client, "wie@elders.example")
    assert known == [unknown] * 3
    assert "Bijlage" not in unknown
    organisations = Ticket.objects.order_by("pk").values_list("organisation__name", flat=True)
    assert list(organisations) == ["School", "School", "Winkel", None]


def test_a_report_is_taken_in_and_recognised_by_address(client: Client, carla: Contact) -> None:
    files = [SimpleUploadedFile("a.png", b"a"), SimpleUploadedFile("b.png", b"b")]
    response = client.post(reverse("report"), GIVEN | {"attachments": files})
    ticket = Ticket.objects.get()
    assert (ticket.contact, ticket.channel, ticket.kind) == (carla, "web", "incident")
    assert (ticket.proposed_priority, ticket.priority_is_definitive) == ("middel", False)
    assert Attachment.objects.count() == 2
    assert ticket.reporter_proved is False
    thanks = client.get(response["Location"]).content.decode()
    assert ticket.reference in thanks


def test_who_signed_in_reads_on_the_thanks_page_what_was_agreed(
    client: Client, carla: Contact
) -> None:
    client.force_login(account(carla))
    response = client.post(reverse("report"), GIVEN)
    thanks = client.get(response["Location"]).content.decode()
    assert Ticket.objects.get().reporter_proved
    assert "Bijlage 1, Reactietijden: Middel" in thanks
    assert 'href="tel:0307600290"' in thanks  # it does not bind until they call


def test_who_signed_in_and_gives_anothers_address_learns_nothing_of_it(
    client: Client, carla: Contact
) -> None:
    client.force_login(User.objects.create_user("wie@elders.example", name="Wie"))
    response = client.post(reverse("report"), GIVEN)
    thanks = client.get(response["Location"]).content.decode()
    ticket = Ticket.objects.get()
    assert (ticket.contact, ticket.reporter_proved) == (carla, False)
    assert "Bijlage" not in thanks


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


def test_what_a_customer_writes_long_after_is_shown_where_it_went(
    client: Client, carla: Contact, settings: Settings
) -> None:
    settings.REOPEN_DAYS = 30
    long_ago = timezone.now() - timedelta(days=31)
    ticket = desk.open_ticket(
        people.reporter(carla),
        words(),
        subject="Doelen",
        kind=Kind.QUESTION,
        channel=Channel.WEB,
        at=long_ago,
    )
    desk.resolve(ticket, words("Klaar."), actor=people.agent(), at=long_ago)
    client.force_login(account(carla))
    url = reverse("my-ticket", args=[ticket.reference])
    warning = "wat u hier schrijft, wordt een nieuwe melding"
    assert warning in client.get(url).content.decode()
    page = client.post(url, {"text": "Het is weer stuk."}, follow=True)
    assert warning not in page.content.decode()
    new = Ticket.objects.latest("pk")
    assert page.redirect_chain == [(reverse("my-ticket", args=[new.reference]), 302)]
    said = page.content.decode()
    assert "Het is weer stuk." in said
    assert f"daarom is dit een nieuwe melding: {new.reference}" in said
    assert new.reporter_proved


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


def test_the_fixed_contact_is_named_to_the_customer(client: Client, carla: Contact) -> None:
    ticket = opened(carla)
    client.force_login(account(carla))
    addresses = [
        reverse("my-tickets"),
        reverse("my-ticket", args=[ticket.reference]),
        reverse("our-agreement"),
    ]
    for address in addresses:
        assert "vaste contactpersoon" not in client.get(address).content.decode()
    carla.organisation.fixed_contact = people.agent("Noor")
    carla.organisation.save()
    for address in addresses:
        page = client.get(address).content.decode()
        assert "Uw vaste contactpersoon bij ons is <strong>Noor</strong>." in page
    carla.organisation.fixed_contact.is_active = False
    carla.organisation.fixed_contact.save()
    assert "Noor" not in client.get(addresses[0]).content.decode()


def test_an_address_finds_its_reports_in_any_case_without_reading_everybodys() -> None:
    theirs = Ticket.objects.filter(reporter_email__iexact="Carla@School.example")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")  # as where there are a million of them
    assert "ticket_reporter_upper" in theirs.order_by().explain()
