"""The clock in production: what fell due is recorded, once, at its true moment.

Everything it needs is a column, `Clock.next_alert_at`, so an idle sweep costs one look at a partial
index however many clocks run. It may run twice at once, die half-way, or come late: a batch is one
transaction, rows are claimed with SKIP LOCKED, and alerts are unique by what they are about.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import OperationalError, transaction
from django.db.models import F, QuerySet

from sla.clock_rows import kind_of
from sla.models import Alert, Clock, Coverage
from sla.projection import refresh
from sla.taking_back import recorded_early, take_back
from tickets.models import Ticket

log = logging.getLogger(__name__)

BATCH = 1000
LATELY = timedelta(minutes=10)
TRIAGE = "triage"  # stands where a promise's key does


def sweep(*, now: datetime) -> int:
    """Heal stale clocks, then record what fell due before `now`. Gives the number of alerts."""
    take_back(now=now)
    heal(now=now)
    recorded = 0
    if _unjudged(now).exists():  # mostly there is none
        recorded = _record_unjudged(now)
    while True:
        done, seen = _record_batch(now)
        recorded += done
        if seen < BATCH:
            return recorded


def due(now: datetime) -> list[QuerySet[Any]]:
    """Where any of this finds something, a sweep does too."""
    return [
        recorded_early(now),
        _lagging(now),
        _stale(now),
        _unjudged(now),
        Clock.objects.alarming(now),
    ]


def heal(*, now: datetime) -> int:
    """Read again the clocks of tickets whose history or world moved past what was read."""
    lagging = _lagging(now).values_list("pk", flat=True)
    stale = _stale(now).order_by("stale_since").values_list("pk", flat=True)
    healed = 0
    for pk in {*lagging, *stale[:BATCH]}:
        healed += _heal(pk, now)
    return healed


def _lagging(now: datetime) -> QuerySet[Coverage]:
    return Coverage.objects.filter(
        ticket__updated_at__gt=now - LATELY, version__lt=F("ticket__version")
    ).exclude(stale_since__gt=now)


def _stale(now: datetime) -> QuerySet[Coverage]:
    return Coverage.objects.filter(stale_since__lte=now)


def _unjudged(now: datetime) -> QuerySet[Coverage]:
    return Coverage.objects.filter(judge_alarm_at__lt=now)


def _heal(pk: int, now: datetime) -> bool:
    """One ticket, in a transaction of its own; a poisonous one waits its turn again in an hour."""
    try:
        with transaction.atomic():
            ticket = Ticket.objects.select_for_update(no_key=True, skip_locked=True).filter(pk=pk)
            if not (found := ticket.first()):
                return False
            refresh(found, now=now)
            return True
    except OperationalError:
        # The database's fault, not the ticket's: it is read again at the next sweep.
        log.warning("ticket %s: its clocks could not be read now", pk, exc_info=True)
        return False
    except Exception:
        log.exception("ticket %s: its clocks could not be read", pk)
        Coverage.objects.filter(pk=pk).update(stale_since=now + timedelta(hours=1))
        return False


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
    # Clocks that come to stand alike are written in one statement: on a Monday at 17:00 there
    # are thousands.
    alike: dict[tuple[str, datetime | None], list[int]] = defaultdict(list)
    for clock in clocks:
        alike[clock.state, clock.next_alert_at].append(clock.pk)
    for (state, next_alert_at), pks in alike.items():
        breached_at = {"breached_at": F("due_at")} if state == Clock.State.BREACHED else {}
        Clock.objects.filter(pk__in=pks).update(
            state=state, next_alert_at=next_alert_at, **breached_at
        )
    return len(alerts), len(clocks)


@transaction.atomic
def _record_unjudged(now: datetime) -> int:
    """Say of reports that nobody judged in time, once; gives how many."""
    overdue = _unjudged(now).select_related("ticket")
    found = list(
        overdue.select_for_update(of=("self",), skip_locked=True).order_by("judge_alarm_at")[:BATCH]
    )
    if not found:
        return 0
    alerts = [
        Alert(
            ticket_id=coverage.pk,
            target_key=TRIAGE,
            kind=Alert.Kind.UNJUDGED,
            started_at=coverage.ticket.reported_at,
            due_at=_first_owed(coverage),
            at=coverage.judge_alarm_at,
            noticed_at=now,
            tell_at=coverage.judge_alarm_at,
        )
        for coverage in found
        if coverage.judge_alarm_at is not None
    ]
    Alert.objects.bulk_create(alerts, ignore_conflicts=True)
    numbers = [coverage.pk for coverage in found]
    Coverage.objects.filter(pk__in=numbers).update(judge_alarm_at=None)
    return len(alerts)


def _first_owed(coverage: Coverage) -> datetime | None:
    """What would be due first; None for what we found ourselves, where nothing would."""
    dues = (datetime.fromisoformat(due) for _is, _what, due in coverage.would_owe)
    return min(dues, default=None)


def _alerts(clock: Clock, now: datetime) -> Iterable[Alert]:
    """What a clock has to tell by now."""
    for share, after, at, tell in _alarms(clock):
        if clock.next_alert_at is not None and clock.next_alert_at <= at < now:
            alert = _alert(clock, kind_of(share, after), at, now)
            alert.share, alert.after, alert.tell_at = share % 100, after, tell
            yield alert


def _alert(clock: Clock, kind: str, at: datetime, now: datetime) -> Alert:
    return Alert(
        ticket_id=clock.ticket_id,
        target_key=clock.target_key,
        promise=clock.promise,
        clause=clock.clause,
        kind=kind,
        started_at=clock.started_at,
        due_at=clock.due_at,
        at=at,
        noticed_at=now,
        tell_at=at,
    )


def settle(clock: Clock, now: datetime) -> None:
    """Set a clock's row to what it is once its alerts up to `now` are given."""
    binds = clock.state in (Clock.State.RUNNING, Clock.State.BREACHED) and clock.binding
    if clock.due_at is not None and clock.due_at < now and binds:
        clock.state = Clock.State.BREACHED
        clock.breached_at = clock.due_at
    coming = [at for _share, _after, at, _tell in _alarms(clock) if at >= now]
    owed = clock.met_at is None
    clock.next_alert_at = min(coming, default=None) if owed else None


def _alarms(clock: Clock) -> Iterator[tuple[int, int, datetime, datetime]]:
    for share, after, at, tell in clock.alarms:
        yield share, after, datetime.fromisoformat(at), datetime.fromisoformat(tell)
