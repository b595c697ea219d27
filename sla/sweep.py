"""The clock in production: what fell due is recorded, once, at its true moment.

Everything it needs is a column, `Clock.next_alert_at`, so an idle sweep costs one look at a partial
index however many clocks run. It may run twice at once, die half-way, or come late: a batch is one
transaction, rows are claimed with SKIP LOCKED, and alerts are unique by what they are about.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from sla.models import Alert, Clock, Coverage
from sla.projection import refresh
from tickets.models import Ticket

log = logging.getLogger(__name__)

BATCH = 1000
LATELY = timedelta(minutes=10)


def sweep(*, now: datetime) -> int:
    """Heal stale clocks, then record what fell due before `now`. Gives the number of alerts."""
    heal(now=now)
    recorded = 0
    while True:
        done, seen = _record_batch(now)
        recorded += done
        if seen < BATCH:
            return recorded


def heal(*, now: datetime) -> int:
    """Read again the clocks of tickets whose history or world moved past what was read."""
    lagging = Coverage.objects.filter(
        ticket__updated_at__gt=now - LATELY, version__lt=F("ticket__version")
    ).exclude(stale_since__gt=now)
    stale = Coverage.objects.filter(stale_since__lte=now).order_by("stale_since")
    healed = 0
    for pk in {*lagging.values_list("pk", flat=True), *stale.values_list("pk", flat=True)[:BATCH]}:
        healed += _heal(pk, now)
    return healed


def _heal(pk: int, now: datetime) -> bool:
    """One ticket, in a transaction of its own; a poisonous one waits its turn again in an hour."""
    try:
        with transaction.atomic():
            ticket = Ticket.objects.select_for_update(no_key=True, skip_locked=True).filter(pk=pk)
            if not (found := ticket.first()):
                return False
            before = _deadlines(found)
            coverage = Coverage.objects.get(pk=pk)
            refresh(found, now=now)
            if coverage.stale_reason:
                _say_what_moved(found, before, coverage.stale_reason, now)
            return True
    except Exception:
        log.exception("ticket %s: its clocks could not be read", pk)
        Coverage.objects.filter(pk=pk).update(stale_since=now + timedelta(hours=1))
        return False


def _deadlines(ticket: Ticket) -> dict[str, Clock]:
    owed = Clock.objects.filter(ticket=ticket, met_at=None)
    return {clock.target_key: clock for clock in owed}


def _say_what_moved(ticket: Ticket, before: dict[str, Clock], reason: str, now: datetime) -> None:
    """A deadline that moved without anybody touching the ticket is told, from, to and why."""
    Alert.objects.bulk_create(
        Alert(
            ticket=ticket,
            target_key=key,
            promise=clock.promise,
            clause=clock.clause,
            kind=Alert.Kind.MOVED,
            started_at=clock.started_at,
            due_before=before[key].due_at,
            due_at=clock.due_at,
            reason=reason,
            at=now,
            noticed_at=now,
        )
        for key, clock in _deadlines(ticket).items()
        if key in before and before[key].due_at != clock.due_at
    )


@transaction.atomic
def _record_batch(now: datetime) -> tuple[int, int]:
    """Claim some alarming clocks and record their alerts; alerts written and clocks seen."""
    clocks = list(Clock.objects.alarming(now).select_for_update(skip_locked=True)[:BATCH])
    if not clocks:
        return 0, 0
    alerts = [alert for clock in clocks for alert in _alerts(clock, now)]
    Alert.objects.bulk_create(alerts, ignore_conflicts=True)
    for clock in clocks:
        settle(clock, now)
    # Missed ones are settled all alike, in one statement: on a Monday at 17:00 there are thousands.
    missed = [clock.pk for clock in clocks if clock.breached_at is not None]
    Clock.objects.filter(pk__in=missed).update(
        state=Clock.State.BREACHED, breached_at=F("due_at"), next_alert_at=None
    )
    warned = [clock for clock in clocks if clock.breached_at is None]
    Clock.objects.bulk_update(warned, ["next_alert_at"], batch_size=BATCH)
    return len(alerts), len(clocks)


def _alerts(clock: Clock, now: datetime) -> Iterable[Alert]:
    """What a clock has to tell by now."""

    def alert(kind: Alert.Kind, at: datetime, share: int = 0) -> Alert:
        return Alert(
            ticket_id=clock.ticket_id,
            target_key=clock.target_key,
            promise=clock.promise,
            clause=clock.clause,
            kind=kind,
            share=share,
            started_at=clock.started_at,
            due_at=clock.due_at,
            at=at,
            noticed_at=now,
        )

    if clock.met_at is None:
        for share, at in _warnings(clock):
            if clock.next_alert_at is not None and clock.next_alert_at <= at < now:
                yield alert(Alert.Kind.WARNING, at, share)
    if clock.due_at is None:
        yield alert(Alert.Kind.NO_RELEASE, clock.started_at)
    elif clock.due_at < now and _misses(clock):
        yield alert(Alert.Kind.BREACH, clock.due_at)


def _misses(clock: Clock) -> bool:
    return clock.state in (Clock.State.RUNNING, Clock.State.BREACHED) and clock.binding


def settle(clock: Clock, now: datetime) -> None:
    """Set a clock's row to what it is once its alerts up to `now` are given."""
    if clock.due_at is not None and clock.due_at < now and _misses(clock):
        clock.state = Clock.State.BREACHED
        clock.breached_at = clock.due_at
        clock.next_alert_at = None
        return
    coming = [at for _share, at in _warnings(clock) if at >= now]
    if clock.due_at is not None and _misses(clock):
        coming.append(clock.due_at)
    clock.next_alert_at = min(coming, default=None) if clock.met_at is None else None


def _warnings(clock: Clock) -> Sequence[tuple[int, datetime]]:
    return [(share, datetime.fromisoformat(at)) for share, at in clock.warnings]
