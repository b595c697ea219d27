"""What a clock's row says of its reading: the facts, and the alarms to come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sla import engine
from sla.derivation import facts
from sla.engine import Reading
from sla.engine.alarms import alarms
from sla.models import Alert, Clock
from sla.world import Rule


def wanted_of(
    reading: Reading,
    rule: Rule,
    before: Clock | None,
    recorded: set[tuple[Any, ...]],
    now: datetime,
) -> dict[str, Any]:
    """What a clock's row is to say."""
    wanted = facts(reading)
    wanted["alarms"] = _alarms(reading, rule, before, now)
    wanted["next_alert_at"] = _next_alert_at(reading, wanted["alarms"], recorded)
    return wanted


TOLD_ONCE = ("target_key", "started_at", "kind", "share", "after")


def _alarms(reading: Reading, rule: Rule, before: Clock | None, now: datetime) -> list[list[Any]]:
    """Alarms to come: [percentage, minutes after, moment, when to tell].

    A warning that lies before the clock was first read this way never was to come, and is left
    out; a deadline that had passed by then counts.
    """
    owed = reading.met_at is None and reading.state is not engine.State.CANCELLED
    if not (owed or reading.breached_at):
        return []
    expected = {tuple(alarm[:3]) for alarm in before.alarms} if before is not None else set()
    written = []
    for alarm in alarms(reading, rule.world.hours(), rule.world.terms.escalation):
        minutes = int(alarm.after.total_seconds()) // 60
        entry = [alarm.share, minutes, alarm.at.isoformat(), alarm.tell_at.isoformat()]
        if alarm.share in (0, 100):
            wanted = owed or not alarm.after
        else:
            wanted = owed and (alarm.at > now or tuple(entry[:3]) in expected)
        if wanted:
            written.append(entry)
    return sorted(written, key=lambda entry: entry[2])


def _next_alert_at(
    reading: Reading, alarms: Sequence[Sequence[Any]], recorded: set[tuple[Any, ...]]
) -> datetime | None:
    """When the sweep must look at this clock: its first moment that is not recorded yet."""
    moments = [
        at
        for share, after, at, _tell_at in alarms
        if (reading.target.key, reading.started_at, kind_of(share, after), share % 100, after)
        not in recorded
    ]
    return datetime.fromisoformat(min(moments)) if moments else None


def kind_of(share: int, after: int) -> str:
    """What an alarm is recorded as: its share of the working time, and minutes after it."""
    if after:
        return Alert.Kind.OVERDUE
    return {0: Alert.Kind.NO_RELEASE, 100: Alert.Kind.BREACH}.get(share, Alert.Kind.WARNING)
