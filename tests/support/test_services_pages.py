"""Services, outages, claims and credits as agents, managers and customers see them."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from sla import crediting, months, outages, rates
from sla.availability_words import percent_words
from sla.engine.dates import before
from sla.models import Check, CheckDay, Claim, Credit, Outage, OutageEvent, Service
from support.outages import verbs
from tests import people
from tickets.models import Contact, Role, Ticket, User

pytestmark = pytest.mark.django_db
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
TEN = datetime(2026, 1, 13, 9, tzinfo=UTC)  # 10:00 in Amsterdam
LATER = datetime(2026, 2, 3, 12, tzinfo=UTC)


@pytest.fixture
def dirk() -> Contact:
    """A customer of hosting, who signs in."""
    contact = people.contact(people.organisation("Winkel", "diploc"), "Dirk")
    contact.user = User.objects.create_user("dirk@winkel.example", name="Dirk")
    contact.save()
    return contact


@pytest.fixture
def site(dirk: Contact) -> Service:
    """Their website, for a hundred euros a month."""
    contract = dirk.organisation.contracts.get()
    rates.announce(contract, Decimal(100), date(2025, 1, 1), now=TEN, today=date(2025, 1, 1))
    return Service.objects.create(
        agreement=contract.agreement,
        contract=contract,
        name="Webwinkel",
        starts_on=date(2026, 1, 1),
    )


@pytest.fixture
def mona(client: Client) -> User:
    """A manager, signed in."""
    found = people.agent("Mona", Role.MANAGER)
    client.force_login(found)
    return found


def down(site: Service, length: timedelta, begin: datetime = TEN) -> Outage:
    outage, _new = outages.note_down(site, OutageEvent.Kind.DETECTED, at=begin, now=begin)
    return outages.restore(outage, at=begin + length, now=begin + length)


def judged(now: datetime = LATER) -> None:
    months.sweep(now=now)
    crediting.sweep(now=now)


def page(client: Client, name: str, *args: object, **query: str) -> str:
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


def local(moment: datetime) -> str:
    """As a field of a page has it, on the clock of Amsterdam."""
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M:%S")


def test_a_month_is_shown_with_what_counted_and_what_was_too_short(
    client: Client, mona: User, site: Service
) -> None:
    down(site, 14 * MINUTE)
    down(site, 16 * MINUTE, TEN + 48 * HOUR)
    judged()
    said = page(client, "service", site.pk, month="2026-01")
    assert "99,964 %" in said
    assert 'data-look="short" title="13 januari: 14m eruit, te kort om mee te tellen"' in said
    assert 'data-look="down" title="15 januari: 16m eruit"' in said
    assert said.count('data-look="unmeasured" title=') == 29
    assert "15m, dus het telt niet mee" in said


def test_an_agent_writes_an_outage_and_its_end_into_the_ledger(
    client: Client, mona: User, site: Service
) -> None:
    at = timezone.now().replace(microsecond=0) - HOUR
    url = reverse("service", args=[site.pk])
    answer = client.post(url, {"at": local(at)})
    outage = Outage.objects.get()
    assert answer.headers["Location"] == reverse("outage", args=[outage.pk])
    assert (outage.detected_at, outage.ticket) == (at, Ticket.objects.get())
    assert "nu eruit" in page(client, "services")
    there = reverse("outage", args=[outage.pk])
    client.post(there, {"verb": "restored", "at": local(at + 20 * MINUTE)})
    outage.refresh_from_db()
    assert outage.restored_at == at + 20 * MINUTE
    assert "nu eruit" not in page(client, "services")


def test_outages_of_all_services_stand_in_one_list_what_goes_on_first(
    client: Client, mona: User, site: Service
) -> None:
    now = timezone.now().replace(microsecond=0)
    over = verbs.detected(site, at=now - 5 * HOUR, now=now - 5 * HOUR)
    verbs.restored(over, at=now - 4 * HOUR, now=now - 4 * HOUR)
    outages.set_cause(over, "storing", reason="Schijf vol", actor=mona, now=now)
    client.get(reverse("outage-list"))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("outage-list"))
    none = verbs.detected(site, at=now - 3 * HOUR, now=now - 3 * HOUR)
    outages.withdraw(none, reason="Proef", actor=mona, now=now - 2 * HOUR)
    verbs.detected(site, at=now - HOUR, now=now - HOUR)
    with CaptureQueriesContext(connection) as more:
        said = page(client, "outage-list")
    assert len(more) == len(few)
    places = [said.index(words) for words in ("nu gaande", "falen van software", "ingetrokken")]
    assert places == sorted(places)
    assert reverse("outage", args=[none.pk]) in said


def test_an_administrator_reads_in_the_admin_what_was_written_of_an_outage(
    client: Client, site: Service
) -> None:
    ada = people.agent("Ada", Role.ADMIN)
    client.force_login(ada)
    now = timezone.now()
    outage = verbs.detected(site, at=now, now=now)
    outages.set_cause(outage, "storing", reason="Schijf vol", actor=ada, now=now)
    there = reverse("admin:sla_outage_change", args=[outage.pk])
    assert "Oorzaak vastgesteld · Ada · Schijf vol" in client.get(there).content.decode()
    assert client.post(there, {"cause": "overmacht"}).status_code == 403


def test_a_cause_is_set_and_times_are_put_right_with_who_and_why(
    client: Client, mona: User, site: Service
) -> None:
    outage = down(site, HOUR)
    url = reverse("outage", args=[outage.pk])
    client.post(url, {"verb": "cause", "cause": "leverancier", "reason": "Datacentrum"})
    client.post(
        url,
        {
            "verb": "correct",
            "detected_at": local(TEN),
            "restored_at": local(TEN + 30 * MINUTE),
            "reason": "Log nagekeken",
        },
    )
    outage.refresh_from_db()
    assert (outage.cause, outage.restored_at) == ("leverancier", TEN + 30 * MINUTE)
    said = page(client, "outage", outage.pk)
    for words in (
        "falen van de diensten van de leverancier",
        "Datacentrum",
        "Log nagekeken",
        "Mona",
    ):
        assert words in said


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"verb": "cause", "cause": "leverancier", "reason": " "}, "Dit veld is vereist"),
        ({"verb": "cause", "cause": "muizen", "reason": "x"}, "muizen"),
        (
            {
                "verb": "correct",
                "detected_at": "2026-01-13T10:00:00",
                "restored_at": "2026-01-13T09:00:00",
                "reason": "x",
            },
            "niet eindigen voor hij begint",
        ),
    ],
)
def test_what_makes_no_sense_is_refused_on_the_page(
    client: Client, mona: User, site: Service, sent: dict[str, str], words: str
) -> None:
    outage = down(site, HOUR)
    answer = client.post(reverse("outage", args=[outage.pk]), sent)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert outage.events.count() == 2


def test_a_manager_approves_a_credit_and_billing_gets_it_as_a_table(
    client: Client, mona: User, site: Service
) -> None:
    down(site, 4 * HOUR)
    judged()
    said = page(client, "credits")
    assert "Webwinkel: 99,462 % beschikbaar, 10 % van € 100,00 is € 10,00" in said
    credit = Credit.objects.get()
    decide = reverse("credit-decide", args=[credit.pk])
    client.post(decide, {"verdict": "refuse", "reason": ""})
    credit.refresh_from_db()
    assert credit.state == "proposed"
    client.post(decide, {"verdict": "approve", "amount": "12.50", "reason": "Coulance"})
    credit.refresh_from_db()
    assert (credit.state, credit.granted) == ("changed", Decimal("12.50"))
    answer = client.get(reverse("credits-export", args=["csv"]), {"month": "2026-01"})
    text = b"".join(answer).decode("utf-8-sig")
    heads, row = csv.reader(io.StringIO(text), delimiter=";")
    told = dict(zip(heads, row, strict=True))
    assert (told["Organisatie"], told["Restitutie"], told["Reden"]) == (
        "Winkel",
        "12,50",
        "Coulance",
    )
    sheet = client.get(reverse("credits-export", args=["xlsx"]), {"month": "2026-01"})
    data = b"".join(sheet)
    assert load_workbook(io.BytesIO(data)).active["B2"].value == "Winkel"


def test_credits_are_for_managers(client: Client, site: Service) -> None:
    client.force_login(people.agent("Alice"))
    assert client.get(reverse("credits")).status_code == 403


def test_a_customer_sees_its_months_outages_with_reasons_and_what_it_got_back(
    client: Client, mona: User, site: Service, dirk: Contact
) -> None:
    outage = down(site, 4 * HOUR)
    outages.set_cause(outage, "storing", reason="Schijf vol", actor=mona, now=LATER)
    judged()
    crediting.approve(Credit.objects.get(), actor=mona, now=LATER)
    client.force_login(dirk.user)  # type: ignore[arg-type]
    said = page(client, "our-services")
    assert "99,462 %" in said
    assert "Januari 2026: € 10,00" in said
    month = page(client, "our-service", site.pk, month="2026-01")
    assert "Schijf vol" in month
    assert "Gegarandeerd is 99,5 % (Downtime): niet gehaald." in month
    assert reverse("outage", args=[outage.pk]) not in month


def test_nobody_sees_what_is_of_somebody_else(client: Client, site: Service) -> None:
    stranger = people.contact(people.organisation("Ander", "diploc"), "Vreemd")
    stranger.user = User.objects.create_user("vreemd@ander.example", name="Vreemd")
    stranger.save()
    client.force_login(stranger.user)
    assert "Webwinkel" not in page(client, "our-services")
    assert client.get(reverse("our-service", args=[site.pk])).status_code == 404
    assert client.get(reverse("service", args=[site.pk])).status_code == 403


def test_a_customer_claims_afterwards_and_reads_what_was_decided(
    client: Client, mona: User, site: Service, dirk: Contact
) -> None:
    client.force_login(dirk.user)  # type: ignore[arg-type]
    form = {
        "service": site.pk,
        "begins_at": local(TEN),
        "ends_at": local(TEN + HOUR),
        "text": "Niemand kon bestellen.",
        "attachments": io.BytesIO(b"leeg"),
    }
    wrong = client.post(reverse("claim-afterwards"), form | {"ends_at": local(TEN - HOUR)})
    assert wrong.status_code == 422
    assert "niet eindigen voor hij begint" in wrong.content.decode()
    form["attachments"] = io.BytesIO(b"leeg")
    answer = client.post(reverse("claim-afterwards"), form)
    claim = Claim.objects.get()
    assert answer.headers["Location"] == reverse("my-ticket", args=[claim.ticket.reference])
    assert "in behandeling" in page(client, "our-services")
    client.force_login(mona)
    assert "Claims om over te besluiten" in page(client, "services")
    decided = client.post(
        reverse("claim", args=[claim.pk]),
        {
            "verdict": "accept",
            "seen": "0",
            "begins_at": local(TEN),
            "ends_at": local(TEN + 30 * MINUTE),
            "reason": "Onze logs zeggen het ook",
        },
    )
    assert decided.status_code == 302
    late = client.post(
        reverse("claim", args=[claim.pk]), {"verdict": "refuse", "seen": "0", "reason": "Toch niet"}
    )
    assert "Iemand heeft intussen" in late.content.decode()
    client.force_login(dirk.user)  # type: ignore[arg-type]
    said = page(client, "our-services")
    assert "aanvaard" in said
    assert "Onze logs zeggen het ook" in said


def test_what_goes_on_is_shown_as_down_until_now(client: Client, mona: User, site: Service) -> None:
    verbs.detected(site, at=timezone.now() - 2 * HOUR, now=timezone.now())
    said = page(client, "service", site.pk)
    assert "nu gaande" in said
    assert "tot nu toe beschikbaar" in said


def test_beside_what_was_promised_stands_what_was_measured(
    client: Client, site: Service, dirk: Contact
) -> None:
    first = timezone.localdate().replace(day=1)
    begin = timezone.now().replace(day=1, hour=0) - 48 * HOUR
    down(site, 16 * MINUTE, begin)
    judged(timezone.now())
    row = site.months.get(month=before(first))
    client.force_login(dirk.user)  # type: ignore[arg-type]
    said = page(client, "our-agreement")
    assert "Gemeten: Webwinkel" in said
    assert f"{percent_words(row.percent)} % in" in said
    assert "falen van software of hardware (Downtime)" in said


def test_a_customer_says_that_our_figures_of_an_outage_are_not_right(
    client: Client, mona: User, site: Service, dirk: Contact
) -> None:
    outage = down(site, 10 * MINUTE)
    client.force_login(dirk.user)  # type: ignore[arg-type]
    month = page(client, "our-service", site.pk, month="2026-01")
    address = f"{reverse('claim-afterwards')}?outage={outage.pk}"
    assert address in month
    assert "Onze cijfers kloppen niet" in client.get(address).content.decode()
    form = {"begins_at": local(TEN), "ends_at": local(TEN + HOUR), "text": "Het duurde langer."}
    assert client.post(address, form).status_code == 302
    claim = Claim.objects.get()
    assert (claim.kind, claim.outage) == (Claim.Kind.COUNTER_EVIDENCE, outage)
    client.force_login(mona)
    decided = {"verdict": "accept", "seen": "0", "reason": "Dat zien wij ook"}
    times = {"begins_at": local(TEN), "ends_at": local(TEN + HOUR)}
    assert client.post(reverse("claim", args=[claim.pk]), decided | times).status_code == 302
    outage.refresh_from_db()
    assert outage.restored_at == TEN + HOUR


def test_figures_of_an_outage_of_somebody_else_are_nobodys(client: Client, site: Service) -> None:
    outage = down(site, 10 * MINUTE)
    other = people.contact(people.organisation("Ander", "dialog"), "Otto")
    other.user = User.objects.create_user("otto@ander.example", name="Otto")
    other.save()
    client.force_login(other.user)
    assert client.get(f"{reverse('claim-afterwards')}?outage={outage.pk}").status_code == 404


def test_a_manager_grants_for_negligence_under_the_same_cap(
    client: Client, mona: User, site: Service
) -> None:
    contract = site.contract
    assert contract is not None
    assert reverse("credit-negligence") in page(client, "credits")
    said = {"month": "2026-01", "granted": "50", "why": "Geen reservekopie"}
    form = {"contract": contract.pk} | said
    refused = client.post(reverse("credit-negligence"), form)
    assert refused.status_code == 422
    assert "Geen reservekopie" in refused.content.decode()
    assert client.post(reverse("credit-negligence"), form | {"granted": "40"}).status_code == 302
    credit = Credit.objects.get()
    assert (credit.ground, credit.granted) == (Credit.Ground.NEGLIGENCE, Decimal(40))
    shown = page(client, "credits")
    assert "nalatigheid" in shown
    assert "Geen reservekopie" in shown


def test_an_agreement_without_that_ground_is_not_offered(client: Client, mona: User) -> None:
    people.organisation("School", "dialog")
    assert reverse("credit-negligence") not in page(client, "credits")


def test_what_was_given_to_billing_is_marked_once(
    client: Client, mona: User, site: Service
) -> None:
    contract = site.contract
    assert contract is not None
    crediting.grant_for_negligence(
        contract, date(2026, 1, 1), Decimal(30), reason="Geen reservekopie", actor=mona, now=LATER
    )
    assert "nog niet aan de facturatie gegeven" in page(client, "credits", month="2026-01")
    assert "nog niet aan de facturatie gegeven" not in page(client, "credits", month="2026-02")
    client.post(reverse("credits-billed"), {"month": "2026-01"})
    first = Credit.objects.get().billed_at
    assert first is not None
    client.post(reverse("credits-billed"), {"month": "2026-01"})
    assert Credit.objects.get().billed_at == first
    assert "gefactureerd" in page(client, "credits")


def test_a_month_that_nobody_measured_is_not_shown_as_measured(
    client: Client, mona: User, site: Service
) -> None:
    shown = page(client, "service", site.pk, month="2026-01")
    assert "Geen controle van ons heeft dit gemeten" in shown
    assert "niet gemeten, niets gemeld" in shown
    assert 'data-look="up" title' not in shown


def test_what_of_a_month_was_not_measured_is_said(
    client: Client, mona: User, site: Service
) -> None:
    check = Check.objects.create(
        service=site, name="Voorpagina", kind=Check.Kind.HTTP, targets=["https://winkel.example/"]
    )
    for day in range(1, 32):
        gone = 600 if day == 7 else 0
        CheckDay.objects.create(
            target_check=check,
            day=date(2026, 1, day),
            good_seconds=86_400 - gone,
            failed_seconds=0,
            unmeasured_seconds=gone,
            good=1440,
            failed=0,
        )
    shown = page(client, "service", site.pk, month="2026-01")
    assert "Hiervan is 10m niet gemeten" in shown
    assert "7 januari: beschikbaar, 10m niet gemeten" in shown
    assert "8 januari: beschikbaar" in shown
