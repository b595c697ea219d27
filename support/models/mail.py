"""Mail in and out, each in one durable table."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tickets.models import Message, Ticket, User


class IncomingMail(models.Model):
    """A raw message as it came, stored before anything else is done with it.

    digest: SHA-256 of what identifies the delivery, so that the same mail is taken once.
    twin: SHA-256 of its Message-ID, sender and date, on the first with these; copy_of: the first,
    of another with them, which may be the same mail that was changed on its way.
    mentions: the ticket that it names or holds a key of, without its sender being on that ticket.
    unconfirmed: why a new report was not answered by a confirmation, '' if it was or needed none.
    came_to: which of our addresses it was for. reply_to: where it asks for answers, if not at its
    sender's. verdict: what our own mail server says of its sender. meant: of a colleague's that
    waits, what it would be. text: what is read of a mail that became no message, to find it by.
    settled_by, settled_at: who decided by hand what becomes of it.
    """

    class State(models.TextChoices):
        """What became of it."""

        STORED = "stored", pgettext_lazy("incoming mail", "to be read")
        TAKEN = "taken", pgettext_lazy("incoming mail", "taken in")
        COPY = "copy", pgettext_lazy("incoming mail", "came once more, changed on its way")
        IGNORED = "ignored", pgettext_lazy("incoming mail", "automatic, not answered")
        QUARANTINE = "quarantine", pgettext_lazy("incoming mail", "could not be read")
        WAITING = "waiting", pgettext_lazy("incoming mail", "waits for a colleague")

    class Unconfirmed(models.TextChoices):
        """What kept us from confirming a report, by mail or otherwise."""

        BRAKE = "brake", pgettext_lazy("incoming mail", "too many mails from this address")
        HELPDESK = "helpdesk", pgettext_lazy("incoming mail", "another helpdesk wrote it")
        MARK = "mark", pgettext_lazy("incoming mail", "it asks for no automatic answer")
        MACHINE = "machine", pgettext_lazy("incoming mail", "nobody reads this address")
        OURS = "ours", pgettext_lazy("incoming mail", "the address is our own")
        CAP = "cap", pgettext_lazy("incoming mail", "too many confirmations at once")
        BY_HAND = "by-hand", pgettext_lazy("incoming mail", "a colleague made it a ticket")

    class Verdict(models.TextChoices):
        """What our own mail server says about the address that a mail says it is from."""

        UNKNOWN = "", pgettext_lazy("incoming mail", "not said")
        PASS = "pass", pgettext_lazy("incoming mail", "is the sender's")
        FAIL = "fail", pgettext_lazy("incoming mail", "may be false")

    class Meant(models.TextChoices):
        """What a colleague's mail is on a ticket."""

        ANSWER = "answer", pgettext_lazy("incoming mail", "an answer to the customer")
        NOTE = "note", pgettext_lazy("incoming mail", "an internal note")

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
    came_to = models.CharField(_("to"), max_length=254, blank=True, default="", db_default="")
    reply_to = models.CharField(
        _("answers to"), max_length=254, blank=True, default="", db_default=""
    )
    verdict = models.CharField(max_length=4, choices=Verdict, blank=True, default="", db_default="")
    meant = models.CharField(max_length=6, choices=Meant, blank=True, default="", db_default="")
    text = models.TextField(blank=True, default="", db_default="")
    settled_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)

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
            models.Index(
                fields=["-received_at"],
                name="mail_in_aside",
                condition=models.Q(state__in=["ignored", "quarantine", "waiting"]),
            ),
            models.Index(fields=["sender", "received_at"], name="mail_in_sender"),
        ]

    def __str__(self) -> str:
        return f"{self.sender}: {self.subject}"


class OutgoingMail(models.Model):
    """A mail to send, written in the transaction of what it tells about, so it can't get lost.

    sender: who it is from, where that is not the address of the house. colleague: who works here
    and may answer it. cc: who gets a copy, as addresses. broadcast: it goes to many, each their own
    mail. unasked: anybody can set such a letter off, so there is a cap on them.
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
    sender = models.CharField(_("from"), max_length=420, blank=True, default="", db_default="")
    colleague = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
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
    unasked = models.BooleanField(default=False, db_default=False)
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
            models.Index(
                fields=["created_at"], name="mail_out_unasked", condition=models.Q(unasked=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.to}: {self.subject}"


class Proposal(models.Model):
    """Somebody who got a copy of a mail whose sender nothing proves: a colleague decides.

    agreed: whether they take part now; None as long as nobody said.
    """

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="proposals")
    email = models.EmailField()
    name = models.CharField(max_length=150, blank=True)
    proposed_at = models.DateTimeField()
    agreed = models.BooleanField(null=True, default=None)

    class Meta:
        verbose_name = _("proposed participant")
        verbose_name_plural = _("proposed participants")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["ticket", "email"], name="proposal_once"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.email}"
