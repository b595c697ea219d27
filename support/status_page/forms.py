"""What is asked for the status page: an address, an update, and what is public of a service."""

from __future__ import annotations

import re
from typing import ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sla.models import OutageEvent
from support.reporting.guard import GuardedForm
from support.status_page.models import ShownService

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class SubscribeForm(GuardedForm):
    """An address that wants our letters."""

    email = forms.EmailField(
        label=gettext_lazy("Your e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class UpdateForm(forms.Form):
    """What everybody who may see an outage is told of it."""

    progress = forms.ChoiceField(
        label=gettext_lazy("How far are we?"), choices=OutageEvent.Progress.choices
    )
    nl = forms.CharField(
        label=gettext_lazy("In Dutch"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4, "lang": "nl"}),
    )
    en = forms.CharField(
        label=gettext_lazy("In English"),
        max_length=2000,
        required=False,
        help_text=gettext_lazy("Without it, who reads English gets the Dutch text."),
        widget=forms.Textarea(attrs={"rows": 4, "lang": "en"}),
    )

    def clean(self) -> dict[str, object]:
        """Programs read these texts too, and take no control characters."""
        said = super().clean() or {}
        return said | {name: _CONTROL.sub("", said.get(name, "")) for name in ("nl", "en")}


class ShownForm(forms.ModelForm):
    """What is public of a service."""

    class Meta:
        model = ShownService
        fields = ("public", "name", "place")
        labels: ClassVar = {"public": gettext_lazy("On the public status page")}

    def clean_name(self) -> str:
        """A name that says something, where everybody reads it."""
        name = _CONTROL.sub("", self.cleaned_data["name"]).strip()
        if self.cleaned_data.get("public") and not name:
            raise forms.ValidationError(_("Give it the name that everybody will read."))
        return name
