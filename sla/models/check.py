"""Checks of services: what is asked how often, every answer, and what hours came to."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sla.models.outage import Outage
from sla.models.service import Service

LEASE = timedelta(minutes=2)
"""For how long a check is a worker's; if that dies, another takes it then."""
LEAST_SECONDS, MOST_SECONDS = 30, 86_400


class CheckQuerySet(models.QuerySet["Check"]):
    """Named questions about checks."""

    def asking(self) -> CheckQuerySet:
        """Those in use that we ask ourselves, of services that are still provided."""
        return self.filter(active=True).exclude(kind=Check.Kind.HEARTBEAT)

    def due(self, *, now: datetime) -> CheckQuerySet:
        """Those to be asked now, which nobody is asking; the longest due first.

        A lease that is longer than any was written by a clock that ran ahead.
        """
        due = Q(due_at=None) | Q(due_at__lte=now)
        free = Q(leased_until=None) | Q(leased_until__lte=now) | Q(leased_until__gt=now + LEASE)
        ended = Q(service__ends_on__lt=(now - timedelta(days=1)).date())
        return self.asking().filter(due, free).exclude(ended).order_by("due_at", "pk")

    def listening(self) -> CheckQuerySet:
        """Heartbeats in use that called at least once."""
        return self.filter(
            active=True, kind=Check.Kind.HEARTBEAT, measured_at__isnull=False
        ).exclude(due_at=None)

    def unsettled(self) -> CheckQuerySet:
        """Those whose outage is still to be opened, or to be ended."""
        failed = Q(failures__gte=F("failures_needed"), outage=None, quiet=False)
        return self.filter(failed | Q(failures=0, outage__isnull=False))


