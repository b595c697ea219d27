"""Checks as rows: claimed by one worker at a time, noted when they were asked, added up, swept.

No I/O but the database; who asks, and what an outage is, is support.checks.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet

from sla.models import Check, CheckLook, CheckResult
from sla.models.check import LEASE

STOOD_STILL = timedelta(seconds=90)
"""Nobody looked for so long: what should have called then was perhaps not heard."""
KNOWN = (
    *("due_at", "leased_until", "measured_at", "next_by", "failures", "failing_since"),
    *("good_since", "fault", "said", "certificate_ends_at", "quiet", "outage"),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """What one round of a check found, at the moment that it began. fault empty: it is good."""

    at: datetime
    fault: Check.Fault = Check.Fault.NONE
    said: str = ""
    certificate_ends_at: datetime | None = None
    duration_ms: int | None = None

    @property
    def good(self) -> bool:
        """Whether it is as it should be."""
        return self.fault == Check.Fault.NONE


@transaction.atomic
def look(*, now: datetime) -> datetime:
    """Note that checks are looked at; gives since when they were, without standing still."""
    CheckLook.objects.get_or_create(pk=1)
    row = CheckLook.objects.select_for_update(no_key=True).get(pk=1)
    last, awake_since = row.looked_at, row.awake_since
    if last is None or awake_since is None or abs(now - last) > STOOD_STILL:
        awake_since = now
        if last is not None and last > now:
            _take_back(now)
    row.looked_at, row.awake_since = now, awake_since
    row.save(update_fields=["looked_at", "awake_since"])
    return awake_since


@transaction.atomic
def claim(*, now: datetime, most: int) -> list[Check]:
    """Take checks that are due, for as long as LEASE; nobody else takes them meanwhile."""
    due = Check.objects.due(now=now).select_for_update(of=("self",), skip_locked=True, no_key=True)
    taken = list(due[:most])
    for check in taken:
        check.leased_until = now + LEASE
        check.turn += 1
        check.due_at = _next_due(check, now)
    Check.objects.bulk_update(taken, ["leased_until", "turn", "due_at"])
    return taken


def overdue(now: datetime) -> QuerySet[Check]:
    """Heartbeats that should have called by now, if somebody was there to hear."""
    return Check.objects.listening().filter(due_at__lte=now)


def missed(*, now: datetime, awake_since: datetime) -> list[tuple[Check, datetime]]:
    """Heartbeats that should have called by now, each with the moment of that.

    One that may have called while nobody was there to hear gets its whole time again.
    """
    late = []
    for check in overdue(now).order_by("pk"):
        at = check.due_at
        if check.measured_at and awake_since > check.measured_at:
            at = max(at, awake_since + check.patience) if at else at
        if at is not None and at <= now:
            late.append((check, at))
    return late


def held(check: Check, *, turn: int | None = None) -> Check | None:
    """The check as it is now, held until the transaction ends; None if it is another's by now, or
    is no longer in use.
    """
    found = Check.objects.select_for_update(of=("self",), no_key=True).filter(active=True)
    if turn is not None:
        found = found.filter(turn=turn)
    return found.select_related("service", "outage").filter(pk=check.pk).first()


def changes_something(check: Check, finding: Finding) -> bool:
    """Whether a result may open, keep or end an outage, and so is noted by itself."""
    if finding.good:
        return check.outage_id is not None
    return check.outage_id is not None or check.failures + 1 >= check.failures_needed


def take_in(check: Check, finding: Finding) -> None:
    """Bring what is known of a check up to a finding; nothing is written."""
    gap = check.next_by is not None and finding.at > check.next_by
    if finding.good:
        if check.failures:
            check.good_since = finding.at
        check.failures, check.failing_since, check.quiet = 0, None, False
    elif check.failures == 0 or (gap and check.outage_id is None):
        # What was not measured between two failures is not said to have failed.
        check.failures, check.failing_since, check.good_since = 1, finding.at, None
    else:
        check.failures += 1
        check.failing_since = min(check.failing_since or finding.at, finding.at)
    check.fault, check.said = finding.fault, finding.said[:300]
    check.certificate_ends_at = finding.certificate_ends_at or check.certificate_ends_at
    check.measured_at, check.next_by = finding.at, finding.at + check.patience
    check.leased_until = None
    if check.kind == Check.Kind.HEARTBEAT:
        late = finding.fault == Check.Fault.MISSED
        check.due_at = finding.at + (check.interval if late else check.patience)


def write(rows: Sequence[tuple[Check, Finding]]) -> None:
    """Write what was taken in, with its results. The caller holds the checks."""
    checks = [check for check, _finding in rows]
    # A clock that ran ahead wrote what can't be; what is true comes after it again.
    latest = max(finding.at for _check, finding in rows)
    CheckResult.objects.filter(target_check__in=checks, at__gt=latest).delete()
    CheckResult.objects.bulk_create(
        [_result(check, finding) for check, finding in rows], ignore_conflicts=True
    )
    Check.objects.bulk_update(checks, KNOWN)


@transaction.atomic
def note_all(rows: Iterable[tuple[Check, Finding]]) -> list[tuple[Check, Finding]]:
    """Note results of claimed checks; gives those back that may concern an outage, not noted."""
    found = {check.pk: (check.turn, finding) for check, finding in rows}
    locked = Check.objects.select_for_update(no_key=True).filter(pk__in=found, active=True)
    plain, rest = [], []
    for check in locked.order_by("pk"):
        turn, finding = found[check.pk]
        if check.turn != turn:
            continue
        if changes_something(check, finding):
            rest.append((check, finding))
            continue
        take_in(check, finding)
        plain.append((check, finding))
    if plain:
        write(plain)
    return rest


@transaction.atomic
def rest(check: Check) -> bool:
    """Ask it no more, until `go_on`. Says whether it was in an outage, which goes on without it."""
    check = Check.objects.select_for_update().get(pk=check.pk)
    in_outage = check.outage_id is not None
    _begin_anew(check)
    check.active = False
    check.save()
    return in_outage


@transaction.atomic
def go_on(check: Check) -> None:
    """Ask it again, as if it were new."""
    check = Check.objects.select_for_update().get(pk=check.pk)
    _begin_anew(check)
    check.active = True
    check.save()


def _begin_anew(check: Check) -> None:
    check.due_at = check.leased_until = check.measured_at = check.next_by = None
    check.failing_since = check.good_since = check.outage = None
    check.failures, check.fault, check.said, check.quiet = 0, Check.Fault.NONE, "", False
    check.turn = F("turn") + 1


def _take_back(now: datetime) -> None:
    """The clock was put back: what it said of the time to come is not waited for."""
    Check.objects.filter(due_at__gt=now).exclude(kind=Check.Kind.HEARTBEAT).update(due_at=now)
    for check in Check.objects.filter(due_at__gt=now, kind=Check.Kind.HEARTBEAT):
        latest = now + check.patience
        Check.objects.filter(pk=check.pk, due_at__gt=latest).update(due_at=latest)


def _next_due(check: Check, now: datetime) -> datetime:
    """A whole interval after it was due, so that it keeps its pace; but never twice in a hurry."""
    paced = (check.due_at or now) + check.interval
    soonest, latest = now + check.interval / 2, now + check.interval
    return paced if soonest <= paced <= latest else latest


def _result(check: Check, finding: Finding) -> CheckResult:
    return CheckResult(
        target_check=check,
        at=finding.at,
        until=finding.at + check.interval,
        next_by=finding.at + check.patience,
        good=finding.good,
        fault=finding.fault,
        said=finding.said[:300],
        duration_ms=finding.duration_ms,
    )
