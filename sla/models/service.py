"""What is provided under an agreement: the platform, a website, a server."""

from __future__ import annotations

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from sla.models.agreement import Agreement
from sla.models.contract import Contract
from tickets.models import Organisation


class ServiceQuerySet(models.QuerySet["Service"]):
    """Services, chosen by whose they are."""

    def of(self, organisation: Organisation) -> ServiceQuerySet:
        """What a customer has: its own, and what all customers under its agreements share."""
        theirs = Contract.objects.filter(organisation=organisation)
        return self.filter(
            Q(contract__in=theirs) | Q(contract=None, agreement__in=theirs.values("agreement"))
        )

    def under(self, contract: Contract) -> ServiceQuerySet:
        """What a contract is about: its own, and what all customers under its agreement share."""
        return self.filter(Q(contract=contract) | Q(contract=None, agreement=contract.agreement_id))


class Service(models.Model):
    """Something that is promised to be there ("het Online Platform", a hosted website).

    contract: which one it is of; None if all customers under the agreement share it, and never of
    another agreement (migration 0019). starts_on, ends_on: the days it is provided, in the zone of
    the agreement's calendar; what is outside them is not measured.
    """

    agreement = models.ForeignKey(
        Agreement, models.PROTECT, related_name="services", verbose_name=_("agreement")
    )
    contract = models.ForeignKey(
        Contract,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="services",
        verbose_name=_("contract"),
        help_text=_("Leave it empty if all customers under this agreement share it."),
    )
    name = models.CharField(_("name"), max_length=120)
    url = models.URLField(_("address"), blank=True)
    starts_on = models.DateField(
        _("provided from"), null=True, blank=True, help_text=_("Empty: since always.")
    )
    ends_on = models.DateField(_("last day"), null=True, blank=True)

    objects = ServiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("service")
        verbose_name_plural = _("services")
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agreement", "contract", "name"],
                nulls_distinct=False,
                name="service_named_once",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(starts_on=None) | Q(ends_on__gte=F("starts_on")),
                name="service_ends_after_it_begins",
                violation_error_message=_("A service can't end before it begins."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def organisation(self) -> Organisation | None:
        """Whose alone it is; None if all customers under the agreement share it."""
        return self.contract.organisation if self.contract else None

    def clean(self) -> None:
        """Refuse a service of a contract under another agreement."""
        if self.contract_id and self.contract and self.contract.agreement_id != self.agreement_id:
            message = _("This contract is under another agreement.")
            raise ValidationError({"contract": message})
