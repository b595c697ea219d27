"""What is sent, to whom and how often."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from support.regular.models import READERS, RegularReport, Rhythm
from support.reports.models import SavedReport
from tickets.models import User

COCKPIT = "cockpit"


class RegularForm(forms.Form):
    """A report that its writer may use, for people who may read reports."""

    report = forms.ChoiceField(label=gettext_lazy("What"))
    rhythm = forms.ChoiceField(
        label=gettext_lazy("How often"),
        choices=Rhythm.choices,
        widget=forms.RadioSelect,
        initial=Rhythm.WEEKLY,
    )
    receivers = forms.ModelMultipleChoiceField(
        User.objects.none(),
        label=gettext_lazy("For whom"),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "Leads and managers. Everybody gets what they may see: a lead what is the own team's."
        ),
        error_messages={"required": gettext_lazy("Choose who gets it.")},
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        usable = SavedReport.objects.usable_by(user)
        kept = [(str(pk), name) for pk, name in usable.values_list("pk", "name")]
        what: Any = self.fields["report"]
        what.choices = [(COCKPIT, _("Cockpit")), *kept]
        whom: Any = self.fields["receivers"]
        whom.queryset = User.objects.filter(is_active=True, role__in=READERS).order_by("name", "pk")
        self.initial["receivers"] = [user.pk]

    def ask(self, *, now: datetime) -> list[RegularReport]:
        """Write it down for each; gives what others had asked for already, which stays as it is."""
        data = self.cleaned_data
        report = None if data["report"] == COCKPIT else int(data["report"])
        stay = []
        for receiver in data["receivers"]:
            given = {"rhythm": data["rhythm"], "asked_by": self.user, "told_at": now}
            row, new = RegularReport.objects.select_for_update().get_or_create(
                report_id=report, receiver=receiver, defaults=given
            )
            if new or row.rhythm == data["rhythm"]:
                continue
            if not row.may_be_stopped_by(self.user):
                stay.append(row)
                continue
            row.rhythm, row.told_at = data["rhythm"], now
            row.save(update_fields=["rhythm", "told_at"])
        return stay