class Check(models.Model):
    """Something that is asked of a service again and again, or that calls us (a heartbeat).

    targets: each is asked every time, and one that fails makes it fail. failures_needed: so many
    failures in a row count. certificate_days: it is warned of so long before it ends; one that
    ended is a failure. grace_seconds: how much later than its interval a heartbeat may call.

    What is known now: measured_at the last result, next_by when the next must come, failures
    in a row since failing_since, good_since the first good one after them, the outage that it is
    in. quiet: a person withdrew that outage; it is no outage until the check was good again. turn:
    counted with each claim, so that a worker that was taken for dead can't note what it found.
    """

    class Kind(models.TextChoices):
        """What is asked."""

        HTTP = "http", pgettext_lazy("check", "Website (HTTP)")
        TCP = "tcp", pgettext_lazy("check", "Port (TCP)")
        DNS = "dns", pgettext_lazy("check", "Name (DNS)")
        HEARTBEAT = "heartbeat", pgettext_lazy("check", "Heartbeat: it calls us")

    class Fault(models.TextChoices):
        """Why it failed."""

        NONE = "", pgettext_lazy("check", "in order")
        REFUSED = "refused", pgettext_lazy("check", "this address is refused")
        NO_NAME = "no-name", pgettext_lazy("check", "there is no such name")
        SILENT = "silent", pgettext_lazy("check", "no answer in time")
        UNREACHABLE = "unreachable", pgettext_lazy("check", "no connection, or no whole answer")
        CERTIFICATE = "certificate", pgettext_lazy("check", "the certificate is not valid")
        STATUS = "status", pgettext_lazy("check", "another status than expected")
        TEXT = "text", pgettext_lazy("check", "the expected text is not there")
        RECORD = "record", pgettext_lazy("check", "not the expected record")
        MISSED = "missed", pgettext_lazy("check", "it did not call in time")
        CALLED = "called", pgettext_lazy("check", "it called that it failed")

    class RecordType(models.TextChoices):
        """What is asked of a name server."""

        A = "A"
        AAAA = "AAAA"
        CNAME = "CNAME"
        MX = "MX"
        NS = "NS"
        SOA = "SOA"
        TXT = "TXT"

    service = models.ForeignKey(
        Service, models.PROTECT, related_name="checks", verbose_name=_("service")
    )
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.HTTP)
    targets = ArrayField(
        models.CharField(max_length=500), verbose_name=_("addresses"), default=list, blank=True
    )
    interval_seconds = models.PositiveIntegerField(
        _("every (seconds)"),
        default=60,
        validators=[MinValueValidator(LEAST_SECONDS), MaxValueValidator(MOST_SECONDS)],
    )
    timeout_seconds = models.PositiveSmallIntegerField(
        _("answers within (seconds)"),
        default=10,
        validators=[MinValueValidator(1), MaxValueValidator(30)],
    )
    failures_needed = models.PositiveSmallIntegerField(
        _("failures in a row"),
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(20)],
        help_text=_("So many before it is an outage, which then began with the first."),
    )
    expected_status = models.PositiveSmallIntegerField(
        _("status"), default=200, validators=[MinValueValidator(100), MaxValueValidator(599)]
    )
    expected_text = models.CharField(_("text in the answer"), max_length=200, blank=True)
    certificate_days = models.PositiveSmallIntegerField(
        _("warn of the certificate (days before)"), default=14
    )
    dns_name = models.CharField(_("name that is asked"), max_length=253, blank=True)
    dns_type = models.CharField(
        _("type of record"), max_length=5, choices=RecordType, default=RecordType.A
    )
    grace_seconds = models.PositiveIntegerField(
        _("may be late by (seconds)"), default=60, validators=[MaxValueValidator(MOST_SECONDS)]
    )
    ping_key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    active = models.BooleanField(_("in use"), default=True)
    made_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)

    due_at = models.DateTimeField(null=True, editable=False)
    leased_until = models.DateTimeField(null=True, editable=False)
    turn = models.PositiveBigIntegerField(default=0, editable=False)
    measured_at = models.DateTimeField(null=True, editable=False)
    next_by = models.DateTimeField(null=True, editable=False)
    failures = models.PositiveIntegerField(default=0, editable=False)
    failing_since = models.DateTimeField(null=True, editable=False)
    good_since = models.DateTimeField(null=True, editable=False)
    fault = models.CharField(max_length=12, choices=Fault, blank=True, editable=False)
    said = models.CharField(max_length=300, blank=True, editable=False)
    certificate_ends_at = models.DateTimeField(null=True, editable=False)
    quiet = models.BooleanField(default=False, editable=False)
    outage = models.ForeignKey(
        Outage, models.PROTECT, null=True, editable=False, related_name="checks"
    )

    objects = CheckQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("of a service", "check")
        verbose_name_plural = pgettext_lazy("of services", "checks")
        ordering: ClassVar = ["service__name", "name", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["service", "name"],
                name="check_named_once",
                violation_error_message=_("This service has a check of that name already."),
            ),
            models.CheckConstraint(
                condition=Q(
                    interval_seconds__gte=LEAST_SECONDS, interval_seconds__lte=MOST_SECONDS
                ),
                name="check_interval",
            ),
            models.CheckConstraint(
                condition=Q(failures_needed__gte=1), name="check_counts_after_one"
            ),
            models.CheckConstraint(
                condition=Q(timeout_seconds__gte=1, timeout_seconds__lte=30), name="check_timeout"
            ),
            models.CheckConstraint(
                condition=Q(kind="heartbeat", targets=[]) | Q(targets__len__range=(1, 10)),
                name="check_has_addresses",
                violation_error_message=_("Name one to ten addresses to ask."),
            ),
            models.CheckConstraint(
                condition=~Q(kind="dns") | ~Q(dns_name=""),
                name="check_asks_a_name",
                violation_error_message=_("Say which name is asked."),
            ),
            models.CheckConstraint(
                condition=Q(failures=0, failing_since=None)
                | Q(failures__gte=1, failing_since__isnull=False),
                name="check_fails_since",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at"], name="check_due", condition=Q(active=True)),
        ]

    def __str__(self) -> str:
        return f"{self.service}: {self.name}"

    def clean(self) -> None:
        """What the kind needs must be there."""
        if self.kind == self.Kind.HEARTBEAT:
            self.targets = []
        elif not 1 <= len(self.targets) <= 10:
            raise ValidationError({"targets": _("Name one to ten addresses to ask.")})
        if self.kind == self.Kind.DNS and not self.dns_name:
            raise ValidationError({"dns_name": _("Say which name is asked.")})

    @property
    def down(self) -> bool:
        """Whether it failed so often in a row that it counts."""
        return self.failures >= self.failures_needed

    def certificate_warns(self, *, now: datetime) -> bool:
        """Whether its certificate ends soon."""
        ends = self.certificate_ends_at
        return ends is not None and ends - now <= timedelta(days=self.certificate_days)

    @property
    def interval(self) -> timedelta:
        """How often it is asked, or calls."""
        return timedelta(seconds=self.interval_seconds)

    @property
    def patience(self) -> timedelta:
        """How long after one result the next may come without a gap between them."""
        if self.kind == self.Kind.HEARTBEAT:
            return self.interval + timedelta(seconds=self.grace_seconds)
        late = max(self.interval_seconds // 2, 20) + self.timeout_seconds
        return self.interval + timedelta(seconds=late)


class CheckResult(models.Model):
    """What one round of a check found. Kept for days; what hours came to is kept for years.

    It vouches for the time until the next result if that comes by next_by, and else for no longer
    than until `until`.
    """

    target_check = models.ForeignKey(Check, models.CASCADE, related_name="results")
    at = models.DateTimeField()
    until = models.DateTimeField()
    next_by = models.DateTimeField()
    good = models.BooleanField()
    fault = models.CharField(max_length=12, choices=Check.Fault, blank=True)
    said = models.CharField(max_length=300, blank=True)
    duration_ms = models.PositiveIntegerField(null=True)

    class Meta:
        verbose_name = _("result of a check")
        verbose_name_plural = _("results of checks")
        ordering: ClassVar = ["-at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["target_check", "at"], name="check_result_once"),
            models.CheckConstraint(
                condition=Q(until__gte=F("at"), next_by__gte=F("until")), name="check_result_spans"
            ),
            models.CheckConstraint(
                condition=Q(good=True, fault="") | Q(good=False) & ~Q(fault=""),
                name="check_result_fails_with_a_reason",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["at"], name="check_result_old")]

    def __str__(self) -> str:
        return f"{self.target_check_id} {self.at:%Y-%m-%d %H:%M:%S}"


class CheckSum(models.Model):
    """What a time of a check came to, in seconds that make it up, and how many results it had."""

    good_seconds = models.PositiveIntegerField()
    failed_seconds = models.PositiveIntegerField()
    unmeasured_seconds = models.PositiveIntegerField()
    good = models.PositiveIntegerField()
    failed = models.PositiveIntegerField()

    class Meta:
        abstract = True

    @property
    def seconds(self) -> int:
        """How long it is."""
        return self.good_seconds + self.failed_seconds + self.unmeasured_seconds


class CheckHour(CheckSum):
    """An hour of a check; kept for months."""

    target_check = models.ForeignKey(Check, models.CASCADE, related_name="hours")
    hour = models.DateTimeField()

    class Meta:
        verbose_name = _("hour of a check")
        verbose_name_plural = _("hours of checks")
        ordering: ClassVar = ["target_check", "-hour"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["target_check", "hour"], name="check_hour_once"),
            models.CheckConstraint(
                condition=Q(good_seconds=3600 - F("failed_seconds") - F("unmeasured_seconds")),
                name="check_hour_is_an_hour",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["hour"], name="check_hour_old")]

    def __str__(self) -> str:
        return f"{self.target_check_id} {self.hour:%Y-%m-%d %H}"


class CheckDay(CheckSum):
    """A day of a check, in the zone of the service's agreement, which may have 23 or 25 hours; kept
    for years.
    """

    target_check = models.ForeignKey(Check, models.CASCADE, related_name="days")
    day = models.DateField()

    class Meta:
        verbose_name = _("day of a check")
        verbose_name_plural = _("days of checks")
        ordering: ClassVar = ["target_check", "-day"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["target_check", "day"], name="check_day_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["day"], name="check_day_old")]

    def __str__(self) -> str:
        return f"{self.target_check_id} {self.day}"


class CheckLook(models.Model):
    """The one row that tells when checks were last looked at, and up to which hour they are added
    up. awake_since: since when without standing still, so that nobody is called late for calls
    that nobody was there to hear.
    """

    looked_at = models.DateTimeField(null=True)
    awake_since = models.DateTimeField(null=True)
    added_up_to = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("last look at checks")
        verbose_name_plural = _("last look at checks")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(pk=1), name="check_look_once"),
        ]

    def __str__(self) -> str:
        return f"{self.looked_at}"
