"""When people must hear of a clock: at shares of its time, at its deadline, after it."""

from datetime import timedelta

import pytest

from sla.engine import Agreement, Reading
from sla.engine.agreement import Escalation, Recipient
from sla.engine.alarms import alarms, tell_at
from tests.engine.calendars import ALWAYS, HOUR, WERKDAGEN, at, wall
from tests.engine.histories import (
    HOOG_BACK,
    LAAG_MAIL,
    MIDDEL_BACK,
    MIDDEL_MAIL,
    agreement,
    readings,
)

SETTING = "2026-05-18 15:00 reported web setting"
AFTER = Escalation(100, 4 * HOUR, (Recipient.MANAGERS,))
ZERO = timedelta(0)


def told(found: list[Reading], *escalation: Escalation) -> list[tuple[int, float, str | None]]:
    """Share, hours after, and moment of each alarm, in order of time."""
    (one,) = found
    given = sorted(alarms(one, WERKDAGEN, escalation), key=lambda alarm: alarm.at)
    return [(alarm.share, alarm.after / HOUR, wall(alarm.at)) for alarm in given]


def test_shares_are_of_the_working_time() -> None:
    assert told(readings(SETTING, now="2026-05-18 15:00")) == [
        (50, 0.0, "2026-05-19 11:00"),
        (80, 0.0, "2026-05-19 13:24"),
        (100, 0.0, "2026-05-19 15:00"),
    ]


def test_an_edition_adds_shares_and_hours_after_the_deadline() -> None:
    early = Escalation(25, ZERO, (Recipient.ASSIGNEE,))
    assert told(readings(SETTING, now="2026-05-18 15:00"), early, AFTER) == [
        (25, 0.0, "2026-05-18 17:00"),
        (50, 0.0, "2026-05-19 11:00"),
        (80, 0.0, "2026-05-19 13:24"),
        (100, 0.0, "2026-05-19 15:00"),
        (100, 4.0, "2026-05-20 11:00"),
    ]


def test_what_does_not_bind_alarms_nobody() -> None:
    by_mail = readings(MIDDEL_MAIL, now="2026-05-18 10:00")
    (reaction,) = [one for one in by_mail if one.target.promise == "reaction"]
    assert list(alarms(reaction, WERKDAGEN, [AFTER])) == []


def test_laag_has_no_deadline_to_alarm_about() -> None:
    assert told(readings(LAAG_MAIL, now="2026-05-18 10:00"), AFTER) == []


def test_middel_without_a_release_is_told_from_the_report_on() -> None:
    found = readings(MIDDEL_BACK, now="2026-05-18 10:00", releases=[])
    resolution = [one for one in found if one.target.promise == "resolution"]
    assert told(resolution) == [(0, 0.0, "2026-05-18 10:00")]


def test_a_direct_promise_has_no_shares() -> None:
    found = readings(HOOG_BACK, now="2026-05-18 10:00")
    reaction = [one for one in found if one.target.promise == "reaction"]
    assert told(reaction, AFTER) == [
        (100, 0.0, "2026-05-18 10:00"),
        (100, 4.0, "2026-05-18 14:00"),
    ]


@pytest.mark.parametrize(
    ("moment", "priority", "told_from"),
    [
        ("2026-05-18 10:00", "middel", "2026-05-18 10:00"),
        ("2026-05-18 09:00", "middel", "2026-05-18 09:00"),
        ("2026-05-18 17:00", "middel", "2026-05-18 17:00"),
        ("2026-05-18 17:01", "middel", "2026-05-19 09:00"),
        ("2026-05-22 18:00", "laag", "2026-05-26 09:00"),  # Pinksteren
        ("2026-05-22 18:00", None, "2026-05-26 09:00"),
        ("2026-05-22 18:00", "hoog", "2026-05-22 18:00"),
        ("2026-10-25 02:30", "middel", "2026-10-26 09:00"),
    ],
)
def test_people_are_told_in_working_hours_unless_hoog(
    moment: str, priority: str | None, told_from: str
) -> None:
    assert wall(tell_at(at(moment), WERKDAGEN, priority)) == told_from


def test_around_the_clock_nothing_waits() -> None:
    assert tell_at(at("2026-05-23 03:00"), ALWAYS, "laag") == at("2026-05-23 03:00")


@pytest.mark.parametrize(
    "step",
    [
        {"at": 0, "to": ["team"]},
        {"at": 101, "to": ["team"]},
        {"at": 50, "after_hours": 2, "to": ["team"]},
        {"at": 50, "to": []},
        {"at": 50, "to": ["everybody"]},
        {"after_hours": -1, "to": ["team"]},
    ],
)
def test_a_step_that_means_nothing_is_refused(step: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"escalation|known are|hours"):
        Agreement.read({"key": "a", "escalation": [step]})


def test_the_built_in_agreements_escalate() -> None:
    assert [step.share for step in agreement().escalation] == [50, 80, 100, 100]
