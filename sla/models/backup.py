"""Backups of services: jobs, and what they and other jobs told us by calling an address."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sla.models.check import Check
from sla.models.service import Service
from tickets.models import Organisation, Ticket


class BackupJobQuerySet(models.QuerySet["BackupJob"]):
    """Named questions about backups."""

    def of(self, organisation: Organisation) -> BackupJobQuerySet:
        """Those of a customer's services, and of those that it shares."""
        return self.filter(service__in=Service.objects.of(organisation))


class BackupJob(models.Model):
    """A backup that is made of a service again and again, and calls us each time.

    Overdue so many real hours after the last good one, an hour of a clock change is one as well;
    made_at: when we began to listen, watched_from: since when without a pause.
    grace_minutes is how much longer we wait before we say so. destination: the other server.

    What is known now: the last good one, the last start and failure, how many are kept and the
    oldest of them as the job itself states. trouble: what its incident is about; ticket: that
    incident, until a good one comes.
    """

    class Trouble(models.TextChoices):
        """What is wrong with it."""

        NONE = "", pgettext_lazy("backup", "in order")
        FAILED = "failed", pgettext_lazy("backup", "failed")
        MISSING = "missing", pgettext_lazy("backup", "missing")

    service = models.ForeignKey(
        Service, models.PROTECT, related_name="backups", verbose_name=_("service")
    )
    name = models.CharField(_("name"), max_length=120)
    destination = models.CharField(
        _("goes to"), max_length=120, help_text=_("Which other server keeps it.")
    )
    every_hours = models.PositiveSmallIntegerField(
        _("every (hours)"),
        default=24,
        validators=[MinValueValidator(1), MaxValueValidator(24 * 31)],
    )
    grace_minutes = models.PositiveSmallIntegerField(
        _("grace (minutes)"),
        default=90,
        validators=[MaxValueValidator(24 * 60)],
        help_text=_("How much later we open an incident: for one that took longer than yesterday."),
    )
    keep_days = models.PositiveSmallIntegerField(
        _("kept for (days)"), default=7, validators=[MinValueValidator(1)]
    )
    ping_key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    active = models.BooleanField(_("in use"), default=True)
    made_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)
    watched_from = models.DateTimeField(_("watched from"), editable=False)

    last_good_at = models.DateTimeField(null=True, editable=False)
    last_started_at = models.DateTimeField(null=True, editable=False)
    last_failed_at = models.DateTimeField(null=True, editable=False)
    kept = models.PositiveIntegerField(null=True, editable=False)
    oldest_at = models.DateTimeField(null=True, editable=False)
    stated_at = models.DateTimeField(null=True, editable=False)
    trouble = models.CharField(
        max_length=8, choices=Trouble, blank=True, default=Trouble.NONE, editable=False
    )
    ticket = models.ForeignKey(
        Ticket, models.PROTECT, null=True, editable=False, related_name="backups"
    )

    objects = BackupJobQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("of a service", "backup")
        verbose_name_plural = pgettext_lazy("of services", "backups")
        ordering: ClassVar = ["service__name", "name", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["service", "name"],
                name="backup_named_once",
                violation_error_message=_("This service has a backup of that name already."),
            ),
            models.CheckConstraint(
                condition=~Q(destination=""),
                name="backup_goes_somewhere",
                violation_error_message=_("Say which other server keeps it."),
            ),
            models.CheckConstraint(condition=Q(every_hours__gte=1), name="backup_every_hour_most"),
        ]

    def __str__(self) -> str:
        return f"{self.service}: {self.name}"

    @property
    def expected_by(self) -> datetime:
        """When the next good one is due."""
        last = max(self.last_good_at or self.watched_from, self.watched_from)
        return last + timedelta(hours=self.every_hours)

    @property
    def missing_from(self) -> datetime:
        """From when on it is missing."""
        return self.expected_by + timedelta(minutes=self.grace_minutes)


class PingQuerySet(models.QuerySet["Ping"]):
    """Named questions about calls."""

    def good(self) -> PingQuerySet:
        """Those that say that all went well."""
        return self.filter(Q(kind=Ping.Kind.SUCCESS))

    def bad(self) -> PingQuerySet:
        """Those that say that it failed."""
        return self.filter(kind=Ping.Kind.FAIL)


class Ping(models.Model):
    """A call of a job: of a backup, or of a heartbeat. An exit status is a success or a failure.

    body: the end of what the job said with it; taken out after a while.
    """

    class Kind(models.TextChoices):
        """What it says."""

        SUCCESS = "success", pgettext_lazy("call of a job", "went well")
        START = "start", pgettext_lazy("call of a job", "began")
        FAIL = "fail", pgettext_lazy("call of a job", "failed")
        LOG = "log", pgettext_lazy("call of a job", "said")

    backup = models.ForeignKey(BackupJob, models.CASCADE, null=True, related_name="pings")
    heartbeat = models.ForeignKey(Check, models.CASCADE, null=True, related_name="pings")
    at = models.DateTimeField()
    kind = models.CharField(max_length=8, choices=Kind)
    exit_status = models.PositiveSmallIntegerField(null=True)
    run = models.UUIDField(null=True)
    duration_seconds = models.PositiveIntegerField(null=True)
    kept = models.PositiveIntegerField(null=True)
    oldest_at = models.DateTimeField(null=True)
    body = models.TextField(blank=True)

    objects = PingQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("of a job", "call")
        verbose_name_plural = pgettext_lazy("of jobs", "calls")
        ordering: ClassVar = ["-at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(backup=None, heartbeat__isnull=False)
                | Q(backup__isnull=False, heartbeat=None),
                name="ping_is_of_one_job",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["backup", "-at"], name="ping_of_backup"),
            models.Index(fields=["heartbeat", "-at"], name="ping_of_heartbeat"),
            models.Index(fields=["at"], name="ping_old"),
        ]

    def __str__(self) -> str:
        return f"{self.backup or self.heartbeat} {self.kind}"
