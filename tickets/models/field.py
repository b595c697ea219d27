"""Fields of one's own: what else is to be known of a kind of ticket, kept as data."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tickets.models.ticket import Kind, Ticket


class FieldType(models.TextChoices):
    """What can be filled in."""

    TEXT = "text", pgettext_lazy("field type", "Text")
    NUMBER = "number", pgettext_lazy("field type", "Number")
    DATE = "date", pgettext_lazy("field type", "Date")
    CHOICE = "choice", pgettext_lazy("field type", "Choice")
    YES_NO = "yes_no", pgettext_lazy("field type", "Yes or no")


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


class CustomField(models.Model):
    """One field: its name, for which kinds of ticket, and what can be filled in."""

    name = models.CharField(gettext_lazy("name"), max_length=60, unique=True)
    kinds = ArrayField(
        models.CharField(max_length=12, choices=Kind),
        verbose_name=gettext_lazy("kinds of ticket"),
    )
    type = models.CharField(gettext_lazy("type"), max_length=8, choices=FieldType)
    choices = models.TextField(
        gettext_lazy("choices"), blank=True, help_text=gettext_lazy("One a line.")
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
    def options(self) -> list[str]:
        """What can be chosen."""
        lines = (line.strip() for line in self.choices.splitlines())
        return list(dict.fromkeys(line for line in lines if line))

    def clean(self) -> None:
        """A choice needs something to choose from."""
        if self.type == FieldType.CHOICE and not self.options:
            raise ValidationError({"choices": _("Give the choices, one a line.")})

    def written(self, value: Any) -> str:
        """A value as it is kept; empty for none. ValueError for one that does not fit."""
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
        text = " ".join(str(value).replace("\x00", "").split())[:500]
        if self.type == FieldType.CHOICE and text not in self.options:
            raise ValueError(value)
        return text

    def shown(self, written: str) -> str:
        """A kept value as people read it."""
        if written and self.type == FieldType.YES_NO:
            return _("yes") if written == "true" else _("no")
        if written and self.type == FieldType.DATE:
            return date_format(date.fromisoformat(written), "j F Y")
        return written


def _number(value: Any) -> str:
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
    value = models.CharField(max_length=500)

    class Meta:
        verbose_name = gettext_lazy("value")
        verbose_name_plural = gettext_lazy("values")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["ticket", "field"], name="field_value_once"),
        ]

    def __str__(self) -> str:
        return f"{self.field}: {self.value}"
