"""What is provided in a month: availability, maintenance, backups, credits, releases."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet

from sla import backups, crediting, months
from sla.engine.dates import after
from sla.models import (
    BackupJob,
    Contract,
    Coverage,
    Credit,
    Maintenance,
    Outage,
    Release,
    Service,
)
from support.brands import face
from support.monthly.document import (
    BackupRow,
    CreditRow,
    OutageRow,
    ReleaseRow,
    ServiceRow,
    WorkRow,
    in_both,
)
from support.monthly.promises import Scope
from support.services import shown
from tickets.models import Ticket

AHEAD = timedelta(days=35)
"""So far past the month, what is planned is told."""
MOST = 100


def contracts(scope: Scope) -> QuerySet[Contract]:
    """Those under which the month stands."""
    theirs = Contract.objects.filter(organisation=scope.organisation, agreement=scope.agreement)
    begun = Q(starts_on=None) | Q(starts_on__lt=after(scope.month))
    return theirs.filter(begun, Q(ends_on=None) | Q(ends_on__gte=scope.month)).order_by("pk")


def services(scope: Scope) -> list[Service]:
    """What is provided under them."""
    found = Service.objects.none()
    for contract in contracts(scope):
        found |= Service.objects.under(contract)
    return list(found.select_related("agreement").distinct().order_by("name", "pk"))


def availability(scope: Scope, of: Sequence[Service], *, now: datetime) -> list[ServiceRow]:
    """The month of each service of which something is promised."""
    rows = []
    for service in of:
        derived = months.derive(service, scope.month, now=now)
        if derived is None:
            continue
        measured = shown.measured_in(derived, now=now)

        def say(derived: months.Month = derived, measured: Any = measured) -> shown.MonthShown:
            return shown.derived_shown(derived, measured, now=now)

        said = in_both(say)
        result, begin, end = derived.judged.result, *derived.judged.month
        rows.append(
            ServiceRow(
                service=service.name,
                length=result.month,
                unavailable=result.unavailable,
                guarantee=str(derived.terms.guarantee),
                kept=result.guarantee_met,
                clause=derived.terms.clause,
                credit_percent=result.credit_percent,
                settled=derived.settled,
                days=[{"day": day.day, "look": day.look} for day in said["nl"].days],
                measured={language: each.measured for language, each in said.items()},
                told={language: each.lines for language, each in said.items()},
                outages=_outages(service, begin, end),
            )
        )
    return rows


def _outages(service: Service, begin: datetime, end: datetime) -> list[OutageRow]:
    found = Outage.objects.standing().touching(begin, end).filter(service=service)
    ordered = list(found.select_related("service__agreement").order_by("first_known_at", "pk"))
    said = in_both(lambda: shown.outages_shown(ordered, service))
    return [
        OutageRow(
            begin=outage.first_known_at,
            end=outage.restored_at,
            cause={language: rows[at].cause for language, rows in said.items()},
            reason=said["nl"][at].reason,
        )
        for at, outage in enumerate(ordered)
    ]


def maintenance(scope: Scope, of: Sequence[Service], *, coming: bool = False) -> list[WorkRow]:
    """What was announced for the month, or for the weeks after it. The minutes of releases stand
    with the releases.
    """
    begin, end = scope.bounds
    if coming:
        begin, end = end, end + AHEAD
    announced = Maintenance.objects.announced().filter(release=None)
    concerned = Maintenance.services.through.objects.filter(service__in=of)
    found = announced.filter(pk__in=concerned.values("maintenance"))
    touching = Q(begins_at__gte=begin) | Q(ends_at__gt=begin, begins_at__lt=begin)
    found = found.filter(touching, begins_at__lt=end)
    if coming:
        found = found.filter(begins_at__gte=begin, cancelled_at=None)
    names = {service.pk: service.name for service in of}
    return [
        WorkRow(
            title=each.nature or each.cause,
            kind=each.kind,
            services=sorted(names[one.pk] for one in each.services.all() if one.pk in names),
            begins=each.started_at or each.begins_at,
            ends=each.finished_at or each.ends_at,
            finished=each.finished_at,
            cancelled=each.cancelled_at is not None,
            expected_minutes=each.expected_minutes,
        )
        for each in found.prefetch_related("services").order_by("begins_at", "pk")
    ]


def backup_months(scope: Scope, of: Sequence[Service], *, now: datetime) -> list[BackupRow]:
    """What the month came to for each backup that is watched."""
    jobs = BackupJob.objects.filter(service__in=of, active=True).select_related("service")
    begin, end = scope.bounds
    made = [job for job in jobs if job.watched_from < end]
    return [
        BackupRow(
            service=stated.job.service.name,
            name=stated.job.name,
            destination=stated.job.destination,
            every_hours=stated.job.every_hours,
            keep_days=stated.job.keep_days,
            good=stated.good,
            failed=stated.failed,
            gaps=[(gap.begin, gap.end) for gap in stated.gaps],
            last_good=stated.last_good_at,
        )
        for stated in backups.statement(made, begin, end, now=now)
    ]


def credit_rows(scope: Scope) -> tuple[list[CreditRow], bool]:
    """What was granted for the month; and whether something of it is not decided yet."""
    theirs = Credit.objects.filter(contract__in=contracts(scope), month=scope.month)
    granted = theirs.filter(state__in=crediting.GRANTED).order_by("contract", "number")
    rows = [
        CreditRow(
            ground=credit.ground,
            granted=credit.granted or crediting.NONE,
            lines=[line for line in credit.lines if line["percent"]],
            monthly_sum=credit.monthly_sum,
            reason=credit.reason,
        )
        for credit in granted
    ]
    return rows, theirs.filter(state=Credit.State.PROPOSED).exists()


def releases(scope: Scope, *, coming: bool = False) -> list[ReleaseRow]:
    """The releases of the month, or those planned after it that are known."""
    begin, end = scope.bounds
    if coming:
        begin, end = end, end + AHEAD
    found = Release.objects.filter(agreement=scope.agreement, skipped_at=None)
    found = found.filter(planned_at__gte=begin, planned_at__lt=end)
    rows = list(found.prefetch_related("moves").order_by("planned_at", "pk")[:MOST])
    planned = _planned(scope, rows)
    return [
        ReleaseRow(
            name=release.name,
            at=release.live_at or release.planned_at,
            hotfix=release.is_hotfix,
            live=release.live_at is not None,
            moved_from=next((move.planned_before for move in release.moves.all()), None),
            tickets=planned.get(release.pk, []),
        )
        for release in rows
    ]


def _planned(scope: Scope, releases: Iterable[Release]) -> Mapping[int, list[str]]:
    found: dict[int, list[str]] = {}
    theirs = Coverage.objects.filter(
        ticket__organisation=scope.organisation, planned_for__in=list(releases)
    )
    for release, ticket in theirs.order_by("ticket").values_list("planned_for", "ticket"):
        found.setdefault(release, []).append(Ticket(pk=ticket).reference)
    return found


def agreement_facts(scope: Scope) -> dict[str, object]:
    """Of the agreement, its contracts and the brand, what the cover names."""
    agreement, brand = scope.agreement, face.of_organisation(scope.organisation)
    announced = agreement.editions.filter(announced_at__isnull=False)
    inside = announced.filter(in_force_on__gt=scope.month, in_force_on__lt=after(scope.month))
    first = announced.filter(in_force_on__lte=scope.month).order_by(F("in_force_on").desc())[:1]
    editions = [*first, *inside.order_by("in_force_on")]
    return {
        "key": agreement.key,
        "name": agreement.name,
        "provider": agreement.provider,
        "brand": brand.name,
        "lines": [*brand.lines, *filter(None, [brand.phone])],
        "colour": brand.colour,
        "logo": b64encode(face.picture_of(brand)).decode(),
        "phone": agreement.phone,
        "email": agreement.email,
        "contracts": [each.number for each in contracts(scope) if each.number],
        "editions": [
            {"number": edition.number, "in_force_on": edition.in_force_on} for edition in editions
        ],
    }
