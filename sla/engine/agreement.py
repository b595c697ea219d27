"""What an agreement promises, as values: targets with their clauses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any, TypeVar

from sla.engine.events import Priority, TicketKind

Words = Mapping[str, str]  # language to text
W = TypeVar("W", bound=StrEnum)


class Promise(StrEnum):
    """What is promised: a first human answer, each next one, or that it is solved."""

    REACTION = "reaction"
    NEXT_RESPONSE = "next_response"
    RESOLUTION = "resolution"


class Recipient(StrEnum):
    """Who can be told that a promise is in danger."""

    ASSIGNEE = "assignee"
    TEAM = "team"
    FIXED_CONTACT = "fixed_contact"
    LEADS = "leads"
    MANAGERS = "managers"


class Measure(StrEnum):
    """What a promise is measured by."""

    WORK = "work"  # an amount of working time; none of it is "direct"
    RELEASE = "release"  # the first release after the report
    PLANNING = "planning"  # no date: it must be planned into a coming release


@dataclass(frozen=True, slots=True)
class Target:
    """One promise, for some kinds and priorities of ticket, with the clause it stands in.

    priorities: empty means any, also none at all.
    warnings: percentages of the working time at which to warn.
    """

    key: str
    promise: Promise
    clause: str
    ticket_kinds: frozenset[TicketKind]
    priorities: frozenset[Priority] = frozenset()
    measure: Measure = Measure.WORK
    work: timedelta = timedelta(0)
    phone_required: bool = False
    pauses_while_waiting: bool = False
    from_change: bool = False
    warnings: tuple[int, ...] = (50, 80)
    words: Words = field(default_factory=dict)

    def __post_init__(self) -> None:
        plain = self.measure is Measure.WORK and not self.phone_required
        if self.promise is Promise.NEXT_RESPONSE and not (
            plain and self.work and not self.from_change
        ):
            raise ValueError("a next response is promised in working hours, whatever the channel")

    def holds_for(self, kind: TicketKind | None, priority: Priority | None) -> bool:
        """Is this promised for a ticket of this kind and priority?"""
        return kind in self.ticket_kinds and (not self.priorities or priority in self.priorities)

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Target:
        """A target as written in TOML. ValueError says which field is wrong."""
        key = str(data.get("key") or "")
        try:
            return cls(
                key=_required(data, "key"),
                promise=_one(Promise, _required(data, "promise")),
                clause=_required(data, "clause"),
                ticket_kinds=frozenset(_one(TicketKind, kind) for kind in data["ticket_kinds"]),
                priorities=frozenset(_one(Priority, name) for name in data.get("priorities", ())),
                measure=_one(Measure, data.get("measure", Measure.WORK)),
                work=_work(data.get("hours", 0)),
                phone_required=bool(data.get("phone_required", False)),
                pauses_while_waiting=bool(data.get("pauses_while_waiting", False)),
                from_change=bool(data.get("from_change", False)),
                warnings=_warnings(data.get("warnings", (50, 80))),
                words=dict(data.get("words", {})),
            )
        except KeyError as missing:
            raise ValueError(f"target {key!r}: {missing.args[0]} is missing") from None
        except ValueError as error:
            raise ValueError(f"target {key!r}: {error}") from None


@dataclass(frozen=True, slots=True)
class Escalation:
    """Who hears of a binding promise, and when.

    share: percentage of its working time; 100 is the deadline. after: working time past that.
    """

    share: int
    after: timedelta
    to: tuple[Recipient, ...]

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Escalation:
        """A step as written in TOML: at = 50, or after_hours = 4. ValueError says what is wrong."""
        share, after = data.get("at", 100), _work(data.get("after_hours", 0))
        if not isinstance(share, int) or not 0 < share <= 100 or (after and share < 100):
            raise ValueError("escalation: at is 1 to 100 %, or give after_hours")
        to = tuple(_one(Recipient, name) for name in data.get("to", ()))
        if not to:
            raise ValueError(f"escalation at {share} %: say whom to tell")
        return cls(share, after, to)


@dataclass(frozen=True, slots=True)
class Agreement:
    """An agreement in one of its editions: all its targets.

    release_after_days: so many working days of waiting (or solved) without a break, and a release
    that comes then does not count.
    """

    key: str
    targets: tuple[Target, ...]
    escalation: tuple[Escalation, ...] = ()
    release_after_days: float = 1
    phone_clause: str = ""  # why a report that was not phoned in doesn't bind
    caller_clause: str = ""  # who may phone
    priority_clause: str = ""  # who sets the priority
    declined_clause: str = ""  # what becomes of a report that is not what it was taken for

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Agreement:
        """An agreement as written in TOML. ValueError says what is wrong with it."""
        targets = tuple(Target.read(target) for target in data.get("targets", ()))
        keys = [target.key for target in targets]
        if len(set(keys)) < len(keys):
            raise ValueError("each target of an agreement needs a key of its own")
        clauses = data.get("clauses", {})
        return cls(
            key=_required(data, "key"),
            targets=targets,
            escalation=tuple(Escalation.read(step) for step in data.get("escalation", ())),
            release_after_days=_days(data.get("waiting", {}).get("release_after_days", 1)),
            phone_clause=str(clauses.get("phone", "")),
            caller_clause=str(clauses.get("caller", "")),
            priority_clause=str(clauses.get("priority", "")),
            declined_clause=str(clauses.get("declined", "")),
        )

    def targets_for(self, kind: TicketKind | None, priority: Priority | None) -> Sequence[Target]:
        """The promises on a ticket of this kind and priority, in the agreement's order."""
        return [target for target in self.targets if target.holds_for(kind, priority)]


def _required(data: Mapping[str, Any], name: str) -> str:
    value = data[name]
    if not isinstance(value, str) or not value:
        raise ValueError(f"{name} must be a text")
    return value


def _work(hours: Any) -> timedelta:
    if not isinstance(hours, int | float) or isinstance(hours, bool) or hours < 0:
        raise ValueError(f"hours: {hours!r} is not an amount of working hours")
    return timedelta(hours=hours)


def _days(days: Any) -> float:
    if not isinstance(days, int | float) or isinstance(days, bool) or not 0 <= days < 1000:
        raise ValueError(f"days: {days!r} is not a number of working days")
    return days


def _warnings(shares: Any) -> tuple[int, ...]:
    if any(not isinstance(share, int) or not 0 < share < 100 for share in shares):
        raise ValueError("warnings are whole percentages between 0 and 100")
    return tuple(shares)


def _one(words: type[W], value: Any) -> W:
    try:
        return words(value)
    except ValueError:
        raise ValueError(f"unknown value {value!r}; known are {', '.join(words)}") from None
