"""Letters to customers: true for whoever gets them, in one look, without a stranger's words."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings as configured
from django.urls import reverse
from django.utils import timezone

from sla import changes
from sla.models import Contract
from sla.sweep import sweep
from support import desk
from support.desk import changed, gathering, letters
from support.mail.models import OutgoingMail
from support.notifications import alerts
from support.who import Reporter
from tests import people
from tests.people import at, words
from tickets.models import Channel, Contact, Kind, Priority, Ticket, User

pytestmark = pytest.mark.django_db

MONDAY, SUNDAY = at("2026-11-23 10:00"), at("2026-11-22 11:00")
FRAUD = "Win een prijs: https://kwaad.example"


@pytest.fixture
def carla() -> Contact:
    return people.contact(people.organisation())


@pytest.fixture
def alice() -> User:
    return people.agent()


def account(person: Contact, language: str = "nl") -> Contact:
    person.user = User.objects.create_user(person.email, name=person.name, language=language)
    person.save()
    return person


def opened(who: Contact | Reporter, **more: Any) -> Ticket:
    """A report in writing by somebody proved, unless said otherwise; at 10:00 on a Monday."""
    reporter = replace(people.reporter(who), proved=True) if isinstance(who, Contact) else who
    given: dict[str, Any] = {
        "subject": "Wit scherm",
        "kind": Kind.INCIDENT,
        "channel": Channel.WEB,
        "priority": Priority.HIGH,
        "at": MONDAY,
    }
    return desk.open_ticket(reporter, words(), **(given | more))


def letter() -> OutgoingMail:
    """The last one."""
    return OutgoingMail.objects.latest("pk")


def tell(when: datetime = MONDAY) -> int:
    """Write the letters about changes of a while ago."""
    return changed.tell(now=when + changed.PATIENCE)


def seen(html: str) -> str:
    """What is read of a letter's HTML, on one line."""
    body = html.partition("<body")[2]
    return " ".join(re.sub(r"<[^>]*>", " ", body).split())


def test_an_answered_call_is_confirmed_as_answered_and_asks_for_no_call(carla: Contact) -> None:
    opened(carla, channel=Channel.PHONE, answered=True, actor=people.agent())
    for text in (letter().text, seen(letter().html)):
        assert "Reactie: gegeven op maandag 23 november 2026, 10:00" in text
        assert "Oplossing: uiterlijk dinsdag 24 november 2026, 10:00" in text
        assert "Bel ons" not in text
        assert "uiterlijk maandag 23 november" not in text


@pytest.mark.parametrize(
    ("when", "title"), [(MONDAY, "BEL ONS NU"), (SUNDAY, "BEL ONS MAANDAG VANAF 09:00")]
)
def test_who_may_phone_is_asked_to_when_somebody_answers(
    carla: Contact, when: Any, title: str
) -> None:
    opened(carla, at=when)
    assert title in letter().text
    assert "030-7600290" in letter().text
    assert title.lower() in seen(letter().html).lower()


def test_who_may_not_phone_is_never_told_to(carla: Contact) -> None:
    bob = people.contact(carla.organisation, "Bob", may_phone=False)
    for channel in (Channel.WEB, Channel.PHONE):
        opened(bob, channel=channel, actor=people.agent(channel))
        for text in (letter().text, seen(letter().html)):
            assert "ons bellen" in text.lower()
            assert "Dat mogen: Carla." in text
            assert "Bel ons" not in text
            assert "zodra u belt" not in text


def test_under_another_agreement_its_own_times_are_told(carla: Contact) -> None:
    dirk = people.contact(people.organisation("Winkel", "diploc"), "Dirk")
    opened(dirk)
    assert "Reactie: uiterlijk maandag 23 november 2026, 14:00 (Support)" in letter().text
    for word in ("Bijlage", "4.D", "030", "Dialog", "bindend"):
        assert word not in letter().text + letter().html


def test_the_letter_is_in_the_language_of_who_reads(carla: Contact) -> None:
    opened(account(carla, "en"))
    assert "PLEASE PHONE US NOW" in letter().text
    assert '<html lang="en"' in letter().html
    assert "Solution: at the latest Tuesday 24 November 2026, 10:00" in letter().text


