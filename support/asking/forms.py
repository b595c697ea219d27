"""Forms that ask fields: their inputs, and what they bring."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from support.asking.asked import NOTHING, Asked, NotTaken
from tickets.models import CustomField, FieldType
from tickets.models.field import LINE, LONGEST

SEEN = "asked"
"""Under which a page says which fields it showed; one that it didn't can't have been left empty."""


def name_of(field: CustomField) -> str:
    """What a field is called in a form."""
    return f"field_{field.pk}"


def input_for(field: CustomField, kept: str, **how: object) -> forms.Field:
    """The input of a field. A choice that is no longer offered stays where it was chosen."""
    how = {"label": field.label, "required": False, "help_text": field.explanation} | how
    kind, how["choices"] = _INPUTS[FieldType(field.type)], choices_of(field, kept)
    return kind(**how)


def choices_of(field: CustomField, kept: str = "") -> list[tuple[str, str]]:
    """What can be chosen, with its words; nothing for a field in which something is typed."""
    if field.type == FieldType.YES_NO:
        return [("", "—"), ("true", _("yes")), ("false", _("no"))]
    gone = [(each, each) for each in kept.split("\n") if each and each not in field.options]
    empty = [("", "—")] if field.type == FieldType.CHOICE else []
    return [*empty, *field.labelled, *gone]


def _date(**how: Any) -> forms.Field:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(widget=widget, **_plain(how))


def _long(**how: Any) -> forms.Field:
    widget = forms.Textarea(attrs={"rows": 4})
    return forms.CharField(max_length=LONGEST, widget=widget, **_plain(how))


def _plain(how: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in how.items() if name != "choices"}


_INPUTS: Mapping[FieldType, Callable[..., forms.Field]] = {
    FieldType.TEXT: lambda **how: forms.CharField(max_length=LINE, **_plain(how)),
    FieldType.LONG: _long,
    FieldType.NUMBER: lambda **how: forms.DecimalField(max_digits=15, **_plain(how)),
    FieldType.DATE: _date,
    FieldType.CHOICE: forms.ChoiceField,
    FieldType.SEVERAL: partial(forms.MultipleChoiceField, widget=forms.CheckboxSelectMultiple),
    FieldType.YES_NO: forms.ChoiceField,
}


def initial_of(field: CustomField, kept: str) -> object:
    """A kept value as its input takes it."""
    return kept.split("\n") if kept and field.type == FieldType.SEVERAL else kept


class AskedForm(forms.Form):
    """A form of a report, which asks beside its own fields those that are asked of such a report.

    Which those are is decided from the kind and the priority in it and from the answers. A page
    without scripts does not know that beforehand: it is shown again, with what then is asked.
    """

    def __init__(self, *args: Any, asked: Asked = NOTHING, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = asked
        self.own = list(self.fields)
        for field in asked.visible:
            self.fields[name_of(field)] = input_for(field, "")

    @property
    def sometimes(self) -> set[str]:
        """What is needed in some cases, beside what the form itself names."""
        return {"priority"} | {
            name_of(field) for field in self.asked.visible if self._needed(field)
        }

    def clean(self) -> dict[str, object]:
        """With the values of fields together, as a report is opened with them."""
        data = super().clean() or {}
        data["values"] = {}
        if not self.asked.fields or "kind" not in data:
            return data
        how = {"kind": data["kind"], "priority": data.get("priority", "")}
        given = self._given()
        shown = self.asked.shown(**how, given=given)
        given = {field.pk: given[field.pk] for field in shown if field.pk in given}
        if any(field.pk not in given and name_of(field) not in self.errors for field in shown):
            self.add_error(
                None, _("Of such a report a little more is asked: fill it in, and send it again.")
            )
            return data
        try:
            data["values"] = self.asked.taken(**how, given=given)
        except NotTaken as said:
            for field in shown:
                if field.pk in said.wrong and name_of(field) not in self.errors:
                    self.add_error(name_of(field), said.wrong[field.pk])
        return data

    def parts(self) -> list[dict[str, Any]]:
        """The fields as a page shows them: each with whether it is asked as the form stands."""
        value = self.data.get if self.is_bound else self.initial.get
        decided = self.asked.decided(
            kind=str(value("kind") or ""),
            priority=str(value("priority") or ""),
            given=self._given(),
        )
        seen = self._seen()
        parts = []
        for field in self.asked.visible:
            decision = decided[field.pk]
            if decision.shown and decision.fill and field.pk not in seen:
                self._put(field, decision.fill)
            if decision.required and field.type != FieldType.SEVERAL:
                self.fields[name_of(field)].widget.attrs["required"] = True
            bound = self[name_of(field)]
            parts.append({"key": field.pk, "field": bound, "shown": decision.shown})
        return parts

    def _put(self, field: CustomField, fill: str) -> None:
        """Let what is filled in beforehand stand in a field that nobody has seen yet."""
        name, value = name_of(field), initial_of(field, fill)
        if not self.is_bound:
            self.initial[name] = value
            return
        data: Any = self.data
        self.data = data = data.copy()
        if isinstance(value, list) and hasattr(data, "setlist"):
            data.setlist(name, value)
        else:
            data[name] = value

    def _needed(self, field: CustomField) -> bool:
        rules = [
            rule for each in self.asked.questions if each.key == field.pk for rule in each.rules
        ]
        return any(rule.does == "require" for rule in rules)

    def _seen(self) -> set[int]:
        data = self.data if self.is_bound else self.initial
        listed = getattr(data, "getlist", None)
        seen = listed(SEEN) if listed else data.get(SEEN, [])
        known = {str(field.pk): field.pk for field in self.asked.visible}
        return {known[each] for each in map(str, seen) if each in known}

    def _given(self) -> Mapping[int, str]:
        """What was answered, as fields keep it; what does not fit counts as answered with nothing,
        and is an error already.
        """
        seen = self._seen()
        data = getattr(self, "cleaned_data", {}) if self.is_bound else self.initial
        given: dict[int, str] = {}
        for field in self.asked.visible:
            if field.pk not in seen:
                continue
            try:
                given[field.pk] = field.written(data.get(name_of(field), ""))
            except ValueError:
                given[field.pk] = ""
        return given
