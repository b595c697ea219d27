"""The worked examples: every one comes out exactly."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import holidays
import pytest

from sla.contracts import contract
from sla.engine import Agreement, Event, WorkingHours, next_release, read_clocks, state_at
from sla.engine.availability import AvailabilityTerms, availability, month_span
from sla.engine.calendars import WEEKDAYS

DATA = json.loads((Path(__file__).parent.parent / "data" / "sla-examples.json").read_text())
ZONE = "Europe/Amsterdam"


def of_kind(kind: str) -> list[Any]:
    """The examples of one kind, named by what they show."""
    return [
        pytest.param(example, id=f"{example['id']}: {example['why']}")
        for example in DATA["examples"]
        if example["kind"] == kind
    ]


def calendar(name: str) -> WorkingHours:
    """A calendar of the examples."""
    data = DATA["calendars"][name]
    categories = ("public", "optional") if data.get("liberation_day_every_year") else ("public",)
    closed = (
        holidays.country_holidays(data["holidays"], language="nl", categories=categories)
        if data["holidays"]
        else {}
    )
    week = {WEEKDAYS.index(day): blocks for day, blocks in data["weekly"].items()}
    return WorkingHours(week=week, zone=data["tz"], closed=closed)


def at(text: str) -> datetime:
    """A moment of the examples."""
    return datetime.fromisoformat(text)


def test_no_kind_of_example_goes_untested() -> None:
    kinds = {example["kind"] for example in DATA["examples"]}
    assert kinds == {
        "deadline",
        "working-time",
        "state",
        "next-release",
        "availability",
        "ticket",
    }


@pytest.mark.parametrize("example", of_kind("deadline"))
def test_deadline(example: dict[str, Any]) -> None:
    pauses = [(at(a), at(b) if b else None) for a, b in example.get("pauses", [])]
    work = timedelta(hours=example["target_hours"])
    due = calendar(example["calendar"]).due(at(example["start"]), work, pauses)
    assert (due.isoformat() if due else None) == example["expect"]["due"]


@pytest.mark.parametrize("example", of_kind("working-time"))
def test_working_time(example: dict[str, Any]) -> None:
    worked = calendar(example["calendar"]).elapsed(at(example["start"]), at(example["end"]))
    assert worked == timedelta(hours=example["expect"]["hours"])


@pytest.mark.parametrize("example", of_kind("state"))
def test_state(example: dict[str, Any]) -> None:
    done = at(example["done"]) if example["done"] else None
    state = state_at(at(example["due"]), done, at(example["now"]))
    assert state == example["expect"]["state"]


@pytest.mark.parametrize("example", of_kind("next-release"))
def test_next_release(example: dict[str, Any]) -> None:
    releases = [at(release) for release in example["releases"]]
    assert next_release(releases, at(example["report"])) == at(example["expect"]["due"])


@pytest.mark.parametrize("example", of_kind("availability"))
def test_availability(example: dict[str, Any]) -> None:
    terms = AvailabilityTerms.read(contract(example["contract"].lower())["availability"])
    year, month = map(int, example["month"].split("-"))
    outage = (at(example["outage"][0]), at(example["outage"][1]))
    announced = [(at(a), at(b)) for a, b in example.get("announced_maintenance", [])]
    result = availability(terms, month_span(year, month, ZONE), [outage], announced)
    measured = {
        "month_minutes": result.month / timedelta(minutes=1),
        "unavailable_minutes": result.unavailable / timedelta(minutes=1),
        "downtime_seconds": result.unavailable / timedelta(seconds=1),
        "availability_percent": round(float(result.percent), 4),
        "guarantee_met": result.guarantee_met,
        "credit_percent": result.credit_percent,
    }
    expected = example["expect"]
    assert {name: measured[name] for name in expected} == expected


@pytest.mark.parametrize("example", of_kind("ticket"))
def test_ticket(example: dict[str, Any]) -> None:
    kinds = {"settings change": "setting", "hosting support": "support"}
    reported = at(example["reported"])
    authorised = example.get("by") == "authorised contact"
    report = {
        "at": example["reported"],
        "kind": "reported",
        "channel": example["channel"],
        "ticket_kind": kinds.get(example.get("request", ""), "incident"),
        "priority": example.get("priority", "").lower() or None,
        "authorised": authorised and example["channel"] == "phone",
    }
    events = [Event.read(report)]
    if "phoned" in example:
        call = {"at": example["phoned"], "kind": "called", "authorised": authorised}
        events.append(Event.read(call))
    releases = [
        at(text)
        for other in DATA["examples"]
        if other["id"] == "next-release-1"
        for text in other["releases"]
    ]
    agreement = Agreement.read(contract(example["contract"].lower()))
    now = max(reported, events[-1].at)
    readings = read_clocks(agreement, WorkingHours.dutch(), releases, events, now)
    reactions = [r for r in readings if r.target.promise == "reaction"]
    resolutions = [r for r in readings if r.target.promise == "resolution"]
    binding = [reaction for reaction in reactions if reaction.binding]
    due = binding[0].due_at if binding else None
    assert {
        "reaction": due.isoformat() if due else None,
        "reaction_binding": bool(binding),
        "resolution_due": next((r.due_at.isoformat() for r in resolutions if r.due_at), None),
    } == example["expect"]
