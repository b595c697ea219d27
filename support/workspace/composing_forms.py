"""What agents write on a ticket: an answer or a note, and standard answers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from support import canned
from support.models import CannedReply, Draft
from support.uploads import FilesField
from tickets.models import User


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
        choices=Draft.Then.choices,
        widget=forms.RadioSelect,
    )
    attachments = FilesField(label=gettext_lazy("Files"), required=False)


class NoteForm(forms.Form):
    """A note for colleagues."""

    text = _text(gettext_lazy("Note"))
    attachments = FilesField(label=gettext_lazy("Files"), required=False)


class CannedForm(forms.ModelForm):
    """A standard answer, with the scopes that its writer may give it."""

    class Meta:
        model = CannedReply
        fields = ("title", "shortcut", "body", "language", "then", "scope")
        widgets = {"body": forms.Textarea(attrs={"rows": 10}), "scope": forms.RadioSelect}

    def __init__(self, *args: Any, user: User, scopes: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        labels = dict(CannedReply.Scope.choices)
        self.fields["scope"] = forms.ChoiceField(
            label=_("Who may use it"),
            choices=[(scope, labels[CannedReply.Scope(scope)]) for scope in scopes],
            widget=forms.RadioSelect,
            initial=CannedReply.Scope.OWN,
        )

    def clean_body(self) -> str:
        """Variables that do not exist are found here, not in a customer's mail."""
        body = str(self.cleaned_data["body"])
        if said := canned.problems(body):
            raise forms.ValidationError(said)
        return body

    def save(self, commit: bool = True) -> CannedReply:
        """With its owner, and the team if it is a team's."""
        reply: CannedReply = super().save(commit=False)
        if self.instance._state.adding:
            reply.owner = self.user
        if reply.scope != CannedReply.Scope.TEAM:
            reply.team = None
        elif reply.team is None:
            reply.team = self.user.team
        reply.save()
        return reply
