"""What an explanation says, where an agreement says less or something else than Dialog's."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.utils.translation import override

from sla.contracts import contract
from sla.engine import Agreement
from sla.engine.explanation import explain
from sla.explaining import in_words
from tests.engine.calendars import AMSTERDAM, WERKDAGEN
from tests.engine.histories import (
    HOOG_MAIL,
    MIDDEL_MAIL,
    SOON,
    agreement,
    reading,
    readings,
)


def told(promise: str, *history: str, terms: Agreement, now: str, waived: bool = False) -> str:
    """The explanation of the one clock of a promise."""
    found = reading(promise, readings(*history, now=now, terms=terms, waiver=waived))
    with override("nl"):
        return "\n".join(in_words(explain(found, terms, WERKDAGEN, waived), AMSTERDAM, {}))


def without_clauses() -> Iterator[str]:
    """What would cite a clause, under an agreement that has none for it."""
    bare = Agreement.read(contract("dialog") | {"clauses": {}})
    call = "2026-05-18 10:30 called authorised"
    stranger = "2026-05-18 10:00 reported phone incident middel"
    declined = "2026-05-18 10:30 declined"
    yield told("reaction", MIDDEL_MAIL, terms=bare, now=SOON)
    yield told("reaction", MIDDEL_MAIL, call, terms=bare, now=SOON)
    yield told("reaction", MIDDEL_MAIL, terms=bare, now=SOON, waived=True)
    yield told("resolution", HOOG_MAIL, declined, terms=bare, now=SOON)
    yield told("reaction", stranger, terms=replace(bare, caller_clause="3.C"), now=SOON)
    support = "2026-05-18 10:00 reported email support"
    yield told("reaction", support, declined, terms=agreement("diploc"), now=SOON)


def test_a_clause_that_an_agreement_has_not_is_not_cited() -> None:
    said = list(without_clauses())
    assert len(said) == 6
    for each in said:
        assert "()" not in each, each
        assert " ." not in each, each


@pytest.mark.parametrize(
    ("days", "held", "over"),
    [
        (
            2,
            (
                "Wachten wij al 16u werktijd op de klant als een release uitkomt, dan telt die "
                "niet mee; er is nu geen deadline."
            ),
            "een release die uitkwam toen dit al 16u werktijd duurde, telt niet mee.",
        ),
        (
            0,
            (
                "Wachten wij op de klant als een release uitkomt, dan telt die niet mee; er is nu "
                "geen deadline."
            ),
            "een release die in die tijd uitkwam, telt niet mee.",
        ),
    ],
)
def test_how_much_waiting_costs_a_release_is_told_as_agreed(
    days: float, held: str, over: str
) -> None:
    terms = replace(agreement(), release_after_days=days)
    waits, goes_on = "2026-06-05 09:00 waiting", "2026-06-12 09:00 resumed"
    report, late = "2026-05-20 10:00 reported email incident middel", "2026-06-12 12:00"
    assert held in told("resolution", report, waits, terms=terms, now=late)
    assert over in told("resolution", report, waits, goes_on, terms=terms, now=late)


@pytest.mark.parametrize(
    ("answered", "said"),
    [
        ("2026-05-18 12:00", "Beantwoord ma 18 mei 2026 12:00: gehaald."),
        (
            "2026-05-20 12:00",
            "Beantwoord wo 20 mei 2026 12:00, later dan gestreefd; dat is geen overschrijding.",
        ),
    ],
)
def test_what_was_only_aimed_for_is_not_told_as_kept_when_it_was_missed(
    answered: str, said: str
) -> None:
    history = [MIDDEL_MAIL, f"{answered} replied"]
    assert said in told("reaction", *history, terms=agreement(), now="2026-05-21 12:00")
