"""What a customer is told of promises: by agreement, kind, priority, who reads, and the hour."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.utils.translation import override

from sla import agreements, calendars, calling, telling
from sla.contracts import contract
from sla.models import Edition
from sla.queries import Stated, cards_of, edition_of
from sla.telling import Reader
from support import desk
from tests import people
from tests.people import AMSTERDAM, at, words
from tickets.models import Channel, Kind, Priority, Ticket

pytestmark = pytest.mark.django_db

SUNDAY, MONDAY = at("2026-11-22 11:00"), at("2026-11-23 10:00")
TUESDAY = "dinsdag 24 november 2026, 10:00"
MAY, MAY_NOT = Reader(may_phone=True), Reader(may_phone=False, callers=["Carla"])


@pytest.fixture(autouse=True)
def _dutch() -> object:
    with override("nl"):
        yield


@pytest.fixture
def dialog() -> Edition:
    return people.agreement().editions.get()


@pytest.fixture
def diploc() -> Edition:
    return people.agreement("diploc").editions.get()


def points(
    edition: Edition,
    kind: str,
    priority: str = "",
    *,
    channel: str = Channel.WEB,
    reader: Reader = MAY,
    waived: bool = False,
) -> list[str]:
    told = telling.expected(edition, kind, priority, channel=channel, reader=reader, waived=waived)
    return list(told.points)


def test_each_kind_is_told_its_own_times_and_no_others(dialog: Edition) -> None:
    assert points(dialog, Kind.SETTING) == ["Reactie: binnen één werkdag (3.G)."]
    for kind in (Kind.QUESTION, Kind.WISH):
        said = ["Reactie: zo snel als we kunnen; er staat geen tijd vast."]
        assert points(dialog, kind) == said
    hoog = points(dialog, Kind.INCIDENT, Priority.HIGH)
    assert hoog == [
        "Reactie: direct, als u belt (Bijlage 1, Reactietijden: Hoog).",
        "Oplossing: binnen één werkdag (Bijlage 1, Oplostijden: Hoog).",
    ]
    laag = points(dialog, Kind.INCIDENT, Priority.LOW)
    assert laag[0] == "Reactie: zo snel als we kunnen; er staat geen tijd vast."
    assert "zonder datum" in laag[1]


@pytest.mark.parametrize("kind", [Kind.INCIDENT, Kind.SUPPORT])
@pytest.mark.parametrize("priority", Priority.values)
def test_another_agreement_is_told_in_its_own_times(
    diploc: Edition, kind: str, priority: str
) -> None:
    assert points(diploc, kind, priority) == ["Reactie: binnen 4 werkuren (Support)."]
    assert calling.phone_line(diploc, now=MONDAY) is None


def test_nobody_who_may_not_phone_is_told_to(dialog: Edition) -> None:
    said = points(dialog, Kind.INCIDENT, Priority.HIGH, reader=MAY_NOT)
    assert said[0] == (
        "Reactie: direct, als iemand belt die dat mag (Bijlage 1, Reactietijden: Hoog)."
    )
    line = calling.phone_line(dialog, now=MONDAY)
    assert line is not None
    advice = calling.advice_beforehand(line, reader=MAY_NOT)
    assert advice.title == "Laat een collega ons bellen"
    assert advice.text.endswith("(4.D en 3.C). Dat mogen: Carla.")


def test_a_waiver_takes_the_call_out_of_what_is_told(dialog: Edition) -> None:
    told = telling.expected(
        dialog, Kind.INCIDENT, Priority.HIGH, channel=Channel.WEB, reader=MAY_NOT, waived=True
    )
    assert told.points[0] == "Reactie: direct (Bijlage 1, Reactietijden: Hoog)."
    assert told.by_phone is False


@pytest.mark.parametrize(
    ("now", "when"),
    [
        (MONDAY, ""),
        (SUNDAY, "maandag vanaf 09:00"),
        (at("2026-11-23 07:00"), "vandaag vanaf 09:00"),
        (at("2026-11-23 17:00"), "dinsdag vanaf 09:00"),
        (at("2026-12-24 18:00"), "maandag vanaf 09:00"),  # Christmas, and a weekend
    ],
)
def test_when_to_phone_follows_the_calendar(dialog: Edition, now: datetime, when: str) -> None:
    line = calling.phone_line(dialog, now=now)
    assert line is not None
    title = f"Bel ons {when}" if when else "Bel ons nu"
    assert calling.advice_beforehand(line, reader=MAY).title == title
    title = f"Laat een collega ons {when} bellen" if when else "Laat een collega ons bellen"
    assert calling.advice_beforehand(line, reader=MAY_NOT).title == title


def test_closed_for_a_week_the_day_is_named_by_its_date(dialog: Edition) -> None:
    for day in range(10):
        dialog.calendar.days.create(
            day=(SUNDAY + timedelta(days=day)).date(), name="Dicht", known_from=SUNDAY
        )
    calendars.mark_changed(dialog.calendar, now=SUNDAY)
    assert calling.opens_words(dialog.calendar, now=SUNDAY) == "woensdag 2 december vanaf 09:00"


def test_the_clause_comes_from_the_agreement() -> None:
    own = contract("dialog") | {"key": "eigen", "name": "Eigen", "clauses": {"phone": "art. 12"}}
    edition = agreements.load(own, in_force_on=date(2020, 1, 1))
    line = calling.phone_line(edition, now=MONDAY)
    assert line is not None
    assert calling.advice_beforehand(line, reader=MAY).text.endswith("(art. 12).")


def reported(*, may_phone: bool, channel: str = Channel.WEB, answered: bool = False) -> Ticket:
    carla = people.contact(people.organisation(), may_phone=may_phone)
    return desk.open_ticket(
        people.reporter(carla),
        words(),
        subject="Wit scherm",
        kind=Kind.INCIDENT,
        channel=channel,
        priority=Priority.HIGH,
        answered=answered,
        actor=people.agent() if channel == Channel.PHONE else None,
        at=MONDAY,
    )


def told(ticket: Ticket, *, now: datetime = MONDAY) -> list[str]:
    reader = telling.reader_of(ticket.contact, ticket.organisation, edition_of(ticket))
    return telling.lines_for(cards_of(ticket, now=now), reader=reader, zone=AMSTERDAM, now=now)


def test_a_report_that_was_not_phoned_is_told_to_who_may_and_to_who_may_not() -> None:
    assert told(reported(may_phone=True))[0].startswith("Reactie: direct, zodra u belt (")


def test_who_may_not_phone_is_not_told_that_their_call_would_bind() -> None:
    said = told(reported(may_phone=False))[0]
    assert said.startswith("Reactie: direct, zodra iemand belt die dat mag (")


def test_who_may_not_phone_and_did_is_told_to_have_a_colleague_do_it(dialog: Edition) -> None:
    ticket = reported(may_phone=False, channel=Channel.PHONE)
    people.contact(ticket.organisation, "Bea")  # type: ignore[arg-type]
    reader = telling.reader_of(ticket.contact, ticket.organisation, dialog)
    cards = cards_of(ticket, now=MONDAY)
    advice = calling.advice(cards, dialog, ticket=ticket, reader=reader, now=MONDAY)
    assert advice is not None
    assert (advice.title, reader.callers) == ("Laat een collega ons bellen", ["Bea"])


def test_an_answered_call_is_told_as_a_reaction_given_not_as_a_deadline(dialog: Edition) -> None:
    ticket = reported(may_phone=True, channel=Channel.PHONE, answered=True)
    said = told(ticket)
    assert "Reactie: gegeven op maandag 23 november 2026, 10:00 (" in said[0]
    assert "Oplossing: uiterlijk dinsdag 24 november 2026, 10:00 (" in said[1]
    cards = cards_of(ticket, now=MONDAY)
    assert calling.advice(cards, dialog, ticket=ticket, reader=MAY, now=MONDAY) is None


@pytest.mark.parametrize(
    ("measure", "words_of"),
    [
        ("release", "bij de eerstvolgende release, die nog geen datum heeft"),
        ("planning", "we plannen het in een komende release; er is geen datum toegezegd"),
        ("work", "er is geen datum toegezegd"),
    ],
)
def test_what_has_no_date_says_why(measure: str, words_of: str) -> None:
    card = Stated("resolution", "Oplossing", "x", measure, True, "running", None, None, False)
    assert telling.said(card, reader=MAY, zone=AMSTERDAM, now=MONDAY) == words_of


def test_a_promise_that_lapsed_is_not_told_of_and_one_that_waits_is() -> None:
    lapsed = Stated("reaction", "Reactie", "x", "work", True, "cancelled", MONDAY, None, False)
    waits = Stated("resolution", "Oplossing", "y", "work", True, "paused", None, None, False)
    said = telling.lines_for([lapsed, waits], reader=MAY, zone=AMSTERDAM, now=MONDAY)
    assert said == ["Oplossing: staat stil zolang wij op u wachten (y)"]


@pytest.mark.parametrize(
    ("binding", "before", "after"),
    [
        (
            True,
            f"uiterlijk {TUESDAY}",
            f"te laat; dat moest uiterlijk {TUESDAY}",
        ),
        (
            False,
            f"we streven naar {TUESDAY}, niet bindend",
            f"later dan {TUESDAY}, waar we naar streefden; dat was niet bindend",
        ),
    ],
)
def test_a_moment_that_has_passed_is_not_told_as_one_to_come(
    binding: bool, before: str, after: str
) -> None:
    due = MONDAY + timedelta(days=1)
    card = Stated("resolution", "Oplossing", "x", "work", binding, "running", due, None, False)
    late = Stated("resolution", "Oplossing", "x", "work", binding, "breached", due, None, False)
    assert telling.said(card, reader=MAY, zone=AMSTERDAM, now=due) == before
    for each in (card, late):
        later = due + timedelta(seconds=1)
        assert telling.said(each, reader=MAY, zone=AMSTERDAM, now=later) == after
