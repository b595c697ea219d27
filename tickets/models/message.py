"""The conversation on a ticket: what was said, by whom, and the files that came along."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tickets.addresses import AddressField
from tickets.models.people import User
from tickets.models.ticket import Channel, Ticket


class MessageKind(models.TextChoices):
    """Who speaks to whom."""

    CUSTOMER = "customer", pgettext_lazy("message kind", "Customer")
    REPLY = "reply", pgettext_lazy("message kind", "Reply")
    NOTE = "note", pgettext_lazy("message kind", "Internal note")
    CALL = "call", pgettext_lazy("message kind", "Phone call")
    AUTOMATIC = "automatic", pgettext_lazy("message kind", "Automatic message")


class Message(models.Model):
    """One thing said on a ticket. What is not `public` is never a customer's to see."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="messages")
    kind = models.CharField(max_length=10, choices=MessageKind)
    public = models.BooleanField()
    channel = models.CharField(max_length=8, choices=Channel)
    author = models.ForeignKey(User, models.PROTECT, null=True, blank=True)
    sender_name = models.CharField(max_length=120, blank=True)
    sender_email = AddressField(blank=True)
    subject = models.CharField(max_length=200, blank=True)
    """Of a mail, where it is another than the ticket's."""
    text = models.TextField()
    quoted = models.TextField(blank=True)
    html = models.TextField(blank=True)
    mail_id = models.CharField(max_length=255, blank=True, db_index=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering: ClassVar = ["at", "pk"]
        indexes: ClassVar = [models.Index(fields=["ticket", "at"], name="message_ticket")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~models.Q(kind="note") | models.Q(public=False),
                name="message_note_internal",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.text[:60]}"

    @property
    def sender(self) -> str:
        """Who said it."""
        if self.author is not None:
            return self.author.name
        return self.sender_name or self.sender_email


class Attachment(models.Model):
    """A file that came with a message, stored under its content's hash, served as a download."""

    message = models.ForeignKey(Message, models.PROTECT, related_name="attachments")
    file = models.FileField(max_length=200)
    name = models.CharField(max_length=150)
    content_type = models.CharField(max_length=120)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    content_id = models.CharField(max_length=255, blank=True)

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering: ClassVar = ["pk"]
        # Whether a content is still used is asked by night.
        indexes: ClassVar = [models.Index(fields=["sha256"], name="attachment_content")]

    def __str__(self) -> str:
        return self.name
