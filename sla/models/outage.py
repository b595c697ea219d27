"""The ledger of outages: what happened to a service, what was claimed, and who decided what."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sla.models.service import Service
from tickets.models import Contact, Organisation, Ticket, User


class OutageQuerySet(models.QuerySet["Outage"]):
    """Named questions about outages."""

    def standing(self) -> OutageQuerySet:
        """Those that were not withdrawn."""
        return self.filter(withdrawn=False)

    def open(self) -> OutageQuerySet:
        """Those that go on."""
        return self.standing().filter(restored_at=None)

    def touching(self, begin: datetime, end: datetime) -> OutageQuerySet:
        """Those that may be down at some moment of a time, however their begin is read."""
        return self.filter(Q(restored_at=None) | Q(restored_at__gt=begin), first_known_at__lt=end)


class Outage(models.Model):
    """A time that a service was down: the present of its events, which are the truth.

    reported_at: the customer's first report; detected_at: our own first detection; down_since:
    since when it really was down, as far as we know; accepted_from: of a claim afterwards, since
    when it was accepted. Which of them it is measured from is the agreement's. first_known_at: the
    first of them all. cause: a key of the edition's own list, set by a person; empty counts.
    """

    service = models.ForeignKey(
        Service, models.PROTECT, related_name="outages", verbose_name=_("service")
    )
    ticket = models.ForeignKey(
        Ticket, models.PROTECT, null=True, blank=True, related_name="outages"
    )
    version = models.PositiveIntegerField(default=0)
    reported_at = models.DateTimeField(_("reported"), null=True)
    detected_at = models.DateTimeField(_("detected"), null=True)
    down_since = models.DateTimeField(_("down since"), null=True)
    accepted_from = models.DateTimeField(_("accepted from"), null=True)
    restored_at = models.DateTimeField(_("restored"), null=True)
    cause = models.CharField(_("cause"), max_length=60, blank=True)
    withdrawn = models.BooleanField(_("withdrawn"), default=False)
    first_known_at = models.GeneratedField(
        expression=Least("reported_at", "detected_at", "down_since", "accepted_from"),
        output_field=models.DateTimeField(),
        db_persist=True,
    )

    objects = OutageQuerySet.as_manager()

    class Meta:
        verbose_name = _("outage")
        verbose_name_plural = _("outages")
        ordering: ClassVar = ["-first_known_at", "-pk"]
        constraints: ClassVar = [
            # However many checks, customers and workers: never two for one.
            models.UniqueConstraint(
                fields=["service"],
                condition=Q(restored_at=None, withdrawn=False),
                name="outage_open_once",
            ),
            models.CheckConstraint(
                condition=Q(reported_at__isnull=False)
                | Q(detected_at__isnull=False)
                | Q(accepted_from__isnull=False),
                name="outage_has_a_begin",
                violation_error_message=_("Say when the outage was reported or detected."),
            ),
            models.CheckConstraint(
                condition=Q(restored_at=None)
                | Q(accepted_from__isnull=False, restored_at__gte=F("accepted_from"))
                | Q(
                    accepted_from=None,
                    restored_at__gte=Greatest(Least("reported_at", "detected_at"), "down_since"),
                ),
                name="outage_ends_after_it_begins",
                violation_error_message=_("An outage can't end before it begins."),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["service", "first_known_at"], name="outage_of_service"),
        ]

    def __str__(self) -> str:
        return f"{self.service} {self.first_known_at:%Y-%m-%d %H:%M}"


class OutageEvent(models.Model):
    """One fact about an outage. The database refuses to change or delete it (migration 0019).

    data: what the kind needs; moments are ISO 8601 in UTC. `reason` where a person decided. Of an
    update, how far we are and what everybody is told, by language.
    """

    class Progress(models.TextChoices):
        """How far we are, as everybody who may see the outage is told."""

        INVESTIGATING = "investigating", pgettext_lazy("outage", "We are looking into it")
        IDENTIFIED = "identified", pgettext_lazy("outage", "We found the cause")
        MONITORING = "monitoring", pgettext_lazy("outage", "We are keeping an eye on it")
        RESOLVED = "resolved", pgettext_lazy("outage", "Resolved")

    class Kind(models.TextChoices):
        """What can happen."""

        REPORTED = "reported", pgettext_lazy("outage", "Reported by a customer")
        DETECTED = "detected", pgettext_lazy("outage", "Detected by us")
        ACCEPTED = "accepted", pgettext_lazy("outage", "Accepted afterwards")
        RESTORED = "restored", pgettext_lazy("outage", "Restored")
        CAUSE_SET = "cause_set", pgettext_lazy("outage", "Cause set")
        CORRECTED = "corrected", pgettext_lazy("outage", "Times corrected")
        WITHDRAWN = "withdrawn", pgettext_lazy("outage", "Withdrawn")
        LINKED = "linked", pgettext_lazy("outage", "Put on a ticket")
        NOTED = "noted", pgettext_lazy("outage", "Note written")
        UPDATED = "updated", pgettext_lazy("outage", "Update told")

    outage = models.ForeignKey(Outage, models.PROTECT, related_name="events")
    version = models.PositiveIntegerField()
    at = models.DateTimeField()
    kind = models.CharField(max_length=12, choices=Kind)
    actor = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    data = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("event of an outage")
        verbose_name_plural = _("events of outages")
        ordering: ClassVar = ["outage", "version"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["outage", "version"], name="outage_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.outage_id}.{self.version} {self.kind}"


class Claim(models.Model):
    """What a customer says of our figures: an outage we do not have, or that one of ours is wrong.

    Filed with a ticket, which has the evidence and the conversation. Never changed; what was
    decided is in its decisions. outage: which it is about, of counter-evidence (Dialog 1.C).
    """

    class Kind(models.TextChoices):
        """What it asks for."""

        AFTERWARDS = "afterwards", pgettext_lazy("claim", "Outage reported afterwards")
        COUNTER_EVIDENCE = "counter", pgettext_lazy("claim", "Counter-evidence")

    service = models.ForeignKey(
        Service, models.PROTECT, related_name="claims", verbose_name=_("service")
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="claims", verbose_name=_("organisation")
    )
    contact = models.ForeignKey(
        Contact, models.SET_NULL, null=True, blank=True, related_name="claims"
    )
    ticket = models.OneToOneField(Ticket, models.PROTECT, related_name="claim")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.AFTERWARDS)
    outage = models.ForeignKey(
        Outage, models.PROTECT, null=True, blank=True, related_name="contested"
    )
    filed_at = models.DateTimeField(_("filed"))
    begins_at = models.DateTimeField(_("down from"))
    ends_at = models.DateTimeField(_("down until"))

    class Meta:
        verbose_name = pgettext_lazy("outage", "claim")
        verbose_name_plural = pgettext_lazy("outage", "claims")
        ordering: ClassVar = ["-filed_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("begins_at")),
                name="claim_ends_after_it_begins",
                violation_error_message=_("An outage can't end before it begins."),
            ),
            models.CheckConstraint(
                condition=Q(ends_at__lte=F("filed_at")),
                name="claim_is_of_the_past",
                violation_error_message=_("A claim is about what is over."),
            ),
            models.CheckConstraint(
                condition=Q(kind="afterwards") | Q(outage__isnull=False),
                name="counter_evidence_is_about_an_outage",
                violation_error_message=_("Say which outage it is about."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service} {self.begins_at:%Y-%m-%d %H:%M}"


class ClaimDecision(models.Model):
    """What was decided of a claim, by whom and why; the last one holds. Never changed.

    outage: the accepted period as it stands in the ledger.
    """

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="decisions")
    number = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    actor = models.ForeignKey(User, models.PROTECT, related_name="+")
    accepted = models.BooleanField()
    begins_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    outage = models.ForeignKey(
        Outage, models.PROTECT, null=True, blank=True, related_name="accepted_claims"
    )
    reason = models.TextField(_("reason"))

    class Meta:
        verbose_name = _("decision on a claim")
        verbose_name_plural = _("decisions on claims")
        ordering: ClassVar = ["claim", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["claim", "number"], name="claim_decision_once"),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="claim_decision_has_a_reason",
                violation_error_message=_("Say why."),
            ),
            models.CheckConstraint(
                condition=Q(accepted=False, outage=None)
                | Q(
                    accepted=True,
                    outage__isnull=False,
                    begins_at__isnull=False,
                    ends_at__isnull=False,
                    ends_at__gt=F("begins_at"),
                ),
                name="claim_decision_makes_sense",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.claim_id}.{self.number}"
