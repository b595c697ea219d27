"""What nobody has judged yet (4.G): what it would owe if it turned out to be worse, and by when
somebody must have looked.

Our own rule, not the contract's: a mail that comes in as a question without a clock may be an
incident that is missed in the second in which it is classified.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sla.engine.agreement import Agreement, Promise
from sla.engine.clocks import Reading, State, read_clocks
from sla.engine.events import Channel, Event, Happened, Priority, TicketKind
from sla.engine.hours import WorkingHours

# Whoever does one of these has looked: they judged it, or took it for what it is.
JUDGES = frozenset(
    {
        Happened.CLASSIFIED,
        Happened.PRIORITISED,
        Happened.REPLIED,
        Happened.WAITING,
        Happened.PLANNED,
        Happened.RESOLVED,
        Happened.DECLINED,
        Happened.CLOSED,
        Happened.MERGED,
    }
)


@dataclass(frozen=True, slots=True)
class Owed:
    """The first deadline of a report if its priority turned out to be this one. In UTC."""

    priority: Priority
    promise: Promise
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Unjudged:
    """A report that may be worse than it seems. judge_by: when people must hear of it. In UTC."""

    judge_by: datetime
    owed: tuple[Owed, ...]


def is_judged(events: Sequence[Event]) -> bool:
    """Has somebody looked? Who took a call heard what it was about."""
    report = events[0]
    return report.channel is Channel.PHONE or any(event.kind in JUDGES for event in events)


@dataclass(frozen=True, slots=True)
class Under:
    """What a report stands under, as `read_clocks` takes it."""

    agreement: Agreement
    hours: WorkingHours
    releases: Sequence[datetime]
    phone_waiver: bool = False

    def read(self, events: Sequence[Event], now: datetime) -> list[Reading]:
        """The clocks of a history."""
        return read_clocks(
            self.agreement, self.hours, self.releases, events, now, self.phone_waiver
        )


def unjudged(under: Under, events: Sequence[Event], readings: Sequence[Reading]) -> Unjudged | None:
    """What a report would owe as an incident of a worse priority, before what it owes as it stands.

    readings: its clocks as they are. None once it was judged, and where it can't be worse. The
    moment to judge it is that of the agreement's rule, and never after the first such deadline.
    What our own monitoring found is looked at by then also where nothing is owed for it.
    """
    if is_judged(events):
        return None
    present = min((due for one in readings if (due := _owed(one))), default=None)
    rule = under.agreement.triage
    owed = tuple(
        each
        for priority in rule.priorities
        if (each := _if(priority, under, events)) and (present is None or each.due_at < present)
    )
    by_rule = under.hours.due(events[0].at, rule.within) if rule.within else None
    moments = [each.due_at for each in owed]
    if by_rule is not None and (owed or (events[0].own and present is None)):
        moments.append(by_rule.astimezone(UTC))
    return Unjudged(min(moments), owed) if moments else None


def _if(priority: Priority, under: Under, events: Sequence[Event]) -> Owed | None:
    last = events[-1].at
    judged = [
        *events,
        Event(last, Happened.CLASSIFIED, ticket_kind=TicketKind.INCIDENT),
        Event(last, Happened.PRIORITISED, priority=priority),
    ]
    readings = under.read(judged, last)
    found = [(due, one.target.promise) for one in readings if (due := _owed(one))]
    if not found:
        return None
    due, promise = min(found)
    return Owed(priority, promise, due)


def _owed(reading: Reading) -> datetime | None:
    """The deadline that binds and is still owed, if there is one."""
    owed = reading.binding and reading.met_at is None and reading.state is not State.CANCELLED
    return reading.due_at.astimezone(UTC) if owed and reading.due_at is not None else None
