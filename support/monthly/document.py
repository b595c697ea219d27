"""What a monthly report says, as data: one document, from which every page and file is made.

Figures are counted from its rows, so that each opens them. What people worded, and how months were
judged, stands in it in both languages: nothing outside it is needed to read it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any, TypeVar

from django.utils.translation import override

from sla.evidence import canonical

Said = TypeVar("Said")
FORMAT = "werkdag-monthly/1"
LANGUAGES = ("nl", "en")
Both = Mapping[str, object]
"""Words by language."""
Data = Mapping[str, Any]
"""A document as it is read back."""
Row = Mapping[str, Any]
"""One of its rows."""


@dataclass(frozen=True, kw_only=True)
class PromiseRow:
    """A promise of the month and what became of it.

    late: of one that was missed, by how much working time, until it was done or the report was
    made; day: how long a working day is. unbound: the clause by which it does not bind. had: who
    had the ticket at the deadline.
    """

    ticket: str
    subject: str
    kind: str
    promise: str
    priority: str
    clause: str
    strength: str
    outcome: str
    started: datetime
    due: datetime | None
    done: datetime | None
    late: timedelta | None = None
    day: timedelta | None = None
    unbound: str = ""
    cause: Both | None = None
    had: str = ""


@dataclass(frozen=True, kw_only=True)
class NoLongerRow:
    """A promise of the month that was missed and counts no more: since when, and by what."""

    ticket: str
    subject: str
    promise: str
    clause: str
    started: datetime
    due: datetime | None
    by: str
    how: str
    at: datetime | None


@dataclass(frozen=True, kw_only=True)
class TicketRow:
    """A ticket that came in, was done, or was open at the end of the month."""

    ticket: str
    subject: str
    kind: str
    priority: str
    channel: str
    reported: datetime
    done: datetime | None
    came: bool
    went: bool
    open: bool


@dataclass(frozen=True, kw_only=True)
class OpinionRow:
    """What a customer said of a ticket, the last time that they did, in this month."""

    ticket: str
    subject: str
    mark: str
    reason: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class OutageRow:
    """An outage that touched the month. end None: it went on when the report was made."""

    begin: datetime
    end: datetime | None
    cause: Both
    reason: str


@dataclass(frozen=True, kw_only=True)
class ServiceRow:
    """A service's month as it was judged. days: how each looked; told: how it was calculated."""

    service: str
    length: timedelta
    unavailable: timedelta
    guarantee: str
    kept: bool
    clause: str
    credit_percent: int
    settled: bool
    days: Sequence[Data]
    measured: Both
    told: Both
    outages: Sequence[OutageRow]


@dataclass(frozen=True, kw_only=True)
class WorkRow:
    """Maintenance that was done in the month, or is to come."""

    title: str
    kind: str
    services: Sequence[str]
    begins: datetime
    ends: datetime | None
    finished: datetime | None
    cancelled: bool
    expected_minutes: int | None


@dataclass(frozen=True, kw_only=True)
class BackupRow:
    """A month of a backup. gaps: times without a good one that were longer than agreed."""

    service: str
    name: str
    destination: str
    every_hours: int
    keep_days: int
    good: int
    failed: int
    gaps: Sequence[Sequence[datetime | None]]
    last_good: datetime | None


@dataclass(frozen=True, kw_only=True)
class CreditRow:
    """A credit of the month that was granted; lines: how it was calculated."""

    ground: str
    granted: Decimal
    lines: Sequence[Data]
    monthly_sum: Decimal | None
    reason: str


@dataclass(frozen=True, kw_only=True)
class ReleaseRow:
    """A release of the month, or one that is planned. tickets: what of this customer is in it."""

    name: str
    at: datetime
    hotfix: bool
    live: bool
    moved_from: datetime | None
    tickets: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Document:
    """All of it. zone: on whose wall clock it is told. trend: the months up to this one.

    editions: under which the month stood. undecided: is a credit of the month still proposed?
    """

    organisation: Data
    agreement: Data
    month: date
    begin: datetime
    end: datetime
    zone: str
    made: datetime
    promises: Sequence[PromiseRow]
    earlier: Sequence[PromiseRow]
    no_longer: Sequence[NoLongerRow]
    trend: Sequence[Data]
    tickets: Sequence[TicketRow]
    opinions: Sequence[OpinionRow]
    services: Sequence[ServiceRow]
    maintenance: Sequence[WorkRow]
    coming_maintenance: Sequence[WorkRow]
    backups: Sequence[BackupRow]
    credits: Sequence[CreditRow]
    undecided: bool
    releases: Sequence[ReleaseRow]
    coming_releases: Sequence[ReleaseRow]
    format: str = field(default=FORMAT)


def in_both(say: Callable[[], Said]) -> dict[str, Said]:
    """What something says in each language."""
    said = {}
    for language in LANGUAGES:
        with override(language):
            said[language] = say()
    return said


def plain(value: Any) -> Any:
    """As JSON has it: moments in UTC, spans in seconds, amounts as text."""
    for kind, say in _PLAIN:
        if isinstance(value, kind):
            return say(value)
    if is_dataclass(value):
        return {each.name: plain(getattr(value, each.name)) for each in fields(value)}
    return value


_PLAIN: Sequence[tuple[Any, Callable[[Any], Any]]] = (
    (Mapping, lambda each: {name: plain(one) for name, one in each.items()}),
    ((list, tuple), lambda each: [plain(one) for one in each]),
    (datetime, lambda each: each.astimezone(UTC).isoformat()),
    (date, date.isoformat),
    (timedelta, lambda each: int(each.total_seconds())),
    (Decimal, str),
)


def written(data: Data) -> str:
    """The document as it is kept: `sha256sum` of this file is its checksum."""
    return canonical(data)


def checksum(text: str) -> str:
    """SHA-256 of a document as it is kept."""
    return sha256(text.encode()).hexdigest()


def moment(text: str | None) -> datetime | None:
    """A moment of a document that was read back."""
    return datetime.fromisoformat(text) if text else None


def rows_behind(document: Data, of: str, asked: Mapping[str, str]) -> list[Row]:
    """The rows that a figure counts: of one of its lists, those that have what is asked."""
    rows: list[Row] = list(document.get(of, ()))
    for name, value in asked.items():
        rows = [row for row in rows if _as_asked(row.get(name)) == value]
    return rows


def _as_asked(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
