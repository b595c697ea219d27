"""A written month of a service in, its availability out: what `availability_replay` prints."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from sla.availability_words import month_in_words
from sla.contracts import built_in, contract
from sla.engine.availability import Span, month_span
from sla.engine.availability_terms import AvailabilityTerms, Begins, MaintenanceKind
from sla.engine.events import moment
from sla.engine.instants import FIRST_YEAR, LAST_YEAR
from sla.engine.months import Down, Works, begin_of, judge, works

SECOND = timedelta(seconds=1)
CASE = ("agreement", "month", "zone", "outages", "maintenance")
MAINTENANCE = ("from", "to", "kind")
OUTAGE: Mapping[Begins, tuple[str, ...]] = {
    Begins.OUTAGE: ("from", "to", "cause"),
    Begins.REPORT: ("reported_at", "detected_at", "accepted_from", "restored_at", "cause"),
}


def replay_month(case: object) -> dict[str, Any]:
    """What a written month comes to. ValueError says what is wrong with it.

    agreement: a key, or the whole agreement as `agreement export` has it.
    """
    data = _object(case, "a case", CASE)
    terms, usual_zone = _agreement(data.get("agreement"))
    zone = _zone(data.get("zone", usual_zone))
    month = _month(data.get("month"), zone.key)
    outages = [_outage(terms, row) for row in _list(data, "outages")]
    maintenance = [_works(terms, row) for row in _list(data, "maintenance")]
    judged = judge(terms, month, outages, maintenance)
    result = judged.result
    return {
        "max_seconds": _seconds(result.month),
        "unavailable_seconds": _seconds(result.unavailable),
        "availability": str(result.percent),
        "guarantee_met": result.guarantee_met,
        "credit_percent": result.credit_percent,
        "explanation": month_in_words(judged, terms, zone),
    }


def known_words() -> str:
    """Which causes and kinds of maintenance the built-in agreements know, for the help."""
    said = []
    for key in built_in():
        terms, _zone_name = _built_in(key)
        said.append(f"{key}: an outage has {', '.join(OUTAGE[terms.begins])}")
        said += [
            f"  cause {cause.key!r}: {'counts' if cause.counts else 'excused'}"
            for cause in terms.causes
        ]
        said += [
            f"  maintenance {rule.kind.value!r}: {rule.effect.value}" for rule in terms.maintenance
        ]
    return "\n".join(said)


@cache
def _built_in(key: str) -> tuple[AvailabilityTerms, str]:
    return _read(contract(key))


def _agreement(value: object) -> tuple[AvailabilityTerms, str]:
    """The terms on availability, and the zone of the agreement's calendar."""
    if not isinstance(value, Mapping):
        return _built_in(str(value))
    try:
        return _read(value)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"agreement: can't be read ({error})") from None


def _read(data: Mapping[str, Any]) -> tuple[AvailabilityTerms, str]:
    if not data.get("availability"):
        raise ValueError("agreement: it promises no availability")
    return AvailabilityTerms.read(data["availability"]), data["calendar"]["zone"]


def _object(value: object, name: str, known: Collection[str]) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise ValueError(f"{name} is a JSON object")  # noqa: TRY004
    if unknown := sorted(set(value) - set(known)):
        raise ValueError(
            f"{name}: {', '.join(map(repr, unknown))} is unknown; known are {', '.join(known)}"
        )
    return value


def _list(data: Mapping[str, Any], name: str) -> list[Any]:
    value = data.get(name, [])
    if not isinstance(value, list):
        raise ValueError(f"{name} is a list")  # noqa: TRY004
    return value


def _zone(name: object) -> ZoneInfo:
    try:
        return ZoneInfo(name)  # type: ignore[arg-type]
    except (KeyError, ValueError, TypeError, OSError):
        raise ValueError(f"zone: {name!r} is not a time zone, such as Europe/Amsterdam") from None


def _month(text: object, zone: str) -> Span:
    written = isinstance(text, str) and re.fullmatch(r"([0-9]{4})-(0[1-9]|1[0-2])", text)
    if not written:
        raise ValueError(f"month: {text!r} is not a month, such as 2026-01")
    year, month = int(written[1]), int(written[2])
    if not FIRST_YEAR < year < LAST_YEAR:
        raise ValueError(f"month: {text!r} is not in the years {FIRST_YEAR + 1} to {LAST_YEAR - 1}")
    return month_span(year, month, zone)


def _outage(terms: AvailabilityTerms, row: object) -> Down:
    data = _object(row, "an outage", OUTAGE[terms.begins])
    cause = terms.cause(data.get("cause"))
    if terms.begins is Begins.OUTAGE:
        begin, end = _moment(data, "from"), _moment(data, "to")
        _in_order("an outage", "from", begin, "to", end)
        return Down(begin, end, cause)
    known = {
        name: _moment(data, name)
        for name in ("reported_at", "detected_at", "accepted_from")
        if data.get(name) is not None
    }
    if not known:
        raise ValueError("an outage: reported_at, detected_at or accepted_from is missing")
    begin, end = begin_of(terms.begins, **known), _moment(data, "restored_at")
    _in_order("an outage", min(known, key=lambda name: known[name]), begin, "restored_at", end)
    return Down(begin, end, cause)


def _works(terms: AvailabilityTerms, row: object) -> Works:
    data = _object(row, "maintenance", MAINTENANCE)
    try:
        kind = MaintenanceKind(data.get("kind"))  # type: ignore[arg-type]
    except ValueError:
        known = ", ".join(MaintenanceKind)
        raise ValueError(f"kind: unknown value {data.get('kind')!r}; known are {known}") from None
    begin, end = _moment(data, "from"), _moment(data, "to")
    _in_order("maintenance", "from", begin, "to", end)
    return works(terms, begin, end, kind)


def _moment(data: Mapping[str, object], name: str) -> datetime:
    """ValueError also for an outage that goes on: what is not over can't be judged."""
    if data.get(name) is None:
        raise ValueError(f"{name} is missing")
    return moment(data[name], name)


def _in_order(what: str, first: str, begin: datetime, last: str, end: datetime) -> None:
    if end < begin:
        raise ValueError(f"{what}: {last} {end.isoformat()} is before {first} {begin.isoformat()}")


def _seconds(span: timedelta) -> int | float:
    """Whole seconds as such."""
    return span // SECOND if not span % SECOND else span.total_seconds()
