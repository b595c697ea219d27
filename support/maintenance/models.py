"""Who was told of maintenance, and the secret addresses of calendars."""

from __future__ import annotations

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sla.models import Maintenance
from support.mail.models import OutgoingMail
from tickets.models import Contact


class MaintenanceLetter(models.Model):
    """What a contact was told of maintenance when it had come to a version of its events.

    what: empty where there was nothing new for them. begins_at, ends_at: as the letter said.
    """

    class What(models.TextChoices):
        """What it says."""

        NOTHING = "", pgettext_lazy("maintenance letter", "nothing new")
        ANNOUNCED = "announced", pgettext_lazy("maintenance letter", "announced")
        CHANGED = "changed", pgettext_lazy("maintenance letter", "changed")
        CANCELLED = "cancelled", pgettext_lazy("maintenance letter", "cancelled")
        OVER = "over", pgettext_lazy("maintenance letter", "takes longer than announced")
        DONE = "done", pgettext_lazy("maintenance letter", "done")

    maintenance = models.ForeignKey(Maintenance, models.PROTECT, related_name="letters")
    version = models.PositiveIntegerField()
    what = models.CharField(max_length=10, choices=What, blank=True)
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="+")
    mail = models.ForeignKey(OutgoingMail, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("letter about maintenance")
        verbose_name_plural = _("letters about maintenance")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["maintenance", "contact", "version", "what"],
                name="maintenance_letter_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.maintenance_id}.{self.version} {self.what}: {self.contact_id}"


class MaintenanceFeed(models.Model):
    """A secret address at which a calendar program reads a contact's maintenance.

    It goes with the contact: who is none any more, or has no account, has none.
    """

    contact = models.OneToOneField(Contact, models.CASCADE, related_name="maintenance_feed")
    key = models.UUIDField(default=uuid4, unique=True, editable=False)
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("calendar of maintenance")
        verbose_name_plural = _("calendars of maintenance")

    def __str__(self) -> str:
        return f"{self.contact_id}"
