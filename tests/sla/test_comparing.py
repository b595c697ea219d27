"""What changes between editions is said in words, field by field, and nothing is left out."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from django.utils.translation import override

from sla import comparing, editions
from sla.contracts import built_in, contract
from sla.models import Edition, EscalationStep, Target
from tests import people
from tests.people import at

NOW = at("2026-03-01 10:00")


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with override("en"):
        yield


def said(key: str, change: Any) -> list[str]:
    before, after = contract(key), deepcopy(contract(key))
    change(after)
    return comparing.differences(before, after)


def target(data: dict[str, Any], key: str) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in data["targets"] if each["key"] == key)
    return found


@pytest.mark.parametrize("key", built_in())
def test_what_is_the_same_changes_nothing(key: str) -> None:
    assert said(key, lambda data: None) == []


CHANGES: list[tuple[str, Any, list[str]]] = [
    (
        "dialog",
        lambda data: target(data, "reaction-setting").update(hours=4.5),
        ["Reaction time setting: was within one working day, becomes within 4.5 working hours"],
    ),
    (
        "dialog",
        lambda data: target(data, "reaction-middel").update(phone_required=False),
        [
            (
                "Reaction time Medium (incident), binds: was only when reported by phone, "
                "becomes by any channel"
            )
        ],
    ),
    (
        "dialog",
        lambda data: target(data, "resolution-middel").update(measure="work", hours=1),
        ["Solution time Medium: was in the next release, becomes within 1 working hour"],
    ),
    (
        "dialog",
        lambda data: target(data, "resolution-hoog").update(
            pauses_while_waiting=False, from_change=True, clause="9.Z", warnings=[90]
        ),
        [
            (
                "Solution time High, waiting: was pauses while we wait for the customer, "
                "becomes goes on while we wait for the customer"
            ),
            (
                "Solution time High, counts: was from the report, "
                "becomes from the last change of kind or priority"
            ),
            "Solution time High, clause: was Bijlage 1, Oplostijden: Hoog, becomes 9.Z",
            "Solution time High, warnings: was 50 %, 80 %, becomes 90 %",
        ],
    ),
    (
        "diploc",
        lambda data: data["targets"].append(
            {
                "key": "next",
                "promise": "next_response",
                "clause": "Support",
                "ticket_kinds": ["support"],
                "hours": 8,
            }
        ),
        [
            "Next response support request (Support): new, within one working day, by any channel",
        ],
    ),
    (
        "diploc",
        lambda data: data["targets"].clear(),
        ["Reaction time incident, support request (Support): is no longer promised"],
    ),
    (
        "diploc",
        lambda data: data["notice"].update(days=45),
        ["Notice of changes: was 1 month, becomes 45 days and 1 month"],
    ),
    (
        "diploc",
        lambda data: data["calendar"]["week"].update(sat=[["10:00", "14:00"]]),
        [
            (
                "Opening hours: was Monday to Friday 09:00-17:00, "
                "becomes Monday to Friday 09:00-17:00; Saturday 10:00-14:00"
            )
        ],
    ),
    (
        "diploc",
        lambda data: data["availability"].update(guarantee="99.9", counts_above_minutes=0),
        [
            "Guaranteed availability: was 99.5 % a calendar month, becomes 99.9 % a calendar month",
            "Outages that count: was outages of more than 15 minutes, becomes every outage",
        ],
    ),
    (
        "diploc",
        lambda data: data["availability"].update(credits=[{"below": "99.5", "percent": 5}]),
        [
            (
                "Credit on the monthly fee: was 99.2 % or lower: 40 %; 99.3 % or lower: 30 %; "
                "99.4 % or lower: 20 %; below 99.5 %: 10 %, becomes below 99.5 %: 5 %"
            )
        ],
    ),
    (
        "dialog",
        lambda data: data["clauses"].update(phone="4.E"),
        ["Clause “What must be reported by phone”: was 4.D, becomes 4.E"],
    ),
    (
        "dialog",
        lambda data: data["escalation"].pop(),
        ["Escalation 4 working hours after: was the managers, becomes nobody"],
    ),
    (
        "dialog",
        lambda data: data["planning"].clear(),
        ["Listed when no release has it: was after 14 days, becomes never"],
    ),
    (
        "dialog",
        lambda data: data["priorities"]["laag"].update(en="Hardly."),
        ["The description of Low changes: “Hardly.”"],
    ),
]


@pytest.mark.parametrize(("key", "change", "words"), CHANGES)
def test_each_change_is_said(key: str, change: Any, words: list[str]) -> None:
    assert said(key, change) == words


@pytest.mark.django_db
def test_customers_do_not_read_of_our_escalation_warnings_and_planning() -> None:
    before = people.agreement().editions.get()
    after = editions.draft(before.agreement, now=NOW)
    EscalationStep.objects.filter(edition=after).delete()
    Target.objects.filter(edition=after).update(warnings=[90])
    Target.objects.filter(edition=after, key="reaction-setting").update(hours=4)
    after.terms = {name: value for name, value in after.terms.items() if name != "planning"}
    after.save()
    after = Edition.objects.get(pk=after.pk)
    read = comparing.promised_changes(before, after)
    assert read == [
        "Reaction time setting: was within one working day, becomes within 4 working hours"
    ]
    assert len(comparing.changes(before, after)) == 1 + 7 + 1 + 4
