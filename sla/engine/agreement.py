"""What an agreement promises, as values: targets with their clauses."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any, TypeVar

from sla.engine.events import Channel, Priority, TicketKind

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
    DAYS = "days"  # working days as long as those of the calendar
    DAY_END = "day_end"  # until the end of the n-th working day after the day of the report


TIMED = (Measure.WORK, Measure.DAYS, Measure.DAY_END)
MOST_HOURS = 100_000
ANY, BY_PHONE, NOT_BY_PHONE = "any", "phone", "not_phone"
NOT_PHONE = frozenset(Channel) - {Channel.PHONE}


class Strength(StrEnum):
    """How firmly it is promised. Both are measured and reported alike."""

    GUARANTEE = "guarantee"
    EFFORT = "effort"  # "streeft ernaar", "spant zich in"


@dataclass(frozen=True, slots=True)
class Target:
    """One promise, for some kinds and priorities of ticket, with the clause it stands in.

    priorities: empty means any, also none at all. channels: by which it was reported; empty means
    any. work, days: how much, of the measure that it is. strength: None where it is not said.
    warnings: percentages of the working time at which to warn.
    """

    key: str
    promise: Promise
    clause: str
    ticket_kinds: frozenset[TicketKind]
    priorities: frozenset[Priority] = frozenset()
    measure: Measure = Measure.WORK
    work: timedelta = timedelta(0)
    days: float = 0
    channels: frozenset[Channel] = frozenset()
    strength: Strength | None = None
    phone_required: bool = False
    pauses_while_waiting: bool = False
    from_change: bool = False
    warnings: tuple[int, ...] = (50, 80)
    words: Words = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._check_amount()
        plain = self.measure in TIMED and not (self.phone_required or self.channels)
        if self.promise is Promise.NEXT_RESPONSE and not (
            plain and (self.work or self.days) and not self.from_change
        ):
            raise ValueError("a next response is promised in working time, whatever the channel")

    def _check_amount(self) -> None:
        in_days = self.measure in (Measure.DAYS, Measure.DAY_END)
        if self.days and not in_days:
            raise ValueError("days go with the measures days and day_end")
        if in_days and self.work:
            raise ValueError("hours go with the measure work")
        if in_days and not self.days:
            raise ValueError("say how many working days")
        if self.measure is Measure.DAY_END and self.days != int(self.days):
            raise ValueError("the end of a working day: say of which, as a whole number")

    def check_written(self) -> None:
        """ValueError for what somebody wrote into it that holds for nothing, or has no words.

        Not asked of rows: in those of before it was refused, it means what it meant.
        """
        if self.work and self.measure not in TIMED:
            raise ValueError("hours go with the measure work")
        if not self.ticket_kinds:
            raise ValueError("ticket_kinds: an empty list holds for no report")
        if self.phone_required and self.promise is not Promise.REACTION:
            raise ValueError(
                "phone_required goes with the promise reaction; what is promised of reports by "
                'phone alone has channels = "phone"'
            )

    def holds_for(self, kind: TicketKind | None, priority: Priority | None) -> bool:
        """Is this promised for a ticket of this kind and priority?"""
        return kind in self.ticket_kinds and (not self.priorities or priority in self.priorities)

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Target:
        """A target as written in TOML. ValueError says which field is wrong."""
        key = str(data.get("key") or "")
        try:
            _only_known(data, *cls.__slots__, "hours")
            return cls(
                key=_required(data, "key"),
                promise=_one(Promise, _required(data, "promise")),
                clause=_required(data, "clause"),
                ticket_kinds=frozenset(_one(TicketKind, kind) for kind in data["ticket_kinds"]),
                priorities=frozenset(_one(Priority, name) for name in data.get("priorities", ())),
                measure=_one(Measure, data.get("measure", _usual_measure(data))),
                work=_work(data.get("hours", 0)),
                days=_days(data.get("days", 0)),
                channels=channels_of(data.get("channels", ANY)),
                strength=_one(Strength, data["strength"]) if data.get("strength") else None,
                phone_required=_flag(data, "phone_required"),
                pauses_while_waiting=_flag(data, "pauses_while_waiting"),
                from_change=_flag(data, "from_change"),
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
        if unknown := set(data) - {"at", "after_hours", "to"}:
            raise ValueError(f"escalation: {', '.join(sorted(unknown))} is unknown")
        share, after = data.get("at", 100), _work(data.get("after_hours", 0))
        if not isinstance(share, int) or not 0 < share <= 100 or (after and share < 100):
            raise ValueError("escalation: at is 1 to 100 %, or give after_hours")
        to = tuple(_one(Recipient, name) for name in data.get("to", ()))
        if not to:
            raise ValueError(f"escalation at {share} %: say whom to tell")
        return cls(share, after, to)


@dataclass(frozen=True, slots=True)
class Triage:
    """Our own rule for what nobody has judged yet: what it may turn out to be, and within how much
    working time somebody must have looked; None: by the first deadline that it would have.
    """

    priorities: tuple[Priority, ...] = (Priority.HIGH, Priority.MEDIUM)
    within: timedelta | None = None

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Triage:
        """The rule as written in TOML. ValueError says what is wrong."""
        if unknown := set(data) - {"priorities", "hours"}:
            raise ValueError(f"triage: {', '.join(sorted(unknown))} is unknown")
        names = data.get("priorities", cls().priorities)
        within = _work(data["hours"]) if data.get("hours") else None
        return cls(tuple(_one(Priority, name) for name in names), within)


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
    triage: Triage = field(default_factory=Triage)
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
            triage=Triage.read(data.get("triage", {})),
            phone_clause=str(clauses.get("phone", "")),
            caller_clause=str(clauses.get("caller", "")),
            priority_clause=str(clauses.get("priority", "")),
            declined_clause=str(clauses.get("declined", "")),
        )

    def targets_for(self, kind: TicketKind | None, priority: Priority | None) -> Sequence[Target]:
        """The promises on a ticket of this kind and priority, in the agreement's order."""
        return [target for target in self.targets if target.holds_for(kind, priority)]


