"""The form that asks why a promise was missed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from support.causes.models import Cause


class CauseForm(forms.Form):
    """The cause, a note, and which promise; none named means all that nobody explained."""

    sometimes: ClassVar = {"promise"}

    cause = forms.ModelChoiceField(
        label=_("Cause"), queryset=Cause.objects.in_use(), empty_label=_("Choose a cause")
    )
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=300,
        help_text=_("For colleagues; customers don't see it."),
    )
    promise = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput)

    def offer(self, known: Iterable[Cause]) -> None:
        """Show these to choose from, instead of asking which there are."""
        cause = cast("forms.ModelChoiceField[Cause]", self.fields["cause"])
        cause.choices = [("", cause.empty_label), *((each.pk, str(each)) for each in known)]
