"""What was missed and counts no more stays in sight: all of it, everywhere, with who did it."""

import csv
import io
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from sla import changes
from sla.models import Alert, Contract
from sla.sweep import sweep
from support import desk
from support.desk import gathering
from tests import people
from tests.api.programs import program
from tests.people import at, words
from tickets.models import Channel, Contact, Kind, Role, Ticket, User

pytestmark = pytest.mark.django_db

MONTH = {"month": "2026-05"}


@pytest.fixture
def mila(client: Client) -> User:
    user = people.agent("Mila", Role.MANAGER)
    client.force_login(user)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "nl"
    return user


@pytest.fixture
def carla() -> Contact:
    return people.contact(people.organisation())


def missed(carla: Contact, *, when: str = "2026-05-18 10:00", number: int = 0) -> Ticket:
    """A Hoog by mail whose solution was missed two days ago."""
    return desk.open_ticket(
        people.reporter(carla),
        words(),
        subject=f"Opslaan {number}",
        kind=Kind.INCIDENT,
        priority="hoog",
        channel=Channel.EMAIL,
        at=at(when),
    )


def shown(client: Client) -> list[Any]:
    return list(client.get(reverse("report-breaches"), MONTH).context["reclassified"])


def file_of(client: Client) -> list[dict[str, str]]:
    response = client.get(reverse("report-csv"), MONTH)
    text = b"".join(response.streaming_content).decode().removeprefix("\ufeff")  # type: ignore[attr-defined]
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def test_it_names_who_took_the_breach_away_and_not_who_came_last(
    client: Client, mila: User, carla: Contact
) -> None:
    ticket, bob = missed(carla), people.agent("Bob")
    sweep(now=at("2026-05-20 10:00"))
    desk.prioritise(
        ticket, priority="laag", reason="Valt mee", actor=bob, at=at("2026-05-20 11:00")
    )
    desk.prioritise(ticket, priority="middel", reason="Toch", actor=mila, at=at("2026-05-20 12:00"))
    desk.classify(ticket, kind=Kind.WISH, actor=mila, at=at("2026-05-20 13:00"))
    (row,) = shown(client)
    assert (row.by, row.at) == (bob, at("2026-05-20 11:00"))
    assert "Valt mee" in row.said


def test_the_last_who_took_it_away_counts_if_it_stood_again_in_between(
    client: Client, mila: User, carla: Contact
) -> None:
    ticket, bob = missed(carla), people.agent("Bob")
    sweep(now=at("2026-05-20 10:00"))
    for number, (priority, who) in enumerate([("laag", mila), ("hoog", mila), ("laag", bob)]):
        moment = at("2026-05-20 11:00") + timedelta(hours=number)
        desk.prioritise(ticket, priority=priority, reason="Zo", actor=who, at=moment)
    (row,) = shown(client)
    assert (row.by, row.at) == (bob, at("2026-05-20 13:00"))


def test_a_month_with_nothing_else_shows_it(client: Client, mila: User, carla: Contact) -> None:
    ticket = people.setting(carla, when=at("2026-05-18 10:00"))
    sweep(now=at("2026-05-20 10:00"))
    desk.decline(ticket, words("Geen Storing"), actor=mila, at=at("2026-05-20 11:00"))
    response = client.get(reverse("report-breaches"), MONTH)
    assert response.context["rows"] == []
    page = unescape(response.content.decode())
    assert "Gemist, maar telt niet meer" in page
    assert "Geen afspraken in deze maand" not in page
    assert "Mila" in page
    (line,) = file_of(client)
    assert (line["Uitkomst"], line["Door"]) == ("gemist, telt niet meer", "Mila")
    assert line["Telt niet meer sinds"] == "2026-05-20 11:00:00"
    assert "Geen Storing" in line["Waarom niet meer"]


def test_none_is_cut_off_without_a_word(client: Client, mila: User, carla: Contact) -> None:
    for number in range(53):
        missed(carla, number=number)
    sweep(now=at("2026-05-20 10:00"))
    for ticket in Ticket.objects.all():
        desk.classify(ticket, kind=Kind.WISH, actor=mila, at=at("2026-05-20 11:00"))
        desk.prioritise(
            ticket, priority="laag", reason="Wens", actor=mila, at=at("2026-05-20 11:00")
        )
    response = client.get(reverse("report-breaches"), MONTH)
    assert "53 afspraken" in response.content.decode()
    assert "Pagina 1 van 2" in response.content.decode()
    second = client.get(reverse("report-breaches"), MONTH | {"page": "2"})
    assert len(second.context["reclassified"]) == 3
    assert len([line for line in file_of(client) if line["Door"] == "Mila"]) == 53
    told = program(mila, "reports").get("/api/v1/reports/2026-05/").json()["no_longer_missed"]
    assert len(told) == 53
    assert {each["removed_by"] for each in told} == {"Mila"}
    assert {each["removed_at"] for each in told} == {"2026-05-20T11:00:00+02:00"}


def test_it_costs_the_same_for_one_as_for_many(
    client: Client, mila: User, carla: Contact, django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        ticket = missed(carla, number=number)
        sweep(now=at("2026-05-20 10:00"))
        desk.decline(ticket, words(), actor=mila, at=at("2026-05-20 11:00"))
    with django_assert_max_num_queries(22):
        assert len(shown(client)) == 12


def test_a_correction_of_the_agreement_is_named_too(
    client: Client, mila: User, carla: Contact
) -> None:
    contract = Contract.objects.get()
    contract.waived_from, contract.waiver_reason = at("2026-05-01 00:00").date(), "Mail van Jan"
    contract.save()
    missed(carla)
    sweep(now=at("2026-05-18 12:00"))
    contract.waived_from, contract.waiver_reason = None, ""
    contract.save()
    changes.follow_waiver(contract, actor=mila, now=at("2026-05-18 13:00"))
    sweep(now=at("2026-05-18 13:01"))
    (row,) = shown(client)  # the reaction, which was binding under the waiver
    assert (row.by, row.alert.promise, row.at) == (mila, "reaction", at("2026-05-18 13:00"))


def test_what_was_declined_on_the_ticket_that_stays_names_who_did(
    client: Client, mila: User, carla: Contact
) -> None:
    first, second = missed(carla), missed(carla, when="2026-05-20 09:00", number=1)
    sweep(now=at("2026-05-20 10:00"))
    gathering.merge(first, into=second, actor=people.agent("Bob"), at=at("2026-05-20 10:30"))
    assert shown(client) == []
    desk.decline(second, words(), actor=mila, at=at("2026-05-20 11:00"))
    (row,) = shown(client)
    assert (row.alert.ticket, row.by) == (first, mila)


def test_a_breach_that_the_sweep_had_not_seen_yet_is_not_tidied_away(
    client: Client, mila: User, carla: Contact
) -> None:
    ticket = missed(carla)
    desk.decline(ticket, words(), actor=mila, at=at("2026-05-20 11:00"))
    assert Alert.objects.get(kind=Alert.Kind.BREACH).at == at("2026-05-19 10:00")
    assert [row.by for row in shown(client)] == [mila]


def test_what_was_never_missed_is_not_listed(client: Client, mila: User, carla: Contact) -> None:
    ticket = missed(carla)
    early: datetime = at("2026-05-18 11:00")
    desk.decline(ticket, words(), actor=mila, at=early)
    sweep(now=at("2026-05-20 10:00"))
    assert shown(client) == []
