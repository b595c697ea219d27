"""A written history in, its clocks out: what `sla_replay` prints for one case."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

from sla.contracts import contract
from sla.engine import Agreement, Event, Reading, WorkingHours, read_clocks
from sla.engine.calendars import read_hours
from sla.engine.events import moment
from sla.engine.explanation import explain
from sla.explaining import in_words


@cache
def _built_in(key: str) -> tuple[Agreement, WorkingHours]:
    return _written(contract(key))


def _written(data: Mapping[str, Any]) -> tuple[Agreement, WorkingHours]:
    return Agreement.read(data), read_hours(data["calendar"])


def _agreement(value: object) -> tuple[Agreement, WorkingHours]:
    """A built-in agreement by its key, or one written out in full, as in an evidence file."""
    if not isinstance(value, Mapping):
        return _built_in(str(value))
    try:
        return _written(value)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"agreement: can't be read ({error})") from None


def replay(case: object) -> dict[str, Any]:
    """The commitments of one case (DESIGN §5). ValueError says what is wrong with it.

    agreement: a key, or the whole agreement as `agreement export` has it.
    """
    if not isinstance(case, Mapping):
        raise ValueError("a case is a JSON object")  # noqa: TRY004
    agreement, hours = _agreement(case.get("agreement"))
    waived = case.get("phone_waiver", False)
    if not isinstance(waived, bool):
        raise ValueError(f"phone_waiver: {waived!r} is neither true nor false")  # noqa: TRY004
    events = [Event.read(event) for event in _list(case, "events")]
    releases = sorted(moment(release, "releases") for release in _list(case, "releases"))
    now = moment(case.get("now"), "now")
    readings = read_clocks(agreement, hours, releases, events, now, waived)
    return {"commitments": [commitment(reading, agreement, hours, waived) for reading in readings]}


def _list(case: Mapping[str, Any], name: str) -> list[Any]:
    value = case.get(name, [])
    if not isinstance(value, list):
        raise ValueError(f"{name} is a list")  # noqa: TRY004
    return value


def commitment(
    reading: Reading, agreement: Agreement, hours: WorkingHours, waived: bool
) -> dict[str, object]:
    """A clock in the form of DESIGN §5, moments on the calendar's wall clock."""

    def written(at: datetime | None) -> str | None:
        return None if at is None else at.astimezone(hours.zone).isoformat()

    remaining = reading.remaining
    steps = explain(reading, agreement, hours, waived)
    return {
        "kind": reading.target.promise.value,
        "clause": reading.target.clause,
        "binding": reading.binding,
        "state": reading.state.value,
        "started_at": written(reading.started_at),
        "due_at": written(reading.due_at),
        "met_at": written(reading.met_at),
        "breached_at": written(reading.breached_at),
        **({"turn": reading.turn} if reading.turn else {}),
        "remaining_seconds": None if remaining is None else int(remaining.total_seconds()),
        "explanation": in_words(steps, hours.zone, reading.target.words),
    }
