"""The history of a ticket: append-only, the truth that everything else is derived from."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tickets.models.people import User
from tickets.models.ticket import Ticket


class EventKind(models.TextChoices):
    """What can happen. The clocks read those that `sla.engine.events` names too."""

    REPORTED = "reported", pgettext_lazy("event", "Reported")
    CALLED = "called", pgettext_lazy("event", "Customer phoned")
    CLASSIFIED = "classified", pgettext_lazy("event", "Kind changed")
    PRIORITISED = "prioritised", pgettext_lazy("event", "Priority set")
    REPLIED = "replied", pgettext_lazy("event", "Answered")
    CUSTOMER_REPLIED = "customer_replied", pgettext_lazy("event", "Customer wrote")
    WAITING = "waiting", pgettext_lazy("event", "Waiting for the customer")
    RESUMED = "resumed", pgettext_lazy("event", "Taken up again")
    PLANNED = "planned", pgettext_lazy("event", "Planned")
    RESOLVED = "resolved", pgettext_lazy("event", "Solved")
    REOPENED = "reopened", pgettext_lazy("event", "Reopened")
    DECLINED = "declined", pgettext_lazy("event", "Not an incident")
    CLOSED = "closed", pgettext_lazy("event", "Closed")
    MERGED = "merged", pgettext_lazy("event", "Merged")
    ASSIGNED = "assigned", pgettext_lazy("event", "Assigned")
    IDENTIFIED = "identified", pgettext_lazy("event", "Linked to a customer")
    NOTED = "noted", pgettext_lazy("event", "Note written")
    PARTICIPANT_ADDED = "participant_added", pgettext_lazy("event", "Participant added")
    PARTICIPANT_REMOVED = "participant_removed", pgettext_lazy("event", "Participant removed")
    ANSWERS_GO_TO = "answers_go_to", pgettext_lazy("event", "Answers go to")
    LINKED = "linked", pgettext_lazy("event", "Linked")
    UNLINKED = "unlinked", pgettext_lazy("event", "Link removed")
    TAGGED = "tagged", pgettext_lazy("event", "Tag added")
    UNTAGGED = "untagged", pgettext_lazy("event", "Tag removed")
    FIELD_SET = "field_set", pgettext_lazy("event", "Filled in")
    CHECKLIST = "checklist", pgettext_lazy("event", "Checklist")
    ABSENT = "absent", pgettext_lazy("event", "The customer seems to be away")
    RETURNED = "returned", pgettext_lazy("event", "Our mail came back")
    LEFT_CLOSED = "left_closed", pgettext_lazy("event", "Left closed")
    RENAMED = "renamed", pgettext_lazy("event", "Subject changed")
    CAUSE_GIVEN = "cause_given", pgettext_lazy("event", "Why a promise was missed")
    RATED = "rated", pgettext_lazy("event", "The customer's opinion")


class TicketEvent(models.Model):
    """One fact. The database refuses to change or delete it (migration 0001)."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="events")
    version = models.PositiveIntegerField()
    at = models.DateTimeField()
    kind = models.CharField(max_length=20, choices=EventKind)
    actor = models.ForeignKey(User, models.PROTECT, null=True, blank=True)
    data = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering: ClassVar = ["ticket", "version"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["ticket", "version"], name="event_version_once"),
            models.CheckConstraint(
                condition=models.Q(kind__in=EventKind.values), name="event_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id}.{self.version} {self.kind}"
