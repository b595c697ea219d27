"""Mail in and out, each in one durable table."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tickets.models import Message, Ticket


class IncomingMail(models.Model):
    """A raw message as it came, stored before anything else is done with it.

    digest: SHA-256 of what identifies the delivery, so that the same mail is taken once.
    twin: SHA-256 of its Message-ID, sender and date, on the first with these; copy_of: the first,
    of another with them, which may be the same mail that was changed on its way.
    mentions: the ticket whose number the subject gave, without the sender being on that ticket.
    unconfirmed: why a new report was not answered by a confirmation, '' if it was or needed none.
    """

    class State(models.TextChoices):
        """What became of it."""

        STORED = "stored", pgettext_lazy("incoming mail", "to be read")
        TAKEN = "taken", pgettext_lazy("incoming mail", "taken in")
        COPY = "copy", pgettext_lazy("incoming mail", "came once more, changed on its way")
        IGNORED = "ignored", pgettext_lazy("incoming mail", "automatic, not answered")
        QUARANTINE = "quarantine", pgettext_lazy("incoming mail", "could not be read")

    class Unconfirmed(models.TextChoices):
        """What kept us from confirming a report."""

        BRAKE = "brake", pgettext_lazy("incoming mail", "too many mails from this address")
        HELPDESK = "helpdesk", pgettext_lazy("incoming mail", "another helpdesk wrote it")

    raw = models.BinaryField()
    digest = models.CharField(max_length=64, unique=True)
    twin = models.CharField(max_length=64, unique=True, null=True)  # noqa: DJ001 - none is no twin
    copy_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="copies"
    )
    received_at = models.DateTimeField(_("received"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.STORED)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    sender = models.CharField(_("from"), max_length=254, blank=True)
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    ticket = models.ForeignKey(Ticket, models.PROTECT, null=True, blank=True, related_name="mails")
    message = models.ForeignKey(Message, models.PROTECT, null=True, blank=True)
    mentions = models.ForeignKey(
        Ticket, models.PROTECT, null=True, blank=True, related_name="mentioned_by"
    )
    unconfirmed = models.CharField(max_length=12, choices=Unconfirmed, blank=True)

    class Meta:
        verbose_name = _("incoming mail")
        verbose_name_plural = _("incoming mail")
        ordering: ClassVar = ["-received_at"]
        indexes: ClassVar = [
            models.Index(
                fields=["received_at"],
                name="mail_in_waiting",
                condition=models.Q(state__in=["stored", "quarantine"]),
            ),
            # The brake: how much one address sent lately.
            models.Index(fields=["sender", "received_at"], name="mail_in_sender"),
        ]

    def __str__(self) -> str:
        return f"{self.sender}: {self.subject}"


class OutgoingMail(models.Model):
    """A mail to send, written in the transaction of what it tells about, so it can't get lost.

    cc: who gets a copy, as addresses. broadcast: it goes to many, each their own mail.
    bounced_at: when a report came that it could not be delivered; `error` then says why.
    """

    class State(models.TextChoices):
        """Where it stands."""

        QUEUED = "queued", pgettext_lazy("outgoing mail", "to be sent")
        SENT = "sent", pgettext_lazy("outgoing mail", "sent")
        FAILED = "failed", pgettext_lazy("outgoing mail", "failed")

    ticket = models.ForeignKey(
        Ticket, models.PROTECT, null=True, blank=True, related_name="outgoing"
    )
    message = models.ForeignKey(
        Message, models.PROTECT, null=True, blank=True, related_name="outgoing"
    )
    to = models.EmailField(_("to"))
    cc = ArrayField(models.EmailField(), default=list, blank=True)
    subject = models.CharField(_("subject"), max_length=255)
    text = models.TextField()
    html = models.TextField(blank=True)
    mail_id = models.CharField(max_length=255, unique=True)
    in_reply_to = models.CharField(max_length=255, blank=True)
    references = models.TextField(blank=True)
    automatic = models.BooleanField(default=True)
    broadcast = models.BooleanField(default=False)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.QUEUED)
    created_at = models.DateTimeField(_("written"))
    next_try_at = models.DateTimeField(null=True)
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(_("sent"), null=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    error = models.CharField(_("error"), max_length=300, blank=True)
    bounced_at = models.DateTimeField(_("came back"), null=True)

    class Meta:
        verbose_name = _("outgoing mail")
        verbose_name_plural = _("outgoing mail")
        ordering: ClassVar = ["-created_at"]
        indexes: ClassVar = [
            models.Index(
                fields=["next_try_at"], name="mail_out_due", condition=models.Q(state="queued")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.to}: {self.subject}"
