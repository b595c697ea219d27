"""That contacts were told of a new rate, or of a credit."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sla.models import Credit, Rate
from support.mail.models import OutgoingMail
from tickets.models import Contact


class ContractLetter(models.Model):
    """That a contact was told: of a rate, the proof that the notice was given in time."""

    rate = models.ForeignKey(Rate, models.PROTECT, null=True, related_name="letters")
    credit = models.ForeignKey(Credit, models.PROTECT, null=True, related_name="letters")
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="+")
    mail = models.ForeignKey(OutgoingMail, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("letter about a contract")
        verbose_name_plural = _("letters about contracts")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(rate__isnull=False, credit=None) | Q(rate=None, credit__isnull=False),
                name="contract_letter_about_one",
            ),
            models.UniqueConstraint(
                fields=["rate", "credit", "contact"],
                nulls_distinct=False,
                name="contract_letter_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rate or self.credit}: {self.contact}"
