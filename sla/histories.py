"""Histories of many tickets read in bulk: events as JSON, one row a ticket, without models.

A model for each of a million events takes longer than judging them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.aggregates import JSONBAgg
from django.db.models import OuterRef, Subquery
from django.db.models.functions import JSONArray

from sla.derivation import engine_events
from sla.engine import Event
from sla.models import CoverageChange
from tickets.models import TicketEvent


@dataclass(frozen=True, slots=True)
class _Told:
    at: datetime
    kind: str
    data: dict[str, Any]


def told() -> Subquery:
    """The events of a coverage's ticket as JSON, for `events_of`."""
    events = TicketEvent.objects.filter(ticket=OuterRef("pk")).order_by().values("ticket")
    rows = JSONBAgg(JSONArray("at", "kind", "data"), order_by="version")
    return Subquery(events.annotate(told=rows).values("told"))


def events_of(rows: Sequence[Any] | None) -> list[Event]:
    """What the clocks read of such a history. ValueError if it can't be read."""
    return engine_events(_Told(datetime.fromisoformat(at), *rest) for at, *rest in rows or ())


def changes_of(tickets: Sequence[int]) -> Mapping[int, Sequence[CoverageChange]]:
    """The corrections of some tickets, in one query; most have none."""
    changed: dict[int, list[CoverageChange]] = defaultdict(list)
    if not tickets:
        return changed
    span = CoverageChange.objects.filter(coverage__gte=min(tickets), coverage__lte=max(tickets))
    for change in span:
        changed[change.coverage_id].append(change)
    return changed
