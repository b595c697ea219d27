"""What was missed and counts no more, told with who decided that, when and how."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.core.paginator import Paginator
from django.db.models import QuerySet

from sla.explaining import cause_words
from sla.models import Alert
from sla.no_longer import removals
from sla.reporting import month_bounds, no_longer_missed
from support import access
from support.timeline.line import event_words
from tickets.models import User

AT_ONCE = 500


@dataclass(frozen=True)
class NoLonger:
    """A breach that counts no more; what took it away, as far as something that was done did."""

    alert: Alert
    said: str
    by: User | None
    at: datetime | None


def listed(user: User, month: date) -> QuerySet[Alert]:
    """The breaches of a month that count no more, with the tickets they were on."""
    return between(user, *month_bounds(month))


def between(user: User, first: datetime, last: datetime) -> QuerySet[Alert]:
    """The same of promises that started in [first, last)."""
    found = no_longer_missed(first, last, access.counted_alerts(user))
    return found.select_related("ticket__organisation")


def all_of(alerts: QuerySet[Alert]) -> Iterator[NoLonger]:
    """All of them, told, some hundreds at once."""
    for page in Paginator(alerts, AT_ONCE):
        yield from explained(list(page))


def explained(alerts: Sequence[Alert]) -> list[NoLonger]:
    """Some of them with what took them away."""
    rows = []
    taken = removals(alerts)
    for alert in alerts:
        removal = taken.get(alert.pk)
        if removal is None:
            rows.append(NoLonger(alert, "", None, None))
            continue
        said = event_words(removal.event) if removal.event is not None else ""
        if removal.change is not None:
            said = cause_words(removal.change.cause)
        rows.append(NoLonger(alert, said, removal.by, removal.at))
    return rows
