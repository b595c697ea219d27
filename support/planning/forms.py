"""The forms of the planning pages: a moment, a new release, a schedule, and what is live."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.core.validators import MinValueValidator
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from sla.models import Agreement, Release, ReleaseSchedule
from sla.planning import contents
from sla.release_names import name_for
from sla.releases import refusal
from tickets.models import Ticket

PLANNED, HOTFIX = "planned", "hotfix"


def _moment(label: Any, **options: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, widget=widget, **options)


def _coming(moment: datetime) -> datetime:
    if moment <= timezone.now():
        raise forms.ValidationError(_("A release must be planned in the future."))
    return moment


class MoveForm(forms.Form):
    """To when a release moves."""

    to = _moment(gettext_lazy("New moment"))

    def clean_to(self) -> datetime:
        """Only to a moment that is still to come."""
        return _coming(self.cleaned_data["to"])


class AddForm(forms.Form):
    """A release outside the schedule, or a hotfix."""

    kind = forms.ChoiceField(
        label=pgettext_lazy("release", "What is it?"),
        choices=[
            (PLANNED, gettext_lazy("A planned release: Medium is due with it")),
            (HOTFIX, gettext_lazy("A hotfix: it stands apart, no deadline follows it (2.A)")),
        ],
        widget=forms.RadioSelect,
    )
    planned_at = _moment(gettext_lazy("Goes live"))
    name = forms.CharField(
        label=pgettext_lazy("release", "Name"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("Left empty, it is named after its date."),
    )

    def __init__(self, *args: Any, agreement: Agreement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agreement = agreement

    def clean_planned_at(self) -> datetime:
        """Still to come, and at a moment that no other release has."""
        moment = _coming(self.cleaned_data["planned_at"])
        if self.agreement.releases.filter(planned_at=moment, skipped_at=None).exists():
            raise forms.ValidationError(_("There is a release at that moment already."))
        return moment

    def clean_name(self) -> str:
        """One that no other release has."""
        name = str(self.cleaned_data["name"]).strip()
        if self.agreement.releases.filter(name=name).exists():
            raise forms.ValidationError(_("There is a release with that name already."))
        return name

    def release(self) -> Release:
        """What was asked for, not saved."""
        data = self.cleaned_data
        hotfix = data["kind"] == HOTFIX
        name = data["name"] or name_for(self.agreement, data["planned_at"], hotfix=hotfix)
        return Release(
            agreement=self.agreement, name=name, planned_at=data["planned_at"], is_hotfix=hotfix
        )


class ScheduleForm(forms.ModelForm):
    """How often, from which day, and at what time."""

    class Meta:
        model = ReleaseSchedule
        fields = ("every_weeks", "first_on", "at_time", "minutes_down")
        widgets: ClassVar = {
            "first_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "at_time": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "every_weeks": forms.NumberInput(attrs={"min": 1, "max": 26}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["every_weeks"].validators.append(MinValueValidator(1))
        self.fields["first_on"].help_text = _("Its weekday is the weekday of all releases.")
        self.fields["at_time"].help_text = _("The same on the clock in summer and in winter.")
        self.fields["minutes_down"].required = False

    def clean_minutes_down(self) -> int:
        """What is left empty stays as it was."""
        given = self.cleaned_data["minutes_down"]
        return self.instance.minutes_down if given is None else int(given)


class LiveForm(forms.Form):
    """Since when a release is live, and which tickets that solves."""

    live_at = _moment(gettext_lazy("Live since"), required=False)
    early = forms.BooleanField(
        label=gettext_lazy("It goes live now, earlier than planned"), required=False
    )
    tickets = forms.ModelMultipleChoiceField(queryset=Ticket.objects.none(), required=False)
    text = forms.CharField(
        label=gettext_lazy("To the reporters"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=10_000,
        required=False,
    )

    def __init__(self, *args: Any, release: Release, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.release, self.now = release, now
        self.is_early = release.live_at is None and release.planned_at > now
        chosen = forms.ModelMultipleChoiceField(queryset=contents(release), required=False)
        self.fields["tickets"] = chosen
        if self.is_early or release.live_at is not None:
            del self.fields["live_at"]
        if not self.is_early:
            del self.fields["early"]

    @property
    def since(self) -> datetime:
        """Since when it is live, by what was filled in."""
        if self.release.live_at is not None:
            return self.release.live_at
        return self.cleaned_data.get("live_at") or self.now

    def clean(self) -> dict[str, object]:
        """A moment that can be, and a yes where it is early."""
        data = super().clean() or self.cleaned_data
        if self.release.live_at is None and "live_at" not in self.errors:
            problem = refusal(
                self.release, at=self.since, now=self.now, early=bool(data.get("early"))
            )
            if problem:
                field = "early" if self.is_early else "live_at"
                self.add_error(field if self.release.skipped_at is None else None, problem)
        return data
