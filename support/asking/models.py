"""Rules about fields: when one is asked with a report, needed, or filled in beforehand."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from sla.models import Agreement
from support.asking import deciding
from tickets.models import WITH_CHOICES, CustomField, FieldType, Kind, Organisation, Priority
from tickets.models.field import LINE, LONGEST

LOOKED_AT = (*WITH_CHOICES, FieldType.YES_NO)
"""Types of field that a rule can look at: those with answers that are known beforehand."""


class Does(models.TextChoices):
    """What a rule does where it holds."""

    SHOW = "show", pgettext_lazy("rule", "ask it")
    REQUIRE = "require", pgettext_lazy("rule", "ask it, and need it")
    FILL = "fill", pgettext_lazy("rule", "fill it in beforehand")


class FieldRuleQuerySet(models.QuerySet["FieldRule"]):
    """Named questions about rules."""

    def asking(self) -> FieldRuleQuerySet:
        """Those by which a field is asked."""
        return self.exclude(does=Does.FILL)


class FieldRule(models.Model):
    """What becomes of a field where all of this holds; what is empty always does.

    other, other_is: another field, and the values of which one is chosen in it. value: as the field
    keeps it, for a rule that fills in.
    """

    field = models.ForeignKey(CustomField, models.CASCADE, related_name="rules")
    does = models.CharField(
        gettext_lazy("what happens"), max_length=7, choices=Does, default=Does.SHOW
    )
    kinds = ArrayField(
        models.CharField(max_length=12, choices=Kind),
        verbose_name=gettext_lazy("kinds of report"),
        default=list,
        blank=True,
    )
    priorities = ArrayField(
        models.CharField(max_length=8, choices=Priority),
        verbose_name=gettext_lazy("priorities"),
        default=list,
        blank=True,
    )
    agreement = models.ForeignKey(
        Agreement,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=gettext_lazy("agreement"),
    )
    organisation = models.ForeignKey(
        Organisation,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=gettext_lazy("organisation"),
    )
    other = models.ForeignKey(
        CustomField,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="looked_at_by",
        verbose_name=gettext_lazy("another field"),
    )
    other_is = ArrayField(
        models.CharField(max_length=LINE),
        verbose_name=gettext_lazy("is one of"),
        default=list,
        blank=True,
    )
    value = models.CharField(gettext_lazy("with"), max_length=LONGEST, blank=True)

    objects = FieldRuleQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("rule about a field")
        verbose_name_plural = gettext_lazy("rules about fields")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(does__in=Does.values), name="field_rule_known"),
            models.CheckConstraint(
                condition=Q(does="fill") & ~Q(value="") | ~Q(does="fill") & Q(value=""),
                name="field_rule_fills_with_something",
                violation_error_message=gettext_lazy(
                    "Say what is filled in, and only where something is."
                ),
            ),
            models.CheckConstraint(
                condition=Q(other=None, other_is=[])
                | Q(other__isnull=False) & ~Q(other_is=[]) & ~Q(other=models.F("field")),
                name="field_rule_looks_at_another",
                violation_error_message=gettext_lazy(
                    "Choose another field together with the answers that it is about."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.field}: {self.get_does_display()}"

    def clean(self) -> None:
        """What is filled in fits; what is looked at can be; and nothing hangs in a circle."""
        if not self.field_id:
            return
        wrong: dict[str, object] = {}
        if self.does == Does.FILL:
            try:
                self.value = self.field.written(self.value)
            except ValueError:
                wrong["value"] = _("“%(field)s” can't be that.") % {"field": self.field.label}
        elif not self.field.customers_see:
            wrong["does"] = _("Customers see what they fill in: let them see the field first.")
        if self.other is not None and (said := self._wrong_about(self.other)):
            wrong["other"] = said
        if wrong:
            raise ValidationError(wrong)

    def _wrong_about(self, other: CustomField) -> str:
        if other.type not in LOOKED_AT:
            return _("A rule can look at choices and at yes or no, not at “%(field)s”.") % {
                "field": other.label
            }
        gone = sorted(set(self.other_is) - set(answers_of(other)))
        if gone:
            return _("“%(field)s” can't be “%(value)s”.") % {
                "field": other.label,
                "value": gone[0],
            }
        hangs = [
            (field, on)
            for field, on in FieldRule.objects.exclude(other=None)
            .exclude(pk=self.pk)
            .values_list("field", "other")
            if on is not None
        ]
        if circle := deciding.circle([*hangs, (self.field_id, other.pk)]):
            names = dict(CustomField.objects.filter(pk__in=circle).values_list("pk", "name"))
            told = " → ".join(names[pk] for pk in circle if pk in names)
            return _("These fields would hang on each other in a circle: %(fields)s.") % {
                "fields": told
            }
        return ""


def answers_of(field: CustomField) -> list[str]:
    """The answers to a field that are known beforehand."""
    return ["true", "false"] if field.type == FieldType.YES_NO else field.options
