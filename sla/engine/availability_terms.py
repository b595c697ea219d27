"""What an agreement says of availability: guarantee, causes, maintenance, credits. All is data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from fractions import Fraction
from typing import Any, TypeVar

Words = Mapping[str, str]  # language to text
T = TypeVar("T")
KNOWN = frozenset(
    {
        "guarantee",
        "counts_above_minutes",
        "clause",
        "begins",
        "credits",
        "cap_percent",
        "negligence_clause",
        "causes",
        "maintenance",
    }
)


class Begins(StrEnum):
    """From when an outage is measured."""

    OUTAGE = "outage"  # from when the service went down
    REPORT = "report"  # from the report or our own detection, whichever came first


class MaintenanceKind(StrEnum):
    """Whose maintenance it was, and whether it was told in time."""

    ANNOUNCED = "announced"
    EMERGENCY = "emergency"
    SUPPLIER = "supplier"
    UNANNOUNCED = "unannounced"


class Effect(StrEnum):
    """What maintenance makes of a service being down."""

    EXCUSED = "excused"  # what is down meanwhile does not count
    UNAVAILABLE = "unavailable"  # it is itself unavailability
    NOTHING = "nothing"  # what is down meanwhile counts as at any other time


@dataclass(frozen=True, slots=True)
class Cause:
    """What an outage can have come from: does it count, and by which clause?"""

    key: str
    counts: bool
    clause: str = ""
    words: Words = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MaintenanceRule:
    """What one kind of maintenance makes of time that a service was down, and by which clause."""

    kind: MaintenanceKind
    effect: Effect
    clause: str = ""
    words: Words = field(default_factory=dict)


# Of an agreement that lists no causes, and no kinds of maintenance, of its own.
PLAIN_CAUSES = (
    Cause("storing", counts=True, words={"nl": "storing", "en": "incident"}),
    Cause("overmacht", counts=False, words={"nl": "overmacht", "en": "force majeure"}),
)
PLAIN_MAINTENANCE = (
    MaintenanceRule(
        MaintenanceKind.ANNOUNCED,
        Effect.EXCUSED,
        words={"nl": "aangekondigd onderhoud", "en": "announced maintenance"},
    ),
)


@dataclass(frozen=True, slots=True)
class CreditStep:
    """A credit in percent of the monthly fee from some availability down."""

    availability: Fraction
    inclusive: bool
    percent: int

    def holds(self, availability: Fraction) -> bool:
        """Does an availability fall into this step or below it?"""
        if self.inclusive:
            return availability <= self.availability
        return availability < self.availability


@dataclass(frozen=True, slots=True)
class AvailabilityTerms:
    """What an agreement guarantees of availability.

    counts_above: an outage counts when it lasts longer than this, and then all of it. cap_percent:
    of the contract's monthly fee, for all credits of a month together. negligence_clause: by which
    a person may grant a credit beside the table; '' where the agreement has none.
    """

    guarantee: Fraction
    counts_above: timedelta
    credits: tuple[CreditStep, ...] = ()
    clause: str = ""
    begins: Begins = Begins.OUTAGE
    causes: tuple[Cause, ...] = PLAIN_CAUSES
    maintenance: tuple[MaintenanceRule, ...] = PLAIN_MAINTENANCE
    cap_percent: int = 100
    negligence_clause: str = ""

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> AvailabilityTerms:
        """The terms as written in TOML. KeyError for what is missing, ValueError for the rest."""
        if unknown := set(data) - KNOWN:
            raise ValueError(f"availability: {', '.join(sorted(unknown))} is unknown")
        steps = [
            CreditStep(
                Fraction(step.get("at_most") or step["below"]), "at_most" in step, step["percent"]
            )
            for step in data.get("credits", ())
        ]
        return cls(
            guarantee=Fraction(data["guarantee"]),
            counts_above=timedelta(minutes=data["counts_above_minutes"]),
            credits=tuple(sorted(steps, key=lambda step: -step.percent)),
            clause=str(data.get("clause", "")),
            begins=_one(Begins, data.get("begins", Begins.OUTAGE), "begins"),
            causes=_list(data, "causes", _cause, "key") or PLAIN_CAUSES,
            maintenance=_list(data, "maintenance", _rule, "kind") or PLAIN_MAINTENANCE,
            cap_percent=_percent(data.get("cap_percent", 100), "cap_percent"),
            negligence_clause=str(data.get("negligence_clause", "")),
        )

    def cause(self, key: object) -> Cause:
        """A cause by its key. ValueError names the known ones if there is none."""
        for cause in self.causes:
            if cause.key == key:
                return cause
        known = ", ".join(cause.key for cause in self.causes)
        raise ValueError(f"cause: unknown value {key!r}; known are {known}")

    def rule(self, kind: MaintenanceKind) -> MaintenanceRule:
        """What a kind of maintenance does; nothing, if the agreement does not speak of it."""
        for rule in self.maintenance:
            if rule.kind is kind:
                return rule
        return MaintenanceRule(kind, Effect.NOTHING)


def _list(
    data: Mapping[str, Any], name: str, read: Callable[[Mapping[str, Any]], T], key: str
) -> tuple[T, ...]:
    rows: Sequence[Mapping[str, Any]] = data.get(name, ())
    keys = [row[key] for row in rows]
    if len(set(keys)) < len(keys):
        raise ValueError(f"availability: each of the {name} stands there once")
    return tuple(read(row) for row in rows)


def _cause(row: Mapping[str, object]) -> Cause:
    key, counts = row["key"], row["counts"]
    if not isinstance(key, str) or not key.strip():
        raise ValueError("availability: a cause needs its key, a text")
    if not isinstance(counts, bool):
        raise ValueError(f"cause {key!r}: counts is true or false")  # noqa: TRY004
    return Cause(
        key, counts, str(row.get("clause", "")), _words_by_language(row, ("key", "counts"))
    )


def _rule(row: Mapping[str, object]) -> MaintenanceRule:
    kind = _one(MaintenanceKind, row["kind"], "maintenance")
    effect = _one(Effect, row["effect"], f"maintenance {kind}")
    return MaintenanceRule(
        kind, effect, str(row.get("clause", "")), _words_by_language(row, ("kind", "effect"))
    )


def _words_by_language(row: Mapping[str, Any], others: Sequence[str]) -> Words:
    said = {name: text for name, text in row.items() if name not in (*others, "clause")}
    if wrong := [
        name for name, text in said.items() if len(name) != 2 or not isinstance(text, str)
    ]:
        raise ValueError(f"availability: {', '.join(wrong)} is unknown in {row[others[0]]!r}")
    return said


def _percent(value: object, name: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 100:
        raise ValueError(f"availability: {name} is a whole percentage up to 100")
    return value


_W = TypeVar("_W", bound=StrEnum)


def _one(words: type[_W], value: Any, name: str) -> _W:
    try:
        return words(value)
    except ValueError:
        known = ", ".join(words)
        raise ValueError(f"{name}: unknown value {value!r}; known are {known}") from None
