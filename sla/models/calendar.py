"""Calendars as data: opening blocks of the week, and the days that differ from it."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sla.engine import WorkingHours

validate_time = RegexValidator(
    r"^(([01]\d|2[0-3]):[0-5]\d|24:00)$", _("Enter a time from 00:00 to 24:00.")
)


class LiberationDay(models.TextChoices):
    """When Bevrijdingsdag is closed."""

    LUSTRUM = "lustrum", _("in lustrum years (2025, 2030, …)")
    ALWAYS = "always", _("every year")
    NEVER = "never", _("never")


class Calendar(models.Model):
    """When time counts. Its holidays are rows, so that no package upgrade moves a deadline."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    zone = models.CharField(_("time zone"), max_length=64, default="Europe/Amsterdam")
    country = models.CharField(
        _("country"),
        max_length=2,
        blank=True,
        help_text=_("Whose public holidays are closed, such as NL. Empty: none."),
    )
    liberation_day = models.CharField(
        _("Liberation Day"), max_length=8, choices=LiberationDay, default=LiberationDay.LUSTRUM
    )
    good_friday = models.BooleanField(_("closed on Good Friday"), default=True)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("calendar")
        verbose_name_plural = _("calendars")
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """An unknown zone is refused here rather than at the first deadline."""
        try:
            WorkingHours(week={0: [("09:00", "17:00")]}, zone=self.zone)
        except ValueError:
            raise ValidationError({"zone": _("This time zone is not known.")}) from None


class OpeningBlock(models.Model):
    """One stretch of a weekday in which time counts."""

    class Weekday(models.IntegerChoices):
        """Monday is 0."""

        MONDAY = 0, _("Monday")
        TUESDAY = 1, _("Tuesday")
        WEDNESDAY = 2, _("Wednesday")
        THURSDAY = 3, _("Thursday")
        FRIDAY = 4, _("Friday")
        SATURDAY = 5, _("Saturday")
        SUNDAY = 6, _("Sunday")

    calendar = models.ForeignKey(Calendar, models.CASCADE, related_name="blocks")
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday)
    opens = models.CharField(_("opens"), max_length=5, validators=[validate_time])
    closes = models.CharField(_("closes"), max_length=5, validators=[validate_time])

    class Meta:
        verbose_name = _("opening block")
        verbose_name_plural = _("opening blocks")
        ordering: ClassVar = ["weekday", "opens"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(opens__lt=models.F("closes")),
                name="block_ends_after_it_begins",
                violation_error_message=_("The block must end after it begins."),
            ),
            models.UniqueConstraint(
                fields=["calendar", "weekday", "opens"], name="block_begins_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens}-{self.closes}"


class CalendarDayQuerySet(models.QuerySet["CalendarDay"]):
    """Named questions about special days."""

    def known_at(self, moment: datetime) -> CalendarDayQuerySet:
        """The days as they were known at a moment."""
        return self.filter(known_from__lte=moment).exclude(withdrawn_at__lte=moment)


class CalendarDay(models.Model):
    """A day that is not like its weekday: closed (a holiday, a day of our own) or with own hours.

    is_holiday: a public holiday out of the package, not a day of our own.
    known_from, withdrawn_at: when we knew. A clock that stopped at other times never saw this day,
    so rows are withdrawn, not deleted.
    """

    calendar = models.ForeignKey(Calendar, models.CASCADE, related_name="days")
    day = models.DateField(_("day"))
    name = models.CharField(_("name"), max_length=80)
    opens = models.CharField(_("opens"), max_length=5, blank=True, validators=[validate_time])
    closes = models.CharField(_("closes"), max_length=5, blank=True, validators=[validate_time])
    is_holiday = models.BooleanField(_("public holiday"), default=False, editable=False)
    known_from = models.DateTimeField(default=timezone.now, editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, editable=False)

    objects = CalendarDayQuerySet.as_manager()

    class Meta:
        verbose_name = _("special day")
        verbose_name_plural = _("special days")
        ordering: ClassVar = ["day"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["calendar", "day"],
                condition=models.Q(withdrawn_at=None),
                name="calendar_day_once",
                violation_error_message=_("This day is already in the calendar."),
            ),
            models.CheckConstraint(
                condition=models.Q(opens="", closes="")
                | (~models.Q(opens="") & models.Q(opens__lt=models.F("closes"))),
                name="day_closed_or_with_hours",
                violation_error_message=_("Leave both times empty for a closed day."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"

    def clean(self) -> None:
        """Deadlines that have passed were promised under the days of then; a day stands once."""
        if self.day and self.day <= timezone.localdate() and self.pk is None:
            raise ValidationError({"day": _("Days in the past can no longer be changed.")})
        same = CalendarDay.objects.filter(
            calendar=self.calendar_id, day=self.day, withdrawn_at=None
        )
        if same.exclude(pk=self.pk).exists():
            raise ValidationError({"day": _("This day is already in the calendar.")})
