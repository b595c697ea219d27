"""Judged months of services: a projection of outages and maintenance. Never the truth."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from sla.models.agreement import Edition
from sla.models.service import Service


class ServiceMonth(models.Model):
    """A month of a service that is over, judged under the edition in force on its first day.

    length: of the time that it was provided. told: what counted and what was excused, each with its
    clause (`sla.months`). settled: false while an outage in it goes on, so that more may come.
    stale_since: its facts or terms moved; the sweep judges it again. credits_due: what it comes to
    was not proposed since.
    """

    service = models.ForeignKey(Service, models.PROTECT, related_name="months")
    month = models.DateField(_("month"))
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="+")
    length = models.DurationField()
    unavailable = models.DurationField()
    guarantee_met = models.BooleanField()
    credit_percent = models.PositiveSmallIntegerField()
    told = models.JSONField(default=dict)
    settled = models.BooleanField(default=True)
    judged_at = models.DateTimeField()
    stale_since = models.DateTimeField(null=True)
    credits_due = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("month of a service")
        verbose_name_plural = _("months of services")
        ordering: ClassVar = ["-month", "service"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["service", "month"], name="service_month_once"),
            models.CheckConstraint(condition=Q(month__day=1), name="service_month_is_a_month"),
            models.CheckConstraint(
                condition=Q(unavailable__gte=timedelta(0))
                & Q(unavailable__lte=F("length"))
                & Q(length__gt=timedelta(0)),
                name="service_month_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(credit_percent__lte=100), name="service_month_credit_is_a_share"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["stale_since"],
                name="service_month_stale",
                condition=Q(stale_since__isnull=False) | Q(settled=False),
            ),
            models.Index(
                fields=["month"], name="service_month_credits", condition=Q(credits_due=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service} {self.month:%Y-%m}"

    @property
    def percent(self) -> Fraction:
        """How available it was, exactly."""
        micro = timedelta(microseconds=1)
        return Fraction((self.length - self.unavailable) // micro, self.length // micro) * 100
