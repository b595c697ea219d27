"""The one row that is written to see whether the database keeps what is written."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Trial(models.Model):
    """When a process last wrote it (`support.standing.states`)."""

    at = models.DateTimeField()

    class Meta:
        verbose_name = _("trial of the database")
        verbose_name_plural = _("trials of the database")

    def __str__(self) -> str:
        return str(self.at)
