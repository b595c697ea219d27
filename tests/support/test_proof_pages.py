"""The ticket as it stood, its evidence as files, and its agreement corrected: pages."""

import json
from copy import deepcopy
from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from sla import agreements
from sla.contracts import contract
from sla.evidence import check
from sla.models import Clock, Coverage, Edition
from sla.sweep import sweep
from support import desk
from support.conversation import Reporter
from tests import people
from tests.people import at, words
from tickets.models import Channel, Kind, Role, Ticket, User

pytestmark = pytest.mark.django_db

MONDAY = at("2026-05-18 10:00")


@pytest.fixture
def ticket() -> Ticket:
    carla = people.contact(people.organisation())
    made = desk.open_ticket(
        people.reporter(carla),
        words(),
        subject="Opslaan",
        kind=Kind.INCIDENT,
        priority="hoog",
        channel=Channel.PHONE,
        at=MONDAY,
    )
    desk.reply(made, words("Wij kijken."), actor=people.agent(), at=at("2026-05-18 13:00"))
    desk.resolve(made, words("Klaar."), actor=people.agent("Bob"), at=at("2026-05-19 09:30"))
    return made


@pytest.fixture
def agent(client: Client) -> Client:
    client.force_login(people.agent("Noor"))
    return client


def test_the_ticket_as_it_stood_shows_the_clocks_of_then(ticket: Ticket, agent: Client) -> None:
    url = f"/desk/tickets/{ticket.reference}/then/"
    then = agent.get(url, {"moment": "2026-05-18T12:00:00"}).content.decode()
    assert "Klaar." not in then
    assert "Wij kijken." not in then
    assert "2 werkuren te laat" in then
    later = agent.get(url, {"moment": "2026-05-19T09:30:00"}).content.decode()
    assert "Klaar." in later


@pytest.mark.parametrize("moment", ["2026-05-18T09:59:00", "2126-05-18T10:00:00", "gisteren"])
def test_a_moment_without_a_ticket_is_refused_in_words(
    ticket: Ticket, agent: Client, moment: str
) -> None:
    answer = agent.get(f"/desk/tickets/{ticket.reference}/then/", {"moment": moment})
    assert answer.status_code == 422
    assert moment in answer.content.decode()


def test_the_evidence_comes_as_data_and_as_pdf_with_the_data_in_it(
    ticket: Ticket, agent: Client
) -> None:
    base = f"/desk/tickets/{ticket.reference}/evidence"
    answer = agent.get(f"{base}.json")
    assert "attachment" in answer["Content-Disposition"]
    assert check(json.loads(answer.content)) == []
    pdf = agent.get(f"{base}.pdf")
    assert pdf["Content-Type"] == "application/pdf"
    assert pdf.content.startswith(b"%PDF-")
    assert b"EmbeddedFile" in pdf.content


def test_without_an_agreement_there_is_nothing_to_prove(agent: Client) -> None:
    made = desk.open_ticket(
        Reporter(name="Wim", email="wim@nergens.example"),
        words(),
        subject="Vraag",
        kind=Kind.QUESTION,
        channel=Channel.EMAIL,
    )
    answer = agent.get(f"/desk/tickets/{made.reference}/evidence.pdf", follow=True)
    assert answer.redirect_chain[-1][0] == f"/desk/tickets/{made.reference}/"


@pytest.mark.parametrize("page", ["then/", "evidence.json", "evidence.pdf", "agreement/"])
def test_a_customer_sees_none_of_it(ticket: Ticket, client: Client, page: str) -> None:
    client.force_login(User.objects.create_user("carla@school.example", name="Carla"))
    assert client.get(f"/desk/tickets/{ticket.reference}/{page}").status_code == 403


def second_edition() -> Edition:
    terms = deepcopy(contract("dialog")) | {"key": "slow", "name": "Langzaam"}
    for target in terms["targets"]:
        target["hours"] = 2 * target.get("hours", 0)
    return agreements.load(terms, in_force_on=date(2020, 1, 1))


def test_an_agent_can_not_correct_an_agreement(ticket: Ticket, agent: Client) -> None:
    assert agent.get(f"/desk/tickets/{ticket.reference}/agreement/").status_code == 403


def test_a_manager_sees_what_moves_and_corrects_it_with_a_reason(client: Client) -> None:
    mila = people.agent("Mila", Role.MANAGER)
    client.force_login(mila)
    made = desk.open_ticket(
        people.reporter(people.contact(people.organisation())),
        words(),
        subject="Logo",
        kind=Kind.SETTING,
        channel=Channel.WEB,
    )
    before = Clock.objects.get().due_at
    assert before is not None
    other = second_edition()
    url = f"/desk/tickets/{made.reference}/agreement/"
    shown = client.get(url, {"edition": other.pk}).content.decode()
    assert shown.count('class="promise"') == 2
    assert Coverage.objects.get().edition_id != other.pk
    again = client.post(url, {"edition": other.pk, "why": "", "show": "1"})
    assert (again.status_code, again.content.decode().count('class="promise"')) == (200, 2)
    refused = client.post(url, {"edition": other.pk, "why": ""})
    assert refused.status_code == 422
    client.post(url, {"edition": other.pk, "why": "Verkeerd contract"})
    sweep(now=timezone.now())
    assert Coverage.objects.get().edition_id == other.pk
    assert Clock.objects.filter(due_at__gt=before).exists()
    page = client.get(f"/desk/tickets/{made.reference}/").content.decode()
    assert "Verkeerd contract" in page
    assert "Mila" in page


def test_a_waiver_given_in_the_admin_makes_running_reactions_bind(client: Client) -> None:
    client.force_login(people.agent("Adam", Role.ADMIN))
    customer = people.organisation()
    desk.open_ticket(
        people.reporter(people.contact(customer)),
        words(),
        subject="Opslaan",
        kind=Kind.INCIDENT,
        priority="middel",
        channel=Channel.EMAIL,
    )
    url = f"/admin/tickets/organisation/{customer.pk}/change/"
    agreed = customer.contract
    client.post(
        url,
        {
            "name": customer.name,
            "contract-TOTAL_FORMS": 1,
            "contract-INITIAL_FORMS": 1,
            "contract-0-id": agreed.pk,
            "contract-0-organisation": customer.pk,
            "contract-0-agreement": agreed.agreement_id,
            "contract-0-waived_from": "2020-01-01",
            "contract-0-waiver_reason": "Mail van Jan",
            "domains-TOTAL_FORMS": 0,
            "domains-INITIAL_FORMS": 0,
        },
    )
    sweep(now=timezone.now())
    assert Clock.objects.get(promise="reaction").binding
