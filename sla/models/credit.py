"""Credits: what a contract is owed for a month, proposed by the terms and decided by a person."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sla.models.contract import Contract
from tickets.models import User


class Credit(models.Model):
    """A proposal for a contract and month, and what became of it.

    number: 0 the first, then corrections; amount is what this one adds to what was granted before
    it, so a correction may be below nothing. monthly_sum: what the cap is a share of. lines: the
    calculation, line by line. granted: what a person decided. replaced: a later proposal took its
    place before anybody had decided. Once decided or replaced it never changes (migration 0019).
    """

    class Ground(models.TextChoices):
        """Why."""

        AVAILABILITY = "availability", pgettext_lazy("credit", "availability below the guarantee")
        NEGLIGENCE = "negligence", pgettext_lazy("credit", "negligence")

    class State(models.TextChoices):
        """What became of it."""

        PROPOSED = "proposed", pgettext_lazy("credit", "proposed")
        APPROVED = "approved", pgettext_lazy("credit", "approved")
        CHANGED = "changed", pgettext_lazy("credit", "approved with another amount")
        REFUSED = "refused", pgettext_lazy("credit", "refused")
        REPLACED = "replaced", pgettext_lazy("credit", "replaced")

    contract = models.ForeignKey(
        Contract, models.PROTECT, related_name="credits", verbose_name=_("contract")
    )
    month = models.DateField(_("month"))
    ground = models.CharField(
        _("ground"), max_length=12, choices=Ground, default=Ground.AVAILABILITY
    )
    number = models.PositiveSmallIntegerField()
    proposed_at = models.DateTimeField(_("proposed"))
    monthly_sum = models.DecimalField(
        _("monthly fee"), max_digits=10, decimal_places=2, null=True, blank=True
    )
    lines = models.JSONField(default=list)
    total = models.DecimalField(_("credit of the month"), max_digits=10, decimal_places=2)
    amount = models.DecimalField(_("proposed amount"), max_digits=10, decimal_places=2)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PROPOSED)
    granted = models.DecimalField(
        _("granted"), max_digits=10, decimal_places=2, null=True, blank=True
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    reason = models.TextField(_("reason"), blank=True)
    told_at = models.DateTimeField(null=True, blank=True)
    billed_at = models.DateTimeField(_("given to billing"), null=True, blank=True)

    class Meta:
        verbose_name = _("credit")
        verbose_name_plural = _("credits")
        ordering: ClassVar = ["-month", "contract", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["contract", "month", "number"], name="credit_number_once"
            ),
            models.UniqueConstraint(
                fields=["contract", "month", "ground"],
                condition=Q(state="proposed"),
                name="credit_proposed_once",
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="credit_month_is_a_month"),
            models.CheckConstraint(condition=Q(total__gte=0), name="credit_is_not_below_nothing"),
            models.CheckConstraint(
                condition=Q(monthly_sum=None) | Q(total__lte=F("monthly_sum")),
                name="credit_is_no_more_than_the_fee",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("proposed", "replaced"), granted=None, decided_at=None)
                | Q(
                    state__in=("approved", "changed"),
                    granted__isnull=False,
                    decided_at__isnull=False,
                    decided_by__isnull=False,
                )
                | Q(
                    state="refused",
                    granted=None,
                    decided_at__isnull=False,
                    decided_by__isnull=False,
                ),
                name="credit_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("changed", "refused")) | ~Q(reason=""),
                name="credit_decision_has_a_reason",
                violation_error_message=_("Say why."),
            ),
            models.CheckConstraint(
                condition=Q(ground="availability") | ~Q(reason=""),
                name="negligence_has_a_reason",
                violation_error_message=_("Say why."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contract} {self.month:%Y-%m}.{self.number}"
