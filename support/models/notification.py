"""What a colleague should look at, shown until they have."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tickets.models import Message, Ticket, User


class Notification(models.Model):
    """Something on a ticket that asks for one colleague; seen when they open the ticket."""

    class Kind(models.TextChoices):
        """What it is about."""

        MENTION = "mention", pgettext_lazy("notification", "mentioned you")

    recipient = models.ForeignKey(User, models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=12, choices=Kind)
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="notifications")
    message = models.ForeignKey(
        Message, models.CASCADE, null=True, blank=True, related_name="notifications"
    )
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        ordering: ClassVar = ["-at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["recipient", "kind", "message"], name="notification_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["recipient", "-at"],
                name="notification_unseen",
                condition=models.Q(seen_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.recipient_id} {self.kind}: {self.ticket_id}"
