"""Events as they are written, and what is refused."""

from datetime import UTC, datetime
from typing import Any

import pytest

from sla.contracts import built_in, contract
from sla.engine import Agreement, Event, Happened, Measure, Priority, TicketKind
from sla.engine.agreement import Target
from sla.engine.calendars import public_holidays, read_hours
from tests.engine.calendars import HOUR, WERKDAG, at

REPORT = {
    "at": "2026-05-18T10:00:00+02:00",
    "kind": "reported",
    "channel": "phone",
    "ticket_kind": "incident",
    "priority": "hoog",
    "authorised": True,
}


def test_an_event_is_read_as_written() -> None:
    event = Event.read(REPORT)
    assert (event.at, event.kind, event.ticket_kind, event.priority, event.authorised) == (
        at("2026-05-18 10:00"),
        Happened.REPORTED,
        TicketKind.INCIDENT,
        Priority.HIGH,
        True,
    )
    assert event.answered is False


def test_a_report_may_lack_kind_and_priority() -> None:
    event = Event.read({**REPORT, "ticket_kind": None, "priority": None})
    assert (event.ticket_kind, event.priority) == (None, None)


def test_moments_may_be_written_with_any_offset() -> None:
    assert Event.read({**REPORT, "at": "2026-05-18T08:00:00Z"}).at == at("2026-05-18 10:00")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"at": "2026-05-18T10:00:00"}, "at: .* needs its UTC offset"),
        ({"at": "gisteren"}, "at: 'gisteren' is not a moment"),
        ({"at": None}, "at: None is not a moment"),
        ({"at": 1779091200}, "is not a moment"),
        ({"at": "0001-01-01T00:00:00+02:00"}, "not in the years 1901 to 2399"),
        ({"at": "9999-12-31T23:59:59-02:00"}, "not in the years 1901 to 2399"),
        ({"kind": "exploded"}, "kind: unknown value 'exploded'; known are reported, called"),
        ({"kind": None}, "kind: unknown value None"),
        ({"kind": ["reported"]}, "kind: unknown value"),
        ({"channel": None}, "channel: unknown value None"),
        ({"channel": "fax"}, "channel: unknown value 'fax'; known are phone, email"),
        ({"ticket_kind": "bug"}, "ticket_kind: unknown value 'bug'"),
        ({"priority": "Hoog"}, "priority: unknown value 'Hoog'; known are hoog, middel, laag"),
        ({"authorised": "yes"}, "authorised: 'yes' is neither true nor false"),
        ({"answered": 1}, "answered: 1 is neither true nor false"),
        ({"kind": "planned", "release": "2026-06-01"}, "release: .* needs its UTC offset"),
        ({"kind": "classified", "ticket_kind": None}, "ticket_kind: unknown value None"),
    ],
)
def test_what_can_not_be_read_is_named(change: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Event.read({**REPORT, **change})


@pytest.mark.parametrize("written", [[], "reported", None, 3])
def test_an_event_is_an_object(written: Any) -> None:
    with pytest.raises(ValueError, match="an event is an object"):
        Event.read(written)


def test_an_event_made_in_code_needs_its_offset_too() -> None:
    with pytest.raises(ValueError, match="needs its UTC offset"):
        Event(datetime(2026, 5, 18), Happened.REPLIED)  # noqa: DTZ001
    assert Event(datetime(2026, 5, 18, tzinfo=UTC), Happened.REPLIED).priority is None


# Agreements as written.

TARGET = {
    "key": "t",
    "promise": "reaction",
    "clause": "1",
    "ticket_kinds": ["incident"],
    "hours": 4,
}


@pytest.mark.parametrize("key", built_in())
def test_built_in_agreements_are_well_written(key: str) -> None:
    data = contract(key)
    agreement = Agreement.read(data)
    hours = read_hours(data["calendar"])
    assert agreement.key == key
    assert hours.elapsed(at("2026-06-01 00:00"), at("2026-06-08 00:00")) == 5 * WERKDAG
    assert all(
        target.clause and target.words["nl"] and target.words["en"] for target in agreement.targets
    )


def test_a_target_is_read_as_written() -> None:
    target = Target.read(TARGET)
    assert (target.work, target.measure, target.priorities) == (4 * HOUR, Measure.WORK, frozenset())
    assert target.holds_for(TicketKind.INCIDENT, None)
    assert target.holds_for(TicketKind.INCIDENT, Priority.LOW)
    assert not target.holds_for(None, None)
    assert not target.holds_for(TicketKind.WISH, None)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"hours": -1}, "hours: -1 is not an amount"),
        ({"hours": "8"}, "hours: '8' is not an amount"),
        ({"hours": True}, "hours: True is not an amount"),
        ({"promise": "miracle"}, "unknown value 'miracle'"),
        ({"measure": "moons"}, "unknown value 'moons'; known are work, release, planning"),
        ({"ticket_kinds": ["bug"]}, "unknown value 'bug'"),
        ({"priorities": ["urgent"]}, "unknown value 'urgent'"),
        ({"warnings": [50, 100]}, "between 0 and 100"),
        ({"warnings": [0.5]}, "between 0 and 100"),
        ({"clause": ""}, "clause must be a text"),
    ],
)
def test_a_badly_written_target_names_its_field(change: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=f"target 't': .*{words}"):
        Target.read({**TARGET, **change})


@pytest.mark.parametrize("missing", ["promise", "clause", "ticket_kinds"])
def test_a_target_lacks_nothing(missing: str) -> None:
    with pytest.raises(ValueError, match=f"target 't': {missing} is missing"):
        Target.read({name: value for name, value in TARGET.items() if name != missing})


def test_targets_have_keys_of_their_own() -> None:
    with pytest.raises(ValueError, match="key of its own"):
        Agreement.read({"key": "a", "targets": [TARGET, TARGET]})


def test_a_calendar_names_its_weekdays() -> None:
    with pytest.raises(ValueError, match="unknown weekday maandag"):
        read_hours({"zone": "Europe/Amsterdam", "week": {"maandag": [["09:00", "17:00"]]}})


@pytest.mark.parametrize(
    ("choice", "good_friday", "closed"),
    [("lustrum", True, [3]), ("always", True, [3, 5]), ("never", False, [])],
)
def test_good_friday_and_liberation_day_are_choices(
    choice: str, good_friday: bool, closed: list[int]
) -> None:
    days = public_holidays("NL", [2026], choice, good_friday)
    asked = {"2026-04-03": 3, "2026-05-05": 5}
    assert [asked[day.isoformat()] for day in days if day.isoformat() in asked] == closed


def test_never_also_means_lustrum_years() -> None:
    named = set(public_holidays("NL", [2025], "never").values())
    assert "Bevrijdingsdag" not in named
    assert "Bevrijdingsdag" in set(public_holidays("NL", [2025]).values())
