"""What a status page shows of some services: how each is now, its days, what goes on, what was."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q, TextChoices
from django.utils.crypto import salted_hmac
from django.utils.translation import pgettext_lazy

from sla.models import Check, Maintenance, Outage, OutageEvent, Service
from support.status_page import days
from support.status_page.days import Day, MonthSeen
from support.status_page.models import ShownService

BACK = days.MANY * days.DAY
MOST = 50
"""Outages, and works, that a page tells of."""


class State(TextChoices):
    """How a service is, from best to worst."""

    WORKS = "works", pgettext_lazy("service", "works")
    MAINTENANCE = "maintenance", pgettext_lazy("service", "maintenance")
    UNMEASURED = "unmeasured", pgettext_lazy("service", "not measured")
    DISTURBED = "disturbed", pgettext_lazy("service", "disturbed")
    DOWN = "down", pgettext_lazy("service", "down")


WORST_LAST = list(State)


@dataclass(frozen=True)
class Seen:
    """A service as a page shows it, under the name that whoever reads it may know."""

    service: Service
    name: str
    state: State
    days: list[Day]
    months: list[MonthSeen]
    id: str


@dataclass(frozen=True)
class Update:
    """What was told of an outage."""

    id: str
    at: datetime
    progress: OutageEvent.Progress
    words: Mapping[str, str]


@dataclass(frozen=True)
class OutageSeen:
    """An outage with what was told of it, the newest first."""

    id: str
    name: str
    service: int
    begin: datetime
    end: datetime | None
    updates: list[Update]

    @property
    def progress(self) -> OutageEvent.Progress:
        """How far we are, as far as anybody said."""
        if self.end is not None:
            return OutageEvent.Progress.RESOLVED
        if self.updates:
            return self.updates[0].progress
        return OutageEvent.Progress.INVESTIGATING

    @property
    def changed_at(self) -> datetime:
        """When there was last something new."""
        moments = [self.begin, *(update.at for update in self.updates)]
        return max([*moments, self.end] if self.end else moments)


@dataclass(frozen=True)
class WorksSeen:
    """Maintenance, of those services of it that whoever reads may know."""

    id: str
    names: list[str]
    services: list[int]
    maintenance: Maintenance
    phase: str  # ahead, now or over
    named: bool = True  # may whoever reads know its nature


@dataclass(frozen=True)
class View:
    """All that a page shows, without words in any language."""

    at: datetime
    services: list[Seen]
    outages: list[OutageSeen]
    works: list[WorksSeen]
    state: State = field(default=State.UNMEASURED)

    @property
    def going_on(self) -> list[OutageSeen]:
        """Outages that are not over."""
        return [outage for outage in self.outages if outage.end is None]

    def works_in(self, *phases: str) -> list[WorksSeen]:
        """Maintenance of these phases."""
        return [works for works in self.works if works.phase in phases]


def public(*, now: datetime, brand: int | None = None) -> View:
    """What everybody may see; of a brand, what its organisations have."""
    shown = ShownService.objects.public()
    rows = list(shown.of_brand(brand) if brand is not None else shown)
    names = {row.service_id: row.name for row in rows}
    return look([row.service for row in rows], names, since=_since(rows), now=now)


def look(
    services: Sequence[Service],
    names: Mapping[int, str],
    *,
    since: Mapping[int, datetime] | None = None,
    now: datetime,
) -> View:
    """What there is to see of these services, each under its name here.

    since: from when on each is public: what was written before was not written for everybody.
    """
    works = _works(services, names, since, now)
    states = states_of(services, works, now=now)
    told = days.of(services, now=now)
    seen = [
        Seen(
            service=service,
            name=names[service.pk],
            state=states[service.pk],
            days=told[service.pk].days,
            months=told[service.pk].months,
            id=opaque("service", service.pk),
        )
        for service in services
    ]
    return View(
        at=now,
        services=seen,
        outages=_outages(services, names, since, now),
        works=works,
        state=max(states.values(), key=WORST_LAST.index, default=State.UNMEASURED),
    )


def marks(*, now: datetime) -> list[object]:
    """What changes as soon as the public page would show more than that time passed."""
    rows = list(ShownService.objects.public())
    services, names = [row.service for row in rows], {row.service_id: row.name for row in rows}
    works = _works(services, names, _since(rows), now)
    states = states_of(services, works, now=now)
    last = OutageEvent.objects.filter(outage__service__in=services).order_by("-pk")
    return [
        [[row.service_id, row.name, row.place, states[row.service_id]] for row in rows],
        list(last.values_list("pk", flat=True)[:1]),
        [[each.id, each.phase, each.maintenance.version] for each in works],
    ]


def states_of(
    services: Sequence[Service], works: Iterable[WorksSeen], *, now: datetime
) -> dict[int, State]:
    """How each is at this moment."""
    down = set(Outage.objects.open().filter(service__in=services).values_list("service", flat=True))
    in_works: set[int] = set()
    announced: set[int] = set()
    for each in works:
        if each.phase == "now":
            in_works.update(each.services)
            until = each.maintenance.ends_at
            if until is None or now < until:
                announced.update(each.services)
    checks: dict[int, list[Check]] = {}
    for check in Check.objects.filter(service__in=services, active=True):
        checks.setdefault(check.service_id, []).append(check)
    found = {}
    for service in services:
        measured = _as_measured(checks.get(service.pk, ()), now)
        if service.pk in down:
            # What was announced is maintenance, for as long as that was announced.
            found[service.pk] = State.MAINTENANCE if service.pk in announced else State.DOWN
        elif service.pk in in_works:
            found[service.pk] = State.MAINTENANCE
        else:
            found[service.pk] = measured
    return found


def opaque(kind: str, pk: int) -> str:
    """What stands for a row on pages that everybody reads: it tells nothing, not even how many."""
    return salted_hmac("status page", f"{kind} {pk}").hexdigest()[:12]


def _as_measured(checks: Sequence[Check], now: datetime) -> State:
    """What the checks of a service say; one that is not asked in time says nothing."""
    silent = [check for check in checks if check.next_by is None or now > check.next_by]
    if any(check.failures for check in checks if check not in silent):
        return State.DISTURBED
    return State.UNMEASURED if silent or not checks else State.WORKS


def _since(rows: Iterable[ShownService]) -> dict[int, datetime]:
    return {row.service_id: row.since for row in rows if row.since is not None}


def _outages(
    services: Sequence[Service],
    names: Mapping[int, str],
    since: Mapping[int, datetime] | None,
    now: datetime,
) -> list[OutageSeen]:
    rows = Outage.objects.standing().filter(service__in=services).touching(now - BACK, now)
    rows = rows.prefetch_related("events").order_by("-first_known_at", "-pk")[:MOST]
    return [
        OutageSeen(
            id=opaque("outage", row.pk),
            name=names[row.service_id],
            service=row.service_id,
            begin=row.first_known_at,
            end=row.restored_at,
            updates=_updates(row, None if since is None else since[row.service_id]),
        )
        for row in rows
    ]


def _updates(outage: Outage, since: datetime | None) -> list[Update]:
    told = [
        each
        for each in outage.events.all()
        if each.kind == OutageEvent.Kind.UPDATED and (since is None or each.at >= since)
    ]
    return [
        Update(
            id=opaque("update", event.pk),
            at=event.at,
            progress=OutageEvent.Progress(event.data["progress"]),
            words=event.data["words"],
        )
        for event in sorted(told, key=lambda event: event.version, reverse=True)
    ]


def _works(
    services: Sequence[Service],
    names: Mapping[int, str],
    since: Mapping[int, datetime] | None,
    now: datetime,
) -> list[WorksSeen]:
    rows = Maintenance.objects.filter(
        Q(finished_at=None) | Q(finished_at__gt=now - BACK),
        services__in=services,
        announced_at__isnull=False,
        cancelled_at=None,
    )
    rows = rows.distinct().prefetch_related("services").order_by("-begins_at", "-pk")
    found = []
    for row in rows[:MOST]:
        theirs = [each.pk for each in row.services.all() if each.pk in names]
        phase = phase_of(row, now=now)
        if phase != "over" or (row.finished_at or row.ends_at or now) > now - BACK:
            theirs.sort(key=lambda pk: names[pk])
            found.append(
                WorksSeen(
                    id=opaque("maintenance", row.pk),
                    names=[names[pk] for pk in theirs],
                    services=theirs,
                    maintenance=row,
                    phase=phase,
                    named=since is None or is_for_all(row, (since[pk] for pk in theirs)),
                )
            )
    return found


def is_for_all(maintenance: Maintenance, since: Iterable[datetime]) -> bool:
    """Was it announced when all of its services that are public were so?"""
    told = maintenance.announced_at
    return told is not None and all(told >= each for each in since)


def phase_of(maintenance: Maintenance, *, now: datetime) -> str:
    """ahead, now or over: what nobody said began or ended did so as it was announced."""
    if maintenance.finished_at is not None:
        return "over"
    if maintenance.started_at is not None:
        return "now"
    if now < maintenance.begins_at:
        return "ahead"
    return "now" if maintenance.ends_at is None or now < maintenance.ends_at else "over"
