"""What can happen to a ticket that its clocks depend on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timezone
from enum import StrEnum
from itertools import pairwise
from typing import Any, TypeVar

from sla.engine.instants import FIRST_YEAR, LAST_YEAR

W = TypeVar("W", bound=StrEnum)


class TicketKind(StrEnum):
    """What is reported: Storing, Vraag, Wens, Instelling, Supportverzoek."""

    INCIDENT = "incident"
    QUESTION = "question"
    WISH = "wish"
    SETTING = "setting"
    SUPPORT = "support"


class Priority(StrEnum):
    """The categories of Dialog's Bijlage 1."""

    HIGH = "hoog"
    MEDIUM = "middel"
    LOW = "laag"


class Channel(StrEnum):
    """The way a report came in."""

    PHONE = "phone"
    EMAIL = "email"
    WEB = "web"
    WIDGET = "widget"
    API = "api"
    MONITOR = "monitor"


class Happened(StrEnum):
    """The kinds of event."""

    REPORTED = "reported"
    CALLED = "called"
    CLASSIFIED = "classified"
    PRIORITISED = "prioritised"
    REPLIED = "replied"
    CUSTOMER_REPLIED = "customer_replied"
    WAITING = "waiting"
    RESUMED = "resumed"
    PLANNED = "planned"
    RESOLVED = "resolved"
    REOPENED = "reopened"
    DECLINED = "declined"
    CLOSED = "closed"
    MERGED = "merged"
    IDENTIFIED = "identified"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, with what of it the clocks need.

    authorised, answered: of a call, or of a report by phone (3.C; answered or call back).
    authorised also of `identified`: may whoever turned out to have reported it phone?
    own: of a report that our own monitoring made, so that nobody waits for an answer yet.
    What follows `merged` happened on the ticket that stays.
    """

    at: datetime
    kind: Happened
    channel: Channel | None = None
    ticket_kind: TicketKind | None = None
    priority: Priority | None = None
    authorised: bool = False
    answered: bool = False
    release: datetime | None = None
    own: bool = False

    def __post_init__(self) -> None:
        if self.at.utcoffset() is None:
            raise ValueError(f"{self.at}: a moment needs its UTC offset")
        if not isinstance(self.at.tzinfo, timezone):
            # Python compares moments of one zone by their wall clocks, and an hour comes twice.
            object.__setattr__(self, "at", self.at.astimezone(UTC))

    @classmethod
    def read(cls, data: Mapping[str, object]) -> Event:
        """An event as written in JSON (DESIGN, sla_replay). ValueError says what is wrong."""
        if not isinstance(data, Mapping):
            raise ValueError("an event is an object with at least 'at' and 'kind'")  # noqa: TRY004
        kind = _known(Happened, data.get("kind"), "kind")
        return cls.of(moment(data.get("at"), "at"), kind, data)

    @classmethod
    def of(cls, at: datetime, kind: Happened, data: Mapping[str, object]) -> Event:
        """An event of known moment and kind. ValueError says what is wrong with the rest."""
        is_report = kind is Happened.REPORTED
        return cls(
            at=at,
            kind=kind,
            channel=_word(Channel, data, "channel", required=is_report),
            ticket_kind=_word(TicketKind, data, "ticket_kind", kind is Happened.CLASSIFIED),
            priority=_word(Priority, data, "priority", required=False),
            authorised=_flag(data, "authorised"),
            answered=_flag(data, "answered"),
            release=None if data.get("release") is None else moment(data["release"], "release"),
            own=_flag(data, "own"),
        )


def moment(text: object, name: str) -> datetime:
    """An ISO 8601 moment with its offset. ValueError otherwise."""
    try:
        read = datetime.fromisoformat(text)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise ValueError(f"{name}: {text!r} is not a moment (ISO 8601)") from None
    if read.utcoffset() is None:
        raise ValueError(f"{name}: {text!r} needs its UTC offset")
    if not FIRST_YEAR < read.year < LAST_YEAR:
        raise ValueError(
            f"{name}: {text!r} is not in the years {FIRST_YEAR + 1} to {LAST_YEAR - 1}"
        )
    return read


def check_history(events: Sequence[Event]) -> None:
    """ValueError unless a history starts with its only report and goes on in order of time."""
    if not events or events[0].kind is not Happened.REPORTED:
        raise ValueError("events: a history begins with 'reported'")
    for earlier, later in pairwise(events):
        if later.kind is Happened.REPORTED:
            raise ValueError("events: a ticket is 'reported' once")
        if later.at < earlier.at:
            raise ValueError(
                f"events: out of order, {later.kind} at {later.at.isoformat()} "
                f"after {earlier.kind} at {earlier.at.isoformat()}"
            )


def _word(words: type[W], data: Mapping[str, object], name: str, required: bool) -> W | None:
    value = data.get(name)
    return None if value is None and not required else _known(words, value, name)


def _known(words: type[W], value: Any, name: str) -> W:
    try:
        return words(value)
    except ValueError:
        known = ", ".join(words)
        raise ValueError(f"{name}: unknown value {value!r}; known are {known}") from None


def _flag(data: Mapping[str, object], name: str) -> bool:
    value = data.get(name, False)
    if not isinstance(value, bool):
        raise ValueError(f"{name}: {value!r} is neither true nor false")  # noqa: TRY004
    return value
