"""Agreements, their dated editions, and who they were made with."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sla.models.calendar import Calendar
from tickets.addresses import AddressField
from tickets.models import Channel, Kind, Priority


class Agreement(models.Model):
    """A contract's service levels; what they say stands in its editions.

    provider: who made it, as the contract names them; under whose name and logo customers meet us,
    their brand says.
    """

    key = models.SlugField(_("key"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    provider = models.CharField(_("provider"), max_length=120)
    phone = models.CharField(_("helpdesk number"), max_length=32, blank=True)
    email = AddressField(_("helpdesk address"), blank=True)

    class Meta:
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class Edition(models.Model):
    """An agreement as it reads from a date on: drafted, announced, then in force.

    Once announced it never changes again; the database refuses it (migration 0004).
    """

    class Stage(models.TextChoices):
        """How far it is."""

        DRAFT = "draft", pgettext_lazy("edition", "draft")
        ANNOUNCED = "announced", pgettext_lazy("edition", "announced")
        IN_FORCE = "in_force", pgettext_lazy("edition", "in force")
        REPLACED = "replaced", pgettext_lazy("edition", "replaced")

    agreement = models.ForeignKey(
        Agreement, models.PROTECT, related_name="editions", verbose_name=_("agreement")
    )
    number = models.PositiveIntegerField(_("edition"))
    in_force_on = models.DateField(_("in force from"))
    calendar = models.ForeignKey(Calendar, models.PROTECT, verbose_name=_("calendar"))
    terms = models.JSONField(
        _("other terms"),
        default=dict,
        help_text=_("Clauses, notice, availability, and the words for the priorities."),
    )
    announced_at = models.DateTimeField(_("announced"), null=True, editable=False)
    told_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        ordering: ClassVar = ["agreement", "in_force_on"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agreement", "number"], name="edition_number_once"),
            models.UniqueConstraint(fields=["agreement", "in_force_on"], name="edition_date_once"),
        ]

    def __str__(self) -> str:
        edition = _("edition")
        return f"{self.agreement}, {edition} {self.number}"


class Target(models.Model):
    """One promise of an edition, with the clause that it stands in."""

    class Promise(models.TextChoices):
        """What is promised."""

        REACTION = "reaction", _("Reaction")
        NEXT_RESPONSE = "next_response", _("Next response")
        RESOLUTION = "resolution", _("Solution")

    class Measure(models.TextChoices):
        """What it is measured by."""

        WORK = "work", _("working hours")
        DAYS = "days", _("working days")
        DAY_END = "day_end", _("the end of the n-th working day")
        RELEASE = "release", _("the next release")
        PLANNING = "planning", _("must be planned, no date")

    class Strength(models.TextChoices):
        """How firmly it is promised."""

        GUARANTEE = "guarantee", pgettext_lazy("promise", "a guarantee")
        EFFORT = "effort", pgettext_lazy("promise", "an effort")

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="targets")
    key = models.SlugField(_("key"))
    promise = models.CharField(_("promise"), max_length=16, choices=Promise)
    clause = models.CharField(_("clause"), max_length=120)
    words = models.JSONField(_("in short"), default=dict, help_text=_("By language."))
    ticket_kinds = ArrayField(
        models.CharField(max_length=12, choices=Kind), verbose_name=_("kinds of ticket")
    )
    priorities = ArrayField(
        models.CharField(max_length=8, choices=Priority),
        blank=True,
        default=list,
        verbose_name=_("priorities"),
        help_text=_("Empty: any, also none."),
    )
    measure = models.CharField(
        _("measured by"), max_length=10, choices=Measure, default=Measure.WORK
    )
    hours = models.DecimalField(
        _("working hours"),
        max_digits=7,
        decimal_places=2,
        default=0,
        help_text=_("None: at once."),
    )
    days = models.DecimalField(
        _("how many working days"),
        max_digits=6,
        decimal_places=2,
        default=0,
        help_text=_("A working day is as long as those of the calendar."),
    )
    channels = ArrayField(
        models.CharField(max_length=8, choices=Channel),
        blank=True,
        default=list,
        verbose_name=_("channels"),
        help_text=_("Empty: any."),
    )
    strength = models.CharField(
        _("promised as"),
        max_length=10,
        choices=Strength,
        blank=True,
        help_text=_("An effort is measured and reported like a guarantee."),
    )
    phone_required = models.BooleanField(_("binds only by phone"), default=False)
    pauses_while_waiting = models.BooleanField(_("pauses while waiting"), default=False)
    from_change = models.BooleanField(
        _("counts from a change"),
        default=False,
        help_text=_("From the last change of kind or priority instead of from the report."),
    )
    warnings = ArrayField(
        models.PositiveSmallIntegerField(),
        default=list,
        blank=True,
        verbose_name=_("warn at %"),
        help_text=_("Percentages of the working time, such as 50,80."),
    )
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = pgettext_lazy("agreement", "target")
        verbose_name_plural = pgettext_lazy("agreement", "targets")
        ordering: ClassVar = ["edition", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["edition", "key"], name="target_key_once"),
            models.CheckConstraint(condition=models.Q(hours__gte=0), name="target_hours_positive"),
            models.CheckConstraint(condition=models.Q(days__gte=0), name="target_days_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.get_promise_display()}: {self.clause}"


class EscalationStep(models.Model):
    """Who hears of a promise at some share of its working time, at its deadline, or after it.

    share: percentage of the working time; 100 is the deadline. after_hours: working hours past
    the deadline, with share 100.
    """

    class Recipient(models.TextChoices):
        """Who can be told."""

        ASSIGNEE = "assignee", pgettext_lazy("escalation", "who has the ticket")
        TEAM = "team", pgettext_lazy("escalation", "the team")
        FIXED_CONTACT = "fixed_contact", pgettext_lazy("escalation", "the fixed contact")
        LEADS = "leads", pgettext_lazy("escalation", "who leads the team")
        MANAGERS = "managers", pgettext_lazy("escalation", "the managers")

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="escalation")
    share = models.PositiveSmallIntegerField(
        _("at %"), default=100, help_text=_("Share of the working time; 100 is the deadline.")
    )
    after_hours = models.DecimalField(
        _("hours after"),
        max_digits=6,
        decimal_places=2,
        default=0,
        help_text=_("Working hours after the deadline (with 100 %)."),
    )
    to = ArrayField(models.CharField(max_length=16, choices=Recipient), verbose_name=_("to"))

    class Meta:
        verbose_name = _("escalation step")
        verbose_name_plural = _("escalation steps")
        ordering: ClassVar = ["edition", "share", "after_hours"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["edition", "share", "after_hours"], name="escalation_step_once"
            ),
            models.CheckConstraint(
                condition=models.Q(share__gte=1, share__lte=100)
                & models.Q(after_hours__gte=0)
                & (models.Q(share=100) | models.Q(after_hours=0)),
                name="escalation_step_makes_sense",
                violation_error_message=_(
                    "A share is 1 to 100 %; hours after the deadline go with 100 %."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.share} % + {self.after_hours}"
