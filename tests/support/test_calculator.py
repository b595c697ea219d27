"""The calculator: what would be promised of a report, from its address alone."""

from __future__ import annotations

from datetime import date

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils.html import strip_tags

from sla import agreements
from sla.contracts import contract
from tests import people
from tickets.models import Role, User

pytestmark = pytest.mark.django_db

URL = "/desk/calculator/"
FRIDAY = "2026-05-22T16:00"


@pytest.fixture
def agent() -> User:
    people.agreement()
    return people.agent()


def ask(agent: User, **query: str) -> HttpResponse:
    """The page at this address."""
    client = Client()
    client.force_login(agent)
    response = client.get(URL, query)
    assert response.status_code == 200
    return response  # type: ignore[return-value]


def words(response: HttpResponse) -> str:
    """What a reader sees, spaces as one."""
    return " ".join(
        strip_tags(response.content.decode()).replace("\N{NO-BREAK SPACE}", " ").split()
    )


def test_without_an_address_it_shows_an_outcome_at_once(agent: User) -> None:
    page = words(ask(agent))
    assert "Wat is afgesproken" in page
    assert "Bijlage 1, Oplostijden: Hoog" in page


def test_hoog_phoned_on_friday_is_due_after_whitsun(agent: User) -> None:
    response = ask(agent, reported_at=FRIDAY, call_answered="yes")
    page = words(response)
    assert "Gemeld vr 22 mei 2026 16:00, telefonisch door een contactpersoon die mag" in page
    assert "ma 25 mei: Tweede pinksterdag, telt niet mee." in page
    assert "Uiterlijk: di 26 mei 2026 16:00." in page
    assert b"ruler-drawing" in response.content


def test_4d_it_says_what_another_channel_would_do(agent: User) -> None:
    phoned = words(ask(agent, reported_at=FRIDAY, priority="middel"))
    assert "Per e-mail gemeld zou de reactietijd niet binden (4.D)." in phoned
    mailed = words(ask(agent, reported_at=FRIDAY, priority="middel", channel="email"))
    assert (
        "Gebeld door iemand die mag bellen zou de reactietijd wel binden (4.D): "
        "uiterlijk di 26 mei 16:00." in mailed
    )
    waived = words(ask(agent, reported_at=FRIDAY, priority="middel", channel="email", waived="yes"))
    assert "(4.D):" not in waived
    setting = words(ask(agent, reported_at=FRIDAY, kind="setting", priority="", channel="web"))
    assert "zou de reactietijd" not in setting


def test_an_answer_and_waiting_count(agent: User) -> None:
    page = words(
        ask(
            agent,
            reported_at="2026-05-18T10:00",
            answered_at="2026-05-18T11:00",
            waiting_from="2026-05-18T12:00",
            waiting_until="2026-05-19T12:00",
        )
    )
    assert "Beantwoord ma 18 mei 2026 11:00, na de deadline." in page
    assert "Gewacht op de klant van ma 18 mei 2026 12:00 tot di 19 mei 2026 12:00: 8u" in page
    assert "Uiterlijk: wo 20 mei 2026 10:00." in page


def test_a_report_of_which_nothing_is_promised_says_so(agent: User) -> None:
    page = words(ask(agent, reported_at=FRIDAY, kind="question", priority="laag", channel="email"))
    assert "Deze overeenkomst belooft niets voor zo’n melding." in page


@pytest.mark.parametrize(
    ("wrong", "field", "said"),
    [
        ({"reported_at": "gisteren"}, "reported_at", "Voer een geldige datum/tijd in."),
        ({"reported_at": "1815-06-18T12:00"}, "reported_at", "jaren 1902 tot en met 2398"),
        ({"reported_at": "2399-06-18T12:00"}, "reported_at", "jaren 1902 tot en met 2398"),
        ({"answered_at": "2026-05-22T15:00"}, "answered_at", "niet vóór de melding zijn."),
        ({"waiting_until": "2026-05-26T15:00"}, "waiting_from", "Vul ook in vanaf wanneer."),
        (
            {"waiting_from": "2026-05-26T15:00", "waiting_until": "2026-05-26T14:00"},
            "waiting_until",
            "Het wachten kan niet eindigen voordat het begint.",
        ),
        ({"reported_at": "2019-05-22T12:00"}, "agreement", "gold toen nog niet."),
        ({"channel": "duif"}, "channel", "duif"),
        ({"agreement": "geen"}, "agreement", "Selecteer een geldige keuze."),
    ],
)
def test_bad_input_is_said_at_its_field_and_kept(
    agent: User, wrong: dict[str, str], field: str, said: str
) -> None:
    response = ask(agent, **({"reported_at": FRIDAY} | wrong))
    page = words(response)
    assert said in page
    assert "Nog geen uitkomst" in page
    assert f'id="id_{field}_error"'.encode() in response.content
    for value in wrong.values():
        if value[:1].isdigit() or value == "gisteren":
            assert f'value="{value}"'.encode() in response.content


def test_another_agreement_has_its_own_promises(agent: User) -> None:
    agreements.load(contract("diploc"), in_force_on=date(2020, 1, 1))
    page = words(
        ask(agent, agreement="diploc", kind="support", reported_at=FRIDAY, channel="email")
    )
    assert "Uiterlijk: di 26 mei 2026 12:00." in page


def test_managers_may_and_customers_may_not() -> None:
    people.agreement()
    ask(people.agent("Mila", Role.MANAGER))
    client = Client()
    client.force_login(people.agent("Klant", Role.CUSTOMER))
    assert client.get(URL).status_code == 403
