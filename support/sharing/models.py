"""What somebody keeps for themselves, for their team, or for everybody: whose it is, who may."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tickets.models import Team, User


class Audience(models.TextChoices):
    """Who may use it."""

    OWN = "own", pgettext_lazy("standard answer", "only me")
    TEAM = "team", pgettext_lazy("standard answer", "my team")
    ALL = "all", pgettext_lazy("standard answer", "everybody")


def scopes_of(user: User) -> list[Audience]:
    """For whom somebody may keep something."""
    if not user.is_lead:
        return [Audience.OWN]
    return [Audience.OWN, *([Audience.TEAM] if user.team_id else []), Audience.ALL]


class SharedQuerySet(models.QuerySet[Any]):
    """What is asked of everything that is shared so."""

    def usable_by(self, user: User) -> SharedQuerySet:
        """One's own, one's team's, and everybody's."""
        return self.usable(owner=user.pk, team=user.team_id or 0)

    def usable(self, *, owner: int, team: int) -> SharedQuerySet:
        """The same by numbers; team: 0 for who is in none."""
        own, theirs = Q(scope=Audience.OWN, owner=owner), Q(scope=Audience.TEAM, team=team)
        return self.filter(own | Q(scope=Audience.ALL) | theirs)


class Shared(models.Model):
    """Somebody's own, their team's, or everybody's."""

    scope = models.CharField(
        _("who may use it"), max_length=4, choices=Audience, default=Audience.OWN
    )
    owner = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("owner"))
    team = models.ForeignKey(
        Team, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("team")
    )

    objects = SharedQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(scope="team", team__isnull=False) | (~Q(scope="team") & Q(team=None)),
                name="%(class)s_team_has_one",
            ),
        ]

    def may_be_changed_by(self, user: User) -> bool:
        """One's own; a team's its lead, or a manager; everybody's any lead or manager."""
        if self.scope == Audience.OWN:
            return self.owner_id == user.pk
        if self.scope == Audience.TEAM and not user.is_manager:
            return user.is_lead and self.team_id == user.team_id
        return user.is_lead
