"""The promises: calendars, agreements, releases, clocks, alerts."""

from sla.models.agreement import Agreement, Contract, Edition, EscalationStep, Target
from sla.models.alert import Alert
from sla.models.audit import AuditRun
from sla.models.calendar import Calendar, CalendarDay, LiberationDay, OpeningBlock
from sla.models.clock import Clock, Coverage, CoverageChange
from sla.models.release import Release, ReleaseMove, ReleaseSchedule
from sla.models.service import Service

__all__ = [
    "Agreement",
    "Alert",
    "AuditRun",
    "Calendar",
    "CalendarDay",
    "Clock",
    "Contract",
    "Coverage",
    "CoverageChange",
    "Edition",
    "EscalationStep",
    "LiberationDay",
    "OpeningBlock",
    "Release",
    "ReleaseMove",
    "ReleaseSchedule",
    "Service",
    "Target",
]
