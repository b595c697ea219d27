"""What maintenance is to who judges a month: what was announced in time, and what ran over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sla.engine.availability_terms import AvailabilityTerms, MaintenanceKind, MaintenanceRule
from sla.engine.months import Works, works
from sla.models import Maintenance, MaintenanceEvent

TOLD = (MaintenanceEvent.Kind.ANNOUNCED, MaintenanceEvent.Kind.CHANGED)
OF_KIND = {
    Maintenance.Kind.PLANNED: MaintenanceKind.ANNOUNCED,
    Maintenance.Kind.SUPPLIER: MaintenanceKind.SUPPLIER,
}


def works_of(
    maintenance: Maintenance, terms: AvailabilityTerms, *, until: datetime
) -> Iterator[Works]:
    """What maintenance is to who judges: what was announced in time, for as long as that; and what
    ran over, or came unannounced. until: the end of what goes on.
    """
    ref = f"maintenance:{maintenance.pk}"
    begin, end = maintenance.started_at, maintenance.finished_at or until
    if maintenance.kind == Maintenance.Kind.EMERGENCY:
        if not maintenance.cancelled_at and (first := begin or maintenance.begins_at) <= end:
            yield works(terms, first, end, MaintenanceKind.EMERGENCY, ref)
        return
    told = told_in_time(maintenance)
    if told is not None:
        yield works(terms, *told, OF_KIND[Maintenance.Kind(maintenance.kind)], ref)
    if begin is None:
        return
    before = (begin, min(end, told[0]) if told else end)
    after = (max(begin, told[1]), end) if told else None
    for part in filter(None, (before, after)):
        if part[0] < part[1]:
            yield works(terms, *part, MaintenanceKind.UNANNOUNCED, ref)


def rule_of(
    kind: Maintenance.Kind, terms: AvailabilityTerms, *, begins_at: datetime, told_at: datetime
) -> MaintenanceRule:
    """What an agreement makes of maintenance that is announced at some moment."""
    if kind == Maintenance.Kind.EMERGENCY:
        return terms.rule(MaintenanceKind.EMERGENCY)
    return terms.rule(OF_KIND[kind] if told_at <= begins_at else MaintenanceKind.UNANNOUNCED)


def told_in_time(maintenance: Maintenance) -> tuple[datetime, datetime] | None:
    """The times that were announced last before they began; none if it was cancelled before."""
    found = None
    for event in maintenance.events.all():
        if event.kind in TOLD and event.data["ends_at"]:
            times = tuple(datetime.fromisoformat(event.data[n]) for n in ("begins_at", "ends_at"))
            if event.at <= times[0]:
                found = (times[0], times[1])
        elif event.kind == MaintenanceEvent.Kind.CANCELLED:
            found = None
    return found
