"""The forms of a field and of its rules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sla.models import Agreement
from support.asking.forms import initial_of, input_for
from support.asking.models import LOOKED_AT, Does, FieldRule, answers_of
from tickets.models import CustomField, FieldValue, Kind, Organisation, Priority

_BETWEEN = ":"
_ALL = gettext_lazy("all")
_PLACES = {"other": "answers", "does": "does", "value": "value"}
"""Where the form says what the row says of a part; of anything else, above all."""


class FieldForm(forms.ModelForm):
    """A field. What was filled in keeps its meaning: its type stays once it is in use."""

    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Kinds of ticket"),
        choices=Kind.choices,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = CustomField
        fields: ClassVar[Sequence[str]] = (
            *("name", "name_en", "help_nl", "help_en", "kinds", "type", "choices", "choices_en"),
            *("required", "customers_see", "active"),
        )
        widgets: ClassVar = {
            "choices": forms.Textarea(attrs={"rows": 4}),
            "choices_en": forms.Textarea(attrs={"rows": 4}),
        }

    def clean_type(self) -> str:
        """The type of a field that is filled in somewhere can't change."""
        chosen: str = self.cleaned_data["type"]
        used = self.instance.pk and FieldValue.objects.filter(field=self.instance).exists()
        if used and chosen != self.initial.get("type"):
            raise ValidationError(_("This field is filled in on tickets; make a new one instead."))
        return chosen

    def clean_customers_see(self) -> bool:
        """What customers are asked, they see."""
        sees: bool = self.cleaned_data["customers_see"]
        asked = self.instance.pk and FieldRule.objects.asking().filter(field=self.instance).exists()
        if asked and not sees:
            raise ValidationError(
                _("Customers are asked this, so they see it: take its rules away first.")
            )
        return sees


class RuleForm(forms.Form):
    """A rule of one field: what happens, and where it holds; what is left empty always does."""

    does = forms.ChoiceField(
        label=gettext_lazy("What happens"), choices=Does.choices, widget=forms.RadioSelect
    )
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Kinds of report"), required=False, widget=forms.CheckboxSelectMultiple
    )
    priorities = forms.MultipleChoiceField(
        label=gettext_lazy("Priorities"),
        required=False,
        choices=Priority.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    agreement = forms.ModelChoiceField(
        Agreement.objects.order_by("name"),
        label=gettext_lazy("Agreement"),
        required=False,
        empty_label=_ALL,
    )
    organisation = forms.ModelChoiceField(
        Organisation.objects.order_by("name"),
        label=gettext_lazy("Organisation"),
        required=False,
        empty_label=_ALL,
    )
    answers = forms.MultipleChoiceField(
        label=gettext_lazy("Answers to another field"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Of one other field; any of its answers that you tick will do."),
    )

    def __init__(
        self, *args: Any, field: CustomField, rule: FieldRule | None = None, **kwargs: Any
    ) -> None:
        self.field = field
        self.rule = rule or FieldRule(field=field)
        kwargs["initial"] = _as_initial(self.rule, field)
        super().__init__(*args, **kwargs)
        self._offer("kinds", [(kind, label) for kind, label in Kind.choices if kind in field.kinds])
        others = CustomField.objects.in_use().filter(type__in=LOOKED_AT).exclude(pk=field.pk)
        known = [(other, answer) for other in others for answer in answers_of(other)]
        self._offer(
            "answers",
            [
                (_answer(other.pk, said), f"{other.label}: {other.shown(said)}")
                for other, said in known
            ],
        )
        self.fields["value"] = input_for(
            field,
            self.rule.value,
            label=_("What is filled in"),
            help_text=_("For a rule that fills in; else leave it empty."),
        )

    def clean(self) -> dict[str, object]:
        """The rule as it is kept; what can't be, the row itself says."""
        data = super().clean() or {}
        picked = [each.split(_BETWEEN, 1) for each in data.get("answers", ())]
        others = {pk for pk, _said in picked}
        if len(others) > 1:
            self.add_error("answers", _("Tick answers of one field; make another rule for others."))
        if self.errors:
            return data
        rule = self.rule
        for name in ("does", "kinds", "priorities", "agreement", "organisation"):
            setattr(rule, name, data.get(name, []))
        rule.other = CustomField.objects.get(pk=others.pop()) if others else None
        rule.other_is = [said for _pk, said in picked]
        try:
            rule.value = self.field.written(data.get("value", ""))
            rule.full_clean()
        except ValidationError as said:
            for name, told in said.message_dict.items():
                self.add_error(_PLACES.get(name), told)
        except ValueError:
            self.add_error("value", _("“%(field)s” can't be that.") % {"field": self.field.label})
        return data

    def save(self) -> FieldRule:
        """Keep it."""
        self.rule.save()
        return self.rule

    def _offer(self, name: str, choices: list[tuple[object, object]]) -> None:
        cast("forms.MultipleChoiceField", self.fields[name]).choices = choices
        if not choices:
            del self.fields[name]


def _as_initial(rule: FieldRule, field: CustomField) -> dict[str, object]:
    names = ("does", "kinds", "priorities", "agreement", "organisation")
    return {name: getattr(rule, name) for name in names} | {
        "answers": [_answer(rule.other_id, said) for said in rule.other_is],
        "value": initial_of(field, rule.value),
    }


def _answer(field: int | None, said: str) -> str:
    return f"{field}{_BETWEEN}{said}"


class PreviewForm(forms.Form):
    """As whom to look at the form."""

    organisation = forms.ModelChoiceField(
        Organisation.objects.order_by("name"),
        label=gettext_lazy("Organisation"),
        required=False,
        empty_label=gettext_lazy("nobody in particular"),
    )
    agreement = forms.ModelChoiceField(
        Agreement.objects.order_by("name"),
        label=gettext_lazy("Or everybody under an agreement"),
        required=False,
        empty_label="—",
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language"), choices=[("nl", "Nederlands"), ("en", "English")]
    )
