"""What stands in a mail to a colleague: alerts by how grave they are, the bell's rows by ticket."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.conf import settings

from sla.models import Alert
from support.notifications.models import Notification
from tickets.models import Ticket

LISTED = 100  # a mail that lists more is read by nobody
# What a promise goes through, the last first; then what else is told.
_STAGES = (Alert.Kind.OVERDUE, Alert.Kind.BREACH, Alert.Kind.WARNING)
_ORDER = tuple(dict.fromkeys((*_STAGES[:2], Alert.Kind.UNJUDGED, _STAGES[2], *Alert.Kind)))


def of_alerts(alerts: Iterable[Alert]) -> dict[str, object]:
    """The context of the letter about alerts; of what a promise went through only how it stands."""
    standing = _standing(alerts)
    return {
        "groups": _by_kind(standing[:LISTED]),
        "count": len(standing),
        "more": max(0, len(standing) - LISTED),
        "first": standing[0],
        "url": settings.ORIGIN.url,
    }


def of_bell(rows: Sequence[Notification]) -> dict[str, object]:
    """The context of the letter about the bell, for rows in the order of their tickets."""
    return {
        "tickets": _by_ticket(rows[:LISTED]),
        "count": len(rows),
        "more": max(0, len(rows) - LISTED),
        "first": rows[0],
        "url": settings.ORIGIN.url,
    }


def only_ticket(told: Iterable[Alert | Notification]) -> Ticket | None:
    """The ticket that all of it is about, if it is one."""
    tickets = {each.ticket_id: each.ticket for each in told}
    return next(iter(tickets.values())) if len(tickets) == 1 else None


def _standing(alerts: Iterable[Alert]) -> list[Alert]:
    """The gravest first; of what one promise went through only how it stands now."""
    standing: list[Alert] = []
    known: set[tuple[int, str, datetime]] = set()
    for alert in sorted(alerts, key=_gravity):
        promise = (alert.ticket_id, alert.target_key, alert.started_at)
        if alert.kind in _STAGES and promise in known:
            continue
        known.add(promise)
        standing.append(alert)
    return standing


def _gravity(alert: Alert) -> tuple[int, int, int]:
    return _ORDER.index(Alert.Kind(alert.kind)), -alert.after, -alert.share


def _by_kind(alerts: Iterable[Alert]) -> list[tuple[str, list[list[Alert]]]]:
    """Missed ones first, then what is near, then what moved: each ticket once, with all of its own,
    where the gravest of them belongs.
    """
    tickets: dict[int, list[Alert]] = defaultdict(list)
    for alert in alerts:
        tickets[alert.ticket_id].append(alert)
    groups: dict[str, list[list[Alert]]] = defaultdict(list)
    for own in tickets.values():
        groups[own[0].kind].append(own)
    return [(str(kind.label), groups[kind]) for kind in _ORDER if groups[kind]]


def _by_ticket(rows: Sequence[Notification]) -> list[tuple[Ticket, list[Notification]]]:
    """Rows that are in the order of their tickets, a group for each."""
    groups: dict[int, list[Notification]] = {}
    for row in rows:
        groups.setdefault(row.ticket_id, []).append(row)
    return [(group[0].ticket, group) for group in groups.values()]
