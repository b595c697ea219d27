"""Browsers that people want to hear of things in, what is on its way to them, and our key."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from support.mail.models import OutgoingMail
from support.notifications.models import Notification
from support.sweeping.models import ToSend
from tickets.models import User


class PushKey(models.Model):
    """The key pair by which push services know this house (RFC 8292): one row, made once.

    Browsers tie a subscription to the public key, so another pair ends them all.
    """

    ONLY = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY)
    public = models.CharField(max_length=87)
    sealed_private = models.TextField()
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("push key")
        verbose_name_plural = _("push keys")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(id=1), name="push_key_only_one"),
        ]

    def __str__(self) -> str:
        return self.public


class PushSubscription(models.Model):
    """A browser in which one person turned push on.

    endpoint: where its push service takes messages for it; p256dh, sealed_auth: what they are
    encrypted with (RFC 8291). failures: so many times on end it could not be reached, and until
    resting_until it is left alone. fault, status, failed_at: of the last failure, until it works.
    """

    class Fault(models.TextChoices):
        """Why the last message did not arrive."""

        NONE = "", pgettext_lazy("push", "in order")
        ANSWER = "answer", _("the push service did not accept it")
        UNREACHABLE = "unreachable", _("the push service did not answer")
        BUSY = "busy", _("the push service was too busy")
        REFUSED = "refused", _("the address of the push service is refused")

    MOST = 10
    """So many browsers can one person have."""

    user = models.ForeignKey(User, models.CASCADE, related_name="push_subscriptions")
    endpoint = models.CharField(max_length=1000, unique=True)
    p256dh = models.CharField(max_length=87)
    sealed_auth = models.TextField()
    user_agent = models.CharField(max_length=400, blank=True)
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)
    resting_until = models.DateTimeField(null=True)
    fault = models.CharField(max_length=12, choices=Fault, blank=True, default=Fault.NONE)
    status = models.PositiveSmallIntegerField(null=True)
    failed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("browser with push")
        verbose_name_plural = _("browsers with push")
        ordering: ClassVar = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.pk}"


class PushMessageQuerySet(models.QuerySet["PushMessage"]):
    """Named questions about messages."""

    def to_rested(self, *, now: datetime) -> PushMessageQuerySet:
        """Those to browsers that are not left alone."""
        rested = Q(subscription__resting_until=None) | Q(subscription__resting_until__lte=now)
        return self.filter(rested)


class PushMessage(ToSend):
    """A notification of a colleague, or a customer's letter in short, on its way to one browser;
    gone when it arrived, or when nobody waits for it.
    """

    subscription = models.ForeignKey(PushSubscription, models.CASCADE, related_name="messages")
    notification = models.ForeignKey(
        Notification, models.CASCADE, null=True, related_name="push_messages"
    )
    mail = models.ForeignKey(OutgoingMail, models.CASCADE, null=True, related_name="+")
    give_up_at = models.DateTimeField()

    objects = PushMessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("push message")
        verbose_name_plural = _("push messages")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["subscription", "notification"], name="push_message_once"
            ),
            models.UniqueConstraint(fields=["subscription", "mail"], name="push_letter_once"),
            models.CheckConstraint(
                condition=Q(notification__isnull=False, mail=None)
                | Q(notification=None, mail__isnull=False),
                name="push_message_of_one",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["next_try_at"], name="push_message_due")]

    def __str__(self) -> str:
        return f"{self.subscription_id}: {self.notification_id or self.mail_id}"


class PushWish(models.Model):
    """Which letters a customer wants to hear of in their browsers; without a row, all of them.

    names: the subject too, which then stands on a screen that others may see.
    """

    user = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="push_wish")
    answers = models.BooleanField(_("An answer to one of your reports"), default=True)
    progress = models.BooleanField(
        _("A report is in, is seen otherwise, or goes on elsewhere"), default=True
    )
    maintenance = models.BooleanField(_("Maintenance of your services"), default=True)
    news = models.BooleanField(_("Announcements, agreements and reports"), default=True)
    names = models.BooleanField(
        _("Say the subject too"),
        default=False,
        help_text=_("It then stands on a locked screen, where others may read it."),
    )

    class Meta:
        verbose_name = _("wish of a customer about push")
        verbose_name_plural = _("wishes of customers about push")

    def __str__(self) -> str:
        return str(self.user_id)

    @classmethod
    def of(cls, user: int) -> PushWish:
        """Somebody's, or what is usual."""
        return cls.objects.filter(user=user).first() or cls(user_id=user)


class PushedLetter(models.Model):
    """That a letter was looked at for who may hear of it by push, so that it is not again."""

    mail = models.OneToOneField(
        OutgoingMail, models.CASCADE, primary_key=True, related_name="pushed"
    )

    class Meta:
        verbose_name = _("letter looked at for push")
        verbose_name_plural = _("letters looked at for push")

    def __str__(self) -> str:
        return str(self.mail_id)
