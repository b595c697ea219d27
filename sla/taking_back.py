"""What was recorded while the clock was ahead of the time is taken back, openly.

A machine whose clock was put forward and back again has recorded warnings and breaches of moments
that are still to come. Nothing is erased: the alert stays and says since when it no longer counts,
another one says so to whoever heard of it, and the promise is read anew, so that what really falls
due is recorded at its moment.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from sla.models import Alert
from sla.projection import refresh
from sla.truth import TOLERANCE
from tickets.models import Ticket

log = logging.getLogger(__name__)

JUDGED = (Alert.Kind.WARNING, Alert.Kind.BREACH, Alert.Kind.OVERDUE, Alert.Kind.UNJUDGED)
AHEAD = 2 * TOLERANCE
"""How far two processes that may both judge can be apart: less is no mistake."""


def take_back(*, now: datetime) -> int:
    """Take back what is true only later than `now`. Gives how many alerts."""
    tickets = set(recorded_early(now).values_list("ticket", flat=True))
    return sum(_take_back_of(pk, now) for pk in tickets)


def recorded_early(now: datetime) -> QuerySet[Alert]:
    """What was recorded of moments that are still to come."""
    return Alert.objects.standing().filter(at__gt=now + AHEAD, kind__in=JUDGED)


@transaction.atomic
def _take_back_of(ticket: int, now: datetime) -> int:
    """Those of one ticket; none while somebody is at work on it: the next sweep comes again."""
    found = Ticket.objects.select_for_update(no_key=True, skip_locked=True).filter(pk=ticket)
    if not (locked := found.first()):
        return 0
    early = list(recorded_early(now).filter(ticket=ticket))
    Alert.objects.filter(pk__in=[each.pk for each in early]).update(taken_back_at=now)
    Alert.objects.bulk_create(_notices_of(early, now))
    refresh(locked, now=now)
    log.error("ticket %s: %s alerts were recorded ahead of the time", ticket, len(early))
    return len(early)


def _notices_of(early: Iterable[Alert], now: datetime) -> list[Alert]:
    """That it is taken back, once for each promise."""
    promises = {(each.target_key, each.started_at): each for each in early}
    return [
        Alert(
            ticket_id=each.ticket_id,
            target_key=each.target_key,
            promise=each.promise,
            clause=each.clause,
            kind=Alert.Kind.TAKEN_BACK,
            started_at=each.started_at,
            due_at=each.due_at,
            causes=[{"what": "clock_ahead"}],
            at=now,
            noticed_at=now,
            tell_at=now,
        )
        for each in promises.values()
    ]
