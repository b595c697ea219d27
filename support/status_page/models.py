"""Which services the public page shows, who gets letters about them, and what was mailed."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from sla.models import Contract, MaintenanceEvent, Outage, OutageEvent, Service
from support.mail.models import OutgoingMail, came_back
from tickets.addresses import AddressField
from tickets.models import Brand, User


class ShownServiceQuerySet(models.QuerySet["ShownService"]):
    """Named questions about what is shown."""

    def public(self) -> ShownServiceQuerySet:
        """Those on the public page, in the order in which they stand there."""
        return self.filter(public=True).select_related("service__agreement").order_by(*ORDER)

    def of_brand(self, brand: int) -> ShownServiceQuerySet:
        """Those that organisations of a brand have, or share with others under an agreement."""
        own = Contract.objects.filter(organisation__brand=brand)
        shared = Q(service__contract=None, service__agreement__in=own.values("agreement"))
        return self.filter(Q(service__contract__in=own.values("pk")) | shared)


ORDER = ("service__agreement__provider", "place", "name", "pk")


class ShownService(models.Model):
    """What a manager decided of a service and the public page; without a row it is not on it.

    name: what everybody may read, which need not be the service's own name. since: from when on it
    is public: nobody is mailed of what happened before.
    """

    service = models.OneToOneField(Service, models.CASCADE, related_name="shown")
    public = models.BooleanField(_("on the public status page"), default=False)
    name = models.CharField(
        _("public name"),
        max_length=120,
        blank=True,
        help_text=_("Everybody reads this name; let it not tell who is a customer."),
    )
    place = models.PositiveSmallIntegerField(
        _("place on the page"), default=100, help_text=_("The lowest number comes first.")
    )
    since = models.DateTimeField(null=True, editable=False)

    objects = ShownServiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("service on the status page")
        verbose_name_plural = _("services on the status page")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(public=False) | (~Q(name="") & Q(since__isnull=False)),
                name="public_service_has_a_name",
                violation_error_message=_("Give it the name that everybody will read."),
            ),
        ]

    def __str__(self) -> str:
        return self.name or str(self.service)


class SubscriberQuerySet(models.QuerySet["Subscriber"]):
    """Named questions about subscribers."""

    def confirmed(self) -> SubscriberQuerySet:
        """Those who said twice that they want our letters, and whom they reach."""
        return self.filter(confirmed_at__isnull=False, gone_at=None)

    def gone(self) -> SubscriberQuerySet:
        """Those whose letters came back."""
        return self.filter(gone_at__isnull=False)


class Subscriber(models.Model):
    """An address that asked for letters of the public page; it gets them once it is confirmed.

    email: as addresses are compared. asked_at: when it was asked for last. brand: on whose own
    page; it hears of the services of that one alone. gone_at: since when it gets none any more,
    because they came back.
    """

    email = AddressField(_("e-mail address"))
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    asked_at = models.DateTimeField(_("asked"))
    confirmed_at = models.DateTimeField(_("confirmed"), null=True)
    gone_at = models.DateTimeField(_("comes back since"), null=True)
    brand = models.ForeignKey(
        Brand, models.CASCADE, null=True, related_name="+", verbose_name=_("brand")
    )

    objects = SubscriberQuerySet.as_manager()

    class Meta:
        verbose_name = _("subscriber of the status page")
        verbose_name_plural = _("subscribers of the status page")
        constraints: ClassVar = [
            models.UniqueConstraint(Lower("email"), name="subscriber_once"),
        ]

    def __str__(self) -> str:
        return self.email


class StatusNews(models.Model):
    """Something that subscribers are told, of an outage or of maintenance. told_at: all were."""

    event = models.OneToOneField(OutageEvent, models.PROTECT, null=True, related_name="news")
    upkeep = models.OneToOneField(MaintenanceEvent, models.PROTECT, null=True, related_name="news")
    told_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("news of the status page")
        verbose_name_plural = _("news of the status page")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(event__isnull=False, upkeep=None) | Q(event=None, upkeep__isnull=False),
                name="status_news_about_one",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["id"], name="status_news_untold", condition=Q(told_at=None)),
        ]

    def __str__(self) -> str:
        return str(self.event or self.upkeep)


class StatusLetterQuerySet(models.QuerySet["StatusLetter"]):
    """Named questions about what was mailed."""

    def came_back(self) -> StatusLetterQuerySet:
        """Those that could not be delivered."""
        return self.filter(came_back())


class StatusLetter(models.Model):
    """That a subscriber was told, once; it goes with the subscriber."""

    news = models.ForeignKey(StatusNews, models.CASCADE, related_name="letters")
    subscriber = models.ForeignKey(Subscriber, models.CASCADE, related_name="letters")
    mail = models.ForeignKey(OutgoingMail, models.PROTECT, related_name="+")

    objects = StatusLetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter of the status page")
        verbose_name_plural = _("letters of the status page")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["news", "subscriber"], name="status_letter_once"),
        ]

    def __str__(self) -> str:
        return f"{self.news}: {self.subscriber}"


class OutageFollower(models.Model):
    """Somebody who hears of one outage until it is over. heard: of which of its events they have
    last, by its number.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="followed_outages")
    outage = models.ForeignKey(Outage, models.CASCADE, related_name="followers")
    since = models.DateTimeField()
    heard = models.BigIntegerField()

    class Meta:
        verbose_name = _("follower of an outage")
        verbose_name_plural = _("followers of outages")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "outage"], name="outage_followed_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.outage}"
