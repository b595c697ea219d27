"""What a verb for many tickets asks."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sla.models import Release
from sla.releases import all_coming
from support.queue.filters import NOBODY
from tickets.models import CustomField, Team, User


class BulkTextForm(forms.Form):
    """Something to say on each of them."""

    text = forms.CharField(
        label=gettext_lazy("Text"), widget=forms.Textarea(attrs={"rows": 6}), max_length=100_000
    )


class BulkAssignForm(forms.Form):
    """Who takes them; what is not chosen stays as it is on each."""

    sometimes: ClassVar = {"agent", "team"}

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

    def clean(self) -> dict[str, object]:
        """Something has to change."""
        data = super().clean() or {}
        if not data.get("agent") and not data.get("team"):
            raise forms.ValidationError(_("Choose an agent or a team."))
        return data


class BulkPlanForm(forms.Form):
    """Into which release; it must be of the agreement of each."""

    release = forms.ModelChoiceField(
        label=gettext_lazy("Release"),
        queryset=Release.objects.none(),
        required=False,
        empty_label=gettext_lazy("in no release"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        coming = all_coming(now=timezone.now()).select_related("agreement")
        self.fields["release"] = _ReleaseField(
            label=_("Release"),
            queryset=coming.order_by("agreement__name", "planned_at"),
            required=False,
            empty_label=_("in no release"),
        )


class _ReleaseField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        """With the agreement: two of them may have a release on one day."""
        return f"{obj.agreement.name}: {obj}"


class BulkFieldForm(forms.Form):
    """Which field, and what is filled in on each of them."""

    sometimes: ClassVar = {"value"}

    field = forms.ModelChoiceField(
        label=gettext_lazy("Field"), queryset=CustomField.objects.none(), empty_label=None
    )
    value = forms.CharField(
        label=gettext_lazy("Value"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("Empty takes out what is filled in. A date is written 2026-12-31."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["field"] = forms.ModelChoiceField(
            label=_("Field"), queryset=CustomField.objects.in_use(), empty_label=None
        )

    def clean(self) -> dict[str, object]:
        """The value as the verb takes it."""
        data = super().clean() or {}
        if (chosen := data.get("field")) is not None:
            data["values"] = {chosen.pk: data.get("value", "")}
        return data
