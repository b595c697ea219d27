"""A title with a text in Dutch, and in English if there is any; read in the reader's language."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class InTwoLanguages(models.Model):
    """What is read in Dutch or English. How long the texts may be, each model says itself."""

    title_nl = models.CharField(_("title in Dutch"), max_length=120)
    title_en = models.CharField(_("title in English"), max_length=120, blank=True)
    body_nl: models.TextField[str, str]
    body_en: models.TextField[str, str]

    class Meta:
        abstract = True

    @property
    def language(self) -> str:
        """The language in which whoever reads gets it: English if there is any."""
        return "en" if get_language() == "en" and self.title_en else "nl"

    @property
    def title(self) -> str:
        """In the reader's language, as far as there is one."""
        return self.title_en if self.language == "en" else self.title_nl

    @property
    def body(self) -> str:
        """In the reader's language, as far as there is one."""
        return self.body_en if self.language == "en" else self.body_nl


def english_whole(name: str) -> models.CheckConstraint:
    """No English title without its text, nor a text without its title."""
    return models.CheckConstraint(
        condition=Q(title_en="", body_en="") | (~Q(title_en="") & ~Q(body_en="")), name=name
    )
