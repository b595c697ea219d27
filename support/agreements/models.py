"""That contacts were told of new editions."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from sla.models import Edition
from support.mail.models import OutgoingMail
from tickets.models import Contact


class EditionNotice(models.Model):
    """That a contact was told of a new edition: the proof that the notice was given in time."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="notices")
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="+")
    mail = models.ForeignKey(OutgoingMail, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("notice of an edition")
        verbose_name_plural = _("notices of editions")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["edition", "contact"], name="edition_notice_once"),
        ]

    def __str__(self) -> str:
        return f"{self.edition}: {self.contact}"
