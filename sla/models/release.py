"""Planned releases: what Middel is due with."""

from __future__ import annotations

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sla.models.agreement import Agreement


class ReleaseSchedule(models.Model):
    """How often an agreement has a release (2.A: "iedere drie weken"); its dates become rows."""

    agreement = models.OneToOneField(
        Agreement, models.PROTECT, related_name="schedule", verbose_name=_("agreement")
    )
    first_on = models.DateField(_("first release on"))
    at_time = models.TimeField(
        _("goes live at"), help_text=_("On the clock of the agreement's calendar.")
    )
    every_weeks = models.PositiveSmallIntegerField(
        _("every so many weeks"),
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(26)],
    )
    minutes_down = models.PositiveSmallIntegerField(
        _("minutes down"),
        default=2,
        db_default=2,
        validators=[MaxValueValidator(120)],
        help_text=_("So long each release takes the services down (2.A): 0 for not at all."),
    )

    class Meta:
        verbose_name = _("release schedule")
        verbose_name_plural = _("release schedules")

    def __str__(self) -> str:
        return str(self.agreement)


class Release(models.Model):
    """A planned release. A hotfix stands apart: it is no release for Middel (2.A).

    slot: the date that the schedule gave it, which stays when it is moved. skipped_at: since when
    it is known not to come. live_at: when it was marked as live.
    """

    agreement = models.ForeignKey(
        Agreement, models.PROTECT, related_name="releases", verbose_name=_("agreement")
    )
    name = models.CharField(_("name"), max_length=80)
    planned_at = models.DateTimeField(_("goes live"))
    is_hotfix = models.BooleanField(_("hotfix"), default=False)
    slot = models.DateField(_("date by the schedule"), null=True, editable=False)
    known_from = models.DateTimeField(default=timezone.now, editable=False)
    skipped_at = models.DateTimeField(_("skipped"), null=True, editable=False)
    live_at = models.DateTimeField(_("went live"), null=True, editable=False)

    class Meta:
        verbose_name = _("release")
        verbose_name_plural = _("releases")
        ordering: ClassVar = ["planned_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agreement", "planned_at"],
                condition=models.Q(skipped_at=None),
                name="release_moment_once",
                violation_error_message=_("There is a release at that moment already."),
            ),
            models.UniqueConstraint(fields=["agreement", "slot"], name="release_slot_once"),
            models.UniqueConstraint(fields=["agreement", "name"], name="release_name_once"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({timezone.localtime(self.planned_at):%d-%m-%Y %H:%M})"

    def clean(self) -> None:
        """What has gone live can't be moved, and nothing can be planned into the past."""
        before = Release.objects.filter(pk=self.pk).first()
        if before and before.planned_at <= timezone.now():
            raise ValidationError(_("This release has gone live and can no longer be changed."))
        if self.planned_at and self.planned_at <= timezone.now():
            raise ValidationError({"planned_at": _("A release must be planned in the future.")})


class ReleaseMove(models.Model):
    """That a release was moved: clocks that had stopped by then keep the date they knew."""

    release = models.ForeignKey(Release, models.CASCADE, related_name="moves")
    moved_at = models.DateTimeField()
    planned_before = models.DateTimeField()
    planned_after = models.DateTimeField()

    class Meta:
        verbose_name = _("moved release")
        verbose_name_plural = _("moved releases")
        ordering: ClassVar = ["moved_at"]

    def __str__(self) -> str:
        return f"{self.release.name}: {self.planned_before} → {self.planned_after}"
