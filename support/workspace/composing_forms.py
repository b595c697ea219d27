"""What agents write on a ticket: an answer or a note."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from support.desk.models import Then
from support.forms.uploads import FilesField


def _text(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label, widget=forms.Textarea(attrs={"rows": 7}), max_length=100_000
    )


class AnswerForm(forms.Form):
    """An answer, and what becomes of the ticket with it."""

    text = _text(gettext_lazy("Answer"))
    then = forms.ChoiceField(
        label=gettext_lazy("And then"),
        required=False,
        choices=Then.choices,
        widget=forms.RadioSelect,
    )
    attachments = FilesField(label=gettext_lazy("Files"), required=False)


class NoteForm(forms.Form):
    """A note for colleagues."""

    text = _text(gettext_lazy("Note"))
    attachments = FilesField(label=gettext_lazy("Files"), required=False)
