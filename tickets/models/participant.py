"""Who else is in a conversation: people who got a copy of a customer's mail, or were added."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from tickets.addresses import AddressField
from tickets.models.people import User
from tickets.models.ticket import Ticket


class Participant(models.Model):
    """Somebody beside the reporter who gets our answers on a ticket and may answer them.

    added_by: the colleague who added them; nobody if a customer's mail did.
    """

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="participants")
    email = AddressField(_("e-mail address"))
    name = models.CharField(_("name"), max_length=120, blank=True)
    added_at = models.DateTimeField(_("added"))
    added_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, verbose_name=_("added by")
    )

    class Meta:
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["ticket", "email"], name="participant_once"),
        ]

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>" if self.name else self.email
