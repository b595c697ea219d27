"""The form of something that is shared: for whom, among those whom its writer may give it to."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from django import forms
from django.utils.translation import gettext as _

from support.sharing.models import Audience, Shared, scopes_of
from tickets.models import User

Kept = TypeVar("Kept", bound=Shared)


class SharedForm(forms.ModelForm, Generic[Kept]):
    """Owner and team follow from who writes it and for whom."""

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["scope"] = forms.ChoiceField(
            label=_("Who may use it"),
            choices=[(scope, scope.label) for scope in scopes_of(user)],
            widget=forms.RadioSelect,
            initial=Audience.OWN,
        )

    def save(self, commit: bool = True) -> Kept:
        """With its owner, and the team if it is a team's."""
        kept: Kept = super().save(commit=False)
        if kept._state.adding:
            kept.owner = self.user
        if kept.scope != Audience.TEAM:
            kept.team = None
        elif kept.team is None:
            kept.team = self.user.team
        kept.save()
        return kept
