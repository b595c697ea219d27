"""Alerts: warnings and breaches, each recorded once, at the true moment."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sla.models.agreement import Target
from tickets.models import Ticket


class AlertQuerySet(models.QuerySet["Alert"]):
    """Named questions about alerts."""

    def standing(self) -> AlertQuerySet:
        """Those that were not taken back."""
        return self.filter(taken_back_at=None)

    def taken_back_by(self, alert: Alert) -> AlertQuerySet:
        """Those of which an alert says that they are."""
        return self.filter(
            ticket=alert.ticket_id,
            target_key=alert.target_key,
            started_at=alert.started_at,
            taken_back_at=alert.at,
        )


class Alert(models.Model):
    """Something about a promise that people must hear of.

    It stands on its own, not on the clock's row, so that clocks may be rebuilt: unique by the
    promise it is about. `at` is when it became true, `noticed_at` when the sweep saw it, `tell_at`
    from when people may be disturbed with it, `told_at` when `support` had taken it over. `after`:
    minutes of working time past the deadline. A deadline may move more than once; then
    `due_before` and `causes` say from where and why. That nobody judged a report is about no
    promise; `due_at` is then when the first one would be due. `taken_back_at`: since when it no
    longer counts, as it was recorded by a clock that was ahead; another alert says so.
    """

    class Kind(models.TextChoices):
        """What happened."""

        WARNING = "warning", pgettext_lazy("alert", "Deadline is near")
        BREACH = "breach", pgettext_lazy("alert", "Deadline missed")
        OVERDUE = "overdue", pgettext_lazy("alert", "Still not done")
        NO_RELEASE = "no_release", pgettext_lazy("alert", "No release planned")
        MOVED = "moved", pgettext_lazy("alert", "Deadline moved")
        UNJUDGED = "unjudged", pgettext_lazy("alert", "Nobody has judged it yet")
        TAKEN_BACK = "taken_back", pgettext_lazy("alert", "Told too early, and taken back")

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="alerts")
    target_key = models.CharField(max_length=50)
    promise = models.CharField(max_length=16, choices=Target.Promise, blank=True)
    clause = models.CharField(max_length=120, blank=True)
    kind = models.CharField(max_length=10, choices=Kind)
    share = models.PositiveSmallIntegerField(default=0)
    after = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    due_before = models.DateTimeField(null=True)
    causes = models.JSONField(default=list)
    at = models.DateTimeField()
    noticed_at = models.DateTimeField()
    tell_at = models.DateTimeField(default=timezone.now)
    told_at = models.DateTimeField(null=True)
    taken_back_at = models.DateTimeField(null=True)

    objects = AlertQuerySet.as_manager()

    class Meta:
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        ordering: ClassVar = ["-at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["ticket", "target_key", "started_at", "kind", "share", "after"],
                condition=~models.Q(kind__in=["moved", "taken_back"])
                & models.Q(taken_back_at=None),
                name="alert_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["tell_at"], name="alert_untold", condition=models.Q(told_at=None)),
            models.Index(fields=["at"], name="alert_at"),  # is any of a moment to come?
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.kind} {self.target_key}"

    @property
    def past(self) -> timedelta:
        """Working time past the deadline."""
        return timedelta(minutes=self.after)
