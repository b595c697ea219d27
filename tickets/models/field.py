"""Fields of one's own: what else is to be known of a kind of ticket, kept as data."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from tickets.models.ticket import Kind, Ticket

LINE, LONGEST = 500, 5000
"""Characters of a value on one line, and of any."""


class FieldType(models.TextChoices):
    """What can be filled in."""

    TEXT = "text", pgettext_lazy("field type", "Text")
    LONG = "long", pgettext_lazy("field type", "Long text")
    NUMBER = "number", pgettext_lazy("field type", "Number")
    DATE = "date", pgettext_lazy("field type", "Date")
    CHOICE = "choice", pgettext_lazy("field type", "Choice")
    SEVERAL = "several", pgettext_lazy("field type", "Several choices")
    YES_NO = "yes_no", pgettext_lazy("field type", "Yes or no")


WITH_CHOICES = (FieldType.CHOICE, FieldType.SEVERAL)


class FieldQuerySet(models.QuerySet["CustomField"]):
    """Named questions about fields."""

    def in_use(self) -> FieldQuerySet:
        """Those that are asked at all."""
        return self.filter(active=True)

    def asked_of(self, ticket: Ticket) -> FieldQuerySet:
        """Those that are asked for the ticket's kind."""
        return self.asked_of_kind(ticket.kind)

    def asked_of_kind(self, kind: str) -> FieldQuerySet:
        """The same by the kind alone."""
        return self.filter(active=True, kinds__contains=[kind])

    def left_on(self, ticket: int, kind: str) -> FieldQuerySet:
        """Those that are filled in on a ticket, and are not asked of such a one any more."""
        asked = models.Q(active=True, kinds__contains=[kind])
        return self.filter(~asked, values__ticket=ticket)


