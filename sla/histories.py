"""Histories as the clocks read them: a ticket's own events and, once it was merged, what happens on
the ticket that stays. One by one with models; in bulk as JSON, one row a ticket, because a model
for each of a million events takes longer than judging them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.contrib.postgres.aggregates import JSONBAgg
from django.db.models import OuterRef, Subquery
from django.db.models.functions import JSONArray

from sla.derivation import engine_events
from sla.engine import Event
from sla.models import CoverageChange
from tickets import lifecycle
from tickets.models import (
    ACTIVE,
    EventKind,
    Link,
    LinkKind,
    Status,
    Ticket,
    TicketEvent,
)

# What of the ticket that stays meets, holds or ends the promises of one that was merged into it.
# Its own kind and priority are its own: tidying up changes no promise.
GOES_ON = frozenset(
    {
        EventKind.CALLED,
        EventKind.REPLIED,
        EventKind.CUSTOMER_REPLIED,
        EventKind.WAITING,
        EventKind.RESUMED,
        EventKind.PLANNED,
        EventKind.RESOLVED,
        EventKind.REOPENED,
        EventKind.DECLINED,
        EventKind.CLOSED,
        EventKind.MERGED,
    }
)


@dataclass(frozen=True, slots=True)
class Told:
    """An event without its model; ticket, version: which one it is, where that is asked."""

    at: datetime
    kind: str
    data: dict[str, object]
    ticket: int = 0
    version: int = 0


def events_as_json() -> Subquery:
    """The events of a coverage's ticket as JSON, for `events_of`."""
    events = TicketEvent.objects.filter(ticket=OuterRef("pk")).order_by().values("ticket")
    rows = JSONBAgg(JSONArray("at", "kind", "data"), order_by="version")
    return Subquery(events.annotate(told=rows).values("told"))


def events_of(rows: Sequence[Any] | None, further: Sequence[Told] = ()) -> list[Event]:
    """What the clocks read of such a history, and of what goes on elsewhere (`going_on`).
    ValueError if it can't be read.
    """
    own = [Told(datetime.fromisoformat(at), *rest) for at, *rest in rows or ()]
    return engine_events([*own, *further])


def changes_of(tickets: Sequence[int]) -> Mapping[int, Sequence[CoverageChange]]:
    """The corrections of some tickets, in one query; most have none."""
    changed: dict[int, list[CoverageChange]] = defaultdict(list)
    if not tickets:
        return changed
    span = CoverageChange.objects.filter(coverage__gte=min(tickets), coverage__lte=max(tickets))
    for change in span:
        changed[change.coverage_id].append(change)
    return changed


def read(ticket: Ticket, events: Sequence[TicketEvent]) -> list[Event]:
    """What the clocks of a ticket read: its own events, and what goes on after a merge."""
    return engine_events([*events, *further(ticket)])


def history_of(ticket: Ticket) -> list[Event]:
    """The same, with its events looked up."""
    return read(ticket, list(TicketEvent.objects.filter(ticket=ticket).order_by("version")))


def further(ticket: Ticket) -> Sequence[Told]:
    """What happened since on the ticket that this one was merged into; nothing if it wasn't."""
    if ticket.status != Status.MERGED:
        return ()
    return going_on([ticket.pk]).get(ticket.pk, ())


def going_on(tickets: Sequence[int]) -> Mapping[int, Sequence[Told]]:
    """What happened since on the tickets that some were merged into, by ticket.

    For those of which none was merged, which is most of them, one query.
    """
    if not tickets:
        return {}
    into = _merged_into(tickets)
    if not into:
        return {}
    wanted = set(tickets) & set(into)
    events: dict[int, list[Told]] = defaultdict(list)
    known = TicketEvent.objects.filter(ticket__in={*into, *into.values()})
    columns = ("at", "kind", "data", "ticket", "version")
    for row in known.order_by("ticket", "version").values_list(*columns):
        told = Told(*row)
        events[told.ticket].append(told)
    return {ticket: list(_after_merge(ticket, into, events)) for ticket in wanted}


def merged_here(events: Iterable[TicketEvent]) -> list[int]:
    """The numbers of the tickets that a history says were merged into its own, in order."""
    said = (event.data for event in events if event.kind == EventKind.LINKED)
    return [_number(data) for data in said if _is_merger(data)]


def _merged_into(tickets: Sequence[int]) -> dict[int, int]:
    """Into which ticket each was merged, and that one in its turn, to the end."""
    links = Link.objects.filter(kind=LinkKind.MERGED)
    span = links.filter(ticket__gte=min(tickets), ticket__lte=max(tickets))
    found = dict(span.values_list("ticket", "other"))
    while coming := set(found.values()) - set(found):
        more = dict(links.filter(ticket__in=coming).values_list("ticket", "other"))
        if not more:
            break
        found |= more
    return found


def _after_merge(
    ticket: int, into: Mapping[int, int], events: Mapping[int, Sequence[Told]]
) -> Iterator[Told]:
    """What goes on, from ticket to ticket; nothing once it was solved or declined and then merged,
    for its promises were kept or had ended.
    """
    while ticket in into and _status_before_merge(events[ticket]) in ACTIVE:
        here = events[into[ticket]]
        begins = next(
            (
                index + 1
                for index, event in enumerate(here)
                if event.kind == EventKind.LINKED
                and _is_merger(event.data)
                and _number(event.data) == ticket
            ),
            len(here),
        )
        if begins and _status(here[:begins]) == Status.WAITING:
            yield Told(here[begins - 1].at, EventKind.WAITING, {}, into[ticket])
        for event in here[begins:]:
            if event.kind in GOES_ON:
                # Who phones now phones about the ticket that stays: an answer to both, no more.
                data = event.data | {"authorised": False}
                yield replace(event, data=data)
        ticket = into[ticket]


def _is_merger(data: Mapping[str, object]) -> bool:
    return data.get("kind") == LinkKind.MERGED and bool(data.get("back"))


def _number(data: Mapping[str, object]) -> int:
    return int(str(data["ticket"]).removeprefix("WD-"))


def _status_before_merge(events: Sequence[Told]) -> Status:
    return _status([event for event in events if event.kind != EventKind.MERGED])


def _status(events: Sequence[Told]) -> Status:
    """Where a ticket stood after some of its events, as far as going on asks."""
    turned = (lifecycle.TO[EventKind(e.kind)] for e in events if e.kind in lifecycle.TO)
    return ([Status.OPEN, *turned])[-1]
