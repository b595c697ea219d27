"""What was signed with an organisation: which agreement, from when, renewed when, at what fee."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sla.models.agreement import Agreement
from tickets.models import Organisation


class ContractQuerySet(models.QuerySet["Contract"]):
    """Named questions about contracts."""

    def on(self, day: date) -> ContractQuerySet:
        """Those that hold on a day."""
        begun = Q(starts_on=None) | Q(starts_on__lte=day)
        return self.filter(begun, Q(ends_on=None) | Q(ends_on__gte=day))

    def for_reports(self) -> ContractQuerySet:
        """Those that what an organisation reports comes under; the one that holds last first."""
        newest = F("ends_on").desc(nulls_first=True)
        return self.filter(for_reports=True).order_by(newest, F("starts_on").desc(nulls_last=True))

    def governing(self, organisation: Organisation | None) -> Contract | None:
        """The one that what an organisation reports comes under; None if there is none."""
        if organisation is None:
            return None
        theirs = self.for_reports().filter(organisation=organisation)
        return theirs.select_related("agreement").first()


class Contract(models.Model):
    """Which agreement holds for an organisation, and what else was agreed with it.

    An organisation may have several; what it reports comes under the one that is for_reports.
    starts_on: None, since always. period_months, renews_on: it goes on for so long each time, first
    at renews_on, else a period after its start. ends_on: its last day. A waiver says that reports
    bind by whatever channel ("tenzij anders afgesproken", 4.D). What it costs is in its rates.
    """

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="contracts", verbose_name=_("organisation")
    )
    agreement = models.ForeignKey(
        Agreement, models.PROTECT, related_name="contracts", verbose_name=_("agreement")
    )
    number = models.CharField(
        _("contract number"), max_length=40, blank=True, help_text=_("As on the bill.")
    )
    for_reports = models.BooleanField(
        _("reports come under it"),
        default=True,
        help_text=_("Of an organisation's contracts in force, one is."),
    )
    starts_on = models.DateField(_("from"), null=True, blank=True)
    period_months = models.PositiveSmallIntegerField(
        _("goes on for (months)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("At each renewal. Empty: it is not renewed by periods."),
    )
    renews_on = models.DateField(
        _("first renewal"),
        null=True,
        blank=True,
        help_text=_("Empty: one period after its start."),
    )
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    waived_from = models.DateField(
        _("phone rule waived from"),
        null=True,
        blank=True,
        help_text=_(
            "From this day reports of Hoog and Middel bind by whatever channel. Mind: Hoog is then "
            "“at once” by e-mail too."
        ),
    )
    waived_until = models.DateField(_("waived until"), null=True, blank=True)
    waiver_reason = models.CharField(_("reason of the waiver"), max_length=200, blank=True)

    objects = ContractQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("agreement with an organisation", "contract")
        verbose_name_plural = pgettext_lazy("agreement with an organisation", "contracts")
        ordering: ClassVar = ["organisation", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(waived_from=None) | ~Q(waiver_reason=""),
                name="waiver_has_a_reason",
                violation_error_message=_("A waiver needs its reason."),
            ),
            models.CheckConstraint(
                condition=Q(waived_until=None) | Q(waived_until__gte=F("waived_from")),
                name="waiver_ends_after_it_begins",
                violation_error_message=_("A waiver can't end before it begins."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(starts_on=None) | Q(ends_on__gte=F("starts_on")),
                name="contract_ends_after_it_begins",
                violation_error_message=_("A contract can't end before it begins."),
            ),
            models.CheckConstraint(
                condition=Q(renews_on=None)
                | (Q(starts_on__lt=F("renews_on")) & Q(period_months__isnull=False)),
                name="contract_renews_after_it_begins",
                violation_error_message=_(
                    "A first renewal comes after the start, and needs to know for how long."
                ),
            ),
            models.CheckConstraint(
                condition=Q(period_months=None) | Q(period_months__gte=1),
                name="contract_period_is_one",
                violation_error_message=_("A contract goes on for at least a month."),
            ),
            models.UniqueConstraint(
                fields=["organisation"],
                condition=Q(for_reports=True, ends_on=None),
                name="contract_for_reports_once",
                violation_error_message=_(
                    "Reports of this organisation come under another contract already."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.agreement}"

    def clean(self) -> None:
        """A waiver must be provable: with its day and its reason."""
        if self.waived_from and not self.waiver_reason:
            raise ValidationError({"waiver_reason": _("Say why: a waiver must be provable.")})


class Rate(models.Model):
    """What a contract costs a month from a day on, or one service of it that is paid apart.

    What was announced never changes again; the database refuses it (migration 0019). The first
    one of a contract changes nothing, so nobody is told of it.
    """

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="rates")
    service = models.ForeignKey(
        "sla.Service",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="rates",
        verbose_name=_("service"),
        help_text=_("Only for a service that is paid apart; empty: of the contract."),
    )
    amount = models.DecimalField(
        _("a month (€)"), max_digits=10, decimal_places=2, validators=[MinValueValidator(0)]
    )
    from_on = models.DateField(_("from"))
    announced_at = models.DateTimeField(_("announced"), null=True, editable=False)
    told_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("rate")
        verbose_name_plural = _("rates")
        ordering: ClassVar = ["contract", "service", "from_on"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["contract", "service", "from_on"],
                nulls_distinct=False,
                name="rate_day_once",
                violation_error_message=_("There is a rate from this day already."),
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=0),
                name="rate_is_not_below_nothing",
                violation_error_message=_("A fee can't be below nothing."),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["announced_at"], name="rate_untold", condition=Q(told_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.service or self.contract} {self.from_on}: {self.amount}"
