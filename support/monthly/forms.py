"""What is asked of whoever issues a report."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from support.monthly.issuing import REASON


class IssueForm(forms.Form):
    """That they looked at this draft; of a correction, why."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)
    reason = forms.CharField(
        label=gettext_lazy("Why it is corrected"),
        max_length=REASON,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("The customer reads it in the new version and in the letter."),
    )

    def __init__(self, *args: object, correction: bool, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        if not correction:
            del self.fields["reason"]
