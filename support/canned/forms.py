"""The form of a standard answer."""

from __future__ import annotations

from django import forms

from support.canned import filling
from support.canned.models import CannedReply
from support.sharing.forms import SharedForm


class CannedForm(SharedForm[CannedReply]):
    """A standard answer, with the scopes that its writer may give it."""

    class Meta:
        model = CannedReply
        fields = ("title", "shortcut", "body", "language", "then", "scope")
        widgets = {"body": forms.Textarea(attrs={"rows": 10}), "scope": forms.RadioSelect}

    def clean_body(self) -> str:
        """Variables that do not exist are found here, not in a customer's mail."""
        body = str(self.cleaned_data["body"])
        if said := filling.problems(body):
            raise forms.ValidationError(said)
        return body