def test_no_words_of_a_stranger_reach_an_address_that_is_not_proved(carla: Contact) -> None:
    for email in (carla.email, "wie@elders.example"):
        contact = carla if email == carla.email else None
        stranger = Reporter(name=FRAUD, email=email, contact=contact)
        ticket = opened(stranger, subject=FRAUD, priority=Priority.MEDIUM)
        desk.prioritise(ticket, priority=Priority.HIGH, reason="Erger", actor=None)
        assert tell(timezone.now()) == 1
        letters.say_by_itself(ticket, "Nog bezig.", at=timezone.now())
        other = opened(stranger, subject="Nog eens", priority=Priority.LOW)
        gathering.merge(ticket, into=other, actor=people.agent(f"A{ticket.pk}"))
    assert OutgoingMail.objects.count() == 10
    for mail in OutgoingMail.objects.all():
        for part in (mail.subject, mail.text, mail.html):
            assert "prijs" not in part
            assert "kwaad.example" not in part


def test_a_contact_is_greeted_by_the_name_that_we_know(carla: Contact) -> None:
    opened(Reporter(name=FRAUD, email=carla.email, contact=carla))
    assert letter().text.startswith("Beste Carla,")
    assert "Hebt u niets gemeld?" in letter().text
    opened(carla)
    assert "Wit scherm" in letter().subject
    assert "Hebt u niets gemeld?" not in letter().text


def test_a_letter_names_the_fixed_contact_and_leads_to_the_report(carla: Contact) -> None:
    ticket = opened(carla)
    assert "/my/" not in letter().text + letter().html  # there is no account to see it with
    carla.organisation.fixed_contact = people.agent("Noor")
    carla.organisation.save()
    ticket = opened(account(carla))
    address = configured.ORIGIN.url + reverse("my-ticket", args=[ticket.reference])
    assert address in letter().text
    assert f'href="{address}"' in letter().html
    for text in (letter().text, seen(letter().html)):
        assert "Uw vaste contactpersoon bij ons is Noor." in text


def test_another_priority_is_told_with_what_it_does_to_the_times(
    carla: Contact, alice: User
) -> None:
    people.releases("2026-12-09 07:00")
    ticket = opened(carla, priority=Priority.MEDIUM)
    desk.prioritise(
        ticket, priority=Priority.HIGH, reason="Geen leerling kan erin", actor=alice, at=MONDAY
    )
    assert tell() == 1
    assert "Wat u van ons mag verwachten, is veranderd: Wit scherm" in letter().subject
    for text in (letter().text, seen(letter().html)):
        assert "De prioriteit is nu Hoog; die was Middel." in text
        assert "Oplossing" in text
        assert "uiterlijk dinsdag 24 november 2026, 10:00" in text
        assert "Het was: uiterlijk woensdag 9 december 2026, 07:00" in text
        assert "De reden: Geen leerling kan erin" in text
    assert "BEL ONS NU" not in letter().text  # that a call matters they had been told
    assert letter().automatic


def test_the_phone_rule_is_told_where_it_begins_to_matter(carla: Contact, alice: User) -> None:
    ticket = opened(carla, kind=Kind.QUESTION, priority="")
    assert "BEL ONS" not in letter().text
    desk.classify(ticket, kind=Kind.INCIDENT, actor=alice, at=MONDAY)
    tell()
    assert "BEL ONS" not in letter().text
    assert "Wij behandelen de melding als “Storing”" in letter().text
    desk.prioritise(ticket, priority=Priority.HIGH, reason="Erg", actor=alice, at=SUNDAY_AFTER)
    tell(SUNDAY_AFTER)
    assert "De prioriteit is Hoog." in letter().text
    assert "BEL ONS MAANDAG VANAF 09:00" in letter().text
    assert "(4.D)" in letter().text


def test_the_reason_told_is_that_of_the_priority_it_ends_with(carla: Contact, alice: User) -> None:
    ticket = opened(carla, priority=Priority.MEDIUM)
    desk.prioritise(ticket, priority=Priority.HIGH, reason="Vergissing", actor=alice, at=MONDAY)
    desk.prioritise(ticket, priority=Priority.LOW, reason="Een omweg", actor=alice, at=MONDAY)
    tell()
    assert "De reden: Een omweg" in letter().text
    assert "Vergissing" not in letter().text
    desk.classify(ticket, kind=Kind.QUESTION, actor=alice, at=SUNDAY_AFTER)
    tell(SUNDAY_AFTER)
    assert "De reden" not in letter().text


SUNDAY_AFTER = at("2026-11-29 12:00")


