"""The engine: deadlines and elapsed time beside a bare bisect, and whole histories."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sla.contracts import contract
from sla.engine import Agreement, Channel, Event, Happened, Priority, TicketKind, WorkingHours
from sla.engine.availability import month_span
from sla.engine.availability_terms import AvailabilityTerms, MaintenanceKind
from sla.engine.clocks import read_clocks
from sla.engine.explanation import explain
from sla.engine.months import Down, judge, works
from tests.bench.measuring import Row, compared, rates

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
YEAR = timedelta(days=365)
YEARS = 5 * 2000 * HOUR  # of work
STARTS = [datetime(2026, 1, 5, 8, 30, tzinfo=UTC) + n * timedelta(hours=7.3) for n in range(100)]
MANY = len(STARTS)

Ask = Callable[[datetime], object]


class BareTable:
    """The least that any answer from a table takes: two bisects and the sums between them."""

    def __init__(self, hours: WorkingHours) -> None:
        self.zone = hours.zone
        stretches = list(
            hours.stretches(datetime(2025, 1, 1, tzinfo=UTC), datetime(2036, 1, 1, tzinfo=UTC))
        )
        self.starts = [stretch.start.astimezone(UTC) - EPOCH for stretch in stretches]
        self.before = [timedelta(0)]
        for stretch in stretches:
            self.before.append(self.before[-1] + stretch.worked)

    def due(self, start: datetime, work: timedelta) -> datetime:
        """As WorkingHours.due for a start in open time, without any care."""
        at = start - EPOCH
        i = bisect_right(self.starts, at) - 1
        target = work + self.before[i] + (at - self.starts[i])
        j = bisect_left(self.before, target) - 1
        return (EPOCH + (self.starts[j] + (target - self.before[j]))).astimezone(self.zone)

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        """As WorkingHours.elapsed for two moments in open time."""
        low, high = start - EPOCH, end - EPOCH
        i = bisect_right(self.starts, low) - 1
        j = bisect_right(self.starts, high) - 1
        done = self.before[i] + (low - self.starts[i])
        return self.before[j] + (high - self.starts[j]) - done


def run() -> list[Row]:
    """All of them."""
    return [*_counting(), *_histories(), _months()]


def _counting() -> list[Row]:
    return [*_over("8 hours", 8 * HOUR, timedelta(days=1)), *_over("5 years", YEARS, 5 * YEAR)]


def _over(span: str, work: timedelta, days: timedelta) -> list[Row]:
    """Deadlines and elapsed time over one span, with and without pauses."""
    hours = WorkingHours.dutch()
    bare = BareTable(hours)
    held = {start: [_part(start, days, 0.2), _part(start, days, 0.5)] for start in STARTS}
    due = _all(lambda start: bare.due(start, work))
    elapsed = _all(lambda start: bare.elapsed(start, start + days))
    asked: list[tuple[str, Ask, Callable[[], object], str]] = [
        ("due", lambda start: hours.due(start, work), due, "≥ 300,000"),
        ("due with 2 pauses", lambda start: hours.due(start, work, held[start]), due, ""),
        ("elapsed", lambda start: hours.elapsed(start, start + days), elapsed, ""),
        (
            "elapsed with 2 pauses",
            lambda start: hours.elapsed(start, start + days, held[start]),
            elapsed,
            "",
        ),
    ]
    return [
        compared(f"{what}, {span}", _all(ask), bare_, called="bare bisect", times=MANY, bar=bar)
        for what, ask, bare_, bar in asked
    ]


def _part(start: datetime, days: timedelta, share: float) -> tuple[datetime, datetime]:
    return start + days * share, start + days * (share + 0.1)


def _all(ask: Ask) -> Callable[[], object]:
    def work() -> None:
        for start in STARTS:
            ask(start)

    return work


def _histories() -> list[Row]:
    """A Storing that is raised, waits, is solved and reopened: nine events, two clocks."""
    hours = WorkingHours.dutch()
    agreement = Agreement.read(contract("dialog"))
    events, now = _typical()
    releases = [events[0].at + timedelta(weeks=3 * n) for n in range(20)]

    def derive() -> object:
        return read_clocks(agreement, hours, releases, events, now)

    def tell() -> object:
        return [explain(reading, agreement, hours) for reading in derived]

    def two_dues() -> object:
        return hours.due(now, HOUR), hours.due(now, 8 * HOUR)

    derived = read_clocks(agreement, hours, releases, events, now)
    deriving, telling, reference = rates(derive, tell, two_dues)
    called = "two calls of due"
    return [
        Row("read_clocks, 9 events", deriving, "/s", called, reference, "≥ 5,000"),
        Row("explain, its clocks", telling, "/s", called, reference),
    ]


def _months() -> Row:
    """Six outages and two times of maintenance, beside adding up six spans."""
    terms = AvailabilityTerms.read(contract("diploc")["availability"])
    month = month_span(2026, 5, "Europe/Amsterdam")
    begins = [month[0] + timedelta(days=4 * n + 1) for n in range(6)]
    downs = [Down(begin, begin + 20 * MINUTE, terms.causes[n]) for n, begin in enumerate(begins)]
    done = [
        works(terms, begin + 5 * MINUTE, begin + 15 * MINUTE, MaintenanceKind.ANNOUNCED)
        for begin in begins[:2]
    ]

    def bare() -> object:
        return sum((down.end - down.begin for down in downs), timedelta(0))

    return compared(
        "a service's month judged",
        lambda: judge(terms, month, downs, done),
        bare,
        called="six spans added up",
    )


def _typical() -> tuple[list[Event], datetime]:
    moment = datetime(2026, 5, 18, 8, tzinfo=UTC)
    events = [
        Event(
            moment,
            Happened.REPORTED,
            channel=Channel.PHONE,
            ticket_kind=TicketKind.INCIDENT,
            priority=Priority.MEDIUM,
            authorised=True,
        )
    ]
    kinds = ["replied", "prioritised", "waiting", "customer_replied", "replied", "resolved"]
    for kind in [*kinds, "reopened", "resolved"]:
        moment += 3 * HOUR
        priority = Priority.HIGH if kind == "prioritised" else None
        events.append(Event(moment, Happened(kind), priority=priority))
    return events, moment + HOUR
