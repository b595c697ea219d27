"""Promises and steps of escalation in the form of their edition."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sla import engine
from sla.admin.fields import HoursField, WarningsField, WordsField
from sla.agreements import target_data
from sla.models import Edition, EscalationStep, Target
from tickets.models import Channel, Kind, Priority


class TargetForm(forms.ModelForm):
    """One promise: kinds and priorities to tick, words by language, warnings as 50, 80."""

    ticket_kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Kinds of ticket"),
        choices=Kind.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    priorities = forms.MultipleChoiceField(
        label=gettext_lazy("Priorities"),
        choices=Priority.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=gettext_lazy("None chosen: any, also none."),
    )
    channels = forms.MultipleChoiceField(
        label=gettext_lazy("Reported by"),
        choices=Channel.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=gettext_lazy("None chosen: any."),
    )
    words = WordsField(label=gettext_lazy("In short"))
    warnings = WarningsField(
        label=gettext_lazy("Warn at %"),
        required=False,
        help_text=gettext_lazy("Percentages of the working time, such as 50, 80."),
    )

    class Meta:
        model = Target
        fields = (
            "promise",
            "clause",
            "ticket_kinds",
            "priorities",
            "measure",
            "hours",
            "days",
            "strength",
            "channels",
            "phone_required",
            "pauses_while_waiting",
            "from_change",
            "warnings",
            "words",
        )
        field_classes = {"hours": HoursField, "days": HoursField}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["days"].required = False

    def clean_days(self) -> Decimal:
        """Nothing typed is none."""
        return self.cleaned_data["days"] or Decimal(0)

    def _post_clean(self) -> None:
        """What the clock can't read is refused at the promise itself."""
        super()._post_clean()  # type: ignore[misc]
        if self.errors or self.cleaned_data.get("DELETE"):
            return
        target = self.instance
        try:
            engine.Target.read(target_data(target) | {"key": target.key or "x"}).check_written()
        except ValueError as error:
            self.add_error(None, _("This can't be promised: %(error)s.") % {"error": error})


class TargetFormSet(forms.BaseInlineFormSet):
    """The promises in their order, each with a key by which editions are compared."""

    def save_new(self, form: Any, commit: bool = True) -> Any:
        """A new promise gets a key of its own, and comes last."""
        edition: Edition = self.instance
        taken = set(edition.targets.values_list("key", flat=True))
        target = form.instance
        wanted = slugify("-".join([target.promise, *(target.priorities or target.ticket_kinds)]))[
            :40
        ]
        target.key, number = wanted, 1
        while target.key in taken:
            number += 1
            target.key = f"{wanted}-{number}"
        target.position = max(edition.targets.values_list("position", flat=True), default=-1) + 1
        return super().save_new(form, commit)


class TargetInline(admin.StackedInline):
    """The promises of a draft."""

    model = Target
    form = TargetForm
    formset = TargetFormSet
    extra = 0
    classes = ("edition-targets",)
    fieldsets = (
        (None, {"fields": (("promise", "clause"), ("ticket_kinds", "priorities"))}),
        (None, {"fields": (("measure", "hours"), ("days", "warnings"))}),
        (None, {"fields": (("channels", "strength"),)}),
        (None, {"fields": (("phone_required", "pauses_while_waiting", "from_change"), "words")}),
    )


class StepForm(forms.ModelForm):
    """A step of escalation: at a share, or so many hours after the deadline."""

    to = forms.MultipleChoiceField(
        label=gettext_lazy("To"),
        choices=EscalationStep.Recipient.choices,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = EscalationStep
        fields = ("share", "after_hours", "to")
        field_classes = {"after_hours": HoursField}

    def clean(self) -> dict[str, Any]:
        """A share from 1 to 100; hours only after the deadline."""
        data: dict[str, Any] = super().clean() or {}
        share, after = data.get("share", 100), data.get("after_hours", 0)
        if not 0 < share <= 100 or after < 0:
            raise ValidationError({"share": _("Give a percentage from 1 to 100.")})
        if after and share < 100:
            raise ValidationError({"after_hours": _("Hours after the deadline go with 100 %.")})
        return data


class StepInline(admin.StackedInline):
    """Who hears when."""

    model = EscalationStep
    form = StepForm
    extra = 0
    fieldsets = ((None, {"fields": (("share", "after_hours"), "to")}),)
