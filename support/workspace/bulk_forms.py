"""What a verb for many tickets asks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from support.workspace.filters import NOBODY
from tickets.models import Team, User


class BulkTextForm(forms.Form):
    """Something to say on each of them."""

    text = forms.CharField(
        label=gettext_lazy("Text"), widget=forms.Textarea(attrs={"rows": 6}), max_length=100_000
    )


class BulkAssignForm(forms.Form):
    """Who takes them; what is not chosen stays as it is on each."""

    agent = forms.ChoiceField(label=gettext_lazy("Agent"), required=False)
    team = forms.ChoiceField(label=gettext_lazy("Team"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.can_be_given_work()
        stays = ("", _("as it is"))
        agents = [stays, (NOBODY, _("nobody")), *people.values_list("pk", "name")]
        teams = [stays, *Team.objects.values_list("pk", "name")]
        self.fields["agent"] = forms.ChoiceField(label=_("Agent"), choices=agents, required=False)
        self.fields["team"] = forms.ChoiceField(label=_("Team"), choices=teams, required=False)

    def clean(self) -> dict[str, Any]:
        """Something has to change."""
        data = super().clean() or {}
        if not data.get("agent") and not data.get("team"):
            raise forms.ValidationError(_("Choose an agent or a team."))
        return data
