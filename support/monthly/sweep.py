"""Makes the reports of a month that is over, from the first hour on that we are open after it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q

from sla.calendars import hours_of
from sla.engine.dates import before, first_of
from sla.models import Calendar, Contract, MonthlyReport
from sla.reporting import ZONE, month_bounds
from support.mail import letters
from support.monthly import issuing
from support.monthly.promises import Scope

log = logging.getLogger(__name__)
AT_ONCE = 20
"""Reports that a sweep makes, so that the next one finds it done."""


def sweep(*, now: datetime) -> int:
    """Make what is missing of last month, some at a time; gives how many."""
    month = before(first_of(now.astimezone(ZONE).date()))
    if not may_begin(month, now=now):
        return 0
    return make_missing(month, now=now)


def may_begin(month: date, *, now: datetime) -> bool:
    """Was the house open since the month ended? Without a calendar, did the month end?"""
    _first, end = month_bounds(month)
    calendar = Calendar.objects.order_by("pk").first()
    return now >= (hours_of(calendar).next_open(end) if calendar else end)


def make_missing(month: date, *, now: datetime, most: int = AT_ONCE) -> int:
    """Make reports of a month that is over and has none; what fails is kept with its reason, and
    the others go on.
    """
    done = 0
    for scope in missing(month):
        if done >= most:
            break
        done += _made(scope, now=now)
    _tell_trouble(now=now)
    return done


def missing(month: date) -> Iterator[Scope]:
    """Whose month has no report: every customer with a contract that held in it."""
    last = month_bounds(month)[1].astimezone(ZONE).date()
    made = MonthlyReport.objects.filter(
        organisation=OuterRef("organisation"), agreement=OuterRef("agreement"), month=month
    )
    held = (
        Contract.objects.filter(Q(starts_on=None) | Q(starts_on__lt=last))
        .filter(Q(ends_on=None) | Q(ends_on__gte=month))
        .exclude(Exists(made))
        .select_related("organisation", "agreement")
        .order_by("organisation__name", "agreement__name", "pk")
    )
    seen = set()
    for contract in held:
        pair = contract.organisation_id, contract.agreement_id
        if pair not in seen:
            seen.add(pair)
            yield Scope(contract.organisation, contract.agreement, month)


def _made(scope: Scope, *, now: datetime) -> bool:
    """One of them; False where another process was first."""
    report = MonthlyReport(
        organisation=scope.organisation, agreement=scope.agreement, month=scope.month, made_at=now
    )
    try:
        with transaction.atomic():
            issuing.make(report, now=now)
    except IntegrityError:
        return False
    except Exception as error:
        log.exception("the report of %s for %s could not be made", scope.month, scope.organisation)
        report.pk, report.draft, report.trouble = None, "", f"{type(error).__name__}: {error}"[:300]
        try:
            with transaction.atomic():
                report.save()
        except IntegrityError:
            return False
    return True


def _tell_trouble(*, now: datetime) -> None:
    """Managers hear once of what could not be made."""
    untold = MonthlyReport.objects.failed().filter(told_at=None)
    with transaction.atomic():
        found = list(untold.select_for_update(skip_locked=True, of=("self",)))
        if found:
            context = {"reports": found, "count": len(found)}
            letters.write_each("monthly_trouble", context, to=letters.managers(), at=now)
            untold.filter(pk__in=[each.pk for each in found]).update(told_at=now)
