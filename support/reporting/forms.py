"""The customers' forms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from support.asking.asked import asked_of
from support.asking.forms import AskedForm
from support.forms.uploads import FilesField
from support.reporting.guard import GuardedForm
from tickets.models import Kind, Priority


def of_offer(offered: Mapping[str, Any]) -> dict[str, Any]:
    """What the form of a report is made with, of what `support.offer` offers."""
    return {
        "kinds": [card["value"] for card in offered["kind_cards"]],
        "priorities": [card["value"] for card in offered["priority_cards"]],
        "asked": asked_of(**offered["asks_for"]),
    }


class ReplyForm(forms.Form):
    """A reply to us."""

    text = forms.CharField(
        label=gettext_lazy("Your message"),
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=100_000,
    )
    attachments = FilesField(label=gettext_lazy("Files"), required=False)


class ReportForm(AskedForm, GuardedForm):
    """A report: who, what it is, how bad, the words, and what else is asked of such a one."""

    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=gettext_lazy("Your e-mail address"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    kind = forms.ChoiceField(label=gettext_lazy("What is it?"), widget=forms.RadioSelect)
    priority = forms.ChoiceField(
        label=gettext_lazy("How much does it hinder you?"),
        widget=forms.RadioSelect,
        choices=Priority.choices,
        required=False,
    )
    subject = forms.CharField(label=gettext_lazy("In one line"), max_length=200)
    text = forms.CharField(
        label=gettext_lazy("What happened?"),
        widget=forms.Textarea(attrs={"rows": 8}),
        max_length=100_000,
        help_text=gettext_lazy("What did you do, what did you expect, what did you see?"),
    )
    attachments = FilesField(
        label=gettext_lazy("Files"),
        required=False,
        help_text=gettext_lazy("Screenshots help us most. Together at most 25 MB."),
    )

    def __init__(
        self, *args: Any, kinds: list[str], priorities: list[str] | None = None, **kwargs: Any
    ) -> None:
        """kinds, priorities: that can be reported; without priorities, all that there are."""
        super().__init__(*args, **kwargs)
        choices = [(kind, label) for kind, label in Kind.choices if kind in kinds]
        self.fields["kind"] = forms.ChoiceField(
            label=_("What is it?"), choices=choices, widget=forms.RadioSelect
        )
        known = Priority.values if priorities is None else priorities
        asked = [(each, label) for each, label in Priority.choices if each in known]
        cast("forms.ChoiceField", self.fields["priority"]).choices = asked

    def clean(self) -> dict[str, object]:
        """An incident needs a priority: what is promised hangs on it, where there are any."""
        data = super().clean() or {}
        offered = cast("forms.ChoiceField", self.fields["priority"]).choices
        if offered and data.get("kind") == Kind.INCIDENT and not data.get("priority"):
            self.add_error("priority", _("Choose how much the incident hinders you."))
        return data
