"""What the nightly proof found."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditRun(models.Model):
    """One nightly audit of a sample: none is the only good number of differences.

    said: the first of them. told_at: when people had been alarmed, if there was anything to tell.
    """

    ran_at = models.DateTimeField(_("ran"))
    tickets = models.PositiveIntegerField(_("tickets"))
    differences = models.PositiveIntegerField(_("differences"))
    said = models.TextField(blank=True)
    told_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("audit")
        verbose_name_plural = _("audits")
        ordering: ClassVar = ["-ran_at"]

    def __str__(self) -> str:
        return f"{self.ran_at}: {self.differences}"
