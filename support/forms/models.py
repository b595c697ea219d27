"""Pages that were sent, so that one sent twice is done once."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from tickets.models import Ticket


class SentForm(models.Model):
    """What a page and its words were done to, and where whoever sent them was led."""

    key = models.CharField(max_length=64, primary_key=True)
    ticket = models.ForeignKey(Ticket, models.CASCADE, null=True, related_name="+")
    place = models.CharField(max_length=2000, blank=True, default="", db_default="")
    at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("form that was sent")
        verbose_name_plural = _("forms that were sent")
        ordering: ClassVar = ["-at"]

    def __str__(self) -> str:
        return f"{self.key[:8]}: {self.ticket_id or self.place}"
