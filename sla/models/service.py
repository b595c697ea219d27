"""What is provided under an agreement: the platform, a website, a server."""

from __future__ import annotations

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from sla.models.agreement import Agreement, Contract
from tickets.models import Organisation


class ServiceQuerySet(models.QuerySet["Service"]):
    """Services, chosen by whose they are."""

    def of(self, organisation: Organisation) -> ServiceQuerySet:
        """What a customer has: its own, and what all customers under its agreement share."""
        return self.filter(
            models.Q(organisation=None) | models.Q(organisation=organisation),
            agreement__contracts__organisation=organisation,
        )


class Service(models.Model):
    """Something that is promised to be there ("het Online Platform", a hosted website).

    organisation: whose alone it is; None if all customers under the agreement share it.
    """

    agreement = models.ForeignKey(
        Agreement, models.PROTECT, related_name="services", verbose_name=_("agreement")
    )
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="services",
        verbose_name=_("organisation"),
        help_text=_("Leave it empty if all customers under this agreement share it."),
    )
    name = models.CharField(_("name"), max_length=120)
    url = models.URLField(_("address"), blank=True)

    objects = ServiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("service")
        verbose_name_plural = _("services")
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agreement", "organisation", "name"], name="service_named_once"
            ),
            models.UniqueConstraint(
                fields=["agreement", "name"],
                condition=models.Q(organisation=None),
                name="shared_service_named_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse a service of somebody who has no contract under this agreement."""
        theirs = Contract.objects.filter(
            organisation=self.organisation_id, agreement=self.agreement_id
        )
        if self.organisation_id and self.agreement_id and not theirs.exists():
            message = _("This organisation has no contract under this agreement.")
            raise ValidationError({"organisation": message})
