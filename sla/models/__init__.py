"""The promises: calendars, agreements, releases, clocks, alerts."""

from sla.models.agreement import Agreement, Contract, Edition, Target
from sla.models.alert import Alert
from sla.models.calendar import Calendar, CalendarDay, LiberationDay, OpeningBlock
from sla.models.clock import Clock, Coverage
from sla.models.release import Release, ReleaseMove

__all__ = [
    "Agreement",
    "Alert",
    "Calendar",
    "CalendarDay",
    "Clock",
    "Contract",
    "Coverage",
    "Edition",
    "LiberationDay",
    "OpeningBlock",
    "Release",
    "ReleaseMove",
    "Target",
]
