"""How far the histories were read by something that hears of facts and alerts after the verbs.

Rows get their number when they are written, but are seen when their transaction ends: number 7 may
turn up after number 8. So how far something has heard moves in two steps. A sweep notes a mark:
the last number that it sees, and a transaction that begins after it saw it. Whoever wrote a lower
number had begun by then (a verb locks its ticket, and so is a transaction, before it numbers
anything). Once every transaction before the one of the mark is over, nothing can turn up below the
mark any more, and it has heard up to there. Until then that stretch is looked at again each time,
and whoever looks makes sure that it does nothing twice. A transaction that stays open makes the
stretch longer; nothing is lost by it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import connection
from django.db.models import F, Model, Q, QuerySet, Subquery

from sla.models import Alert
from tickets.models import TicketEvent

BATCH = 200


def with_last(places: QuerySet[Any]) -> QuerySet[Any]:
    """With the last numbers there are, as last_event and last_alert.

    Evaluated in a transaction of its own, before `transactions` is asked.
    """
    found: QuerySet[Any] = places.annotate(last_event=_last(TicketEvent), last_alert=_last(Alert))
    return found


def is_behind(place: Any) -> bool:
    """Is there something that it has not heard?"""
    last_event, last_alert = place.last_event or 0, place.last_alert or 0
    return bool(place.heard_events < last_event or place.heard_alerts < last_alert)


def behind(places: QuerySet[Any]) -> QuerySet[Any]:
    """Those that have not heard something, as `is_behind` says."""
    not_heard = Q(heard_events__lt=F("last_event")) | Q(heard_alerts__lt=F("last_alert"))
    return with_last(places).filter(not_heard)


def transactions() -> tuple[int, int]:
    """A transaction that begins now, and the oldest one that is not over."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_current_xact_id()::text, pg_snapshot_xmin(pg_current_snapshot())::text"
        )
        begun, oldest = cursor.fetchone()
    return int(begun), int(oldest)


def move_on(place: Any, *, begun: int, oldest: int) -> None:
    """Note how far it has heard, and the next mark when there is none."""
    if place.mark_transaction is not None and place.mark_transaction <= oldest:
        place.heard_events, place.heard_alerts = place.mark_events, place.mark_alerts
        place.mark_transaction = None
    if place.mark_transaction is None and is_behind(place):
        place.mark_events, place.mark_alerts = place.last_event or 0, place.last_alert or 0
        place.mark_transaction = begun


def batches(rows: QuerySet[Any], *, after: int) -> Iterator[list[Any]]:
    """Rows past a number, in order."""
    while batch := list(rows.filter(pk__gt=after).order_by("pk")[:BATCH]):
        yield batch
        if len(batch) < BATCH:
            return
        after = batch[-1].pk


def _last(model: type[Model]) -> Subquery:
    return Subquery(model._default_manager.order_by("-pk").values("pk")[:1])
