"""What a colleague should look at, shown until they have, and how each wants to hear of it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sla.models import Alert
from support.mail.models import OutgoingMail
from support.sweeping.models import Place
from tickets.addresses import AddressField
from tickets.models import Message, Ticket, TicketEvent, User


class NotificationKind(models.TextChoices):
    """What it can be about."""

    MENTION = "mention", pgettext_lazy("notification", "A colleague mentions you")
    ASSIGNED = "assigned", pgettext_lazy("notification", "A ticket is put on your name")
    CUSTOMER = "customer", pgettext_lazy("notification", "The customer writes or phones")
    LEFT = "left", pgettext_lazy("notification", "A colleague left work to your team")
    NOTE = "note", pgettext_lazy("notification", "A colleague writes a note")
    REOPENED = "reopened", pgettext_lazy("notification", "A ticket is opened again")
    RETURNED = "returned", pgettext_lazy("notification", "Our mail to the customer came back")
    MONITORED = "monitored", pgettext_lazy("notification", "Our monitoring reports something")
    WARNED = "warned", pgettext_lazy("notification", "A deadline is near")
    BREACHED = "breached", pgettext_lazy("notification", "A deadline was missed")
    UNJUDGED = "unjudged", pgettext_lazy("notification", "A report was not judged yet")
    TAKEN_BACK = "taken_back", pgettext_lazy("notification", "A warning came too early")
    TEAM_BREACH = "team_breach", pgettext_lazy("notification", "Your team missed a deadline")


class Notification(models.Model):
    """Something on a ticket that asks for one colleague; seen when they open the ticket.

    Its cause is one of message (a mention), event and alert. in_app: the bell shows it.
    mail_due_at: from when it may be mailed, if it is not seen by then; empty for never.
    push_due_at: likewise for the browsers of the recipient, until it was handed to each.
    """

    Kind = NotificationKind

    recipient = models.ForeignKey(User, models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=12, choices=NotificationKind)
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="notifications")
    message = models.ForeignKey(
        Message, models.CASCADE, null=True, blank=True, related_name="notifications"
    )
    event = models.ForeignKey(TicketEvent, models.PROTECT, null=True, blank=True, related_name="+")
    alert = models.ForeignKey(Alert, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    in_app = models.BooleanField(default=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    mail_due_at = models.DateTimeField(null=True, blank=True)
    push_due_at = models.DateTimeField(null=True, blank=True)
    mail = models.ForeignKey(
        OutgoingMail, models.PROTECT, null=True, blank=True, related_name="notifications"
    )

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        ordering: ClassVar = ["-at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["recipient", "kind", "message"], name="notification_once"
            ),
            models.UniqueConstraint(
                fields=["recipient", "event"], name="notification_of_event_once"
            ),
            models.UniqueConstraint(
                fields=["recipient", "alert"], name="notification_of_alert_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=NotificationKind.values), name="notification_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(kind="mention", message__isnull=False, event=None, alert=None)
                | Q(~Q(kind="mention"), message=None, event__isnull=False, alert=None)
                | Q(~Q(kind="mention"), message=None, event=None, alert__isnull=False),
                name="notification_has_one_cause",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["recipient", "-at"],
                name="notification_unseen",
                condition=models.Q(seen_at=None),
            ),
            models.Index(fields=["recipient", "-at", "-id"], name="notification_of_person"),
            models.Index(
                fields=["mail_due_at"],
                name="notification_to_mail",
                condition=models.Q(mail=None, seen_at=None, mail_due_at__isnull=False),
            ),
            models.Index(
                fields=["push_due_at"],
                name="notification_to_push",
                condition=models.Q(push_due_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.recipient_id} {self.kind}: {self.ticket_id}"

    @property
    def who(self) -> str:
        """The colleague who did it, if one did."""
        if self.message is not None:
            return self.message.sender
        return self.event.actor.name if self.event and self.event.actor else ""


class NotificationChoice(models.Model):
    """How one person hears of one kind of thing; without a row it is as `choices.USUAL` says."""

    class Mail(models.TextChoices):
        """When it is mailed."""

        NOW = "now", pgettext_lazy("notification mail", "at once")
        DIGEST = "digest", pgettext_lazy("notification mail", "once a day")
        NONE = "none", pgettext_lazy("notification mail", "not")

    user = models.ForeignKey(User, models.CASCADE, related_name="notification_choices")
    kind = models.CharField(max_length=12, choices=NotificationKind)
    in_app = models.BooleanField()
    mail = models.CharField(max_length=6, choices=Mail)
    push = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("choice of notifications")
        verbose_name_plural = _("choices of notifications")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "kind"], name="notification_choice_once"),
            models.CheckConstraint(
                condition=Q(kind__in=NotificationKind.values, mail__in=["now", "digest", "none"]),
                name="notification_choice_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.kind}: {self.mail}"


class DigestHour(models.Model):
    """From what hour on the clock of the calendar a person gets what is mailed once a day."""

    FIRST, LAST, USUAL = 6, 20, 9

    user = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="digest_hour")
    hour = models.PositiveSmallIntegerField(_("hour"))

    class Meta:
        verbose_name = _("hour of the digest")
        verbose_name_plural = _("hours of the digest")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(hour__range=(6, 20)), name="digest_hour_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.hour}"


class NotificationPlace(Place):
    """How far the histories were read for the bell: one row."""

    class Meta:
        verbose_name = _("place of notifications")
        verbose_name_plural = _("places of notifications")


class AlertNotice(models.Model):
    """That somebody must hear of an alert, and the mail that told them; each alert once a person.

    due_at: when they may be disturbed. urgent: it does not wait to be told with others.
    """

    alert = models.ForeignKey(Alert, models.CASCADE, related_name="notices")
    email = AddressField(_("to"))
    language = models.CharField(max_length=2)
    due_at = models.DateTimeField()
    urgent = models.BooleanField(default=False)
    mail = models.ForeignKey(OutgoingMail, models.PROTECT, null=True, related_name="alert_notices")

    class Meta:
        verbose_name = _("notice of an alert")
        verbose_name_plural = _("notices of alerts")
        ordering: ClassVar = ["due_at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["alert", "email"], name="alert_notice_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at"], name="alert_notice_due", condition=models.Q(mail=None)),
        ]

    def __str__(self) -> str:
        return f"{self.alert_id}: {self.email}"
