"""Where the time of tickets goes between report and solution: with whom each of them waited."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sla.calendars import hours_of
from sla.engine import WorkingHours
from sla.models import Calendar, Coverage
from sla.world import worlds_of
from tickets.models import EventKind, TicketEvent

NONE = timedelta()


class With(StrEnum):
    """Whom a ticket waits for."""

    NOBODY = "nobody"
    US = "us"
    CUSTOMER = "customer"
    RELEASE = "release"


_DONE = (EventKind.RESOLVED, EventKind.DECLINED, EventKind.CLOSED, EventKind.MERGED)
_TOLD = (
    *(EventKind.REPORTED, EventKind.ASSIGNED, EventKind.WAITING, EventKind.RESUMED),
    *(EventKind.REPLIED, EventKind.CUSTOMER_REPLIED, EventKind.PLANNED, EventKind.REOPENED, *_DONE),
)


@dataclass(frozen=True)
class Stretch:
    """From one moment to another a ticket waited for somebody."""

    whom: With
    begin: datetime
    end: datetime


def stretches(events: Iterable[tuple[str, datetime, Mapping[str, object]]]) -> Iterator[Stretch]:
    """A history (kind, moment, data), in its order, as stretches; what is not done yet ends none.

    What is planned for a release waits for it. Nobody has taken up what is in nobody's hands and
    was not answered.
    """
    state, since = _State(), None
    for kind, at, data in events:
        whom = state.whom
        if whom is not None and since is not None and since < at:
            yield Stretch(whom, since, at)
        state.take(kind, data)
        since = at


@dataclass
class _State:
    """How a ticket stands between two facts."""

    taken: bool = False
    planned: bool = False
    waits: bool = False
    done: bool = True

    @property
    def whom(self) -> With | None:
        """For whom it waits; None when it is done."""
        if self.done:
            return None
        if self.waits:
            return With.CUSTOMER
        if self.planned:
            return With.RELEASE
        return With.US if self.taken else With.NOBODY

    def take(self, kind: str, data: Mapping[str, object]) -> None:
        """The next fact."""
        if kind in (EventKind.REPORTED, EventKind.REOPENED):
            self.done = self.waits = False
        elif kind in _DONE:
            self.done, self.waits = True, False
        elif kind == EventKind.ASSIGNED:
            self.taken = bool(data.get("assignee"))
        elif kind == EventKind.REPLIED:
            self.taken = True
        elif kind == EventKind.PLANNED:
            self.planned = data.get("release") is not None
        else:
            self.waits = kind == EventKind.WAITING


def of(tickets: Sequence[int]) -> dict[int, dict[With, timedelta]]:
    """How much working time each of some tickets waited for whom, by the hours of its agreement; in
    a fixed number of queries. Without an agreement by the house's first calendar.
    """
    told: dict[int, list[tuple[str, datetime, Mapping[str, object]]]] = defaultdict(list)
    rows = TicketEvent.objects.filter(ticket__in=tickets, kind__in=_TOLD)
    for ticket, *fact in rows.order_by("ticket", "version").values_list(
        "ticket", "kind", "at", "data"
    ):
        told[ticket].append((fact[0], fact[1], fact[2]))
    hours = _hours(tickets)
    found = {}
    for ticket, events in told.items():
        sums = dict.fromkeys(With, NONE)
        for stretch in stretches(events):
            counted = hours[ticket].elapsed(stretch.begin, stretch.end)
            sums[stretch.whom] += counted
        found[ticket] = sums
    return found


def mostly_with(sums: Mapping[With, timedelta]) -> With | None:
    """For whom a ticket waited longest; None for one that waited for nobody at all."""
    whom = max(With, key=lambda each: (sums[each], -list(With).index(each)))
    return whom if sums[whom] else None


def _hours(tickets: Sequence[int]) -> Mapping[int, WorkingHours]:
    under = dict(Coverage.objects.filter(pk__in=tickets).values_list("pk", "edition"))
    worlds = worlds_of(set(under.values()))
    calendar = Calendar.objects.order_by("pk").first()
    usual = hours_of(calendar) if calendar else WorkingHours.dutch()
    return {
        ticket: worlds[under[ticket]].hours() if ticket in under else usual for ticket in tickets
    }
