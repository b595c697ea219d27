"""Reports that people keep under a name, for themselves, their team or everybody."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from support.sharing.models import Shared


class SavedReport(Shared):
    """A definition of the report on breaches: what is asked of it, not what it answered.

    asked: the values by the name of what is asked, as `support.reports.asking` reads them.
    """

    name = models.CharField(_("name"), max_length=60)
    asked = models.JSONField(default=dict, blank=True)

    class Meta(Shared.Meta):
        verbose_name = _("saved report")
        verbose_name_plural = _("saved reports")
        ordering: ClassVar = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class KeptGoal(models.Model):
    """Of a hundred promises, how many the house wants to keep: one row. A guarantee is a promise to
    keep all; what an effort should come to is for the house to say.
    """

    guarantee = models.PositiveSmallIntegerField(_("guarantees, in percent"), default=100)
    effort = models.PositiveSmallIntegerField(_("efforts, in percent"), default=90)

    class Meta:
        verbose_name = _("goal for promises")
        verbose_name_plural = _("goals for promises")
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(pk=1), name="kept_goal_is_one"),
            models.CheckConstraint(
                condition=models.Q(guarantee__lte=100, effort__lte=100),
                name="kept_goal_is_a_share",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.guarantee} %, {self.effort} %"

    @classmethod
    def now(cls) -> dict[str, int]:
        """By how firmly something is promised."""
        goal = cls.objects.first() or cls()
        return {"guarantee": goal.guarantee, "effort": goal.effort}
