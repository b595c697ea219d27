"""Histories in short, and what their clocks say."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from functools import cache

from sla.contracts import contract
from sla.engine import (
    Agreement,
    Channel,
    Event,
    Happened,
    Priority,
    Promise,
    Reading,
    TicketKind,
    read_clocks,
)
from tests.engine.calendars import WERKDAGEN, at, wall

RELEASES = ["2026-05-20 07:00", "2026-06-10 07:00", "2026-07-01 07:00"]
LATER = "2026-08-01 12:00"
HOOG_CALL = "2026-05-18 10:00 reported phone incident hoog authorised answered"
HOOG_BACK = "2026-05-18 10:00 reported phone incident hoog authorised"
HOOG_MAIL = "2026-05-18 10:00 reported email incident hoog"
MIDDEL_BACK = "2026-05-18 10:00 reported phone incident middel authorised"
MIDDEL_MAIL = "2026-05-18 10:00 reported email incident middel"
LAAG_MAIL = "2026-05-18 10:00 reported web incident laag"
SOON = "2026-05-18 11:00"


@cache
def agreement(key: str = "dialog") -> Agreement:
    """A built-in agreement."""
    return Agreement.read(contract(key))


def event(text: str) -> Event:
    """An event such as "2026-05-18 10:00 reported phone incident hoog authorised"."""
    day, time, kind, *words = text.split()

    def one(known: type[StrEnum]) -> str | None:
        return next((word for word in words if word in set(known)), None)

    channel, ticket_kind, priority = one(Channel), one(TicketKind), one(Priority)
    return Event(
        at=at(f"{day} {time}"),
        kind=Happened(kind),
        channel=Channel(channel) if channel else None,
        ticket_kind=TicketKind(ticket_kind) if ticket_kind else None,
        priority=Priority(priority) if priority else None,
        authorised="authorised" in words,
        answered="answered" in words,
        own="own" in words,
    )


def readings(
    *history: str,
    now: str = LATER,
    key: str = "dialog",
    waiver: bool = False,
    releases: Sequence[str] = RELEASES,
    terms: Agreement | None = None,
) -> list[Reading]:
    """The clocks of a history as they stand at `now`."""
    return read_clocks(
        terms or agreement(key),
        WERKDAGEN,
        [at(release) for release in releases],
        [event(text) for text in history],
        at(now),
        waiver,
    )


def reading(promise: str, found: Sequence[Reading]) -> Reading:
    """The only clock of this promise."""
    (only,) = [one for one in found if one.target.promise is Promise(promise)]
    return only


def told(found: Sequence[Reading]) -> dict[str, str]:
    """Each clock by its target: its state, "binding" or "not binding", and its deadline."""
    return {
        one.target.key: f"{one.state} {'' if one.binding else 'not '}binding {wall(one.due_at)}"
        for one in found
    }


def moments(one: Reading) -> tuple[str | None, str | None, str | None]:
    """A clock's start, answer or solution, and breach."""
    return wall(one.started_at), wall(one.met_at), wall(one.breached_at)
