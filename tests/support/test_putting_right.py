"""What was written down wrongly is put right openly: subject, customer, contact."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sla import audit
from sla.models import Alert, Clock, Contract
from sla.sweep import sweep
from support import desk
from support.customers import merging
from support.desk import putting_right
from support.desk.answers import DeskError
from support.search import indexing
from tests import people
from tests.api.programs import account
from tests.people import at, words
from tickets.models import Channel, Contact, ContactNumber, Kind, Organisation, Ticket, User

pytestmark = pytest.mark.django_db

MONDAY = at("2026-05-18 10:00")
NOON = at("2026-05-18 12:00")


@pytest.fixture
def alice() -> User:
    return people.agent()


@pytest.fixture
def carla() -> Contact:
    return people.contact(people.organisation())


@pytest.fixture
def dirk() -> Contact:
    """Of a customer under the other agreement."""
    return people.contact(people.organisation("Winkel", "diploc"), "Dirk")


def opened(person: Contact, kind: str = Kind.INCIDENT, **more: Any) -> Ticket:
    given: dict[str, Any] = {"channel": Channel.EMAIL, "at": MONDAY, "priority": "hoog"}
    return desk.open_ticket(
        people.reporter(person), words(), subject="Doelen", kind=kind, **(given | more)
    )


def promises(ticket: Ticket) -> dict[str, str]:
    clocks = Clock.objects.filter(ticket=ticket).exclude(state="cancelled")
    return dict(clocks.values_list("promise", "clause"))


def test_a_ticket_of_the_wrong_customer_comes_under_what_the_right_one_agreed(
    carla: Contact, dirk: Contact, alice: User
) -> None:
    ticket = opened(carla, Kind.SUPPORT, priority="")
    assert promises(ticket) == {}
    putting_right.identify(ticket, contact=dirk, reason="Domein", actor=alice, at=NOON)
    ticket.refresh_from_db()
    assert (ticket.contact, ticket.organisation) == (dirk, dirk.organisation)
    clock = Clock.objects.get(ticket=ticket, promise="reaction")
    assert (clock.started_at, clock.due_at) == (MONDAY, at("2026-05-18 14:00"))
    event = ticket.events.get(kind="identified")
    assert (event.data["from"], event.data["reason"]) == ("School", "Domein")
    assert list(audit.differences(now=NOON)) == []


def test_it_says_why_or_is_refused(carla: Contact, dirk: Contact, alice: User) -> None:
    ticket = opened(carla)
    with pytest.raises(DeskError, match="School"):
        putting_right.identify(ticket, contact=dirk, actor=alice)
    ticket.refresh_from_db()
    assert ticket.contact == carla


def test_a_colleague_at_the_same_customer_needs_no_reason(carla: Contact, alice: User) -> None:
    ticket = opened(carla)
    bas = people.contact(carla.organisation, "Bas", may_phone=False)
    putting_right.identify(ticket, contact=bas, actor=alice)
    ticket.refresh_from_db()
    assert ticket.contact == bas


def test_of_nobody_with_an_agreement_nothing_is_promised_and_history_says_what_was(
    carla: Contact, alice: User, client: Client
) -> None:
    ticket = opened(carla, channel=Channel.PHONE)
    sweep(now=at("2026-05-20 12:00"))
    assert Alert.objects.filter(ticket=ticket, kind="breach").exists()
    stranger = people.contact(Organisation.objects.create(name="Los"), "Eva")
    putting_right.identify(ticket, contact=stranger, reason="Geen klant", actor=alice)
    assert promises(ticket) == {}
    assert Alert.objects.filter(ticket=ticket, kind="breach").exists()
    client.force_login(people.agent("Max", "manager"))
    page = client.get(f"{reverse('report-breaches')}?month=2026-05").content.decode()
    assert ticket.reference in page
    assert "Alice" in page


def test_the_preview_shows_what_it_does_to_the_deadlines(
    carla: Contact, dirk: Contact, alice: User, client: Client
) -> None:
    ticket = opened(carla, at=timezone.now())
    client.force_login(alice)
    url = reverse("preview", args=[ticket.reference])
    page = client.get(url, {"contact": dirk.pk}, headers={"HX-Request": "true"}).content.decode()
    assert "Oplossing" in page
    assert "data-same" not in page
    assert Ticket.objects.get().contact == carla
    whole = client.get(url, {"contact": dirk.pk}).content.decode()
    assert 'name="reason"' in whole


def test_an_agent_corrects_it_on_the_ticket(
    carla: Contact, dirk: Contact, alice: User, client: Client
) -> None:
    ticket = opened(carla)
    client.force_login(alice)
    page = client.get(reverse("ticket", args=[ticket.reference])).content.decode()
    form = f"{reverse('preview', args=[ticket.reference])}?verb=identify"
    assert form in page
    assert "Winkel: Dirk" in client.get(form).content.decode()
    url = reverse("verb", args=[ticket.reference, "identify"])
    refused = client.post(url, {"contact": dirk.pk})
    assert "School" in refused.content.decode()
    client.post(url, {"contact": dirk.pk, "reason": "Domein was van een ander"})
    ticket.refresh_from_db()
    assert ticket.organisation == dirk.organisation


def test_the_wrong_customer_reads_it_no_longer(
    carla: Contact, dirk: Contact, alice: User, client: Client
) -> None:
    ticket = opened(carla)
    client.force_login(account(carla))
    url = reverse("my-ticket", args=[ticket.reference])
    assert client.get(url).status_code == 200
    putting_right.identify(ticket, contact=dirk, reason="Domein", actor=alice)
    assert client.get(url).status_code == 404


def test_a_subject_is_changed_in_the_history(carla: Contact, alice: User, client: Client) -> None:
    ticket = opened(carla)
    client.force_login(alice)
    client.post(reverse("verb", args=[ticket.reference, "rename"]), {"subject": " Wit  scherm "})
    ticket.refresh_from_db()
    assert ticket.subject == "Wit scherm"
    page = client.get(reverse("ticket", args=[ticket.reference])).content.decode()
    assert "Doelen → Wit scherm" in page


# one person taken for two


def test_two_contacts_become_one_with_all_they_had(
    carla: Contact, alice: User, client: Client
) -> None:
    double = people.contact(carla.organisation, "C. Visser", may_phone=False)
    user = account(double)
    theirs, mine = opened(double), opened(carla)
    closed = opened(double)
    Ticket.objects.filter(pk=closed.pk).update(status="closed")
    client.force_login(alice)
    url = reverse("contact-merge", args=[double.pk])
    shown = client.get(url, {"into": carla.pk}).content.decode()
    assert "c. visser@school.example" in shown
    client.post(url, {"into": carla.pk})
    carla.refresh_from_db()
    assert not Contact.objects.filter(pk=double.pk).exists()
    assert set(carla.tickets.all()) == {theirs, mine, closed}
    assert (carla.user, carla.may_phone) == (user, True)
    assert carla.addresses.count() == 2
    assert theirs.events.get(kind="identified").data["merged"] == "C. Visser"


def test_it_is_said_of_everything_that_hangs_on_a_contact_what_becomes_of_it() -> None:
    hang = {
        field.related_model
        for field in Contact._meta.get_fields(include_hidden=True)
        if field.auto_created and not field.concrete
    }
    said = [*merging.TOLD_ONCE, *merging.ONE_EACH, *merging.ANY, *merging.BY_HAND, *merging.ENDS]
    assert set(said) == hang
    assert len(said) == len(hang)


def test_what_was_judged_of_calls_stays(carla: Contact, alice: User) -> None:
    double = people.contact(carla.organisation, "C. Visser", may_phone=False)
    ticket = opened(double, channel=Channel.PHONE)
    before = list(Clock.objects.filter(ticket=ticket).values_list("binding", "due_at"))
    merging.merge_contacts(double, into=carla, actor=alice, now=timezone.now())
    after = list(Clock.objects.filter(ticket=ticket).values_list("binding", "due_at"))
    assert before == after


def test_a_number_that_both_had_is_kept_once(carla: Contact, alice: User) -> None:
    double = people.contact(carla.organisation, "C. Visser")
    number = carla.numbers.get().number
    ContactNumber.objects.create(contact=double, number=number)
    merging.merge_contacts(double, into=carla, actor=alice, now=timezone.now())
    assert [each.number for each in carla.numbers.all()].count(number) == 1


def test_people_of_two_customers_or_with_two_accounts_are_not_one(
    carla: Contact, dirk: Contact, alice: User
) -> None:
    double = people.contact(carla.organisation, "C. Visser")
    for person in (carla, double):
        account(person)
    for gone, stays in ((dirk, carla), (double, carla), (carla, carla)):
        with pytest.raises(DeskError):
            merging.merge_contacts(gone, into=stays, actor=alice, now=timezone.now())
    assert Contact.objects.count() == 3


@pytest.mark.parametrize("change", ["merge", "rename"])
def test_search_finds_the_new_name(
    change: str, carla: Contact, alice: User, client: Client
) -> None:
    double = people.contact(carla.organisation, "Dubbelganger")
    ticket = opened(double)
    indexing.sweep()
    if change == "merge":
        merging.merge_contacts(double, into=carla, actor=alice, now=timezone.now())
    else:
        Contact.objects.filter(pk=double.pk).update(name="Carla")
    indexing.sweep()
    client.force_login(alice)
    found = client.get(reverse("search"), {"q": "carla"}).content.decode()
    assert ticket.reference in found


def test_a_contract_of_the_right_customer_with_a_waiver_holds(carla: Contact, alice: User) -> None:
    other = people.contact(people.organisation("Elders"), "Eva")
    Contract.objects.filter(organisation=other.organisation).update(
        waived_from=at("2026-01-01 00:00").date(), waiver_reason="Afgesproken"
    )
    ticket = opened(carla)
    assert not Clock.objects.get(ticket=ticket, promise="reaction").binding
    putting_right.identify(ticket, contact=other, reason="Ander", actor=alice, at=NOON)
    assert Clock.objects.get(ticket=ticket, promise="reaction").binding
