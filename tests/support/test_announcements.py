"""Announcements: to whom they go, once, in house hours; who reads them; what can't change."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from sla import editions, rates
from sla.models import Contract
from support.agreements import letters as edition_letters
from support.announcements import reading, sending, writing
from support.announcements.models import Announcement, AnnouncementLetter, NewsLeft, State
from support.contracts import letters as contract_letters
from support.customers import merging
from support.mail import post
from support.mail.models import OutgoingMail
from tests import people
from tests.api.programs import account, program
from tests.at_once import together
from tests.people import at
from tickets.models import Contact, ContactAddress, Role, User

pytestmark = pytest.mark.django_db

FRIDAY = at("2026-11-20 12:00")
SATURDAY = at("2026-11-21 12:00")
MONDAY = at("2026-11-23 09:00")
MINUTE = timedelta(minutes=1)
NEWS: dict[str, Any] = {
    "title_nl": "Wij verhuizen",
    "body_nl": "Per **1 januari**. Zie [ons adres](/help/) & <b>meer</b>.",
    "title_en": "We move",
    "body_en": "On **1 January**.",
}


@pytest.fixture
def mila() -> User:
    return people.agent("Mila", Role.MANAGER)


@pytest.fixture
def carla() -> Contact:
    """Of a school, with an account, and a colleague without."""
    person = people.contact(people.organisation("School"), "Carla")
    account(person)
    people.contact(person.organisation, "Bas")
    return person


def draft(by: User, **said: Any) -> Announcement:
    return Announcement.objects.create(written_by=by, changed_at=FRIDAY, **(NEWS | said))


def sent(by: User, *, now: datetime = FRIDAY, **said: Any) -> Announcement:
    found = draft(by, **said)
    writing.plan(found.pk, at=now, seen=found.version, by=by, now=now)
    sending.tell(now=now)
    return Announcement.objects.get(pk=found.pk)


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def path_in(text: str, name: str) -> str:
    found = re.search(rf"{settings.ORIGIN.url}(/announcements/{name}/\S+)", text)
    assert found, text
    return found[1]


def test_everybody_with_a_contract_gets_it_once_in_their_own_language(
    mila: User, carla: Contact
) -> None:
    assert carla.user
    carla.user.language = "en"
    carla.user.save()
    gone = people.contact(people.organisation("Vertrokken"), "Gijs")
    Contract.objects.filter(organisation=gone.organisation).update(ends_on=date(2026, 1, 1))
    left = people.contact(carla.organisation, "Lies")
    User.objects.filter(pk=account(left).pk).update(is_active=False)
    mute = people.contact(carla.organisation, "Stille")
    ContactAddress.objects.filter(contact=mute).delete()
    it = sent(mila)
    assert it.state == State.SENT
    assert sending.tell(now=FRIDAY + MINUTE) == 0
    mails = {mail.to: mail for mail in OutgoingMail.objects.all()}
    assert set(mails) == {"carla@school.example", "bas@school.example"}
    english, dutch = mails["carla@school.example"], mails["bas@school.example"]
    assert (english.subject, dutch.subject) == ("We move", "Wij verhuizen")
    assert "<strong>1 januari</strong>" in dutch.html
    assert f'<a href="{settings.ORIGIN.url}/help/"' in dutch.html
    assert "<b>meer</b>" not in dutch.html
    assert "Per 1 januari" in dutch.text
    assert f"- ons adres: {settings.ORIGIN.url}/help/" in dutch.text
    assert it.letters.get(contact=mute).unmailed == "no-address"
    assert it.letters.count() == 3


def test_it_goes_to_an_agreement_or_to_one_organisation(mila: User, carla: Contact) -> None:
    dirk = people.contact(people.organisation("Winkel", "diploc"), "Dirk")
    hosting = sent(mila, whom="agreement", agreement=people.agreement("diploc"))
    assert [each.contact for each in hosting.letters.all()] == [dirk]
    one = sent(mila, whom="organisation", organisation=carla.organisation)
    assert {each.contact.name for each in one.letters.all()} == {"Carla", "Bas"}


def test_outside_the_hours_of_the_house_it_waits_until_they_begin(
    mila: User, carla: Contact
) -> None:
    it = draft(mila)
    planned = writing.plan(it.pk, at=SATURDAY, seen=1, by=mila, now=FRIDAY)
    assert planned.send_at == MONDAY
    assert sending.tell(now=MONDAY - MINUTE) == 0
    assert sending.tell(now=MONDAY) == 2


def test_two_senders_and_a_crash_half_way_write_each_letter_once(
    mila: User, carla: Contact, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(7):
        people.contact(carla.organisation, f"Mens{number}")
    it = draft(mila)
    writing.plan(it.pk, at=FRIDAY, seen=1, by=mila, now=FRIDAY)
    monkeypatch.setattr(sending, "BATCH", 3)
    real, written = sending.letters.write, []

    def breaks(*args: Any, **kwargs: Any) -> OutgoingMail:
        written.append(1)
        if len(written) == 5:
            raise RuntimeError("the lights go out")
        return real(*args, **kwargs)

    monkeypatch.setattr(sending.letters, "write", breaks)
    with pytest.raises(RuntimeError):
        sending.tell(now=FRIDAY)
    it.refresh_from_db()
    assert it.state == State.GOING
    assert OutgoingMail.objects.count() == 3
    monkeypatch.setattr(sending.letters, "write", real)
    sending.tell(now=FRIDAY + MINUTE)
    to = list(OutgoingMail.objects.values_list("to", flat=True))
    assert len(to) == len(set(to)) == 9


def test_who_leaves_while_it_goes_out_gets_no_letter_any_more(
    mila: User, carla: Contact, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "A_MINUTE", 1)
    it = sent(mila)
    (waiting,) = it.letters.to_write()
    NewsLeft.objects.create(contact=waiting.contact)
    sending.tell(now=FRIDAY + 2 * MINUTE)
    waiting.refresh_from_db()
    assert (waiting.unmailed, waiting.mail) == ("left", None)
    assert OutgoingMail.objects.count() == 1
    it.refresh_from_db()
    assert it.state == State.SENT


def test_no_more_go_a_minute_than_the_outbox_sends_beside_other_mail(
    mila: User, carla: Contact, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        people.contact(carla.organisation, f"Mens{number}")
    monkeypatch.setattr(sending, "A_MINUTE", 4)
    it = sent(mila)
    assert (it.state, OutgoingMail.objects.count()) == (State.GOING, 4)
    assert sending.tell(now=FRIDAY + MINUTE / 2) == 0
    assert sending.tell(now=FRIDAY + MINUTE * 1.01) == 2
    it.refresh_from_db()
    assert it.state == State.SENT


def test_what_went_never_changes_and_a_correction_is_another_one(
    mila: User, carla: Contact
) -> None:
    it = sent(mila)
    for change in ({"body_nl": "Anders"}, {"send_at": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Announcement.objects.filter(pk=it.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        Announcement.objects.filter(pk=it.pk).delete()
    for do in (lambda: writing.hold(it.pk), lambda: writing.drop(it.pk)):
        with pytest.raises(writing.Refused):
            do()
    desk = browser(mila)
    page = desk.get(f"{reverse('announcement-new')}?corrects={it.pk}")
    assert "Wij verhuizen" in page.content.decode()
    with time_machine.travel(FRIDAY, tick=False):
        sent(mila, corrects=it, title_nl="Wij verhuizen niet")
    assert carla.user
    said = browser(carla.user).get(reverse("announcement", args=[it.pk])).content.decode()
    assert "Later rechtgezet" in said
    assert "Wij verhuizen niet" in said


def test_it_is_read_in_the_portal_or_by_the_button_and_never_by_opening_a_link(
    mila: User, carla: Contact
) -> None:
    it = sent(mila)
    bas = it.letters.get(contact__name="Bas")
    assert bas.mail
    assert carla.user
    portal = browser(carla.user)
    page = reverse("announcement", args=[it.pk])
    assert page in portal.get(reverse("my-tickets")).content.decode()
    portal.get(page)
    assert page not in portal.get(reverse("my-tickets")).content.decode()
    link = path_in(bas.mail.text, "read")
    assert Client().get(link).status_code == 200
    assert it.letters.unread().get() == bas
    assert "Dank u" in Client().post(link).content.decode()
    assert not it.letters.unread().exists()
    assert Client().get(link + "x").status_code == 404
    shown = browser(people.agent("Lena", Role.LEAD)).get(reverse("announcement-desk", args=[it.pk]))
    assert "2 hebben het gelezen" in shown.content.decode()


def test_nobody_reads_what_went_to_others(mila: User, carla: Contact) -> None:
    dirk = people.contact(people.organisation("Winkel", "diploc"), "Dirk")
    it = sent(mila, whom="organisation", organisation=carla.organisation)
    user = account(dirk)
    assert browser(user).get(reverse("announcement", args=[it.pk])).status_code == 404
    assert program(user).get("/api/v1/announcements/").json()["results"] == []
    assert program(user).get(f"/api/v1/announcements/{it.pk}/").status_code == 404
    assert carla.user
    (mine,) = program(carla.user).get("/api/v1/announcements/").json()["results"]
    assert (mine["title_nl"], mine["readers"]) == ("Wij verhuizen", None)
    assert program(people.agent("Ans")).get("/api/v1/announcements/").json()["results"] == []
    known = program(mila).get(f"/api/v1/announcements/{it.pk}/").json()
    assert known["readers"] == {"people": 2, "read": 0, "came_back": 0}
    draft(mila)
    assert len(program(carla.user).get("/api/v1/announcements/").json()["results"]) == 1


def test_news_ends_at_one_click_and_what_is_owed_still_comes(mila: User, carla: Contact) -> None:
    it = sent(mila)
    bas = it.letters.get(contact__name="Bas")
    assert bas.mail
    headers = post._message(bas.mail).extra_headers
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = headers["List-Unsubscribe"].strip("<>").removeprefix(settings.ORIGIN.url)
    assert Client().get(link).status_code == 200
    assert not NewsLeft.objects.exists()
    told = Client(enforce_csrf_checks=True).post(link, {"List-Unsubscribe": "One-Click"})
    assert told.status_code == 200
    assert NewsLeft.objects.get().contact == bas.contact
    again = sent(mila, title_nl="Nog meer")
    assert again.letters.get(contact=bas.contact).unmailed == "left"
    assert Client().post(link[:-3] + "/").status_code == 404
    assert carla.user
    portal = browser(carla.user)
    portal.post(reverse("announcements-mailed"), {"mail": "off"})
    assert NewsLeft.objects.filter(contact=carla).exists()
    portal.post(reverse("announcements-mailed"), {"mail": "on"})
    assert not NewsLeft.objects.filter(contact=carla).exists()


def test_a_change_of_rates_says_what_was_agreed_and_cannot_be_left(mila: User) -> None:
    dirk = people.contact(people.organisation("Winkel", "diploc"), "Dirk")
    other = people.contact(people.organisation("Ander", "diploc"), "Olga")
    NewsLeft.objects.create(contact=dirk)
    contract = dirk.organisation.contracts.get()
    for fee, day in ((100, date(2025, 1, 1)), (120, date(2027, 1, 1))):
        rates.announce(contract, Decimal(fee), day, now=FRIDAY, today=FRIDAY.date())
    first = other.organisation.contracts.get()
    rates.announce(first, Decimal(90), date(2027, 1, 1), now=FRIDAY, today=FRIDAY.date())
    desk = browser(mila)
    with time_machine.travel(FRIDAY, tick=False):
        about = f"rates-{contract.agreement_id}-2027-01-01"
        made = desk.post(
            reverse("announcement-new"), NEWS | {"about": about, "whom": "everybody", "seen": "0"}
        )
        assert made.status_code == 302, made.content.decode()
        it = Announcement.objects.get()
        plan = reverse("announcement-plan", args=[it.pk])
        assert (
            "aankondigingen van deze wijziging"
            in desk.post(plan, {"seen": it.version}).content.decode()
        )
        contract_letters.tell(now=FRIDAY)
        assert desk.post(plan, {"seen": it.version}).status_code == 302
        sending.tell(now=FRIDAY)
    letter = AnnouncementLetter.objects.get()
    assert letter.contact == dirk
    assert letter.mail
    assert "Het was € 100,00 per maand en wordt € 120,00 per maand." in letter.mail.text
    assert "Afbakening" in letter.mail.text
    assert "20 november 2026" in letter.mail.text
    assert "List-Unsubscribe" not in post._message(letter.mail).extra_headers
    assert "niet uit te zetten" in letter.mail.text


def test_a_new_edition_says_what_changes_and_waits_for_its_notices(
    mila: User, carla: Contact
) -> None:
    edition = editions.draft(people.agreement(), now=FRIDAY)
    edition.targets.filter(measure="work", hours__gt=0).update(hours=2)
    edition = editions.announce(edition, now=FRIDAY)
    it = draft(mila, kind="edition", whom="agreement", agreement=edition.agreement, edition=edition)
    with pytest.raises(writing.Refused, match="aankondigingen"):
        writing.plan(it.pk, at=FRIDAY, seen=1, by=mila, now=FRIDAY)
    edition_letters.tell(now=FRIDAY)
    writing.plan(it.pk, at=FRIDAY, seen=1, by=mila, now=FRIDAY)
    assert sending.tell(now=FRIDAY) == 2
    mail = it.letters.get(contact=carla).mail
    assert mail
    assert "wordt binnen 2" in mail.text
    assert "ten minste 30 dagen van tevoren weten, zoals afgesproken (6.A)" in mail.text
    assert "Dit is u aangekondigd op 20 november 2026." in mail.text
    assert "verschuldigd (6.A)" in mail.text
    assert carla.user
    page = browser(carla.user).get(reverse("announcement", args=[it.pk])).content.decode()
    assert "wordt binnen 2" in page
    assert reverse("our-agreement-edition", args=[edition.number]) in page


def test_a_manager_writes_tries_plans_and_holds_it(mila: User, carla: Contact) -> None:
    desk = browser(mila)
    wrong = {"about": "news", "whom": "organisation", "title_en": "Half", "body_nl": "![x](y)"}
    refused = desk.post(reverse("announcement-new"), wrong)
    assert refused.status_code == 422
    with time_machine.travel(FRIDAY, tick=False):
        asked = NEWS | {"about": "news", "whom": "everybody", "seen": "0"}
        made = desk.post(reverse("announcement-new"), asked, follow=True)
        it = Announcement.objects.get()
        assert "2 mensen" in made.content.decode()
        bas = Contact.objects.get(name="Bas")
        shown = desk.get(f"{reverse('announcement-letter', args=[it.pk])}?as={bas.pk}")
        assert "Bas" in shown.content.decode()
        assert "sandbox" in shown["Content-Security-Policy"]
        desk.post(reverse("announcement-try", args=[it.pk]), {"as": bas.pk})
        tried = OutgoingMail.objects.get()
        assert (tried.to, tried.subject) == (mila.email, "Wij verhuizen")
        change = reverse("announcement-change", args=[it.pk])
        desk.post(change, asked | {"seen": "1", "title_nl": "Wij blijven"})
        late = desk.post(change, asked | {"seen": "1", "title_nl": "Toch niet"})
        assert late.status_code == 422
        plan = reverse("announcement-plan", args=[it.pk])
        assert desk.post(plan, {"seen": "1"}).status_code == 422
        desk.post(plan, {"seen": "2", "send_at": "2026-11-21T10:00"})
        it.refresh_from_db()
        assert (it.title_nl, it.send_at, it.state) == ("Wij blijven", MONDAY, State.PLANNED)
        desk.post(reverse("announcement-hold", args=[it.pk]))
        desk.post(reverse("announcement-drop", args=[it.pk]))
    assert not Announcement.objects.exists()


def test_contacts_who_are_one_person_keep_what_they_were_told(mila: User, carla: Contact) -> None:
    it = sent(mila)
    bas = Contact.objects.get(name="Bas")
    NewsLeft.objects.create(contact=bas)
    merging.merge_contacts(bas, into=carla, actor=mila, now=FRIDAY)
    assert it.letters.get().contact == carla
    assert NewsLeft.objects.get().contact == carla


def test_a_letter_that_comes_back_is_seen(mila: User, carla: Contact) -> None:
    it = sent(mila)
    mail = it.letters.get(contact=carla).mail
    assert mail
    OutgoingMail.objects.filter(pk=mail.pk).update(bounced_at=FRIDAY, error="550 onbekend")
    shown = browser(mila).get(f"{reverse('announcement-desk', args=[it.pk])}?which=back")
    said = shown.content.decode()
    assert "550 onbekend" in said
    assert "Bas" not in said.partition("readers")[2].partition("preview")[0]


@pytest.mark.django_db(transaction=True)
def test_of_two_senders_at_the_same_moment_one_writes(mila: User, carla: Contact) -> None:
    it = draft(mila)
    writing.plan(it.pk, at=FRIDAY, seen=1, by=mila, now=FRIDAY)
    together(*(lambda: sending.tell(now=FRIDAY) for _ in range(3)))
    to = list(OutgoingMail.objects.values_list("to", flat=True))
    assert sorted(to) == ["bas@school.example", "carla@school.example"]
    assert reading.letters_of(mila).count() == 0
