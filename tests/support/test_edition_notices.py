"""Who is under an agreement hears of its new edition, once, in time and in their own language."""

from datetime import date

import pytest

from sla import editions
from sla.models import Edition
from support.agreements.letters import tell
from support.agreements.models import EditionNotice
from support.mail.models import OutgoingMail
from support.tasks import announce_editions
from tests import people
from tests.at_once import together
from tests.people import at
from tickets.models import Contact, ContactAddress, Organisation, User

NOW = at("2026-03-01 10:00")


def announced(key: str = "dialog", *, customers: int = 2) -> Edition:
    """An edition announced to so many organisations with a contact each."""
    for number in range(customers):
        people.contact(people.organisation(f"Klant {number}", key))
    edition = editions.draft(people.agreement(key), now=NOW)
    edition.targets.filter(measure="work", hours__gt=0).update(hours=2, warnings=[90])
    return editions.announce(edition, now=NOW)


def told() -> list[str]:
    return list(OutgoingMail.objects.order_by("to").values_list("to", flat=True))


@pytest.mark.django_db
def test_each_contact_under_the_agreement_is_mailed_once() -> None:
    elsewhere = people.organisation("Winkel", "diploc")
    people.contact(elsewhere, "Dirk")
    edition = announced()
    people.contact(Organisation.objects.get(name="Klant 0"), "Bas")
    assert tell(now=NOW) == 3
    assert tell(now=NOW) == 0
    assert told() == ["bas@klant0.example", "carla@klant0.example", "carla@klant1.example"]
    edition.refresh_from_db()
    assert edition.told_at == NOW
    assert EditionNotice.objects.filter(edition=edition).exclude(mail=None).count() == 3


@pytest.mark.django_db
def test_the_letter_says_what_changes_from_when_and_by_which_clause() -> None:
    edition = announced(customers=1)
    User.objects.create_user("carla@klant0.example", name="Carla", language="en")
    Contact.objects.update(user=User.objects.get(email="carla@klant0.example"))
    tell(now=NOW)
    mail = OutgoingMail.objects.get()
    assert edition.in_force_on == date(2026, 3, 31)
    assert mail.subject == "Dialog Online Platform: what changes from 31 March 2026"
    for text in (mail.text, mail.html):
        assert "Solution time High: was within one working day, becomes within 2" in text
        assert "at least 30 days before, as was agreed (6.A)" in text
        assert "Klant 0" in text
        assert "90 %" not in text
        assert "end the contract" not in text
        assert "/agreement/2/" in text, "with an account it can be read whole"
    assert (mail.automatic, mail.ticket) == (True, None)


@pytest.mark.django_db
def test_where_it_was_agreed_the_letter_names_the_right_to_end_the_contract() -> None:
    announced("diploc", customers=1)
    Contact.objects.update(
        user=User.objects.create_user("carla@klant0.example", name="Carla", language="en")
    )
    tell(now=NOW)
    text = OutgoingMail.objects.get().text
    assert "you may end the contract at its next renewal date" in text
    assert "at least 1 month before, as was agreed (Afbakening)" in text


@pytest.mark.django_db
def test_without_an_account_the_letter_is_in_dutch() -> None:
    announced(customers=1)
    tell(now=NOW)
    text = OutgoingMail.objects.get().text
    assert "31 maart 2026" in text
    assert "/agreement/" not in text, "they could not open it"


@pytest.mark.django_db
def test_a_contact_without_address_gets_a_notice_that_shows_it() -> None:
    edition = announced(customers=1)
    ContactAddress.objects.all().delete()
    assert tell(now=NOW) == 1
    assert told() == []
    assert EditionNotice.objects.get(edition=edition).mail is None


@pytest.mark.django_db
def test_an_account_is_address_enough() -> None:
    announced(customers=1)
    ContactAddress.objects.all().delete()
    Contact.objects.update(user=User.objects.create_user("c@elders.example", name="Carla"))
    tell(now=NOW)
    assert told() == ["c@elders.example"]


@pytest.mark.django_db
def test_a_draft_and_a_first_edition_are_told_to_nobody() -> None:
    people.contact(people.organisation())
    editions.draft(people.agreement(), now=NOW)
    announce_editions()
    assert told() == []


@pytest.mark.django_db
def test_what_was_cut_off_is_taken_up_where_it_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    edition = announced(customers=5)
    monkeypatch.setattr("support.agreements.letters.BATCH", 2)
    broken = Contact.objects.order_by("pk")[3]

    def address(contact: Contact) -> str:
        if contact.pk == broken.pk:
            raise ConnectionError("the power went")
        return contact.email

    with monkeypatch.context() as power:
        power.setattr("support.agreements.letters.address_of", address)
        with pytest.raises(ConnectionError):
            tell(now=NOW)
    assert len(told()) == 2  # the batch that was cut off left nothing
    edition.refresh_from_db()
    assert edition.told_at is None
    assert tell(now=NOW) == 3
    assert len(told()) == len(set(told())) == 5


@pytest.mark.django_db(transaction=True)
def test_two_tellers_at_once_mail_each_contact_once() -> None:
    announced(customers=8)
    outcomes = together(lambda: tell(now=NOW), lambda: tell(now=NOW), lambda: tell(now=NOW))
    assert [outcome for outcome in outcomes if isinstance(outcome, Exception)] == []
    announce_editions()
    assert len(told()) == len(set(told())) == 8
    assert EditionNotice.objects.count() == 8
    assert not Edition.objects.filter(told_at=None).exists()
