"""Macros and triggers: steps as data, and a row for each time that they were taken."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sla.models import Alert
from support.sharing.models import Shared
from support.sweeping.models import Place
from tickets.models import Ticket, TicketEvent, User


class Macro(Shared):
    """Several verbs in one click. `support.automation.steps` knows what steps there are."""

    title = models.CharField(_("title"), max_length=80)
    steps = models.JSONField(default=list)

    class Meta(Shared.Meta):
        verbose_name = _("macro")
        verbose_name_plural = _("macros")
        ordering: ClassVar = ["title", "pk"]

    def __str__(self) -> str:
        return self.title


class TriggerEvent(models.TextChoices):
    """What a trigger can listen to."""

    OPENED = "opened", pgettext_lazy("trigger", "A ticket was opened")
    CUSTOMER_REPLIED = "customer_replied", pgettext_lazy("trigger", "The customer wrote")
    ANSWERED = "answered", pgettext_lazy("trigger", "We answered")
    STATUS = "status", pgettext_lazy("trigger", "The status changed")
    PRIORITISED = "prioritised", pgettext_lazy("trigger", "The priority was set")
    CLASSIFIED = "classified", pgettext_lazy("trigger", "The kind was changed")
    ASSIGNED = "assigned", pgettext_lazy("trigger", "Somebody else has it")
    WARNED = "warned", pgettext_lazy("trigger", "A deadline is near")
    BREACHED = "breached", pgettext_lazy("trigger", "A deadline was missed")
    WAITING = "waiting_longer", pgettext_lazy("trigger", "Waiting long for the customer")
    SOLVED = "solved_longer", pgettext_lazy("trigger", "Solved long ago")


class Trigger(models.Model):
    """What is to be done by itself when something happens, or has lasted.

    hears_from: what happened before it is left alone. failures: runs in a row that did not work.
    """

    class Match(models.TextChoices):
        """How conditions go together."""

        ALL = "all", pgettext_lazy("conditions", "all of them hold")
        ANY = "any", pgettext_lazy("conditions", "one of them holds")

    class Off(models.TextChoices):
        """Why it is switched off."""

        NOT = "", pgettext_lazy("trigger", "in use")
        HAND = "hand", pgettext_lazy("trigger", "switched off by hand")
        FAILING = "failing", pgettext_lazy("trigger", "it failed twenty times in a row")

    name = models.CharField(_("name"), max_length=80, unique=True)
    position = models.PositiveSmallIntegerField(
        _("position"), default=10, help_text=_("Triggers for the same event go in this order.")
    )
    events = ArrayField(
        models.CharField(max_length=20, choices=TriggerEvent), verbose_name=_("events")
    )
    werkdagen = models.PositiveSmallIntegerField(
        _("werkdagen"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(250)],
        help_text=_("How long, where it is about waiting long or solved long ago."),
    )
    match = models.CharField(_("when"), max_length=3, choices=Match, default=Match.ALL)
    conditions = models.JSONField(default=list)
    steps = models.JSONField(default=list)
    active = models.BooleanField(default=False, editable=False)
    off_why = models.CharField(
        max_length=8, choices=Off, blank=True, default=Off.HAND, editable=False
    )
    off_at = models.DateTimeField(null=True, editable=False)
    hears_from = models.DateTimeField(null=True, editable=False)
    failures = models.PositiveSmallIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("trigger")
        verbose_name_plural = _("triggers")
        ordering: ClassVar = ["position", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(events__len__gte=1, events__contained_by=TriggerEvent.values),
                name="trigger_events_known",
            ),
            models.CheckConstraint(
                condition=Q(active=False, off_why__in=["hand", "failing"])
                | Q(active=True, off_why="", hears_from__isnull=False),
                name="trigger_on_hears_from",
            ),
            models.CheckConstraint(
                condition=~Q(events__overlap=["waiting_longer", "solved_longer"])
                | Q(werkdagen__gte=1),
                name="trigger_lasting_has_a_length",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AutomationPlace(Place):
    """How far the histories were read for all triggers together: one row."""

    class Meta:
        verbose_name = _("place of automation")
        verbose_name_plural = _("places of automation")


class AutomationRun(models.Model):
    """One time that a macro or a trigger was carried out on a ticket, or could not be.

    by: who ran a macro; nobody for a trigger. event, alert: what set a trigger off. first_version,
    last_version: the events between them, first excluded, are what it did. done: in words.
    """

    macro = models.ForeignKey(Macro, models.SET_NULL, null=True, related_name="runs")
    trigger = models.ForeignKey(Trigger, models.SET_NULL, null=True, related_name="runs")
    name = models.CharField(max_length=80)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="automation_runs")
    kind = models.CharField(max_length=20, choices=TriggerEvent, blank=True)
    event = models.ForeignKey(TicketEvent, models.PROTECT, null=True, related_name="+")
    alert = models.ForeignKey(Alert, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    first_version = models.PositiveIntegerField()
    last_version = models.PositiveIntegerField()
    done = models.JSONField(default=list)
    problem = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("automation run")
        verbose_name_plural = _("automation runs")
        ordering: ClassVar = ["-at", "-pk"]
        constraints: ClassVar = [
            # Whatever crashes or runs twice: a trigger does something about an event once.
            models.UniqueConstraint(fields=["trigger", "kind", "event"], name="run_event_once"),
            models.UniqueConstraint(fields=["trigger", "kind", "alert"], name="run_alert_once"),
            models.CheckConstraint(
                condition=Q(kind="", by__isnull=False, event=None, alert=None)
                | (~Q(kind="") & Q(by=None)),
                name="run_of_a_person_or_an_event",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["ticket", "-at"], name="run_of_ticket"),
            models.Index(fields=["trigger", "-at"], name="run_of_trigger"),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.ticket_id}"
