"""What-if: last quarter's tickets under other terms, worked out in the background."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from tickets.models import User


class WhatIf(models.Model):
    """One question and, batch by batch, its answer.

    question: agreement, period and edited targets. outcome: counts as they were and would have
    been, and the tickets that change. done of total tickets are judged up to `last_ticket`.
    """

    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("asked"))
    question = models.JSONField(default=dict)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    last_ticket = models.PositiveBigIntegerField(default=0)
    outcome = models.JSONField(default=dict)
    finished_at = models.DateTimeField(_("finished"), null=True)
    error = models.CharField(_("error"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("what-if")
        verbose_name_plural = _("what-ifs")
        ordering: ClassVar = ["-asked_at"]
        indexes: ClassVar = [
            models.Index(
                fields=["asked_at"], name="whatif_open", condition=models.Q(finished_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}: {self.done}/{self.total}"
