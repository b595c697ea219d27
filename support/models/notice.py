"""Who was told of what, or will be: of an alert, of a new edition, of another priority."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from sla.models import Alert, Edition
from support.models.mail import OutgoingMail
from tickets.models import Contact, Kind, Priority, Ticket


class AlertNotice(models.Model):
    """That somebody must hear of an alert, and the mail that told them; each alert once a person.

    due_at: when they may be disturbed. urgent: it does not wait to be told with others.
    """

    alert = models.ForeignKey(Alert, models.CASCADE, related_name="notices")
    email = models.EmailField(_("to"))
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


class EditionNotice(models.Model):
    """That a contact was told of a new edition: the proof that the notice was given in time."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="notices")
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="+")
    mail = models.ForeignKey(OutgoingMail, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("notice of an edition")
        verbose_name_plural = _("notices of editions")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["edition", "contact"], name="edition_notice_once"),
        ]

    def __str__(self) -> str:
        return f"{self.edition}: {self.contact}"


class ChangeNotice(models.Model):
    """That a reporter is to hear of another kind or priority than their ticket had.

    It waits a little, so that what is done in one go is told once, and what is undone not at all.
    kind, priority, version: of the ticket before the first change that they have not heard of.
    """

    ticket = models.OneToOneField(Ticket, models.CASCADE, related_name="change_notice")
    kind = models.CharField(max_length=12, choices=Kind)
    priority = models.CharField(max_length=8, choices=Priority, blank=True)
    version = models.PositiveIntegerField()
    due_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("notice of a change")
        verbose_name_plural = _("notices of changes")

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.kind} {self.priority}"
