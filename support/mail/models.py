"""Mail in and out, each in one durable table, and the mailboxes that are read over IMAP."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sla.models import ReportFile
from support.sweeping.models import ToSend
from tickets.addresses import AddressField
from tickets.models import Brand, Message, Ticket, User

ALARM_AFTER = timedelta(minutes=10)
"""A mailbox that was not read for so long is an alarm."""


RETRY_AFTER = timedelta(minutes=2)
"""A mailbox that could not be read waits so long: a silent server would hold up a worker."""


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
    settled_by, settled_at: who decided by hand what becomes of it. next_try_at: when it is read
    again, of what could not be kept for a reason that is no fault of the mail.
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
    next_try_at = models.DateTimeField(null=True)
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


def came_back(path: str = "mail") -> models.Q:
    """What has, at the end of that path, a mail that could not be delivered."""
    bounced = models.Q(**{f"{path}__bounced_at__isnull": False})
    return bounced | models.Q(**{f"{path}__state": OutgoingMail.State.FAILED})


class OutgoingMail(ToSend):
    """A mail to send, written in the transaction of what it tells about, so it can't get lost.

    letter: the name of its templates. sender: who it is from, where that is not the address of the
    house. colleague: who works here and may answer it. cc: who gets a copy, as addresses. calendar:
    what a calendar program makes of it (RFC 5545), sent along. report_file: goes along too, under
    report_name. broadcast: it goes to many, each their own mail. unasked: anybody can set such a
    letter off, so there is a cap on them. leaves_at: of a broadcast, the address where whoever gets
    it leaves at one click. bounced_at: when a report came that it could not be delivered; `error`
    then says why.
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
    to = AddressField(_("to"))
    cc = ArrayField(AddressField(), default=list, blank=True)
    letter = models.CharField(max_length=40, blank=True, default="", db_default="")
    subject = models.CharField(_("subject"), max_length=255)
    text = models.TextField()
    html = models.TextField(blank=True)
    calendar = models.TextField(blank=True, default="", db_default="")
    report_file = models.ForeignKey(
        ReportFile, models.PROTECT, null=True, blank=True, related_name="+"
    )
    report_name = models.CharField(max_length=120, blank=True, default="", db_default="")
    mail_id = models.CharField(max_length=255, unique=True)
    in_reply_to = models.CharField(max_length=255, blank=True)
    references = models.TextField(blank=True)
    automatic = models.BooleanField(default=True)
    broadcast = models.BooleanField(default=False)
    unasked = models.BooleanField(default=False, db_default=False)
    leaves_at = models.CharField(max_length=500, blank=True, default="", db_default="")
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.QUEUED)
    created_at = models.DateTimeField(_("written"))
    sent_at = models.DateTimeField(_("sent"), null=True)
    bounced_at = models.DateTimeField(_("came back"), null=True)

    class Meta:
        verbose_name = _("outgoing mail")
        verbose_name_plural = _("outgoing mail")
        ordering: ClassVar = ["-created_at"]
        indexes: ClassVar = [
            models.Index(fields=["to", "created_at"], name="mail_out_to"),
            models.Index(
                fields=["next_try_at"], name="mail_out_due", condition=models.Q(state="queued")
            ),
            models.Index(
                fields=["created_at"], name="mail_out_unasked", condition=models.Q(unasked=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.to}: {self.subject}"

    @property
    def came_back(self) -> bool:
        """Could it not be delivered?"""
        return self.bounced_at is not None or self.state == self.State.FAILED


class Proposal(models.Model):
    """Somebody who got a copy of a mail whose sender nothing proves: a colleague decides.

    agreed: whether they take part now; None as long as nobody said.
    """

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="proposals")
    email = AddressField()
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


class MailboxQuerySet(models.QuerySet["Mailbox"]):
    """What is asked of mailboxes."""

    def due(self, *, now: datetime) -> MailboxQuerySet:
        """Those to read now."""
        failed = models.Q(last_read_at=None) | models.Q(last_read_at__lt=models.F("last_tried_at"))
        waiting = failed & models.Q(last_tried_at__gt=now - RETRY_AFTER)
        return self.filter(active=True).exclude(waiting)

    def late(self, *, now: datetime) -> MailboxQuerySet:
        """Those that should be read and were not for ten minutes."""
        since = Greatest("last_read_at", "watched_from")  # PostgreSQL's leaves NULL out
        found = self.filter(active=True).annotate(quiet_since=since)
        return found.filter(quiet_since__lt=now - ALARM_AFTER)


class Mailbox(models.Model):
    """A mailbox, how to get in, and how far it was read.

    The four secrets are sealed (support.secrets.sealing). uid_validity, last_uid: up to where the
    folder was read, as IMAP numbers it; claimed_at: somebody reads it at this moment; emptied_at:
    when it was last looked into without anything being left behind.
    """

    class Security(models.TextChoices):
        """How the connection is protected."""

        TLS = "tls", _("TLS (port 993)")
        STARTTLS = "starttls", _("STARTTLS (port 143)")
        PLAIN = "plain", _("none")

    class SignIn(models.TextChoices):
        """How we get in."""

        PASSWORD = "password", _("password")
        OAUTH2 = "oauth2", _("OAuth2 (Microsoft 365, Google)")

    class Afterwards(models.TextChoices):
        """What is done at the server with a mail that was taken."""

        SEEN = "seen", _("leave it, marked as read")
        MOVE = "move", _("move it to a folder")
        DELETE = "delete", _("delete it")

    class Fault(models.TextChoices):
        """Why it could not be read, in words for whoever has to mend it."""

        NONE = "", pgettext_lazy("mailbox", "in order")
        REFUSED = "refused", _("the name or the password was refused")
        CONSENT = "consent", _("the access by OAuth2 was refused: give consent again")
        TOKEN = "token", _("the server that gives out access tokens did not answer properly")
        SECRET = "secret", _("the stored password can no longer be opened: enter it again")
        NAME = "name", _("there is no server of this name")
        UNREACHABLE = "unreachable", _("the server can't be reached")
        PRIVATE = "private", _("the server is inside a private network (WERKDAG_PRIVATE_HOSTS)")
        CERTIFICATE = "certificate", _("the server's certificate is not valid for this name")
        TLS = "tls", _("no protected connection could be made")
        PLAIN = "plain", _("a connection without protection is not allowed here")
        FOLDER = "folder", _("the folder to read does not exist")
        AFTERWARDS = "afterwards", _("taken in, but the server would not mark, move or delete it")
        CUT = "cut", _("the connection was cut off while reading")
        OTHER = "other", _("the server answered something unexpected")

    name = models.CharField(_("name"), max_length=80, unique=True)
    address = AddressField(_("e-mail address"), help_text=_("Where customers write to."))
    sends_as = AddressField(
        _("answers leave from"),
        blank=True,
        default="",
        db_default="",
        help_text=_("Empty: from the address above. Your mail server must let us send as it."),
    )
    sends_name = models.CharField(
        _("under the name"),
        max_length=80,
        blank=True,
        default="",
        db_default="",
        help_text=_("Empty: the name of the house."),
    )
    brand = models.ForeignKey(
        Brand,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=pgettext_lazy("provider", "brand"),
        help_text=_("Whom a stranger meets who writes to it. Empty: the one of the house."),
    )
    host = models.CharField(_("server"), max_length=253)
    port = models.PositiveIntegerField(
        _("port"), default=993, validators=[MinValueValidator(1), MaxValueValidator(65535)]
    )
    security = models.CharField(_("security"), max_length=8, choices=Security, default=Security.TLS)
    username = models.CharField(_("user name"), max_length=254)
    sign_in = models.CharField(
        _("sign in with"), max_length=8, choices=SignIn, default=SignIn.PASSWORD
    )
    password = models.TextField(_("password"), blank=True)
    token_url = models.CharField(_("token address"), max_length=300, blank=True)
    client_id = models.CharField(_("client ID"), max_length=300, blank=True)
    client_secret = models.TextField(_("client secret"), blank=True)
    refresh_token = models.TextField(_("refresh token"), blank=True)
    access_token = models.TextField(blank=True, editable=False)
    access_until = models.DateTimeField(null=True, editable=False)

    folder = models.CharField(_("folder"), max_length=200, default="INBOX")
    read_from = models.DateField(
        _("mail from this day on"),
        default=timezone.localdate,
        help_text=_("What came before it is left as it is."),
    )
    afterwards = models.CharField(
        _("afterwards"), max_length=6, choices=Afterwards, default=Afterwards.SEEN
    )
    move_to = models.CharField(_("move to folder"), max_length=200, blank=True)
    active = models.BooleanField(_("is read"), default=True)

    uid_validity = models.BigIntegerField(null=True, editable=False)
    last_uid = models.BigIntegerField(default=0, editable=False)
    taken_on = models.DateField(null=True, editable=False)
    taken = models.PositiveIntegerField(default=0, editable=False)
    watched_from = models.DateTimeField(default=timezone.now, editable=False)
    last_read_at = models.DateTimeField(_("last read"), null=True, editable=False)
    emptied_at = models.DateTimeField(null=True, editable=False)
    last_tried_at = models.DateTimeField(_("last tried"), null=True, editable=False)
    last_error = models.CharField(
        _("what is wrong"),
        max_length=12,
        choices=Fault,
        blank=True,
        default=Fault.NONE,
        editable=False,
    )
    last_said = models.CharField(max_length=300, blank=True, editable=False)
    claimed_at = models.DateTimeField(null=True, editable=False)
    alarmed_at = models.DateTimeField(null=True, editable=False)

    objects = MailboxQuerySet.as_manager()

    class Meta:
        verbose_name = _("mailbox")
        verbose_name_plural = _("mailboxes")
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name

    def taken_today(self, *, now: datetime) -> int:
        """How many mails of today came out of it."""
        return self.taken if self.taken_on == timezone.localdate(now) else 0