def test_a_change_of_kind_that_ends_a_promise_says_so_in_english_too(
    carla: Contact, alice: User
) -> None:
    ticket = opened(account(carla, "en"), kind=Kind.SETTING, priority="")
    desk.classify(ticket, kind=Kind.WISH, actor=alice, at=MONDAY)
    tell()
    text = letter().text
    assert "We treat it as “Wish”; it came in as “Setting”." in text
    assert "Reaction: no longer promised" in text
    assert "It was: at the latest Tuesday 24 November 2026, 10:00" in text


def test_what_is_done_in_one_go_is_told_once(carla: Contact, alice: User) -> None:
    ticket = opened(carla, kind=Kind.QUESTION, priority="")
    before = OutgoingMail.objects.count()
    desk.classify(ticket, kind=Kind.INCIDENT, actor=alice, at=MONDAY)
    desk.prioritise(ticket, priority=Priority.HIGH, reason="Erg", actor=alice, at=MONDAY)
    assert changed.tell(now=MONDAY) == 0
    assert (tell(), OutgoingMail.objects.count()) == (1, before + 1)
    both = "zij kwam binnen als “Vraag”. De prioriteit is Hoog."
    assert both in letter().text
    assert both in seen(letter().html)
    assert "BEL ONS NU" in letter().text
    assert tell() == 0


def test_what_is_undone_is_not_told(carla: Contact, alice: User) -> None:
    ticket = opened(carla, kind=Kind.QUESTION)
    before = OutgoingMail.objects.count()
    for kind in (Kind.WISH, Kind.QUESTION):
        desk.classify(ticket, kind=kind, actor=alice, at=MONDAY)
    assert (tell(), OutgoingMail.objects.count()) == (0, before)


@pytest.mark.parametrize("silent", ["same", "declined", "no address", "monitor"])
def test_nothing_is_told_where_nothing_changes_or_nobody_reads(
    carla: Contact, alice: User, silent: str
) -> None:
    who: Contact | Reporter = Reporter(name="Wie") if silent == "no address" else carla
    channel = Channel.MONITOR if silent == "monitor" else Channel.WEB
    ticket = opened(who, channel=channel)
    if silent == "declined":
        desk.decline(ticket, words("Geen storing."), actor=alice, at=MONDAY)
    before = OutgoingMail.objects.count()
    priority = Priority.HIGH if silent == "same" else Priority.LOW
    desk.prioritise(ticket, priority=priority, reason="Zo is het", actor=alice, at=MONDAY)
    assert tell() == 0
    assert OutgoingMail.objects.count() == before


def test_a_waiver_takes_the_call_out_of_the_letter(carla: Contact) -> None:
    Contract.objects.update(waived_from=MONDAY.date(), waiver_reason="Zo afgesproken")
    opened(carla)
    assert "030-7600290" not in letter().text
    assert "Reactie: direct (" in letter().text


def test_a_date_that_moved_is_told_as_the_confirmation_told_it(carla: Contact) -> None:
    (release,) = people.releases("2026-12-07 07:00")
    opened(
        carla,
        priority=Priority.MEDIUM,
        channel=Channel.PHONE,
        answered=True,
        actor=people.agent(),
    )
    assert "uiterlijk maandag 7 december 2026, 07:00" in letter().text
    moved = MONDAY + timedelta(hours=1)
    changes.move_release(release, to=at("2026-12-14 07:00"), now=moved)
    sweep(now=moved)
    alerts.tell(later=letters.tell_moved, now=moved)
    mail = OutgoingMail.objects.get(subject__contains="De datum is gewijzigd")
    for text in (mail.text, seen(mail.html)):
        assert "Het was: maandag 7 december 2026, 07:00" in text
        assert "Het is nu: maandag 14 december 2026, 07:00" in text


def test_every_letter_has_a_language_a_viewport_and_both_schemes(
    carla: Contact, alice: User
) -> None:
    ticket = opened(account(carla))
    desk.reply(ticket, words("Wij kijken."), actor=alice)
    desk.prioritise(ticket, priority=Priority.LOW, reason="Valt mee", actor=alice)
    tell(timezone.now())
    letters.say_by_itself(ticket, "Nog bezig.", at=timezone.now())
    assert OutgoingMail.objects.count() == 4
    for mail in OutgoingMail.objects.all():
        assert '<html lang="nl"' in mail.html
        assert '<meta name="viewport"' in mail.html
        assert "prefers-color-scheme: dark" in mail.html
        assert "Volg deze melding" in seen(mail.html)
        assert "{{" not in mail.text + mail.html
        assert "\n\n\n" not in mail.text
