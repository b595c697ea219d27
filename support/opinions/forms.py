"""How it was."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from support.desk.opinions import MARKS


class OpinionForm(forms.Form):
    """A mark, and why if they like."""

    mark = forms.ChoiceField(
        label=gettext_lazy("How was it?"), choices=list(MARKS.items()), widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=gettext_lazy("What made it so?"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
