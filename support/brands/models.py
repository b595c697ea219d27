"""The texts of letters, per brand and language, as versions that are only added."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tickets.models import Brand, User
from tickets.models.people import LANGUAGES

MOST_SUBJECT, MOST_TEXT = 150, 8_000


class LetterText(models.Model):
    """What a letter says under a brand, in a language, from some moment on; the last one holds.

    An empty text gives the letter back to us: it then says what it says by itself.
    """

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="texts")
    letter = models.SlugField(_("letter"), max_length=40)
    language = models.CharField(_("language"), max_length=2, choices=LANGUAGES)
    number = models.PositiveIntegerField()
    subject = models.CharField(_("subject"), max_length=MOST_SUBJECT, blank=True)
    body = models.TextField(_("text"), max_length=MOST_TEXT, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("text of a letter")
        verbose_name_plural = _("texts of letters")
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["brand", "letter", "language", "number"], name="letter_text_once"
            ),
            models.CheckConstraint(
                condition=Q(subject="", body="") | (~Q(subject="") & ~Q(body="")),
                name="letter_text_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.brand}: {self.letter} {self.language} {self.number}"

    @property
    def is_ours(self) -> bool:
        """Does the letter say what it says by itself?"""
        return not self.body
