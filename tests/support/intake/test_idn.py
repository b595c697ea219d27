"""An address whose domain has letters beyond ASCII is the same in both of its forms."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from support import desk
from support import who as known
from support.customers.importing import SAME, carry_out, plan
from support.customers.table import TableLine
from support.intake import email
from support.mail.models import OutgoingMail
from support.widget.models import WidgetSite
from tests import people
from tests.people import at, words
from tickets.addresses import bare_address, domain_in_ascii
from tickets.models import Contact, ContactAddress, EmailDomain, Ticket, User

pytestmark = pytest.mark.django_db
READ, KEPT = "jan@café.example", "jan@xn--caf-dma.example"
FORMS = [READ, KEPT, "Jan@CAFÉ.Example", "jan@XN--CAF-DMA.example"]


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Café.Example", "xn--caf-dma.example"),
        ("cafe\u0301.example", "xn--caf-dma.example"),  # the accent apart, as a Mac writes it
        ("straße.example", "xn--strae-oqa.example"),  # not strasse.example, which is another's
        ("school.example.", "school.example"),
        ("-\u2665.", "-\u2665"),
    ],
)
def test_a_domain_has_one_form(written: str, kept: str) -> None:
    assert domain_in_ascii(written) == kept


def test_what_stands_before_the_at_sign_stays_as_it_is() -> None:
    assert bare_address(" Zoë@Café.example ") == "zoë@xn--caf-dma.example"


@pytest.mark.parametrize("form", FORMS)
def test_a_contact_is_known_in_both_forms(form: str) -> None:
    house = people.organisation()
    for number, told in enumerate((READ, KEPT)):
        contact = Contact.objects.create(organisation=house, name=f"Jan {number}")
        kept = ContactAddress(contact=contact, email=told)
        kept.clean()
        kept.save()
        assert (kept.email, known.by_address(form).contact) == (KEPT, contact)
        contact.delete()


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("told", ["café.example", "xn--caf-dma.example"])
def test_an_organisation_is_known_by_its_domain_in_both_forms(form: str, told: str) -> None:
    house = people.organisation()
    domain = EmailDomain(organisation=house, domain=told)
    domain.full_clean()
    domain.save()
    assert known.by_address(form).organisation == house
    with pytest.raises(ValidationError):
        EmailDomain(organisation=house, domain="CAFÉ.example").full_clean()


@pytest.mark.parametrize("form", FORMS)
def test_mail_in_either_form_is_of_the_same_contact_and_answered_there(form: str) -> None:
    contact = people.contact(people.organisation())
    ContactAddress.objects.create(contact=contact, email=READ)
    raw = (
        f"From: Jan <{form}>\nTo: desk@mail.example\nSubject: Kapot\nMessage-ID: <1@a.b>\n\nHelp\n"
    )
    email.receive(raw.encode(), now=at("2026-05-18 10:00"))
    ticket = Ticket.objects.get()
    assert (ticket.contact, ticket.reporter_email) == (contact, KEPT)
    desk.reply(ticket, words("Opgelost."), actor=people.agent(), at=at("2026-05-18 11:00"))
    assert OutgoingMail.objects.latest("pk").to == KEPT


@pytest.mark.parametrize("form", FORMS)
def test_an_account_signs_in_with_both_forms(form: str) -> None:
    User.objects.create_user(READ, "een lang wachtwoord", name="Jan")
    answer = Client().post("/sign-in/", {"login": form, "password": "een lang wachtwoord"})
    assert answer.status_code == 302


@pytest.mark.parametrize("origin", ["https://café.example", "https://XN--CAF-DMA.example:443"])
def test_the_widget_stands_at_an_origin_in_both_forms(origin: str) -> None:
    site = WidgetSite(name="App", origins=[origin])
    site.clean()
    assert site.allows("https://xn--caf-dma.example")
    assert not site.allows("https://cafe.example")


def test_an_import_knows_both_forms_as_one() -> None:
    people.organisation("Hanze")
    told = {"organisatie": "Hanze", "naam": "Jan"}
    houses = [TableLine(2, {"naam": "Hanze", "domeinen": "Café.example"})]
    carry_out(plan(houses))
    assert EmailDomain.objects.get().domain == "xn--caf-dma.example"
    carry_out(plan([TableLine(2, told | {"e-mail": READ})]))
    assert ContactAddress.objects.get().email == KEPT
    for form in FORMS:
        assert [line.state for line in plan([TableLine(2, told | {"e-mail": form})]).lines] == [
            SAME
        ]
    houses[0].cells["domeinen"] = "xn--caf-dma.example"
    assert [line.state for line in plan(houses).lines] == [SAME]
