"""Maintenance: what was announced, when, and what really happened."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sla.models.release import Release
from sla.models.service import Service
from tickets.models import User


class UpdateDecision(models.Model):
    """How an update is done, who decided that and why. The database refuses to change or delete it
    (migration 0023).
    """

    class Way(models.TextChoices):
        """When it is done, and whether customers are told before."""

        SILENT = "silent", _("at once, without telling customers")
        AT_ONCE = "at_once", _("at once, and customers are told")
        PLANNED = "planned", _("planned, and customers are told before")

    what = models.CharField(_("update"), max_length=200)
    services = models.ManyToManyField(Service, related_name="updates", verbose_name=_("services"))
    way = models.CharField(_("decision"), max_length=8, choices=Way)
    reason = models.TextField(_("reason"), max_length=2000)
    actor = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("decided by"))
    at = models.DateTimeField(_("decided"))

    class Meta:
        verbose_name = _("decision on an update")
        verbose_name_plural = _("decisions on updates")
        ordering: ClassVar = ["-at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(what="") & ~Q(reason=""),
                name="update_decision_says_why",
                violation_error_message=_("Say why."),
            ),
        ]

    def __str__(self) -> str:
        return self.what


class MaintenanceQuerySet(models.QuerySet["Maintenance"]):
    """Named questions about maintenance. Work that nobody said began did so as announced."""

    def announced(self) -> MaintenanceQuerySet:
        """What customers may know of."""
        return self.filter(announced_at__isnull=False)

    def coming(self, now: datetime) -> MaintenanceQuerySet:
        """Still to begin, the first one first."""
        waiting = self.announced().filter(cancelled_at=None, started_at=None, finished_at=None)
        return waiting.filter(begins_at__gt=now).order_by("begins_at", "pk")

    def going_on(self, now: datetime) -> MaintenanceQuerySet:
        """Begun, and not over."""
        standing = self.announced().filter(cancelled_at=None, finished_at=None)
        as_told = Q(begins_at__lte=now) & (Q(ends_at=None) | Q(ends_at__gt=now))
        begun = Q(started_at__isnull=False) | as_told
        return standing.filter(begun).order_by("begins_at", "pk")

    def near(self, now: datetime, until: datetime) -> MaintenanceQuerySet:
        """What goes on, or begins by then; the first one first."""
        standing = self.announced().filter(cancelled_at=None, finished_at=None)
        not_passed = Q(started_at__isnull=False) | Q(ends_at=None) | Q(ends_at__gt=now)
        return standing.filter(not_passed, begins_at__lte=until).order_by("begins_at", "pk")

    def until_after(self, moment: datetime) -> MaintenanceQuerySet:
        """What is not over by then, as far as is known."""
        standing = Q(cancelled_at=None, finished_at=None)
        known = Q(ends_at=None) | Q(ends_at__gt=moment) | Q(started_at__isnull=False)
        return self.announced().filter(Q(finished_at__gt=moment) | standing & known)

    def unsaid(self, now: datetime) -> MaintenanceQuerySet:
        """Its time has passed, and nobody said that it began or ended."""
        standing = self.announced().filter(cancelled_at=None, started_at=None, release=None)
        return standing.filter(ends_at__lte=now).order_by("begins_at", "pk")

    def past(self, now: datetime) -> MaintenanceQuerySet:
        """Over or cancelled, the last one first."""
        unsaid = Q(started_at=None, ends_at__lte=now)
        over = Q(cancelled_at__isnull=False) | Q(finished_at__isnull=False) | unsaid
        return self.announced().filter(over).order_by("-begins_at", "-pk")


class Maintenance(models.Model):
    """Work on services: the present of its events, which are the truth.

    begins_at, ends_at: as they were last announced; expected_minutes: of those the services may be
    down. started_at, finished_at: as it really was. What was announced after it began is none: how
    much is excused is read from the events (`sla.maintained`).

    release: which one brings it by itself (`sla.release_upkeep`). decision: on the update that it
    is for. told_version: up to which event contacts were told; over_told_at: that it ran over.
    """

    class Kind(models.TextChoices):
        """Whose, and how it came about."""

        PLANNED = "planned", pgettext_lazy("maintenance", "planned")
        EMERGENCY = "emergency", pgettext_lazy("maintenance", "emergency")
        SUPPLIER = "supplier", pgettext_lazy("maintenance", "a supplier's")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    services = models.ManyToManyField(
        Service, related_name="maintenance", verbose_name=_("services")
    )
    version = models.PositiveIntegerField(default=0)
    nature = models.CharField(_("nature of the work"), max_length=200)
    cause = models.CharField(_("cause"), max_length=400, blank=True)
    work = models.TextField(_("work to be done"), blank=True)
    begins_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("expected to end"), null=True, blank=True)
    expected_minutes = models.PositiveIntegerField(
        _("expected unavailability (minutes)"), null=True, blank=True
    )
    release = models.ForeignKey(
        Release,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="maintenance",
        verbose_name=_("release"),
    )
    decision = models.ForeignKey(
        UpdateDecision,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="maintenance",
        verbose_name=_("decision on an update"),
    )
    announced_at = models.DateTimeField(_("announced"), null=True, blank=True)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True)
    told_version = models.PositiveIntegerField(default=0, editable=False)
    over_told_at = models.DateTimeField(null=True, editable=False)

    objects = MaintenanceQuerySet.as_manager()

    class Meta:
        verbose_name = _("maintenance")
        verbose_name_plural = _("maintenance")
        ordering: ClassVar = ["-begins_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["release"],
                condition=Q(cancelled_at=None),
                name="maintenance_of_release_once",
            ),
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=F("begins_at")),
                name="maintenance_ends_after_it_begins",
                violation_error_message=_("Maintenance can't end before it begins."),
            ),
            models.CheckConstraint(
                condition=Q(finished_at=None)
                | Q(started_at__isnull=False, finished_at__gte=F("started_at")),
                name="maintenance_finishes_after_it_starts",
                violation_error_message=_("Maintenance can't end before it begins."),
            ),
            # Dialog 2.B: the nature, when it begins, how long it takes, how long it is down.
            models.CheckConstraint(
                condition=Q(announced_at=None)
                | Q(kind="emergency")
                | (Q(ends_at__isnull=False) & ~Q(nature="")),
                name="maintenance_announced_whole",
                violation_error_message=_(
                    "Say what is done, when it begins, how long it takes and how long it is down."
                ),
            ),
            models.CheckConstraint(
                condition=Q(announced_at=None)
                | ~Q(kind="planned")
                | Q(expected_minutes__isnull=False),
                name="planned_maintenance_says_how_long_down",
                violation_error_message=_("Say how many minutes it is expected to be down."),
            ),
            # Dialog 2.C: the cause, and the work to be done.
            models.CheckConstraint(
                condition=Q(announced_at=None)
                | ~Q(kind="emergency")
                | (~Q(cause="") & ~Q(work="")),
                name="emergency_maintenance_says_why",
                violation_error_message=_("Say what the cause is, and which work is done."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.nature} {self.begins_at:%Y-%m-%d %H:%M}"


class MaintenanceEvent(models.Model):
    """One fact about maintenance. The database refuses to change or delete it (migration 0019).

    data: begins_at and ends_at as they were announced or changed then; moments are ISO 8601 in UTC.
    """

    class Kind(models.TextChoices):
        """What can happen."""

        ANNOUNCED = "announced", pgettext_lazy("maintenance", "Announced")
        CHANGED = "changed", pgettext_lazy("maintenance", "Changed")
        STARTED = "started", pgettext_lazy("maintenance", "Started")
        FINISHED = "finished", pgettext_lazy("maintenance", "Finished")
        CANCELLED = "cancelled", pgettext_lazy("maintenance", "Cancelled")

    maintenance = models.ForeignKey(Maintenance, models.PROTECT, related_name="events")
    version = models.PositiveIntegerField()
    at = models.DateTimeField()
    kind = models.CharField(max_length=12, choices=Kind)
    actor = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    data = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("event of maintenance")
        verbose_name_plural = _("events of maintenance")
        ordering: ClassVar = ["maintenance", "version"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["maintenance", "version"], name="maintenance_version_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.maintenance_id}.{self.version} {self.kind}"
