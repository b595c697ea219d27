"""The SLA clock: pure, on the standard library and `holidays` alone."""

from sla.engine.agreement import Agreement, Measure, Promise, Target
from sla.engine.clocks import Reading, State, Unbound, read_clocks, state_at
from sla.engine.events import Channel, Event, Happened, Priority, TicketKind
from sla.engine.hours import WorkingHours
from sla.engine.owed import next_release

__all__ = [
    "Agreement",
    "Channel",
    "Event",
    "Happened",
    "Measure",
    "Priority",
    "Promise",
    "Reading",
    "State",
    "Target",
    "TicketKind",
    "Unbound",
    "WorkingHours",
    "next_release",
    "read_clocks",
    "state_at",
]
