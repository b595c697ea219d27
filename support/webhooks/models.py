"""Webhooks, and every delivery of an event to one."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from support.sweeping.models import Heard, ToSend
from tickets.models import Organisation, Ticket

LEASE = timedelta(minutes=2)
"""A delivery that somebody has been sending for so long is that of a sender who died."""


class WebhookEvent(models.TextChoices):
    """What a webhook can hear of, in the words of the API."""

    OPENED = "ticket.opened", pgettext_lazy("webhook", "A ticket was opened")
    REPLIED = "ticket.replied", pgettext_lazy("webhook", "We answered")
    CUSTOMER_REPLIED = "ticket.customer_replied", pgettext_lazy("webhook", "The customer wrote")
    CALLED = "ticket.called", pgettext_lazy("webhook", "The customer phoned")
    STATUS = "ticket.status", pgettext_lazy("webhook", "The status changed")
    PRIORITISED = "ticket.prioritised", pgettext_lazy("webhook", "The priority was set")
    CLASSIFIED = "ticket.classified", pgettext_lazy("webhook", "The kind was changed")
    ASSIGNED = "ticket.assigned", pgettext_lazy("webhook", "Somebody else has it")
    IDENTIFIED = "ticket.identified", pgettext_lazy("webhook", "It became known whose it is")
    PLANNED = "ticket.planned", pgettext_lazy("webhook", "It was planned into a release")
    WARNED = "clock.warned", pgettext_lazy("webhook", "A deadline is near")
    BREACHED = "clock.breached", pgettext_lazy("webhook", "A deadline was missed")
    UNJUDGED = "clock.unjudged", pgettext_lazy("webhook", "A report was not judged yet")
    TAKEN_BACK = "clock.taken_back", pgettext_lazy("webhook", "A warning came too early")
    MOVED = "clock.moved", pgettext_lazy("webhook", "A deadline moved")
    OUTAGE_REPORTED = "outage.reported", pgettext_lazy("webhook", "A customer reported an outage")
    OUTAGE_DETECTED = "outage.detected", pgettext_lazy("webhook", "We found that a service is down")
    OUTAGE_RESTORED = "outage.restored", pgettext_lazy("webhook", "A service is there again")
    OUTAGE_CAUSE = "outage.cause", pgettext_lazy("webhook", "An outage got its cause")
    OUTAGE_CORRECTED = (
        "outage.corrected",
        pgettext_lazy("webhook", "The times of an outage were put right"),
    )
    OUTAGE_WITHDRAWN = "outage.withdrawn", pgettext_lazy("webhook", "An outage was withdrawn")
    MAINTENANCE_ANNOUNCED = (
        "maintenance.announced",
        pgettext_lazy("webhook", "Maintenance was announced"),
    )
    MAINTENANCE_CHANGED = (
        "maintenance.changed",
        pgettext_lazy("webhook", "Maintenance got other times"),
    )
    MAINTENANCE_STARTED = "maintenance.started", pgettext_lazy("webhook", "Maintenance began")
    MAINTENANCE_FINISHED = "maintenance.finished", pgettext_lazy("webhook", "Maintenance is done")
    MAINTENANCE_CANCELLED = (
        "maintenance.cancelled",
        pgettext_lazy("webhook", "Maintenance was cancelled"),
    )


TEST = "webhook.test"
"""The kind of an event that somebody sent to try a webhook out."""


class WebhookQuerySet(models.QuerySet["Webhook"]):
    """Named questions about webhooks."""

    def ready(self, *, now: datetime) -> WebhookQuerySet:
        """Those that may be sent to: nobody does so now, as each gets one delivery at a time, and
        they did not just stay silent.
        """
        sending = WebhookDelivery.objects.filter(
            webhook=models.OuterRef("pk"),
            state=WebhookDelivery.State.QUEUED,
            claimed_at__gt=now - LEASE,
        )
        rested = models.Q(resting_until=None) | models.Q(resting_until__lte=now)
        return self.filter(~models.Exists(sending), rested, active=True)


class Webhook(Heard):
    """An address that hears of events, signed with a secret of its own (support.secrets.sealing).

    hears_from: what happened before it is not told. heard_events, heard_alerts, mark_…: how far
    the histories were read for it (support.webhooks.sweep). resting_until: it did not answer, and
    is left alone for a while.
    """

    class Off(models.TextChoices):
        """Why it is switched off."""

        NOT = "", pgettext_lazy("webhook", "in use")
        HAND = "hand", pgettext_lazy("webhook", "switched off by hand")
        FAILING = "failing", pgettext_lazy("webhook", "nothing arrived for five days")
        GONE = "gone", pgettext_lazy("webhook", "the receiver says that it is gone (410)")

    name = models.CharField(_("name"), max_length=80, unique=True, help_text=_("What it is for."))
    url = models.CharField(_("address"), max_length=500)
    events = ArrayField(
        models.CharField(max_length=30, choices=WebhookEvent), verbose_name=_("events")
    )
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="webhooks",
        verbose_name=_("organisation"),
        help_text=_("Only tickets of this organisation. Empty: of everybody."),
    )
    sealed_secret = models.TextField(editable=False)
    sealed_old_secret = models.TextField(blank=True, editable=False)
    old_secret_until = models.DateTimeField(null=True, editable=False)
    active = models.BooleanField(default=True, editable=False)
    created_at = models.DateTimeField(_("made"), editable=False)
    failing_since = models.DateTimeField(null=True, editable=False)
    disabled_at = models.DateTimeField(_("switched off"), null=True, editable=False)
    disabled_why = models.CharField(
        max_length=8, choices=Off, blank=True, default=Off.NOT, editable=False
    )

    hears_from = models.DateTimeField(editable=False)
    resting_until = models.DateTimeField(null=True, editable=False)

    objects = WebhookQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(events__len__gte=1, events__contained_by=WebhookEvent.values),
                name="webhook_events_known",
            ),
            models.CheckConstraint(
                condition=models.Q(active=True, disabled_at=None, disabled_why="")
                | models.Q(active=False, disabled_at__isnull=False)
                & models.Q(disabled_why__in=["hand", "failing", "gone"]),
                name="webhook_off_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class WebhookDeliveryQuerySet(models.QuerySet["WebhookDelivery"]):
    """Named questions about deliveries."""

    def due(self, *, now: datetime) -> WebhookDeliveryQuerySet:
        """Those to send now, the longest due first."""
        queued = self.filter(state=WebhookDelivery.State.QUEUED, next_try_at__lte=now)
        return queued.order_by("next_try_at", "pk")


class WebhookDelivery(ToSend):
    """One event on its way to one webhook, and what came of it.

    event_id: the same in every attempt and every redelivery, and at every webhook. payload: the
    very text that is signed and sent.
    """

    class State(models.TextChoices):
        """Where it stands."""

        QUEUED = "queued", pgettext_lazy("webhook delivery", "to be sent")
        SENT = "sent", pgettext_lazy("webhook delivery", "sent")
        FAILED = "failed", pgettext_lazy("webhook delivery", "failed")

    class Fault(models.TextChoices):
        """Why the last attempt did not arrive."""

        NONE = "", pgettext_lazy("webhook delivery", "in order")
        ANSWER = "answer", _("the receiver did not accept it")
        REDIRECT = "redirect", _("the receiver sent us elsewhere, where we do not go")
        UNREACHABLE = "unreachable", _("no whole answer came")
        REFUSED = "refused", _("this address is refused")
        SECRET = "secret", _("the secret can no longer be opened: make a new one")
        OFF = "off", _("the webhook was switched off before it was sent")

    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="deliveries")
    event_id = models.UUIDField()
    kind = models.CharField(
        _("event"), max_length=30, choices=[*WebhookEvent.choices, (TEST, _("A test"))]
    )
    ticket = models.ForeignKey(Ticket, models.CASCADE, null=True, related_name="+")
    payload = models.TextField()
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.QUEUED)
    status = models.PositiveSmallIntegerField(null=True)
    fault = models.CharField(max_length=12, choices=Fault, blank=True, default=Fault.NONE)
    answer = models.TextField(blank=True)
    duration_ms = models.PositiveIntegerField(null=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    redelivery_of = models.ForeignKey(
        "self", models.CASCADE, null=True, related_name="redeliveries"
    )

    objects = WebhookDeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook delivery")
        verbose_name_plural = _("webhook deliveries")
        ordering: ClassVar = ["-created_at", "-pk"]
        constraints: ClassVar = [
            # What makes it safe to look at the same stretch of history twice.
            models.UniqueConstraint(
                fields=["webhook", "event_id"],
                condition=models.Q(redelivery_of=None),
                name="webhook_delivery_once",
            ),
            models.CheckConstraint(
                condition=models.Q(state="queued", next_try_at__isnull=False, finished_at=None)
                | models.Q(state__in=["sent", "failed"], next_try_at=None)
                & models.Q(finished_at__isnull=False),
                name="webhook_delivery_state",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["webhook", "next_try_at"],
                name="webhook_delivery_due",
                condition=models.Q(state="queued"),
            ),
            models.Index(fields=["webhook", "-created_at"], name="webhook_delivery_log"),
            models.Index(fields=["created_at"], name="webhook_delivery_old"),
        ]

    def __str__(self) -> str:
        return f"{self.webhook_id}: {self.kind}"
