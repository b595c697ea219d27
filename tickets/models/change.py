"""In which order tickets changed, for whoever follows them: no change can slip in before another.

Whatever writes a fact, a message, a clock or an alert leaves a `Touch` in its own transaction
(triggers, so that nobody can forget). A sweep, one at a time, makes of touches the place of their
ticket in one order: numbers are given after the changes that they stand for were committed, and
are seen in the order in which they were given.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from tickets.models.ticket import Ticket


class Touch(models.Model):
    """Something about a ticket changed; waits for the sweep."""

    ticket = models.ForeignKey(
        Ticket, models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )

    class Meta:
        verbose_name = _("touch")
        verbose_name_plural = _("touches")

    def __str__(self) -> str:
        return str(self.ticket_id)


class Change(models.Model):
    """The last change of a ticket: its place in the order of all, and when it got that."""

    ticket = models.OneToOneField(
        Ticket, models.CASCADE, primary_key=True, related_name="change", db_constraint=False
    )
    number = models.BigIntegerField(unique=True)
    at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        ordering: ClassVar = ["number"]

    def __str__(self) -> str:
        return f"{self.number}: {self.ticket_id}"