def channels_of(written: Any) -> frozenset[Channel]:
    """Channels as an agreement writes them: any, phone, not_phone or a list. Empty: any."""
    named = {ANY: frozenset[Channel](), BY_PHONE: frozenset({Channel.PHONE})}
    if isinstance(written, str):
        if written == NOT_BY_PHONE:
            return NOT_PHONE
        if written not in named:
            raise ValueError(f"channels: {written!r} is not any, phone, not_phone or a list")
        return named[written]
    found = frozenset(_one(Channel, name) for name in written)
    if not found:
        raise ValueError("channels: an empty list holds for no report; write any for all of them")
    return frozenset() if found == frozenset(Channel) else found


def channels_written(channels: Collection[str]) -> str | list[str]:
    """The same the other way, as short as it can be said."""
    found = frozenset(channels)
    if not found or found == frozenset(Channel):
        return ANY
    if found == {Channel.PHONE}:
        return BY_PHONE
    return NOT_BY_PHONE if found == NOT_PHONE else [name for name in Channel if name in found]


def _only_known(data: Mapping[str, object], *known: str) -> None:
    """A slip of the pen must not be silently no term at all."""
    if unknown := set(data) - set(known):
        raise ValueError(f"{', '.join(sorted(unknown))} is unknown")


def _flag(data: Mapping[str, object], name: str) -> bool:
    value = data.get(name, False)
    if not isinstance(value, bool):
        raise ValueError(f"{name} must be true or false")  # noqa: TRY004 - whoever wrote it erred
    return value


def _usual_measure(data: Mapping[str, object]) -> Measure:
    return Measure.DAYS if data.get("days") else Measure.WORK


def _required(data: Mapping[str, object], name: str) -> str:
    value = data[name]
    if not isinstance(value, str) or not value:
        raise ValueError(f"{name} must be a text")
    return value


def _work(hours: object) -> timedelta:
    if not isinstance(hours, int | float) or isinstance(hours, bool) or not 0 <= hours < MOST_HOURS:
        raise ValueError(f"hours: {hours!r} is not an amount of working hours")
    return timedelta(hours=hours)


def _days(days: object) -> float:
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
