"""The promises: agreements, contracts, services, calendars, releases, clocks, months, credits."""

from sla.models.agreement import Agreement, Edition, EscalationStep, Target
from sla.models.alert import Alert
from sla.models.audit import AuditRun
from sla.models.backup import BackupJob, Ping
from sla.models.calendar import Calendar, CalendarDay, LiberationDay, OpeningBlock
from sla.models.check import Check, CheckDay, CheckHour, CheckLook, CheckResult
from sla.models.clock import Clock, Coverage, CoverageChange
from sla.models.contract import Contract, Rate
from sla.models.credit import Credit
from sla.models.maintenance import Maintenance, MaintenanceEvent, UpdateDecision
from sla.models.month import ServiceMonth
from sla.models.monthly import IssuedReport, MonthlyReport, ReportFile, ReportRule
from sla.models.outage import Claim, ClaimDecision, Outage, OutageEvent
from sla.models.release import Release, ReleaseMove, ReleaseSchedule
from sla.models.service import Service
from sla.models.tally import CountedMonth, MonthChange, MonthTally

__all__ = [
    "Agreement",
    "Alert",
    "AuditRun",
    "BackupJob",
    "Calendar",
    "CalendarDay",
    "Check",
    "CheckDay",
    "CheckHour",
    "CheckLook",
    "CheckResult",
    "Claim",
    "ClaimDecision",
    "Clock",
    "Contract",
    "CountedMonth",
    "Coverage",
    "CoverageChange",
    "Credit",
    "Edition",
    "EscalationStep",
    "IssuedReport",
    "LiberationDay",
    "Maintenance",
    "MaintenanceEvent",
    "MonthChange",
    "MonthTally",
    "MonthlyReport",
    "OpeningBlock",
    "Outage",
    "OutageEvent",
    "Ping",
    "Rate",
    "Release",
    "ReleaseMove",
    "ReleaseSchedule",
    "ReportFile",
    "ReportRule",
    "Service",
    "ServiceMonth",
    "Target",
    "UpdateDecision",
]