class CustomField(models.Model):
    """One field: its name, for which kinds of ticket, and what can be filled in.

    name: in Dutch, by which histories, exports and the API know it. Choices are kept as they read
    in Dutch; those in English stand in the same order.
    """

    name = models.CharField(gettext_lazy("name"), max_length=60, unique=True)
    name_en = models.CharField(
        gettext_lazy("name in English"),
        max_length=60,
        blank=True,
        default="",
        db_default="",
        help_text=gettext_lazy("Empty: the same in both languages."),
    )
    help_nl = models.CharField(
        gettext_lazy("explanation in Dutch"),
        max_length=300,
        blank=True,
        default="",
        db_default="",
        help_text=gettext_lazy("Stands under the field, such as where to find what is asked."),
    )
    help_en = models.CharField(
        gettext_lazy("explanation in English"),
        max_length=300,
        blank=True,
        default="",
        db_default="",
    )
    kinds = ArrayField(
        models.CharField(max_length=12, choices=Kind),
        verbose_name=gettext_lazy("kinds of ticket"),
    )
    type = models.CharField(gettext_lazy("type"), max_length=8, choices=FieldType)
    choices = models.TextField(
        gettext_lazy("choices"), blank=True, help_text=gettext_lazy("One a line.")
    )
    choices_en = models.TextField(
        gettext_lazy("choices in English"),
        blank=True,
        default="",
        db_default="",
        help_text=gettext_lazy("One a line, in the same order. Empty: the same in both languages."),
    )
    required = models.BooleanField(
        gettext_lazy("needed before solving"),
        default=False,
        help_text=gettext_lazy("A ticket can't be solved while this is empty."),
    )
    customers_see = models.BooleanField(gettext_lazy("customers see it"), default=False)
    position = models.PositiveSmallIntegerField(gettext_lazy("position"), default=0)
    active = models.BooleanField(gettext_lazy("in use"), default=True)

    objects = FieldQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("field")
        verbose_name_plural = gettext_lazy("fields")
        ordering: ClassVar = ["position", "name"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(type__in=FieldType.values), name="field_type_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        """Its name in the language of the moment."""
        return (self.name_en if get_language() == "en" else "") or self.name

    @property
    def explanation(self) -> str:
        """What stands under it, in the language of the moment."""
        said = self.help_en if get_language() == "en" else self.help_nl
        return said or self.help_nl

    @property
    def options(self) -> list[str]:
        """What can be chosen, as it is kept."""
        return list(dict.fromkeys(_lines(self.choices)))

    @property
    def labelled(self) -> list[tuple[str, str]]:
        """The same, each with how it reads in the language of the moment."""
        english = _lines(self.choices_en) if get_language() == "en" else []
        options = self.options
        return list(zip(options, english if len(english) == len(options) else options, strict=True))

    def clean(self) -> None:
        """A choice needs something to choose from, and as much of it in either language."""
        if self.type not in WITH_CHOICES:
            return
        if not self.options:
            raise ValidationError({"choices": _("Give the choices, one a line.")})
        if any(len(option) > LINE for option in self.options):
            raise ValidationError({"choices": _("A choice is at most 500 characters.")})
        if self.choices_en.strip() and len(_lines(self.choices_en)) != len(self.options):
            said = _("Give as many choices in English as in Dutch, in the same order.")
            raise ValidationError({"choices_en": said})

    def written(self, value: Any, *, kept: str = "") -> str:
        """A value as it is kept; empty for none. ValueError for one that does not fit, or is longer
        than a field holds. Several choices are a list, or lines. kept: what stood there, of which a
        choice that is no longer offered may stay.
        """
        if value is None or value == "":
            return ""
        if self.type == FieldType.YES_NO:
            if str(value).lower() not in ("true", "false"):
                raise ValueError(value)
            return str(value).lower()
        if self.type == FieldType.DATE:
            return date.fromisoformat(str(value)).isoformat()
        if self.type == FieldType.NUMBER:
            return _number(value)
        if self.type == FieldType.SEVERAL:
            return self._several(value, kept.split("\n"))
        return self._text(str(value).replace("\x00", ""), kept)

    def _text(self, said: str, kept: str) -> str:
        if self.type == FieldType.LONG:
            text, most = said.replace("\r\n", "\n").strip(), LONGEST
        else:
            text, most = " ".join(said[: LONGEST + 1].split()), LINE
        if len(said) > LONGEST or len(text) > most:
            raise ValueError(text[:LINE])
        if text and self.type == FieldType.CHOICE and text not in (*self.options, kept):
            raise ValueError(text)
        return text

    def _several(self, value: object, kept: Sequence[str]) -> str:
        lines = value if isinstance(value, list | tuple) else str(value)[:LONGEST].splitlines()
        chosen = {" ".join(str(line)[:LONGEST].split()) for line in lines[:LINE]} - {""}
        offered = list(dict.fromkeys([*self.options, *kept]))
        if not chosen <= set(offered):
            raise ValueError(value)
        return "\n".join(option for option in offered if option in chosen)

    def shown(self, written: str) -> str:
        """A kept value as people read it; a choice that is no longer offered as it was then."""
        if written and self.type == FieldType.YES_NO:
            return _("yes") if written == "true" else _("no")
        if written and self.type == FieldType.DATE:
            return date_format(date.fromisoformat(written), "j F Y")
        if written and self.type in WITH_CHOICES:
            words = dict(self.labelled)
            return ", ".join(words.get(each, each) for each in written.split("\n"))
        return written


def _lines(text: str) -> list[str]:
    return [said for line in text.splitlines() if (said := " ".join(line.split()))]


def _number(value: object) -> str:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise ValueError(value) from None
    if not number.is_finite() or abs(number.adjusted()) > 15:
        raise ValueError(value)
    return format(number, "f")


class FieldValue(models.Model):
    """What was filled in on a ticket, as `CustomField.written` keeps it."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="field_values")
    field = models.ForeignKey(CustomField, models.PROTECT, related_name="values")
    value = models.CharField(max_length=LONGEST)

    class Meta:
        verbose_name = gettext_lazy("value")
        verbose_name_plural = gettext_lazy("values")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["ticket", "field"], name="field_value_once"),
        ]

    def __str__(self) -> str:
        return f"{self.field}: {self.value}"
