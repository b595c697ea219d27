"""The ticket as it stood, its evidence as files, and its agreement corrected: pages."""

import json
from copy import deepcopy
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.translation import override
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject

from sla import agreements
from sla.contracts import contract
from sla.engine.ruler_parts import Part
from sla.evidence import check, evidence_of
from sla.models import Clock, Coverage, Edition
from sla.sweep import sweep
from support import desk
from support.documents.typesetting import pdf
from support.who import Reporter
from support.workspace.evidence import _document
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


@pytest.fixture
def evidence(ticket: Ticket, agent: Client) -> PdfReader:
    """Its PDF, opened."""
    answer = agent.get(f"/desk/tickets/{ticket.reference}/evidence.pdf")
    return PdfReader(BytesIO(answer.content))


def test_the_evidence_can_be_read_aloud(evidence: PdfReader) -> None:
    about: Any = evidence.root_object
    assert about["/MarkInfo"]["/Marked"]
    assert about["/Lang"] == "nl"
    assert about["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"pdfuaid" in about["/Metadata"].get_object().get_data()
    assert evidence.metadata is not None
    assert str(evidence.metadata.title).startswith("Bewijsstuk WD-1")


def test_the_drawings_of_the_evidence_are_told_in_words(evidence: PdfReader) -> None:
    figures = [node for node in structure(evidence) if node.get("/S") == "/Figure"]
    said = [str(node["/Alt"]) for node in figures]
    assert len(said) == 2
    assert any("Uiterlijk" in words and "ma 18 mei 10:00" in words for words in said)


def structure(reader: PdfReader) -> list[DictionaryObject]:
    """Every element of what the document is built of."""
    left: list[Any] = [reader.root_object["/StructTreeRoot"]]
    found = []
    while left:
        node = left.pop().get_object()
        if isinstance(node, ArrayObject):
            left.extend(node)
        elif isinstance(node, DictionaryObject):
            found.append(node)
            left.extend([node["/K"]] if "/K" in node else [])
    return found


def test_the_evidence_has_the_fonts_of_the_typesetter_and_none_of_the_machine(
    evidence: PdfReader,
) -> None:
    pages: list[Any] = [*evidence.pages]
    fonts = {
        str(font.get_object()["/BaseFont"]).partition("+")[2]
        for page in pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert fonts
    brought_along = ("LibertinusSerif", "DejaVuSansMono", "NewCMMath")
    assert [name for name in fonts if not name.startswith(brought_along)] == []


def test_the_evidence_says_in_words_of_a_customer_how_to_check_it(evidence: PdfReader) -> None:
    text = " ".join(" ".join(page.extract_text() for page in evidence.pages).split())
    assert "Ook bindend zonder te bellen" in text
    assert "Controlegetal (SHA-256)" in text
    assert "is er een letter in veranderd, dan klopt het controlegetal niet meer" in text


def test_the_evidence_draws_whatever_a_stretch_of_time_was(ticket: Ticket, agent: Client) -> None:
    drawn = {
        "width": 100,
        "said": "Zeven soorten tijd.",
        "segments": [{"part": part, "x": 0, "width": 9, "name": ""} for part in Part],
        "marks": [],
    }
    with override("nl"):
        document = _document(ticket, evidence_of(ticket, now=timezone.now()), timezone.now())
    document["clocks"][0]["ruler"] = drawn
    assert pdf("evidence", document).startswith(b"%PDF-")


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
    agreed = customer.contracts.get()
    client.post(
        url,
        {
            "name": customer.name,
            "language": "nl",
            "contracts-TOTAL_FORMS": 1,
            "contracts-INITIAL_FORMS": 1,
            "contracts-0-id": agreed.pk,
            "contracts-0-for_reports": "on",
            "contracts-0-organisation": customer.pk,
            "contracts-0-agreement": agreed.agreement_id,
            "contracts-0-waived_from": "2020-01-01",
            "contracts-0-waiver_reason": "Mail van Jan",
            "domains-TOTAL_FORMS": 0,
            "domains-INITIAL_FORMS": 0,
        },
    )
    sweep(now=timezone.now())
    assert Clock.objects.get(promise="reaction").binding


def test_the_evidence_does_not_call_kept_what_was_aimed_for_and_missed() -> None:
    carla = people.contact(people.organisation("Hanze"))
    ticket = desk.open_ticket(
        people.reporter(carla),
        words(),
        subject="Doelen",
        kind=Kind.INCIDENT,
        channel=Channel.EMAIL,
        priority="middel",
        at=at("2026-05-18 10:00"),
    )
    desk.reply(ticket, words("Ja."), actor=people.agent("Bob"), at=at("2026-05-20 12:00"))
    now = at("2026-05-21 12:00")
    with override("nl"):
        document = _document(ticket, evidence_of(ticket, now=now), now)
    assert "Reactie: later dan gestreefd" in [clock["heading"] for clock in document["clocks"]]
