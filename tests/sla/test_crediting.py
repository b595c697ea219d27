"""Credits proposed from judged months, decided by a manager, and corrected afterwards."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from sla import crediting, months, outages, rates
from sla.crediting import CreditError
from sla.models import Contract, Credit, Outage, OutageEvent, Service
from sla.rates import RateError
from tests import people
from tickets.models import User

pytestmark = pytest.mark.django_db
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
TEN = datetime(2026, 1, 13, 9, tzinfo=UTC)
FIRST = datetime(2026, 2, 1, 1, tzinfo=UTC)
LATER = datetime(2026, 2, 20, 12, tzinfo=UTC)
JANUARY = date(2026, 1, 1)


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def contract() -> Contract:
    """Hosting for a hundred euros a month."""
    found = people.organisation("Winkel", "diploc").contracts.get()
    price(found, "100")
    return found


@pytest.fixture
def site(contract: Contract) -> Service:
    """A website."""
    return service(contract, "Webwinkel")


@pytest.fixture
def mona() -> User:
    """A manager."""
    return people.agent("Mona")


def service(contract: Contract, name: str) -> Service:
    return Service.objects.create(
        agreement=contract.agreement, contract=contract, name=name, starts_on=JANUARY
    )


def price(contract: Contract, amount: str, **of: Any) -> None:
    """The first rate of all."""
    rates.announce(
        contract, Decimal(amount), date(2025, 1, 1), now=TEN, today=date(2025, 1, 1), **of
    )


def down(of: Service, length: timedelta, begin: datetime = TEN) -> Outage:
    outage, _new = outages.note_down(of, OutageEvent.Kind.DETECTED, at=begin, now=begin)
    return outages.restore(outage, at=begin + length, now=begin + length)


def swept(now: datetime = FIRST) -> None:
    """What the periodic work does."""
    months.sweep(now=now)
    crediting.sweep(now=now)


def proposed() -> list[tuple[int, Decimal, str]]:
    return [
        (row.number, row.amount, row.state)
        for row in Credit.objects.order_by("contract", "month", "number")
    ]


def test_on_the_first_a_proposal_says_how_it_was_calculated(site: Service) -> None:
    down(site, 4 * HOUR)
    swept(FIRST - 3 * HOUR)
    assert proposed() == []
    swept()
    swept()
    credit = Credit.objects.get()
    assert (credit.amount, credit.monthly_sum) == (Decimal(10), Decimal(100))
    assert credit.lines == [
        {
            "service": "Webwinkel",
            "availability": "9250/93",
            "unavailable_seconds": 14_400,
            "percent": 10,
            "fee": "100.00",
            "amount": "10.00",
        }
    ]


def test_a_month_that_was_good_enough_gives_none(site: Service) -> None:
    down(site, 3 * HOUR)
    swept()
    assert proposed() == []


def test_services_are_added_to_forty_percent_at_most(contract: Contract, site: Service) -> None:
    other = service(contract, "Webmail")
    down(site, 5 * HOUR)  # 99.33 %: 20 %
    down(other, 8 * HOUR)  # 98.9 %: 40 %
    swept()
    credit = Credit.objects.get()
    assert [line["amount"] for line in credit.lines] == ["40.00", "20.00"]
    assert credit.total == 40


def test_a_service_that_is_paid_apart_counts_for_its_own_fee(contract: Contract) -> None:
    apart = service(contract, "Back-ups")
    price(contract, "30", service=apart)
    down(apart, 8 * HOUR)
    swept()
    assert Credit.objects.get().total == 12


def test_where_only_services_have_fees_the_month_is_their_sum() -> None:
    contract = people.organisation("Andere winkel", "diploc").contracts.get()
    for name, fee in (("Een", "20"), ("Twee", "30")):
        price(contract, fee, service=service(contract, name))
    assert rates.monthly_sum(contract, JANUARY) == 50


def test_no_proposal_while_an_outage_of_the_month_goes_on(site: Service) -> None:
    outage, _new = outages.note_down(
        site, OutageEvent.Kind.DETECTED, at=FIRST - 9 * HOUR, now=FIRST - 9 * HOUR
    )
    swept()
    assert proposed() == []
    outages.restore(outage, at=FIRST, now=FIRST)
    swept()
    assert proposed() == [(0, Decimal(40), "proposed")]


def test_a_late_claim_gives_a_correction_of_the_difference(site: Service, mona: User) -> None:
    outage = down(site, 4 * HOUR)
    swept()
    crediting.approve(Credit.objects.get(), actor=mona, now=FIRST)
    outages.correct(outage, {"restored_at": TEN + 5 * HOUR}, reason="Log", actor=mona, now=LATER)
    swept(LATER)
    assert proposed() == [(0, Decimal(10), "approved"), (1, Decimal(10), "proposed")]
    assert Credit.objects.get(number=1).total == 20


def test_what_was_granted_too_much_is_proposed_back(site: Service, mona: User) -> None:
    outage = down(site, 8 * HOUR)
    swept()
    crediting.approve(Credit.objects.get(), actor=mona, now=FIRST)
    outages.set_cause(outage, "overmacht", reason="Stroom", actor=mona, now=LATER)
    swept(LATER)
    assert proposed()[1] == (1, Decimal(-40), "proposed")
    crediting.approve(Credit.objects.get(number=1), actor=mona, now=LATER)
    assert crediting.granted(site.contract, JANUARY) == 0  # type: ignore[arg-type]


def test_a_proposal_nobody_decided_of_is_replaced_and_stays(site: Service, mona: User) -> None:
    outage = down(site, 4 * HOUR)
    swept()
    outages.correct(outage, {"restored_at": TEN + 5 * HOUR}, reason="Log", actor=mona, now=LATER)
    swept(LATER)
    assert proposed() == [(0, Decimal(10), "replaced"), (1, Decimal(20), "proposed")]
    with pytest.raises(CreditError, match="took the place"):
        crediting.approve(Credit.objects.get(number=0), actor=mona, now=LATER)


def test_a_manager_changes_or_refuses_with_a_reason(site: Service, mona: User) -> None:
    down(site, 4 * HOUR)
    swept()
    credit = Credit.objects.get()
    with pytest.raises(CreditError, match="Say why"):
        crediting.refuse(credit, reason=" ", actor=mona, now=LATER)
    with pytest.raises(CreditError, match=r"at most € 40\.00; € 40\.00 is left"):
        crediting.change(credit, Decimal(41), reason="Coulance", actor=mona, now=LATER)
    changed = crediting.change(credit, Decimal(25), reason="Coulance", actor=mona, now=LATER)
    assert (changed.state, changed.granted, changed.decided_by) == ("changed", Decimal(25), mona)
    with pytest.raises(CreditError, match="decided already"):
        crediting.refuse(credit, reason="Toch niet", actor=mona, now=LATER)
    swept(LATER)
    assert len(proposed()) == 1


def test_a_refused_one_is_not_proposed_again_until_the_month_changes(
    site: Service, mona: User
) -> None:
    outage = down(site, 4 * HOUR)
    swept()
    crediting.refuse(Credit.objects.get(), reason="Nalatig zelf", actor=mona, now=LATER)
    swept(LATER)
    assert len(proposed()) == 1
    outages.correct(outage, {"restored_at": TEN + 5 * HOUR}, reason="Log", actor=mona, now=LATER)
    swept(LATER)
    assert proposed()[1] == (1, Decimal(20), "proposed")


def test_negligence_is_a_second_ground_under_the_same_cap(site: Service, mona: User) -> None:
    contract = site.contract
    assert contract is not None
    down(site, 6 * HOUR)  # 99.19 %: 40 % would be 40
    swept()
    with pytest.raises(CreditError, match="Say why"):
        crediting.grant_for_negligence(
            contract, JANUARY, Decimal(5), reason="", actor=mona, now=LATER
        )
    crediting.grant_for_negligence(
        contract, JANUARY, Decimal(5), reason="Update vergeten", actor=mona, now=LATER
    )
    with pytest.raises(CreditError, match=r"€ 35\.00 is left"):
        crediting.approve(Credit.objects.get(number=0), actor=mona, now=LATER)
    crediting.change(
        Credit.objects.get(number=0), Decimal(35), reason="Grens", actor=mona, now=LATER
    )
    assert crediting.left(contract, JANUARY) == 0


def test_an_agreement_that_knows_no_negligence_grants_none(mona: User) -> None:
    dialog = people.organisation().contracts.get()
    with pytest.raises(CreditError, match="knows no credit for negligence"):
        crediting.grant_for_negligence(
            dialog, JANUARY, Decimal(5), reason="x", actor=mona, now=LATER
        )


def test_without_a_fee_nothing_is_granted_and_with_one_it_is_proposed_anew(mona: User) -> None:
    contract = people.organisation("Nieuw", "diploc").contracts.get()
    down(service(contract, "Site"), 4 * HOUR)
    swept()
    credit = Credit.objects.get()
    assert (credit.monthly_sum, credit.amount) == (None, Decimal(0))
    with pytest.raises(CreditError, match="monthly fee is not known"):
        crediting.approve(credit, actor=mona, now=LATER)
    price(contract, "50")
    swept(LATER)
    assert proposed() == [(0, Decimal(0), "replaced"), (1, Decimal(5), "proposed")]


def test_a_month_is_proposed_once(site: Service) -> None:
    down(site, 4 * HOUR)
    months.sweep(now=FIRST)
    crediting.propose(site.contract, JANUARY, now=FIRST)  # type: ignore[arg-type]
    crediting.propose(site.contract, JANUARY, now=FIRST)  # type: ignore[arg-type]
    assert len(proposed()) == 1


def test_a_change_of_rates_is_told_a_month_before(contract: Contract) -> None:
    today = date(2026, 1, 31)
    for day, words in (
        (date(2026, 2, 27), "The first possible day is 28 February 2026"),
        (date(2025, 1, 1), "a rate from this day already"),
    ):
        with pytest.raises(RateError, match=words):
            rates.announce(contract, Decimal(110), day, now=TEN, today=today)
    rate = rates.announce(contract, Decimal(110), date(2026, 3, 1), now=TEN, today=today)
    assert (rate.announced_at, rate.told_at) == (TEN, None)
    assert rates.before(rate) == 100
    assert [rates.fee_on(contract, day) for day in (date(2026, 2, 28), date(2026, 3, 1))] == [
        100,
        110,
    ]


@pytest.mark.parametrize(("amount", "words"), [("-1", "below nothing"), ("100", "changes nothing")])
def test_a_rate_that_makes_no_sense_is_refused(contract: Contract, amount: str, words: str) -> None:
    with pytest.raises(RateError, match=words):
        rates.announce(contract, Decimal(amount), date(2026, 6, 1), now=TEN, today=date(2026, 1, 1))
