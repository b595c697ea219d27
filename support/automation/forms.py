"""The forms of macros and triggers, but for their rows (support.automation.rows)."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from support.automation.models import Macro, Trigger, TriggerEvent
from support.automation.steps import in_words, names_of
from support.sharing.forms import SharedForm
from tickets.models import User

_LASTING = {TriggerEvent.WAITING.value, TriggerEvent.SOLVED.value}


class MacroForm(SharedForm[Macro]):
    """What a macro is called, with the scopes that its writer may give it."""

    class Meta:
        model = Macro
        fields = ("title", "scope")


class BulkMacroForm(forms.Form):
    """Which macro, in words what it does."""

    macro = forms.ModelChoiceField(
        label=gettext_lazy("Macro"), queryset=Macro.objects.none(), widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = names_of()
        field = forms.ModelChoiceField(
            label=_("Macro"),
            queryset=Macro.objects.usable_by(user),
            widget=forms.RadioSelect,
            empty_label=None,
        )
        field.label_from_instance = lambda macro: f"{macro}: {in_words(macro.steps, names=names)}"  # type: ignore[method-assign, assignment]
        self.fields["macro"] = field


class TriggerForm(forms.ModelForm):
    """What a trigger is called and listens to."""

    sometimes: ClassVar = {"werkdagen"}

    events = forms.MultipleChoiceField(
        label=gettext_lazy("What it listens to"),
        choices=TriggerEvent.choices,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Trigger
        fields = ("name", "position", "events", "werkdagen", "match")
        widgets: ClassVar = {"match": forms.RadioSelect}

    def clean(self) -> dict[str, object]:
        """What lasts has a length."""
        data = super().clean() or {}
        if _LASTING & {*data.get("events", [])} and not data.get("werkdagen"):
            self.add_error("werkdagen", _("Say how many werkdagen."))
        return data
