"""How promises of past months ended, counted: a projection of the clocks. Never the truth."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from tickets.models import Organisation, Team


class MonthTally(models.Model):
    """How many promises that started in a month, alike in all that reports tell apart, ended so.

    outcome: of `sla.reporting.OUTCOMES`. edition: only where the ticket has one. team: in whose
    hands the ticket is, or is by its agent. `sla.tallies` is its only writer.
    """

    month = models.DateField(_("month"))
    promise = models.CharField(max_length=16)
    priority = models.CharField(max_length=8, blank=True)
    kind = models.CharField(max_length=12)
    target_key = models.CharField(max_length=50)
    outcome = models.CharField(max_length=12)
    edition = models.PositiveBigIntegerField(null=True)
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, null=True, related_name="+", db_index=False
    )
    team = models.ForeignKey(Team, models.CASCADE, null=True, related_name="+", db_index=False)
    count = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("count of a month")
        verbose_name_plural = _("counts of months")
        indexes: ClassVar = [models.Index(fields=["month"], name="month_tally_month")]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.target_key} {self.outcome}: {self.count}"


class CountedMonthQuerySet(models.QuerySet["CountedMonth"]):
    """Named questions about counted months."""

    def fresh(self) -> CountedMonthQuerySet:
        """Those of which nothing has changed since."""
        return self.exclude(Exists(MonthChange.objects.filter(month=OuterRef("month"))))


class CountedMonth(models.Model):
    """A month whose promises were counted."""

    month = models.DateField(primary_key=True)
    counted_at = models.DateTimeField()

    objects = CountedMonthQuerySet.as_manager()

    class Meta:
        verbose_name = _("counted month")
        verbose_name_plural = _("counted months")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(month__day=1), name="counted_month_is_a_month"),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class MonthChange(models.Model):
    """That something of a month's promises changed: written by triggers, so that no writer forgets,
    in the transaction that changes it.
    """

    month = models.DateField(db_index=True)

    class Meta:
        verbose_name = _("change of a month")
        verbose_name_plural = _("changes of months")

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"
