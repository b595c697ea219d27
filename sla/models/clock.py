"""Clocks: a projection of the tickets' histories, for queries and alarms. Never the truth."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sla.models.agreement import Edition, Target
from sla.models.release import Release
from tickets.models import Ticket, User


class Coverage(models.Model):
    """Under which edition a ticket stands, for good, and up to which event its clocks are read.

    waived: the phone rule was waived for the organisation at the report.
    stale_since, stale_causes: something other than the ticket's own events moved; the sweep reads
    the clocks again, and says why where a deadline moved (`sla.wording.cause_words`).
    next_due_at: the nearest deadline that binds and is still owed, as the clocks were read.
    judge_by, would_owe: of a report that nobody has judged yet, by when somebody must, and what it
    would owe if it were worse: [priority, promise, deadline]. judge_alarm_at: when to say so.
    """

    ticket = models.OneToOneField(Ticket, models.PROTECT, primary_key=True, related_name="coverage")
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="coverages")
    waived = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=0)
    next_due_at = models.DateTimeField(null=True)
    judge_by = models.DateTimeField(null=True)
    would_owe = models.JSONField(default=list)
    judge_alarm_at = models.DateTimeField(null=True)
    planned_for = models.ForeignKey(
        Release, models.PROTECT, null=True, blank=True, related_name="planned"
    )
    stale_since = models.DateTimeField(null=True)
    stale_causes = models.JSONField(default=list)

    class Meta:
        verbose_name = _("coverage")
        verbose_name_plural = _("coverages")
        indexes: ClassVar = [
            # The sweep looks for these every few seconds.
            models.Index(
                fields=["stale_since"],
                name="coverage_stale",
                condition=models.Q(stale_since__isnull=False),
            ),
            # The queue, in the order of what presses most.
            models.Index(
                fields=["next_due_at", "ticket"],
                name="coverage_next",
                condition=models.Q(next_due_at__isnull=False),
            ),
            # The queue: what nobody has judged comes first.
            models.Index(
                fields=["judge_by", "ticket"],
                name="coverage_unjudged",
                condition=models.Q(judge_by__isnull=False),
            ),
            # The sweep: whom nobody looked at in time.
            models.Index(
                fields=["judge_alarm_at"],
                name="coverage_judge_alarm",
                condition=models.Q(judge_alarm_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.edition}"


class CoverageChange(models.Model):
    """That a ticket came under another edition, or its phone rule was waived or not after all.

    Clocks that had stopped by then are still read under what held before.
    """

    coverage = models.ForeignKey(Coverage, models.CASCADE, related_name="changes")
    changed_at = models.DateTimeField()
    edition_before = models.ForeignKey(Edition, models.PROTECT, related_name="+")
    waived_before = models.BooleanField()
    cause = models.JSONField(default=dict)
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("change of coverage")
        verbose_name_plural = _("changes of coverage")
        ordering: ClassVar = ["changed_at", "pk"]

    def __str__(self) -> str:
        return f"{self.coverage_id}: {self.cause}"


class ClockQuerySet(models.QuerySet["Clock"]):
    """Named questions about clocks."""

    def pressing_on(self, tickets: Iterable[int]) -> ClockQuerySet:
        """What is still owed on some tickets, also for those that were merged into them."""
        numbers = list(tickets)
        there = models.Q(ticket__in=numbers) | models.Q(carried_by__in=numbers)
        return self.owed().filter(there)

    def owed(self) -> ClockQuerySet:
        """What is not kept yet, and did not lapse."""
        return self.filter(met_at=None).exclude(state=Clock.State.CANCELLED)

    def alarming(self, now: datetime) -> ClockQuerySet:
        """Those with a warning or a breach that has fallen due and is not recorded."""
        return self.filter(next_alert_at__lt=now).order_by("next_alert_at")


class Clock(models.Model):
    """One promise on one ticket. Dropped and rebuilt at will; `sla.projection` is its only writer.

    turn: counts the next responses on a ticket; 0 for what is promised once.
    pauses_since_due: [from, until or null] that end after the deadline: lateness leaves them out.
    carried_by: the ticket that this one was merged into, on which the promise is kept or missed.
    alarms: [percentage, minutes after, moment, when to tell] still to come when last read.
    next_alert_at: when the sweep must look; null when nothing is left to record.
    """

    class State(models.TextChoices):
        """How the promise stands."""

        RUNNING = "running", pgettext_lazy("clock", "running")
        PAUSED = "paused", pgettext_lazy("clock", "paused")
        MET = "met", pgettext_lazy("clock", "kept")
        BREACHED = "breached", pgettext_lazy("clock", "missed")
        CANCELLED = "cancelled", pgettext_lazy("clock", "lapsed")

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="clocks")
    target_key = models.CharField(max_length=50)
    turn = models.PositiveIntegerField(default=0)
    promise = models.CharField(max_length=16, choices=Target.Promise)
    priority = models.CharField(max_length=8, blank=True)
    clause = models.CharField(max_length=120)
    binding = models.BooleanField()
    state = models.CharField(max_length=10, choices=State)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    met_at = models.DateTimeField(null=True)
    breached_at = models.DateTimeField(null=True)
    pauses_since_due = models.JSONField(default=list)
    carried_by = models.ForeignKey(
        Ticket, models.PROTECT, null=True, related_name="carried", db_index=False
    )
    alarms = models.JSONField(default=list)
    next_alert_at = models.DateTimeField(null=True)

    objects = ClockQuerySet.as_manager()

    class Meta:
        verbose_name = _("clock")
        verbose_name_plural = _("clocks")
        ordering: ClassVar = ["due_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["ticket", "target_key", "turn"], name="clock_once"),
            models.CheckConstraint(
                condition=~models.Q(state="breached")
                | models.Q(binding=True, breached_at=models.F("due_at")),
                name="clock_breach_at_its_deadline",
            ),
        ]
        indexes: ClassVar = [
            # The sweep: what fell due, however many clocks run.
            models.Index(
                fields=["next_alert_at"],
                name="clock_alarm",
                condition=models.Q(next_alert_at__isnull=False),
            ),
            # The API and the planning: by deadline, what is still owed.
            models.Index(
                fields=["due_at"],
                name="clock_next",
                condition=models.Q(met_at=None, state__in=["running", "paused", "breached"]),
            ),
            # The queue: what a ticket carries for those merged into it. Few are.
            models.Index(
                fields=["carried_by"],
                name="clock_carried",
                condition=models.Q(carried_by__isnull=False),
            ),
            # The reports: a month by its deadlines.
            models.Index(fields=["started_at"], name="clock_started"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.target_key}: {self.state}"
