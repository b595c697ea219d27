"""What nobody has judged yet may be worse: what it would owe then, and by when to look."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from sla.engine import Agreement
from sla.engine.agreement import Triage
from sla.engine.events import Priority
from sla.engine.triage import Under, Unjudged, unjudged
from tests.engine.calendars import WERKDAGEN, at, wall
from tests.engine.histories import agreement, event

RELEASES = ["2026-06-10 07:00", "2026-07-01 07:00"]
MAIL = "2026-06-15 10:00 reported email question"


def found(
    *history: str, terms: Agreement | None = None, releases: Sequence[str] = RELEASES
) -> Unjudged | None:
    terms = terms or agreement()
    events = [event(text) for text in history]
    moments = [at(release) for release in releases]
    under = Under(terms, WERKDAGEN, moments)
    return unjudged(under, events, under.read(events, events[-1].at))


def told(it: Unjudged | None) -> Any:
    return it and (wall(it.judge_by), {one.priority.value: wall(one.due_at) for one in it.owed})


def test_a_mail_may_be_an_incident() -> None:
    owed = {"hoog": "2026-06-16 10:00", "middel": "2026-07-01 07:00"}
    assert told(found(MAIL)) == ("2026-06-15 12:00", owed)


@pytest.mark.parametrize(
    "judged",
    [
        "classified question",
        "classified wish",
        "prioritised laag",
        "replied",
        "waiting",
        "declined",
        "resolved",
        "merged",
    ],
)
def test_whoever_has_looked_has_judged(judged: str) -> None:
    assert found(MAIL, f"2026-06-15 11:00 {judged}") is None


OWN = "2026-06-15 10:00 reported monitor incident own"


def test_what_we_found_ourselves_is_looked_at_also_where_nothing_is_owed() -> None:
    diploc = agreement("diploc")
    assert told(found(OWN, terms=diploc)) == ("2026-06-15 12:00", {})
    assert found(OWN, "2026-06-15 11:00 prioritised hoog", terms=diploc) is None
    assert found(OWN.removesuffix(" own"), terms=diploc) is None  # its reaction has a clock


def test_once_a_customer_asks_about_it_the_clock_of_that_is_what_warns() -> None:
    asked = "2026-06-15 10:30 customer_replied"
    assert found(OWN, asked, terms=agreement("diploc")) is None


@pytest.mark.parametrize("other", ["customer_replied", "identified", "called authorised"])
def test_what_the_customer_does_judges_nothing(other: str) -> None:
    assert found(MAIL, f"2026-06-15 11:00 {other}") is not None


def test_who_took_the_call_heard_what_it_was() -> None:
    assert found("2026-06-15 10:00 reported phone question authorised answered") is None


def test_what_owes_as_much_already_is_not_worse() -> None:
    web = "2026-06-15 10:00 reported web incident"
    assert told(found(f"{web} hoog")) is None
    assert told(found(f"{web} middel")) == ("2026-06-15 12:00", {"hoog": "2026-06-16 10:00"})
    assert told(found(f"{web} laag")) == told(found(MAIL))


def test_what_has_no_date_owes_none() -> None:
    assert told(found(MAIL, releases=[])) == ("2026-06-15 12:00", {"hoog": "2026-06-16 10:00"})


def test_where_every_report_owes_the_same_a_kind_without_a_promise_may_still_be_worse() -> None:
    assert found("2026-06-15 10:00 reported email support", terms=agreement("diploc")) is None
    question = found(MAIL, terms=agreement("diploc"))
    assert told(question) == (
        "2026-06-15 12:00",
        {"hoog": "2026-06-15 14:00", "middel": "2026-06-15 14:00"},
    )


@pytest.mark.parametrize(
    ("rule", "by"),
    [
        (Triage(within=timedelta(hours=4)), "2026-06-15 14:00"),
        (Triage(within=timedelta(hours=40)), "2026-06-16 10:00"),  # never after that it is missed
        (Triage(), "2026-06-16 10:00"),
        (Triage(priorities=(Priority.MEDIUM,)), "2026-07-01 07:00"),
    ],
)
def test_by_when_is_a_rule_of_the_agreement(rule: Triage, by: str) -> None:
    it = found(MAIL, terms=replace(agreement(), triage=rule))
    assert it
    assert wall(it.judge_by) == by


@pytest.mark.parametrize("data", [{"hours": -1}, {"priorities": ["urgent"]}, {"minutes": 5}])
def test_a_rule_that_means_nothing_is_refused(data: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"hours|known are|unknown"):
        Agreement.read({"key": "a", "triage": data})
