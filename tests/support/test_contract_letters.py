"""Contacts hear of other rates in time, and of what was granted; each once."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sla import crediting, rates
from sla.models import Contract, Credit, Rate
from support.contracts.letters import tell
from support.contracts.models import ContractLetter
from support.customers import merging
from support.mail.models import OutgoingMail
from tests import people
from tickets.models import ContactAddress, Role

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
TODAY = NOW.date()


@pytest.fixture
def contract() -> Contract:
    """Hosting at a hundred euros, renewed each year on 15 June."""
    found = people.organisation("Winkel", "diploc").contracts.get()
    Contract.objects.filter(pk=found.pk).update(starts_on=date(2025, 6, 15), period_months=12)
    found.refresh_from_db()
    rates.announce(found, Decimal(100), date(2025, 6, 15), now=NOW, today=date(2025, 6, 1))
    people.contact(found.organisation, "Dirk")
    return found


def raised(contract: Contract) -> Rate:
    """Told on 31 January, so from 28 February at the earliest."""
    return rates.announce(contract, Decimal("1110.50"), date(2026, 3, 1), now=NOW, today=TODAY)


def test_the_first_rate_is_told_to_nobody(contract: Contract) -> None:
    assert tell(now=NOW) == 0


def test_every_contact_is_told_once_with_the_way_out(contract: Contract) -> None:
    people.contact(contract.organisation, "Carla")
    people.contact(people.organisation("Ander", "diploc"), "Vreemd")
    rate = raised(contract)
    assert tell(now=NOW) == 2
    assert tell(now=NOW) == 0
    first, second = OutgoingMail.objects.order_by("to")
    assert (first.to, second.to) == ("carla@winkel.example", "dirk@winkel.example")
    assert first.subject == "Diploc hosting: andere tarieven vanaf 1 maart 2026"
    assert "Het was € 100,00 per maand en wordt € 1.110,50 per maand." in first.text
    assert "ten minste 1 maand" in first.text.replace("minstens", "ten minste")
    assert "op de eerstvolgende verlengingsdatum, 15 juni 2026" in first.text
    rate.refresh_from_db()
    assert rate.told_at == NOW


def test_who_has_no_address_is_kept_as_untold(contract: Contract) -> None:
    ContactAddress.objects.all().delete()
    raised(contract)
    tell(now=NOW)
    assert ContractLetter.objects.get().mail is None
    assert not OutgoingMail.objects.exists()


def test_a_granted_credit_is_told_with_its_calculation(contract: Contract) -> None:
    mona = people.agent("Mona", Role.MANAGER)
    credit = Credit.objects.create(
        contract=contract,
        month=date(2026, 1, 1),
        number=0,
        proposed_at=NOW,
        monthly_sum=100,
        total=10,
        amount=10,
        lines=[
            {
                "service": "Webwinkel",
                "availability": "9250/93",
                "unavailable_seconds": 14400,
                "percent": 10,
                "fee": "100.00",
                "amount": "10.00",
            }
        ],
    )
    assert tell(now=NOW) == 0
    crediting.approve(credit, actor=mona, now=NOW)
    assert (tell(now=NOW), tell(now=NOW)) == (1, 0)
    mail = OutgoingMail.objects.get()
    assert mail.subject == "Diploc hosting: restitutie over Januari 2026"
    assert "krijgt u € 10,00 terug" in mail.text
    assert "- Webwinkel: 99,462 % beschikbaar, 10 % van € 100,00 is € 10,00" in mail.text
    assert "ten hoogste 40 % van de maandsom van € 100,00" in mail.text


def test_a_manager_announces_a_rate_in_the_admin_and_not_inside_the_notice(
    contract: Contract, client: Client
) -> None:
    client.force_login(people.agent("Mona", Role.MANAGER))
    url = reverse("admin:sla_contract_change", args=[contract.pk])
    form = {
        "organisation": contract.organisation_id,
        "agreement": contract.agreement_id,
        "number": "C-17",
        "for_reports": "on",
        "starts_on": "2025-06-15",
        "period_months": 12,
        "rates-TOTAL_FORMS": 1,
        "rates-INITIAL_FORMS": 0,
        "rates-0-amount": "120",
        "rates-0-from_on": timezone.localdate().isoformat(),
    }
    said = client.post(url, form).content.decode()
    assert "Deze dag valt binnen de aankondigingstermijn." in said
    assert contract.rates.count() == 1
    later = timezone.localdate().replace(day=1).replace(year=timezone.localdate().year + 1)
    answer = client.post(url, form | {"rates-0-from_on": later.isoformat()})
    assert answer.status_code == 302
    rate = contract.rates.get(from_on=later)
    assert (rate.amount, rate.told_at) == (Decimal(120), None)
    contract.refresh_from_db()
    assert contract.number == "C-17"


def test_the_proof_that_somebody_was_told_goes_with_them_when_two_contacts_are_one(
    contract: Contract,
) -> None:
    dirk = contract.organisation.contacts.get()
    double = people.contact(contract.organisation, "D. de Boer")
    rate = raised(contract)
    tell(now=NOW)
    mona = people.agent("Mona", Role.MANAGER)
    merging.merge_contacts(double, into=dirk, actor=mona, now=NOW)
    assert rate.letters.get().contact == dirk
    third = people.contact(contract.organisation, "Dirk B.")
    rate.letters.update(contact=third)
    merging.merge_contacts(third, into=dirk, actor=mona, now=NOW)
    assert rate.letters.get().contact == dirk
