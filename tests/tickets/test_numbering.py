"""Ticket numbers: they rise, are short, name one ticket each, and don't tell how many there are."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest
from pytest_django import Settings

from config import checks
from support.intake import email
from tests import people
from tests.at_once import together
from tests.people import at
from tickets import numbering
from tickets.models import Contact, Message, Numbering, Ticket

MONDAY = at("2026-05-18 12:00")


@pytest.fixture
def carla(transactional_db: None) -> Contact:
    return people.contact(people.organisation())


def made(carla: Contact, count: int) -> list[int]:
    return [people.setting(carla, when=MONDAY).pk for _ in range(count)]


def steps(numbers: list[int]) -> set[int]:
    return {later - earlier for earlier, later in pairwise(numbers)}


def test_numbers_rise_by_steps_of_many_lengths_and_stay_short(
    carla: Contact, settings: Settings
) -> None:
    settings.TICKET_NUMBERS = "scattered"
    numbers = made(carla, 40)
    assert numbers == sorted(set(numbers))
    assert len(steps(numbers)) > 3
    assert max(steps(numbers)) <= 2 * numbering.measure(MONDAY)


def test_the_measure_of_one_day_tells_nothing_of_another(settings: Settings) -> None:
    days = [MONDAY + timedelta(days=number) for number in range(60)]
    told = [numbering.measure(day) for day in days]
    assert len(set(told)) > 10
    settings.SECRET_KEY = "that of another house"
    assert [numbering.measure(day) for day in days] != told


def test_numbers_in_a_row_are_in_a_row(carla: Contact, settings: Settings) -> None:
    settings.TICKET_NUMBERS = "in-a-row"
    assert steps(made(carla, 5)) == {1}


def test_a_new_house_scatters_and_one_that_did_not_goes_on_as_it_was(
    carla: Contact, settings: Settings
) -> None:
    settings.TICKET_NUMBERS = ""
    assert Numbering.objects.get().scattered  # as the migrations left it
    assert steps(made(carla, 20)) != {1}
    Numbering.objects.update(scattered=False)
    assert steps(made(carla, 5)) == {1}


def test_tickets_made_at_once_have_numbers_of_their_own(carla: Contact, settings: Settings) -> None:
    settings.TICKET_NUMBERS = "scattered"
    numbers = together(*[lambda: made(carla, 5)] * 4)
    flat = [number for each in numbers if isinstance(each, list) for number in each]
    assert len(set(flat)) == 20 == Ticket.objects.count()


def test_an_answer_by_mail_finds_a_scattered_number(carla: Contact, settings: Settings) -> None:
    settings.TICKET_NUMBERS = "scattered"
    made(carla, 3)
    ticket = Ticket.objects.earliest("pk")
    raw = f"From: {carla.email}\nSubject: Re: [{ticket.reference}] Kapot\n\nDank u wel."
    email.receive(raw.encode(), now=MONDAY + timedelta(hours=1))
    assert Message.objects.latest("pk").ticket == ticket
    assert Ticket.objects.by_reference(ticket.reference.lower()).get() == ticket


def test_a_word_that_is_none_is_said(settings: Settings) -> None:
    assert checks.numbers_are_given_in_a_known_way() == []
    settings.TICKET_NUMBERS = "scatterd"
    (said,) = checks.numbers_are_given_in_a_known_way()
    assert "WERKDAG_TICKET_NUMBERS" in said.msg
