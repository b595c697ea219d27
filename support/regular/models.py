"""Who gets which report by mail, how often, and when it last went."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from support.mail.models import OutgoingMail
from support.reports.models import SavedReport
from tickets.models import Role, User

READERS = (Role.LEAD, Role.MANAGER, Role.ADMIN)
"""Who may read reports, and so get them."""


class Rhythm(models.TextChoices):
    """How often."""

    DAILY = "daily", pgettext_lazy("report by mail", "every working day")
    WEEKLY = "weekly", pgettext_lazy("report by mail", "every week")
    MONTHLY = "monthly", pgettext_lazy("report by mail", "every month")


class RegularReportQuerySet(models.QuerySet["RegularReport"]):
    """What is asked of them."""

    def due(self, begins: Mapping[str, datetime]) -> RegularReportQuerySet:
        """Not told yet since the last moment for their rhythm."""
        late = Q()
        for rhythm, begun in begins.items():
            late |= Q(rhythm=rhythm, told_at__lt=begun)
        return self.filter(late)

    def of_nobody(self) -> RegularReportQuerySet:
        """For who may not read reports any more."""
        return self.exclude(receiver__is_active=True, receiver__role__in=READERS)

    def shown_to(self, user: User) -> RegularReportQuerySet:
        """All of them to managers; to leads what they get, and what they asked for."""
        if user.is_manager:
            return self
        return self.filter(Q(receiver=user) | Q(asked_by=user))


class RegularReport(models.Model):
    """A kept report, or the cockpit where it names none, by mail for one person.

    told_at: when it last went; before that, since when it is asked for. mail: the last letter.
    """

    report = models.ForeignKey(
        SavedReport,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("saved report"),
    )
    receiver = models.ForeignKey(
        User, models.CASCADE, related_name="regular_reports", verbose_name=_("receiver")
    )
    rhythm = models.CharField(_("how often"), max_length=7, choices=Rhythm)
    asked_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("asked for by")
    )
    told_at = models.DateTimeField(_("last sent"))
    mail = models.ForeignKey(
        OutgoingMail, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )

    objects = RegularReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report by mail")
        verbose_name_plural = _("reports by mail")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["report", "receiver"], nulls_distinct=False, name="regular_report_once"
            ),
            models.CheckConstraint(
                condition=Q(rhythm__in=Rhythm.values), name="regular_report_rhythm_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.receiver}"

    @property
    def name(self) -> str:
        """What is sent."""
        return self.report.name if self.report else str(_("Cockpit"))

    def may_be_stopped_by(self, user: User) -> bool:
        """Who gets it, who asked for it, and managers."""
        return user.is_manager or user.pk in (self.receiver_id, self.asked_by_id)
