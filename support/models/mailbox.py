"""Mailboxes that are read over IMAP."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

ALARM_AFTER = timedelta(minutes=10)
"""A mailbox that was not read for so long is an alarm."""


RETRY_AFTER = timedelta(minutes=2)
"""A mailbox that could not be read waits so long: a silent server would hold up a worker."""


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

    The four secrets are sealed (support.sealed). uid_validity, last_uid: up to where the folder
    was read, as IMAP numbers it; claimed_at: somebody reads it at this moment; emptied_at: when it
    was last looked into without anything being left behind.
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
        CERTIFICATE = "certificate", _("the server's certificate is not valid for this name")
        TLS = "tls", _("no protected connection could be made")
        PLAIN = "plain", _("a connection without protection is not allowed here")
        FOLDER = "folder", _("the folder to read does not exist")
        AFTERWARDS = "afterwards", _("taken in, but the server would not mark, move or delete it")
        CUT = "cut", _("the connection was cut off while reading")
        OTHER = "other", _("the server answered something unexpected")

    name = models.CharField(_("name"), max_length=80, unique=True)
    address = models.EmailField(_("e-mail address"), help_text=_("Where customers write to."))
    sends_as = models.EmailField(
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
