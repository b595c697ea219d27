"""Whose face a customer meets: on pages, in letters, on reports; and how a manager changes it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from pytest_django import Settings

from sla.models import Service
from support import desk
from support.brands import colours, logos
from support.desk import opinions
from support.mail import addresses, post
from support.mail.models import Mailbox, OutgoingMail
from support.monthly.promises import Scope
from support.monthly.services import agreement_facts
from support.sign_in import letters as sign_in
from support.sign_in import links
from support.status_page import stored, subscribing
from support.status_page.models import ShownService, Subscriber
from support.who import Reporter
from support.widget.models import WidgetSite
from tests import people
from tests.api.programs import program
from tests.people import words
from tickets.models import Brand, BrandFace, BrandHost, Channel, Contact, Kind, Role, Ticket, User

pytestmark = pytest.mark.django_db

SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
HOST = "help.diploc.example"


@pytest.fixture
def manager(client: Client) -> User:
    mila = people.agent("Mila", Role.MANAGER)
    client.force_login(mila)
    return mila


@pytest.fixture
def dirk() -> Contact:
    """A customer of Diploc, with an account."""
    person = people.contact(people.organisation("Winkel", "diploc"), "Dirk")
    person.user = User.objects.create_user(person.email, name="Dirk")
    person.save()
    return person


def reported(who: Contact | Reporter, **more: Any) -> Ticket:
    reporter = replace(people.reporter(who), proved=True) if isinstance(who, Contact) else who
    given = {"subject": "Wit scherm", "kind": Kind.INCIDENT, "channel": Channel.WEB} | more
    return desk.open_ticket(reporter, words(), **given)


def letter() -> OutgoingMail:
    return OutgoingMail.objects.latest("pk")


def posted(**more: Any) -> dict[str, Any]:
    return {"name": "Diploc Hosting", "colour": "#0F6B5C", "seen": 0} | more


def test_a_newcomer_gives_the_house_a_face_and_takes_it_back(client: Client, manager: User) -> None:
    page = client.get(reverse("brands")).content.decode()
    house = Brand.objects.get(is_default=True)
    assert reverse("brand", args=[house.pk]) in page
    file = SimpleUploadedFile("logo.webp", people.picture("WEBP", (900, 300)))
    said = posted(logo_file=file, address="Kade 12\nGroningen", phone="050 700 12 34")
    kept = client.post(reverse("brand", args=[house.pk]), said)
    assert kept["Location"] == reverse("brand-version", args=[house.pk, 1])
    assert "Werkdag" in Client().get("/sign-in/").content.decode()  # nobody sees it yet
    shown = client.get(kept["Location"]).content.decode()
    for name in ("brand-portal", "brand-cover"):
        address = reverse(name, args=[house.pk, 1])
        assert address in shown
        assert client.get(address).status_code == 200
    for scheme in ("light", "dark"):
        look = client.get(reverse("brand-letter", args=[house.pk, 1, "nl", scheme]))
        assert "script" not in look["Content-Security-Policy"]
        assert "Diploc Hosting" in look.content.decode()
    client.post(reverse("brand-show", args=[house.pk, 1]))
    face = BrandFace.objects.get(brand=house, number=1)
    public = Client().get("/sign-in/").content.decode()
    for word in ("Diploc Hosting", "Kade 12", "tel:0507001234", "/brand/0f6b5c.css"):
        assert word in public
    assert reverse("brand-logo", args=[face.pk]) in public
    picture = Client().get(reverse("brand-logo", args=[face.pk]))
    assert picture["Content-Type"] == "image/png"
    assert Image.open(BytesIO(picture.content)).size == (360, 120)
    client.post(reverse("brand", args=[house.pk]), posted(name="Vergissing", seen=1))
    client.post(reverse("brand-show", args=[house.pk, 2]))
    assert "Vergissing" in Client().get("/sign-in/").content.decode()
    client.post(reverse("brand-show", args=[house.pk, 1]))
    assert "Diploc Hosting" in Client().get("/sign-in/").content.decode()


def test_what_another_kept_meanwhile_is_not_lost_nor_overwritten(
    client: Client, manager: User
) -> None:
    brand = people.brand()
    answer = client.post(reverse("brand", args=[brand.pk]), posted(name="Mijn naam", seen=0))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "versie 1" in page
    assert 'value="Mijn naam"' in page
    assert 'name="seen" value="1"' in page


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (SVG, "SVG"),
        (b"\xef\xbb\xbf\n<SVG onload=alert(1)>", "SVG"),
        (b"GIF89a" + b"0" * 40, "PNG, JPEG"),
        (b"%PDF-1.7 <script>", "PNG, JPEG"),
        (b"\x89PNG\r\n\x1a\n" + b"0" * 40, "PNG, JPEG"),
        (people.picture()[:120], "beschadigd"),
        (b"\0" * (2 * 1024 * 1024 + 1), "2 MB"),
        (people.picture(size=(5000, 4000)), "5000"),
    ],
)
def test_a_logo_that_is_none_is_refused_in_words_and_nothing_typed_is_lost(
    client: Client, manager: User, file: bytes, said: str
) -> None:
    brand = people.brand()
    form = posted(seen=1, footer="KvK 1", logo_file=SimpleUploadedFile("logo.png", file))
    answer = client.post(reverse("brand", args=[brand.pk]), form)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert "KvK 1" in answer.content.decode()
    assert brand.faces.count() == 1


def test_a_logo_is_drawn_anew_without_what_was_hidden_in_its_file() -> None:
    from PIL.PngImagePlugin import PngInfo

    hidden = PngInfo()
    hidden.add_text("Comment", "<script>alert(1)</script>")
    for file in (
        people.picture(pnginfo=hidden) + b"<?php evil ?>",
        people.picture("JPEG", comment=b"<script>"),
        people.picture("WEBP", xmp=b"<script>"),
    ):
        made = logos.redrawn(file)
        assert made.data.startswith(b"\x89PNG")
        assert b"script" not in made.data
        assert b"php" not in made.data
        assert (made.width, made.height) == (300, 100)


@pytest.mark.parametrize(
    "colour", ["#000000", "#ffffff", "#f2c200", "#7a7a7a", "#777777", "#0f6b5c", "#ff0000"]
)
def test_words_are_read_in_any_colour_that_is_chosen(colour: str) -> None:
    for scheme in (colours.LIGHT, colours.DARK):
        tones = colours.tones(colour, scheme)
        for fill in (tones.fill, tones.fill_hover):
            assert colours.contrast(tones.on, fill) >= 4.5
        for ground in (scheme.surface, scheme.hardest, tones.soft):
            assert colours.contrast(tones.accent, ground) >= 4.5
            assert colours.contrast(tones.strong, ground) >= 4.5


def test_a_customer_meets_the_provider_of_their_organisation(dirk: Contact) -> None:
    carla = people.contact(people.organisation())
    brand = people.brand("Diploc", dirk.organisation, phone="050 700 12 34", footer="KvK 7")
    reported(dirk)
    assert "background: #0f6b5c; color: #ffffff" in letter().html
    assert "Diploc\nKvK 7\n050 700 12 34" in letter().text
    assert letter().sender.startswith("Diploc <")
    reported(carla)
    assert "Diploc" not in letter().text + letter().html + letter().sender
    client = Client()
    client.force_login(dirk.user or User())
    page = client.get("/my/").content.decode()
    assert "Diploc" in page
    assert "/brand/0f6b5c.css" in page
    dirk.organisation.brand = None
    dirk.organisation.save()
    assert "/brand/0f6b5c.css" not in client.get("/my/").content.decode()
    assert brand.shown is not None


def test_a_stranger_meets_the_provider_whose_mailbox_they_wrote_to(dirk: Contact) -> None:
    brand = people.brand()
    Mailbox.objects.create(
        name="Hosting", address="hosting@desk.example", host="imap.example", brand=brand
    )
    stranger = Reporter(name="Wie", email="wie@elders.example", came_to="hosting@desk.example")
    reported(stranger, channel=Channel.EMAIL)
    assert "background: #0f6b5c" in letter().html
    assert letter().sender == "Diploc <hosting@desk.example>"
    reported(replace(stranger, came_to="elders@desk.example"), channel=Channel.EMAIL)
    assert "Diploc" not in letter().html


def test_a_brand_answers_at_its_own_address_under_its_own_face(client: Client) -> None:
    brand = people.brand()
    assert client.get("/sign-in/", HTTP_HOST=HOST).status_code == 400
    BrandHost.objects.create(brand=brand, host=HOST)
    for path in ("/", "/sign-in/", "/report/", "/help/", "/nowhere/"):
        page = client.get(path, HTTP_HOST=HOST, follow=True).content.decode()
        assert "Diploc" in page, path
        assert "/brand/0f6b5c.css" in page, path
        assert "Diploc" not in client.get(path, follow=True).content.decode(), path
    assert client.get("/sign-in/", HTTP_HOST="evil.example").status_code == 400


def test_who_reports_at_a_brands_address_hears_from_that_brand(client: Client) -> None:
    brand = people.brand()
    BrandHost.objects.create(brand=brand, host=HOST)
    form = client.get("/report/", HTTP_HOST=HOST)
    opened = re.search(r'name="opened" value="([^"]*)"', form.content.decode())
    sent = {
        "opened": opened[1] if opened else "",
        "name": "Wie",
        "email": "wie@elders.example",
        "kind": Kind.QUESTION,
        "subject": "Een vraag",
        "text": "Hoe werkt het?",
    }
    client.post("/report/", sent, HTTP_HOST=HOST)
    assert Ticket.objects.get().brand == brand
    assert "background: #0f6b5c" in letter().html


def test_a_form_at_a_brands_address_asks_what_its_agreement_knows(
    client: Client, dirk: Contact
) -> None:
    people.organisation()  # of another agreement, and of the house
    BrandHost.objects.create(brand=people.brand("Diploc", dirk.organisation), host=HOST)
    words = client.get("/report/").content.decode()
    own = client.get("/report/", HTTP_HOST=HOST).content.decode()
    assert 'value="hoog"' in words
    assert 'value="hoog"' not in own  # Diploc has no priorities
    client.post("/report/", {"whose": "1", "email": dirk.email}, HTTP_HOST=HOST)
    assert letter().to == dirk.email
    assert "background: #0f6b5c" in letter().html


def test_letters_lead_to_the_brands_own_address_once_a_manager_says_so(
    client: Client, manager: User, dirk: Contact
) -> None:
    brand = people.brand("Diploc", dirk.organisation)
    said = {"name": "Diploc", "hosts": f"{HOST}\n", "organisations": [dirk.organisation_id]}
    client.post(reverse("brand-reach", args=[brand.pk]), said)
    reported(dirk)
    assert f"//{HOST}" not in letter().text
    client.post(reverse("brand-reach", args=[brand.pk]), said | {"links_to_host": "on"})
    ticket = reported(dirk)
    assert f"//{HOST}" in letter().text
    assert f"/my/{ticket.reference}/" in letter().text


@pytest.mark.parametrize(
    ("said", "words_in_page"),
    [
        ({"hosts": "https://help.diploc.example/pad"}, "is geen hostnaam"),
        ({"hosts": "localhost"}, "localhost"),
        ({"hosts": "help.ander.example"}, "is al van Ander"),
        ({"links_to_host": "on"}, "geen adres"),
        ({"hosts": "\n".join(f"h{n}.diploc.example" for n in range(11))}, "meer dan 10"),
    ],
)
def test_what_is_no_host_name_is_refused_in_words(
    client: Client, manager: User, said: dict[str, str], words_in_page: str
) -> None:
    brand, other = people.brand(), people.brand("Ander")
    BrandHost.objects.create(brand=other, host="help.ander.example")
    answer = client.post(reverse("brand-reach", args=[brand.pk]), {"name": "Diploc"} | said)
    assert answer.status_code == 422
    assert words_in_page in answer.content.decode()
    assert not brand.hosts.exists()


def test_the_status_page_at_a_brands_address_shows_its_services_alone(
    dirk: Contact, settings: Settings, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    brand = people.brand("Diploc", dirk.organisation)
    BrandHost.objects.create(brand=brand, host=HOST)
    contract = dirk.organisation.contracts.get()
    own = Service.objects.create(agreement=contract.agreement, contract=contract, name="Winkel")
    other = Service.objects.create(agreement=people.agreement(), name="Platform")
    for service, name in ((own, "De winkel"), (other, "Het platform")):
        ShownService.objects.create(service=service, name=name, public=True, since=timezone.now())
    stored.write(now=timezone.now())
    page = Client().get("/status/", HTTP_HOST=HOST).content.decode()
    assert "De winkel" in page
    assert "Het platform" not in page
    assert "Diploc" in page
    whole = Client().get("/status/").content.decode()
    assert "De winkel" in whole
    assert "Het platform" in whole
    assert "/brand/0f6b5c.css" not in whole
    subscribing.ask("wie@elders.example", brand=brand.pk, now=timezone.now())
    assert Subscriber.objects.get().brand == brand
    assert "background: #0f6b5c" in letter().html


def test_an_invitation_and_a_link_are_in_the_brands_name(dirk: Contact) -> None:
    people.brand("Diploc", dirk.organisation)
    sign_in.write(dirk.user or User(), "sign_in_link", link="/in/x/", now=timezone.now())
    assert letter().subject == "Een link om in te loggen bij Diploc"
    assert "background: #0f6b5c" in letter().html


def test_a_letter_carries_the_logo_and_fetches_nothing(
    dirk: Contact, settings: Settings, tmp_path: Path
) -> None:
    settings.EMAIL_BACKEND = "support.mail.outbox.OutboxBackend"
    settings.VAR_DIR = tmp_path
    logo = logos.redrawn(people.picture())
    brand = people.brand(
        "Diploc B.V.",
        dirk.organisation,
        colour="#f2c200",
        logo=logo.data,
        logo_width=logo.width,
        logo_height=logo.height,
    )
    reported(dirk)
    html = letter().html
    assert 'alt="Diploc B.V."' in html
    assert "background: #f2c200; color: #1f1d1a" in html  # white would not be read on it
    assert not re.findall(r'(?:src|url)[=(]"?http', html)
    assert post.send_due(now=timezone.now()) == 1
    (path,) = (tmp_path / "outbox").glob("*.eml")
    mail = message_from_bytes(path.read_bytes(), policy=default)
    assert isinstance(mail, EmailMessage)
    (carried,) = (part for part in mail.walk() if part.get_content_maintype() == "image")
    assert carried["Content-ID"] == f"<logo.{brand.shown_id}>"
    assert f'src="cid:logo.{brand.shown_id}"' in html
    assert carried.get_payload(decode=True) == logo.data
    assert "Diploc B.V." in str(mail["From"])


def test_a_version_and_a_logo_that_nobody_was_shown_stay_inside(
    client: Client, manager: User
) -> None:
    brand = people.brand()
    logo = logos.redrawn(people.picture())
    draft = BrandFace.objects.create(
        brand=brand,
        number=2,
        name="Geheim",
        colour="#000000",
        logo=logo.data,
        logo_width=logo.width,
        logo_height=logo.height,
        at=timezone.now(),
    )
    address = reverse("brand-logo", args=[draft.pk])
    assert Client().get(address).status_code == 404
    assert client.get(address).status_code == 200
    with pytest.raises(IntegrityError), transaction.atomic():
        BrandFace.objects.filter(pk=draft.pk).update(name="Anders")


def test_staff_pages_show_the_house(client: Client, manager: User) -> None:
    house = Brand.objects.create(name="Huis", is_default=True)
    house.shown = BrandFace.objects.create(
        brand=house, number=1, name="Provider", colour="#7a1f5c", at=timezone.now()
    )
    house.save()
    page = client.get(reverse("queue")).content.decode()
    assert "Provider" not in page
    assert "/brand/7a1f5c.css" not in page


def test_the_widget_wears_the_colours_of_the_sites_customer(client: Client, dirk: Contact) -> None:
    people.brand("Diploc", dirk.organisation)
    for organisation, own in ((dirk.organisation, True), (None, False)):
        site = WidgetSite.objects.create(
            name="App", origins=["https://app.example"], organisation=organisation
        )
        said = client.get(
            reverse("widget", args=[site.key]), HTTP_ORIGIN="https://app.example"
        ).json()
        assert ("#0f6b5c" in said["colours"]) == own
        assert said["labels"]["title"] == (
            "Melding aan Diploc" if own else "Melding aan de helpdesk"
        )


def test_a_monthly_report_is_in_the_brands_name(dirk: Contact) -> None:
    people.brand("Diploc Hosting", dirk.organisation, footer="KvK 7", colour="#7a1f5c")
    agreement = dirk.organisation.contracts.get().agreement
    facts = agreement_facts(Scope(dirk.organisation, agreement, date(2026, 10, 1)))
    assert facts["brand"] == "Diploc Hosting"
    assert (facts["colour"], facts["lines"]) == ("#7a1f5c", ["KvK 7"])
    assert facts["provider"] == agreement.provider  # whom the contract names


def test_a_link_of_a_letter_leads_to_a_page_in_the_brands_name(dirk: Contact) -> None:
    people.brand("Diploc", dirk.organisation)
    ticket = reported(dirk)
    asked = opinions.choices(ticket)[0].url.replace(configured.ORIGIN.url, "")
    assert "Diploc" in Client().get(asked).content.decode()
    link = links.make_link(dirk.user or User(), now=timezone.now())
    assert "Diploc" in Client().get(link).content.decode()


def test_a_program_reads_which_brand_a_customer_meets(dirk: Contact) -> None:
    people.brand("Diploc", dirk.organisation)
    answer = program(people.agent()).get(f"/api/v1/organisations/{dirk.organisation_id}/")
    assert answer.json()["brand"] == "Diploc"


def test_mail_to_a_brands_own_address_is_ours_and_meets_that_brand(dirk: Contact) -> None:
    people.brand("Diploc", sender_address="hulp@diploc.example")
    assert addresses.ours(["Hulp@diploc.example"]) == {"hulp@diploc.example"}
    stranger = Reporter(name="Wie", email="wie@elders.example", came_to="hulp@diploc.example")
    reported(stranger, channel=Channel.EMAIL)
    assert letter().sender == "Diploc <hulp@diploc.example>"
