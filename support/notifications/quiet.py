"""When a person may be disturbed: in working hours, unless it is Hoog; once a day at their hour."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, time, timedelta

from sla.calendars import hours_of
from sla.engine import WorkingHours
from sla.engine.alarms import tell_at
from sla.models import Calendar, Coverage
from sla.world import Worlds
from support.notifications.models import NotificationChoice
from tickets.models import Ticket

DAY = timedelta(days=1)


class Quiet:
    """The working hours of some tickets, and of the house: the first calendar there is."""

    def __init__(self, tickets: Iterable[int]) -> None:
        worlds = Worlds()
        covered = Coverage.objects.filter(pk__in=set(tickets)).values_list("pk", "edition")
        self._hours: Mapping[int, WorkingHours] = {
            pk: worlds.by_pk(edition).hours() for pk, edition in covered
        }
        first = Calendar.objects.order_by("pk").first()
        self._house = hours_of(first) if first else None

    def mail_at(self, mail: str, ticket: Ticket, *, hour: int, now: datetime) -> datetime | None:
        """From when something may be mailed to whoever wants it so; None for never.

        hour: of the day, for what is mailed once a day.
        """
        if mail == NotificationChoice.Mail.NONE:
            return None
        if mail == NotificationChoice.Mail.DIGEST:
            return now if self._house is None else digest_at(now, hour, self._house)
        return self.disturb_at(ticket, now=now)

    def disturb_at(self, ticket: Ticket, *, now: datetime) -> datetime:
        """From when people may be disturbed about a ticket."""
        hours = self._hours.get(ticket.pk, self._house)
        return now if hours is None else tell_at(now, hours, ticket.priority)


def digest_at(now: datetime, hour: int, hours: WorkingHours) -> datetime:
    """The next time that it is that hour, on the calendar's clock, on a day that it opens."""
    day = now.astimezone(hours.zone).date()
    while True:
        opens = hours.next_open(datetime.combine(day, time(), hours.zone)).date()
        moment = datetime.combine(opens, time(hour), hours.zone).astimezone(UTC)
        if moment > now:
            return moment
        day = opens + DAY
