"""Monthly reports of the demonstration: issued ones, one that was corrected, and last month's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time

from sla.engine.dates import after, before, first_of
from sla.models import IssuedReport, MonthlyReport
from sla.reporting import ZONE
from support.monthly import issuing, sweep
from support.monthly.promises import Scope
from tickets.models import User

REASON = "Onze metingen van deze maand zijn er alsnog bij gezet."


def begin(*, manager: User, now: datetime) -> None:
    """The month before last, issued before anybody said why promises were missed."""
    month = before(before(first_of(now.astimezone(ZONE).date())))
    at = _second_morning(month)
    for scope in _scopes(month):
        report = _made(scope, at)
        issuing.approve(report, seen=issuing.seen_of(report), actor=manager, now=at)
    _were_told(at)


def build(*, manager: User, now: datetime) -> None:
    """Corrections where that changed something; and last month's, which wait to be issued."""
    last = before(first_of(now.astimezone(ZONE).date()))
    at = min(_second_morning(before(last), days=9), now)
    for report in MonthlyReport.objects.filter(month=before(last)).order_by("pk"):
        issuing.make(report, now=at)
        if issuing.differences(report):
            seen = issuing.seen_of(report)
            issuing.approve(report, seen=seen, reason=REASON, actor=manager, now=at)
        else:
            issuing.drop_draft(report)
    _were_told(at)
    for scope in _scopes(last):
        _made(scope, now)


def _scopes(month: date) -> Iterator[Scope]:
    yield from list(sweep.missing(month))


def _made(scope: Scope, at: datetime) -> MonthlyReport:
    report = MonthlyReport(
        organisation=scope.organisation, agreement=scope.agreement, month=scope.month, made_at=at
    )
    return issuing.make(report, now=at)


def _were_told(at: datetime) -> None:
    """Their letters went out then, and are not part of the story."""
    IssuedReport.objects.filter(told_at=None).update(told_at=at)


def _second_morning(month: date, *, days: int = 1) -> datetime:
    """At ten on a day after the month: the second, unless another is asked."""
    day = after(month).replace(day=1 + days)
    return datetime.combine(day, time(10), ZONE).astimezone(UTC)
