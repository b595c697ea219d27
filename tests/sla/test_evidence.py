"""The evidence file: whole, checkable without a database, and a change of it shows."""

import io
import json
import sys
from copy import deepcopy
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from sla import changes
from sla.evidence import check, digest, evidence_of, replay_ticket
from sla.models import Calendar, CalendarDay
from sla.sweep import sweep
from support import desk
from support.desk import customer_side
from tests import people, worlds
from tests.people import at, words
from tickets.models import Channel, Kind, Ticket

pytestmark = pytest.mark.django_db

MONDAY = at("2026-05-18 10:00")
LATER = at("2026-05-22 12:00")


def a_ticket() -> Ticket:
    """Hoog by mail, called back late, a wait, a closing day that came after the answer."""
    people.releases("2026-06-10 07:00")
    carla, alice = people.contact(people.organisation()), people.agent()
    ticket = desk.open_ticket(
        people.reporter(carla),
        words("Niemand kan opslaan."),
        subject="Opslaan",
        kind=Kind.INCIDENT,
        priority="hoog",
        channel=Channel.EMAIL,
        at=MONDAY,
    )
    desk.log_call(
        ticket, words(), actor=alice, contact=carla, answered=True, at=at("2026-05-18 11:00")
    )
    desk.note(ticket, words("Alleen voor ons."), actor=alice, at=at("2026-05-18 11:10"))
    desk.hold(ticket, words("Welke browser?"), actor=alice, at=at("2026-05-18 12:00"))
    customer_side.writes(
        ticket,
        people.reporter(carla),
        words("Firefox."),
        channel=Channel.EMAIL,
        at=at("2026-05-18 14:00"),
    )
    day = CalendarDay(
        calendar=Calendar.objects.get(), day=at("2026-05-19 12:00").date(), name="Studiedag"
    )
    changes.add_day(day, now=at("2026-05-18 15:00"))
    sweep(now=at("2026-05-18 15:00"))
    return ticket


@pytest.fixture
def evidence() -> dict[str, Any]:
    return evidence_of(a_ticket(), now=LATER)


def test_it_holds_what_its_clocks_follow_from(evidence: dict[str, Any]) -> None:
    assert check(evidence) == []
    assert check(json.loads(json.dumps(evidence))) == []
    clocks = [clock for case in evidence["cases"] for clock in case["clocks"]]
    assert {clock["kind"] for clock in clocks} == {"reaction", "resolution"}
    resolution = next(clock for clock in clocks if clock["kind"] == "resolution")
    assert sum(span["seconds"] for span in resolution["counted"]) == 8 * 3600
    days = evidence["cases"][-1]["replay"]["agreement"]["calendar"]["days"]
    assert {"day": "2026-05-19", "name": "Studiedag"} in days
    assert any("Studiedag" in alert["why"]["nl"] for alert in evidence["alerts"])


def test_what_stopped_is_proved_with_what_was_known_then(evidence: dict[str, Any]) -> None:
    reaction = next(case for case in evidence["cases"] if case["clocks"][0]["kind"] == "reaction")
    assert reaction["clocks"][0]["state"] == "met"


def test_internal_notes_stay_inside(evidence: dict[str, Any]) -> None:
    assert "Alleen voor ons" not in json.dumps(evidence)
    assert "Firefox." in json.dumps(evidence)


def test_any_change_of_the_file_shows(evidence: dict[str, Any]) -> None:
    changed = deepcopy(evidence)
    changed["messages"][0]["text"] = "Er was niets."
    assert check(changed) == ["the hash is not that of the content: the file was changed"]
    changed = deepcopy(evidence)
    changed["cases"][0]["clocks"][0]["due_at"] = "2026-05-30T10:00:00+02:00"
    changed["sha256"] = digest(changed)
    assert len(check(changed)) == 1
    assert "due_at is 2026-05-30" in check(changed)[0]


def test_every_ticket_of_the_demo_can_be_proved() -> None:
    now = at("2026-05-27 14:00")
    worlds.lay_demonstration_of(now)
    for ticket in Ticket.objects.exclude(coverage=None):
        assert check(evidence_of(ticket, now=now)) == []


def test_the_command_writes_and_checks(
    evidence: dict[str, Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    reference = evidence["ticket"]["reference"]
    call_command("evidence", reference)
    file = tmp_path / "evidence.json"
    file.write_text(capsys.readouterr().out, encoding="utf-8")
    call_command("evidence", check=str(file))
    assert "follow from the history" in capsys.readouterr().out
    monkeypatch.setattr(sys, "stdin", io.StringIO(file.read_text().replace("Opslaan", "Openen")))
    with pytest.raises(SystemExit) as exit_:
        call_command("evidence", check="-")
    assert exit_.value.code == 1
    with pytest.raises(CommandError, match="there is no ticket"):
        call_command("evidence", "WD-99999")
    (tmp_path / "no.json").write_text("{}")
    with pytest.raises(CommandError, match="not an evidence file"):
        call_command("evidence", check=str(tmp_path / "no.json"))


def test_a_past_moment_is_replayed_with_what_was_known_then(
    capsys: pytest.CaptureFixture[str],
) -> None:
    ticket = a_ticket()
    before = replay_ticket(ticket, at=at("2026-05-18 14:30"))["commitments"]
    after = replay_ticket(ticket, at=at("2026-05-18 15:30"))["commitments"]
    due = {one["kind"]: one["due_at"] for one in before}
    assert due["resolution"] == "2026-05-19T12:00:00+02:00"
    assert {one["kind"]: one["due_at"] for one in after}[
        "resolution"
    ] == "2026-05-20T12:00:00+02:00"
    call_command("sla_replay", ticket=ticket.reference, at="2026-05-18T14:30:00+02:00")
    assert json.loads(capsys.readouterr().out)["commitments"] == before
    assert replay_ticket(ticket, at=MONDAY - timedelta(hours=1)) == {"commitments": []}
    with pytest.raises(CommandError, match="offset"):
        call_command("sla_replay", ticket=ticket.reference, at="2026-05-18T14:30:00")


def test_a_written_agreement_is_replayed_like_a_built_in_one(evidence: dict[str, Any]) -> None:
    case = evidence["cases"][0]["replay"]
    assert case["agreement"]["key"] == "dialog"
    broken = case | {"agreement": {"key": "dialog", "targets": []}}
    wrong = deepcopy(evidence) | {"cases": [{"replay": broken, "clocks": []}]}
    with pytest.raises(ValueError, match="agreement"):
        check(wrong)
