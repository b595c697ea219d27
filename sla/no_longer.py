"""Breaches that count no more, and what took each away: who, when and how.

So that nobody can tidy a month unseen. What took a breach away is found by reading the history
again, event by event: the last after which it no longer stood.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sla.derivation import Fact, derive, engine_events
from sla.engine import State
from sla.histories import Told, going_on
from sla.models import Alert, Coverage, CoverageChange
from sla.world import Cover, Worlds
from tickets.models import EventKind, TicketEvent, User

TAKES_AWAY = frozenset(
    {
        EventKind.PRIORITISED,
        EventKind.CLASSIFIED,
        EventKind.DECLINED,
        EventKind.CALLED,
        EventKind.IDENTIFIED,
    }
)


@dataclass(frozen=True)
class Removal:
    """What took a breach away: an event, or a correction of the agreement it was judged by."""

    at: datetime
    by: User | None
    event: TicketEvent | None = None
    change: CoverageChange | None = None


def removals(alerts: Sequence[Alert]) -> Mapping[int, Removal]:
    """What took these breaches away, by the alert's key, in a fixed number of queries.

    One is missing where nothing that somebody did explains it, such as a calendar's correction.
    """
    pks = sorted({alert.ticket_id for alert in alerts})
    events: dict[int, list[TicketEvent]] = defaultdict(list)
    known = TicketEvent.objects.filter(ticket__in=pks).select_related("actor")
    for event in known.order_by("ticket", "version"):
        events[event.ticket_id].append(event)
    further = going_on(pks)
    elsewhere = _models(told for each in further.values() for told in each)
    changes: dict[int, list[CoverageChange]] = defaultdict(list)
    for change in CoverageChange.objects.filter(coverage__in=pks).select_related("actor"):
        changes[change.coverage_id].append(change)
    worlds = Worlds()
    covers = {
        pk: worlds.cover(edition, waived, changes[pk])
        for pk, edition, waived in Coverage.objects.filter(pk__in=pks).values_list(
            "pk", "edition", "waived"
        )
    }
    found: dict[int, Removal] = {}
    for alert in alerts:
        if (pk := alert.ticket_id) not in covers:
            found |= _to_nobody(alert, events[pk])
            continue
        facts: list[Fact] = [*events[pk], *further.get(pk, ())]
        removal = _removal(alert, covers[pk], facts, elsewhere, changes[pk])
        if removal is not None:
            found[alert.pk] = removal
    return found


def _to_nobody(alert: Alert, events: Sequence[TicketEvent]) -> Mapping[int, Removal]:
    """Of a ticket under no agreement: it turned out to be of somebody who has none."""
    moved = [each for each in events if each.kind == EventKind.IDENTIFIED and "from" in each.data]
    if not moved:
        return {}
    return {alert.pk: Removal(moved[-1].at, moved[-1].actor, event=moved[-1])}


def _models(told: Iterable[Told]) -> Mapping[tuple[int, int], TicketEvent]:
    """The events behind what goes on after a merge that may take a breach away (4.F)."""
    wanted = {(each.ticket, each.version) for each in told if each.kind == EventKind.DECLINED}
    if not wanted:
        return {}
    declined = TicketEvent.objects.filter(
        ticket__in={ticket for ticket, _version in wanted}, kind=EventKind.DECLINED
    )
    return {(each.ticket_id, each.version): each for each in declined.select_related("actor")}


def _removal(
    alert: Alert,
    cover: Cover,
    facts: Sequence[Fact],
    elsewhere: Mapping[tuple[int, int], TicketEvent],
    changes: Iterable[CoverageChange],
) -> Removal | None:
    stood, removal = True, None
    for moment, count, fact, change in _moments(alert, facts, changes):
        before, stood = stood, _stands(alert, cover.at(moment), facts[:count], moment)
        if stood or not before:
            continue
        if change is not None:
            removal = Removal(moment, change.actor, change=change)
        elif isinstance(fact, Told):
            event = elsewhere.get((fact.ticket, fact.version))
            removal = Removal(moment, event.actor if event else None, event=event)
        elif isinstance(fact, TicketEvent):
            removal = Removal(moment, fact.actor, event=fact)
    return removal


def _moments(
    alert: Alert, facts: Sequence[Fact], changes: Iterable[CoverageChange]
) -> Iterator[tuple[datetime, int, Fact | None, CoverageChange | None]]:
    """What may have taken it away, in order: when, how much of the history was there by then."""
    found: list[tuple[datetime, int, Fact | None, CoverageChange | None]] = [
        (fact.at, index + 1, fact, None)
        for index, fact in enumerate(facts)
        if fact.kind in TAKES_AWAY and fact.at >= alert.at
    ]
    found += [
        (change.changed_at, sum(fact.at <= change.changed_at for fact in facts), None, change)
        for change in changes
        if change.changed_at >= alert.at
    ]
    return iter(sorted(found, key=lambda each: each[:2]))


def _stands(alert: Alert, cover: Cover, facts: Sequence[Fact], moment: datetime) -> bool:
    """Was it missed, as the history read then?"""
    return any(
        reading.state is State.BREACHED
        and (reading.target.key, reading.started_at) == (alert.target_key, alert.started_at)
        for reading, _rule in derive(cover, engine_events(facts), now=max(moment, facts[-1].at))
    )
