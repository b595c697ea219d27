"""Standard answers: texts that agents insert, with variables for the ticket at hand."""

from __future__ import annotations

from typing import ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from support.desk.models import Then
from support.sharing.models import Shared

_shortcut = RegexValidator(r"^[\w-]+$", _("Use letters, digits and hyphens only."))


class CannedReply(Shared):
    """A standard answer. `support.canned.filling.filled` fills in its variables."""

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
    then = models.CharField(_("and then"), max_length=7, choices=Then, blank=True)

    class Meta(Shared.Meta):
        verbose_name = _("standard answer")
        verbose_name_plural = _("standard answers")
        ordering: ClassVar = ["title", "pk"]

    def __str__(self) -> str:
        return self.title
