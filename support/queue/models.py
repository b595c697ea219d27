"""Views of the queue that people kept, and the columns that they look at."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tickets.models import Team, User


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    """What is asked of saved views."""

    def seen_by(self, user: User) -> SavedViewQuerySet:
        """Somebody's own, and those of their team."""
        return self.seen_by_numbers(user.pk, user.team_id or 0)

    def seen_by_numbers(self, user: int, team: int) -> SavedViewQuerySet:
        """The same by numbers; team: 0 for who is in none."""
        return self.filter(Q(owner=user, team=None) | Q(team__isnull=False, team=team))


class SavedView(models.Model):
    """A choice of filters under a name: for whoever made it, or for a whole team.

    chosen: the values by the name of their filter, as `support.queue.filters` reads them.
    """

    name = models.CharField(_("name"), max_length=60)
    owner = models.ForeignKey(User, models.CASCADE, related_name="saved_views")
    team = models.ForeignKey(
        Team, models.CASCADE, null=True, blank=True, related_name="saved_views"
    )
    chosen = models.JSONField(default=dict, blank=True)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering: ClassVar = ["name", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["owner", "name"],
                condition=Q(team=None),
                name="own_view_named_once",
                violation_error_message=_("You have a view of this name already."),
            ),
            models.UniqueConstraint(
                fields=["team", "name"],
                name="team_view_named_once",
                violation_error_message=_("Your team has a view of this name already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class QueueColumns(models.Model):
    """The columns that somebody wants in the queue, in order."""

    user = models.OneToOneField(
        User, models.CASCADE, primary_key=True, related_name="queue_columns"
    )
    names = ArrayField(models.CharField(max_length=20))

    class Meta:
        verbose_name = _("columns of the queue")
        verbose_name_plural = _("columns of the queue")

    def __str__(self) -> str:
        return ", ".join(self.names)
