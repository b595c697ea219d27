"""Letters in words of the house: with their variables checked, and what is owed in each kept."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from support import desk
from support.brands.models import LetterText
from support.desk import letters
from support.faces import samples, wording
from support.faces.starts import STARTS
from support.faces.wording import Place
from support.mail import text_problems, texts
from support.mail.models import OutgoingMail
from support.who import Reporter
from tests import people
from tests.people import at, words
from tickets.models import Brand, Channel, Contact, Kind, Priority, Role, Ticket, User

pytestmark = pytest.mark.django_db

MONDAY = at("2026-11-23 10:00")
BODY = (
    "{{ aanhef }}\n\nOver “{{ ticket.onderwerp }}” hoort u van {{ aanbieder }}. Groet!\n\n"
    "{{ afspraken }}\n\nTot snel."
)
GOOD = {"subject": "Binnen: {{ ticket.nummer }}", "body": BODY, "seen": 0}


@pytest.fixture
def manager(client: Client) -> User:
    mila = people.agent("Mila", Role.MANAGER)
    client.force_login(mila)
    return mila


@pytest.fixture
def carla() -> Contact:
    return people.contact(people.organisation())


@pytest.fixture
def brand(carla: Contact) -> Brand:
    return people.brand("Dialoog", carla.organisation)


def reported(who: Contact | Reporter, **more: Any) -> Ticket:
    reporter = replace(people.reporter(who), proved=True) if isinstance(who, Contact) else who
    given: dict[str, Any] = {"subject": "Wit scherm", "kind": Kind.INCIDENT, "at": MONDAY}
    given |= {"channel": Channel.WEB, "priority": Priority.HIGH} | more
    return desk.open_ticket(reporter, words(), **given)


def letter() -> OutgoingMail:
    return OutgoingMail.objects.latest("pk")


def address(brand: Brand, name: str = "confirmation", language: str = "nl") -> str:
    return reverse("brand-text", args=[brand.pk, name, language])


def test_a_letter_says_what_a_manager_wrote_with_what_was_promised(
    client: Client, manager: User, carla: Contact, brand: Brand
) -> None:
    assert client.post(address(brand), GOOD).status_code == 302
    ticket = reported(carla)
    assert letter().subject == f"[{ticket.reference}] Binnen: {ticket.reference}"
    for said in (letter().text, letter().html):
        for word in ("Beste Carla,", "Over “Wit scherm” hoort u van Dialoog.", "Tot snel."):
            assert word in said
        assert "uiterlijk dinsdag 24 november 2026, 10:00" in said  # of sla.telling
        assert "030-7600290" in said  # a call matters
        assert "heeft nummer" not in said
        assert "{{" not in said
    assert letter().text.index("Groet!") < letter().text.index("BEL ONS")
    other = people.contact(people.organisation("Ander"), "Otto")
    reported(other)
    assert "Tot snel." not in letter().text


def test_another_language_keeps_its_own_words(
    client: Client, manager: User, carla: Contact, brand: Brand
) -> None:
    client.post(address(brand), GOOD)
    carla.user = User.objects.create_user(carla.email, name="Carla", language="en")
    carla.save()
    reported(carla)
    assert "Tot snel." not in letter().text
    assert "PLEASE PHONE US NOW" in letter().text


def test_what_a_stranger_typed_stays_out_and_so_does_its_sentence(
    client: Client, manager: User, carla: Contact, brand: Brand
) -> None:
    client.post(address(brand), GOOD | {"subject": "Over {{ ticket.onderwerp }}"})
    reported(
        Reporter(name="Win!", email=carla.email, contact=carla), subject="https://kwaad.example"
    )
    for part in (letter().subject, letter().text, letter().html):
        assert "kwaad" not in part
        assert "Over “" not in part
    assert "Groet!" in letter().text
    assert "Hebt u niets gemeld?" in letter().text


def test_words_of_a_ticket_are_never_read_as_variables_or_html(
    client: Client, manager: User, carla: Contact, brand: Brand
) -> None:
    client.post(
        address(brand), GOOD | {"body": "<b>Dag</b> {{ ticket.onderwerp }}\n{{ afspraken }}"}
    )
    reported(carla, subject="{{ klant.naam }} <script>alert(1)</script> {% now %}")
    assert "{{ klant.naam }}" in letter().text
    assert "<script" not in letter().html
    assert "&lt;b&gt;Dag&lt;/b&gt;" in letter().html


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"body": f"Hallo {{{{ klant.nam }}}}\n{BODY}"}, "Regel 1, teken 7"),
        ({"body": f"Hallo {{{{ klant.nam }}}}\n{BODY}"}, "{{ klant.naam }}?"),
        ({"body": f"{BODY}\n{{% load ui %}}"}, "{%"),
        ({"body": f"{BODY}\n{{{{ ticket.__class__ }}}}"}, "ticket.__class__"),
        ({"body": f"{BODY}\n{{{{ user.password }}}}"}, "user.password"),
        ({"body": f"{BODY}\n{{{{ klant.naam|safe }}}}"}, "alleen"),
        ({"body": "Bedankt voor uw melding."}, "{{ afspraken }}"),
        ({"body": "Zie {{ afspraken }} hieronder"}, "eigen regel"),
        ({"body": f"{BODY}\n{{{{ afspraken }}}}"}, "meer dan één keer"),
        ({"body": f"{BODY}\nWij reageren binnen 2 uur."}, "binnen 2 uur"),
        ({"subject": "Antwoord uiterlijk in 1 werkdag"}, "uiterlijk in 1 werkdag"),
        ({"subject": "Over {{ afspraken }}"}, "{{ afspraken }}"),
        ({"subject": ""}, "verplicht"),
        ({"body": BODY + "x" * 8001}, "8000"),
        ({"ticket": "WD-99999999"}, "WD-99999999"),
    ],
)
def test_what_cannot_stay_is_said_with_its_place_and_nothing_is_lost(
    client: Client, manager: User, brand: Brand, changed: dict[str, str], said: str
) -> None:
    from html import unescape

    answer = client.post(address(brand), GOOD | changed)
    assert answer.status_code == 422
    page = unescape(answer.content.decode())
    assert said in page
    for typed in (GOOD | changed).values():
        assert str(typed) in page
    assert not LetterText.objects.exists()


def test_a_text_is_looked_at_with_a_real_ticket_and_sent_to_oneself_before_it_is_kept(
    client: Client, manager: User, carla: Contact, brand: Brand
) -> None:
    ticket = reported(carla)
    before = OutgoingMail.objects.count()
    page = client.post(address(brand), GOOD | {"look": "1", "ticket": ticket.reference})
    assert f"Binnen: {ticket.reference}" in page.content.decode()
    key = page.context["look"]
    for scheme in ("light", "dark"):
        look = client.get(reverse("brand-look", args=[key, scheme]))
        assert "Over “Wit scherm” hoort u" in look.content.decode()
        assert "script" not in look["Content-Security-Policy"]
    other = Client()
    other.force_login(people.agent("Otto", Role.MANAGER))
    assert other.get(reverse("brand-look", args=[key, "light"])).status_code == 404
    assert OutgoingMail.objects.count() == before
    client.post(address(brand), GOOD | {"try": "1", "ticket": ticket.reference})
    assert (letter().to, letter().ticket) == (manager.email, None)
    assert letter().subject.startswith("Proef: ")
    assert not LetterText.objects.exists()


def test_an_earlier_text_and_ours_come_back_with_one_click(
    client: Client, manager: User, carla: Contact, brand: Brand
) -> None:
    client.post(address(brand), GOOD)
    client.post(address(brand), GOOD | {"body": BODY.replace("Tot snel", "Later"), "seen": 1})
    reported(carla)
    assert "Later." in letter().text
    back = [brand.pk, "confirmation", "nl"]
    client.post(reverse("brand-text-restore", args=[*back, 1]))
    reported(carla)
    assert "Tot snel." in letter().text
    client.post(reverse("brand-text-restore", args=[*back, 0]))
    reported(carla)
    assert "Tot snel." not in letter().text
    assert "Het nummer is" in letter().text
    page = client.get(address(brand)).content.decode()
    assert "Later" in page
    assert LetterText.objects.count() == 4
    with pytest.raises(IntegrityError), transaction.atomic():
        LetterText.objects.update(body="weg")


def test_what_another_kept_meanwhile_is_not_overwritten(
    client: Client, manager: User, brand: Brand
) -> None:
    client.post(address(brand), GOOD)
    answer = client.post(address(brand), GOOD | {"body": BODY + " Mijn zin."})
    assert answer.status_code == 422
    assert "Mijn zin." in answer.content.decode()
    assert 'name="seen" value="1"' in answer.content.decode()


@pytest.mark.parametrize("name", list(texts.KNOWN))
@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_letter_begins_with_words_that_may_stay_and_can_be_looked_at(
    name: str, language: str, manager: User, carla: Contact, brand: Brand
) -> None:
    known = texts.KNOWN[name]
    place = Place(brand, name, language)
    with override(language):
        assert text_problems.problems(name, *place.begin()) == {}
        assert str(known.label)
    for ticket in (reported(carla), None):
        made = wording.tried(place, *place.begin(), ticket, by=manager)
        assert made.subject
        assert "{{" not in made.subject + made.text + made.html
        if known.owed:
            with override(language):
                context = samples.context_of(name, ticket, wording.shown_as(brand), by=manager)
                owed = texts.owed(name, context)
            assert owed.text.split()[0] in made.text
    assert set(STARTS) == set(texts.KNOWN)


def test_an_answer_keeps_what_the_colleague_wrote(
    client: Client, manager: User, carla: Contact, brand: Brand
) -> None:
    client.post(
        address(brand, "reply"),
        {"subject": "{{ ticket.onderwerp }}", "body": "Dag!\n\n{{ antwoord }}\n\nDoei", "seen": 0},
    )
    ticket = reported(carla)
    desk.reply(ticket, words("Het is verholpen."), actor=people.agent())
    assert "Dag!\n\nHet is verholpen.\n\nAlice\nSupport\n\nDoei" in letter().text
    assert letter().subject == f"[{ticket.reference}] Wit scherm"
    letters.say_by_itself(ticket, "Nog bezig.", at=timezone.now())
    assert "Dag!" not in letter().text
