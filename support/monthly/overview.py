"""What was agreed, measured and delivered for an organisation, on one page: this month so far and
the twelve before it, by the same counts as the reports, each figure with the list that it counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from sla import editions, terms
from sla.engine.dates import after, before, first_of, up_to
from sla.models import Agreement, Clock, Contract, Edition, ServiceMonth
from sla.reporting import ZONE, Tally, placed
from sla.written import written
from support.agreements import worded
from support.backups import stating
from support.monthly import services
from support.monthly.promises import Scope
from support.services import shown
from tickets.models import Organisation

YEAR = 12
COUNTED = ("kept", "breached")


@dataclass(frozen=True)
class Promised:
    """A promise as agreed, with how often it was kept and missed: each count with its address."""

    name: str
    time: str
    clause: str
    strength: str
    key: str
    now: Tally = field(default_factory=Tally)
    year: Tally = field(default_factory=Tally)
    addresses: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Part:
    """Of an agreement: what it promises, and what came of it."""

    agreement: Agreement
    edition: Edition
    promises: Sequence[Promised]
    services: Sequence[Mapping[str, Any]]
    guarantee: str
    maintenance: Sequence[Any]
    address: str


def this_month(now: datetime) -> date:
    """The month that it is on the clock of the reports."""
    return first_of(now.astimezone(ZONE).date())


def the_year(month: date) -> list[date]:
    """The twelve months before a month, the earliest first."""
    return up_to(before(month), YEAR)


def agreements_of(organisation: Organisation, month: date) -> list[Agreement]:
    """Those with a contract in the month or the twelve before it, by name."""
    year = the_year(month)
    held = Contract.objects.filter(organisation=organisation).exclude(ends_on__lt=year[0])
    found = held.exclude(starts_on__gte=after(month)).values("agreement")
    return list(Agreement.objects.filter(pk__in=found).order_by("name", "pk"))


def part_of(scope: Scope, *, now: datetime) -> Part | None:
    """What there is to say of an agreement; None where no edition was in force yet."""
    edition = editions.in_force(scope.agreement, today=timezone.localdate(now, ZONE))
    if edition is None:
        return None
    provided = services.services(scope)
    data = written(edition)
    return Part(
        agreement=scope.agreement,
        edition=edition,
        promises=_promised(scope, edition),
        services=[
            {
                "service": service,
                "months": shown.months_shown(_judged(scope, service)),
                "so_far": shown.month_shown(service, scope.month, now=now),
            }
            for service in provided
        ],
        guarantee=terms.guarantee_words(data["availability"]) if data.get("availability") else "",
        maintenance=services.maintenance(scope, provided),
        address=reverse("our-agreement-edition", args=[edition.number]),
    )


def _judged(scope: Scope, service: Any) -> QuerySet[ServiceMonth]:
    year = the_year(scope.month)
    judged: QuerySet[ServiceMonth] = service.months.filter(month__in=year)
    return judged.order_by("-month")


def _promised(scope: Scope, edition: Edition) -> list[Promised]:
    data = written(edition)
    counts = _counts(scope)
    found = []
    for target, words in zip(data["targets"], worded.promises(data), strict=True):
        now, year = counts.pop(target["key"], (Tally(), Tally()))
        row = Promised(
            name=words["name"],
            time=words["time"],
            clause=words["clause"],
            strength=words["strength"],
            key=target["key"],
            now=now,
            year=year,
        )
        found.append(_addressed(row, scope))
    # What earlier editions promised, and this one does not.
    for key, (now, year) in sorted(counts.items()):
        clock = _clocks_of(scope, key).latest("pk")
        row = Promised(
            name=clock.get_promise_display(),
            time=_("an earlier edition"),
            clause=clock.clause,
            strength="",
            key=key,
            now=now,
            year=year,
        )
        found.append(_addressed(row, scope))
    return found


def _addressed(row: Promised, scope: Scope) -> Promised:
    asked = {"agreement": scope.agreement.key, "target": row.key}
    page = reverse("our-overview-list")
    return replace(
        row,
        addresses={
            f"{span}-{outcome}": f"{page}?{urlencode(asked | {'span': span, 'outcome': outcome})}"
            for span in SPANS
            for outcome in COUNTED
        },
    )


def _counts(scope: Scope) -> dict[str, tuple[Tally, Tally]]:
    """By target: the month so far, and the year before it."""
    wanted = [*the_year(scope.month), scope.month]
    counted = placed(wanted, scope.clocks()).order_by()
    rows = counted.values("place", "target_key", "outcome").annotate(number=Count("pk"))
    found: dict[str, tuple[Tally, Tally]] = defaultdict(lambda: (Tally(), Tally()))
    for row in rows:
        now, year = found[row["target_key"]]
        (now if row["place"] == len(wanted) else year).add(row["outcome"], row["number"])
    return dict(found)


def _clocks_of(scope: Scope, key: str) -> QuerySet[Clock]:
    return scope.clocks().filter(target_key=key)


SPANS = ("month", "year")


def behind(scope: Scope, *, key: str, span: str, outcome: str) -> QuerySet[Any]:
    """The promises that a figure counts, the latest first."""
    wanted = [scope.month] if span == "month" else the_year(scope.month)
    counted = placed(wanted, _clocks_of(scope, key)).filter(outcome=outcome)
    return counted.select_related("ticket").order_by("-started_at", "-pk")


def backups_of(jobs: Iterable[Any], *, now: datetime) -> list[Any]:
    """What this month came to for each backup that is watched."""
    return stating.month_of(jobs, stating.month_in("", now=now), now=now)
