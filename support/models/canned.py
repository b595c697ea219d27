"""Standard answers: texts that agents insert, with variables for the ticket at hand."""

from __future__ import annotations

from typing import ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from support.models.draft import Draft
from tickets.models import Team, User

_shortcut = RegexValidator(r"^[\w-]+$", _("Use letters, digits and hyphens only."))


class CannedQuerySet(models.QuerySet["CannedReply"]):
    """Named questions about standard answers."""

    def usable_by(self, user: User) -> CannedQuerySet:
        """One's own, one's team's, and everybody's."""
        theirs = Q(scope=CannedReply.Scope.TEAM, team=user.team_id) if user.team_id else Q()
        own = Q(scope=CannedReply.Scope.OWN, owner=user)
        return self.filter(own | Q(scope=CannedReply.Scope.ALL) | theirs)


class CannedReply(models.Model):
    """A standard answer. `support.canned.filled` fills in its variables."""

    class Scope(models.TextChoices):
        """Who may use it."""

        OWN = "own", pgettext_lazy("standard answer", "only me")
        TEAM = "team", pgettext_lazy("standard answer", "my team")
        ALL = "all", pgettext_lazy("standard answer", "everybody")

    title = models.CharField(_("title"), max_length=80)
    shortcut = models.CharField(
        _("shortcut"),
        max_length=30,
        blank=True,
        validators=[_shortcut],
        help_text=_("A short word to find it by, such as greeting."),
    )
    body = models.TextField(_("text"), max_length=20_000)
    language = models.CharField(
        _("language"),
        max_length=2,
        blank=True,
        choices=[("", _("any language")), ("nl", "Nederlands"), ("en", "English")],
    )
    scope = models.CharField(_("who may use it"), max_length=4, choices=Scope, default=Scope.OWN)
    owner = models.ForeignKey(User, models.PROTECT, related_name="canned", verbose_name=_("owner"))
    team = models.ForeignKey(
        Team, models.CASCADE, null=True, blank=True, related_name="canned", verbose_name=_("team")
    )
    then = models.CharField(_("and then"), max_length=7, choices=Draft.Then, blank=True)

    objects = CannedQuerySet.as_manager()

    class Meta:
        verbose_name = _("standard answer")
        verbose_name_plural = _("standard answers")
        ordering: ClassVar = ["title", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(scope="team", team__isnull=False) | (~Q(scope="team") & Q(team=None)),
                name="canned_team_has_one",
            ),
        ]

    def __str__(self) -> str:
        return self.title
