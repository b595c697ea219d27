"""When people must hear of a clock: shares of its working time, its deadline, and after it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import cast

from sla.engine.agreement import Escalation, Measure
from sla.engine.clocks import ZERO, Reading, State
from sla.engine.events import Priority
from sla.engine.hours import WorkingHours


@dataclass(frozen=True, slots=True)
class Alarm:
    """One moment at which a clock has something to tell.

    share: percentage of the working time; 100 is the deadline; 0 that it has no date for want of
    a release. after: working time past the deadline. tell_at: when people may be disturbed.
    """

    share: int
    after: timedelta
    at: datetime
    tell_at: datetime


def alarms(
    reading: Reading, hours: WorkingHours, escalation: Sequence[Escalation]
) -> Iterator[Alarm]:
    """The alarms of a binding clock, past and to come, in no order.

    Shares are those of its target and of the edition's escalation. What is not Hoog is told in
    working hours; closing time still is one.
    """
    for share, after, at in _moments(reading, hours, escalation):
        moment = at.astimezone(UTC)
        yield Alarm(share, after, moment, tell_at(moment, hours, reading.priority))


def tell_at(at: datetime, hours: WorkingHours, priority: Priority | str | None) -> datetime:
    """From when people may be told of something: at once for Hoog, else in working hours."""
    if priority == Priority.HIGH or hours.elapsed(at - timedelta.resolution, at):
        return at
    return hours.next_open(at).astimezone(UTC)


def _moments(
    reading: Reading, hours: WorkingHours, escalation: Sequence[Escalation]
) -> Iterator[tuple[int, timedelta, datetime]]:
    due = reading.due_at
    if not reading.binding:
        return
    if due is None:
        if reading.target.measure is Measure.RELEASE and reading.state is State.RUNNING:
            yield 0, ZERO, reading.started_at
        return
    yield 100, ZERO, due
    for step in escalation:
        if step.after and (at := hours.due(due, step.after, reading.pauses)) is not None:
            yield 100, step.after, at
    shares = {*reading.target.warnings, *(step.share for step in escalation if step.share < 100)}
    total = hours.elapsed(reading.started_at, due, reading.pauses)
    for share in sorted(shares) if total else ():
        # The whole has been counted by its deadline, whatever pauses there are; so has a part.
        at = hours.due(reading.started_at, total * share / 100, reading.pauses)
        yield share, ZERO, cast("datetime", at)
