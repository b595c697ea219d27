"""What is asked of maintenance and of updates."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy, pgettext_lazy

from sla.models import Maintenance, Service, UpdateDecision
from sla.models.service import ServiceQuerySet

WRITTEN = ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S")
MOST_MINUTES = 60 * 24 * 31


def _moment(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateTimeField:
    """A moment to the minute; on the wall clock that the page runs on."""
    return forms.DateTimeField(
        label=label,
        required=required,
        help_text=help_text,
        input_formats=WRITTEN,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )


def _minutes() -> forms.IntegerField:
    return forms.IntegerField(
        label=gettext_lazy("Expected unavailability (minutes)"),
        min_value=0,
        max_value=MOST_MINUTES,
        required=False,
        help_text=gettext_lazy("Of the time it takes; 0 if nobody notices."),
    )


def _words_field(label: Any, most: int, rows: int = 2, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=most,
        required=False,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class ServicesField(forms.ModelMultipleChoiceField):
    """Services, each with whose it is."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, service: Any) -> str:
        """Two customers may have a “Website”."""
        return f"{service.name} · {service.organisation or service.agreement.name}"


def _services() -> ServicesField:
    return ServicesField(
        queryset=Service.objects.none(), label=gettext_lazy("Services"), required=True
    )


def _open_services() -> ServiceQuerySet:
    provided = Service.objects.select_related("agreement", "contract__organisation")
    return provided.exclude(ends_on__lt=timezone.localdate()).order_by("agreement__name", "name")


class AnnounceForm(forms.Form):
    """Maintenance to announce. What each kind must say, the ledger knows (2.B, 2.C)."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What is it?"),
        choices=[
            ("planned", gettext_lazy("Planned: nature, times and unavailability are needed (2.B)")),
            ("emergency", gettext_lazy("Emergency: cause and work are needed (2.C)")),
            ("supplier", gettext_lazy("A supplier's, passed on: nature and times are needed")),
        ],
        widget=forms.RadioSelect,
        initial=Maintenance.Kind.PLANNED,
    )
    services = _services()
    nature = forms.CharField(
        label=gettext_lazy("Nature of the work"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Customers read it, as all that you write here."),
    )
    cause = forms.CharField(
        label=pgettext_lazy("maintenance", "Cause"),
        max_length=400,
        required=False,
        help_text=gettext_lazy("Of emergency maintenance."),
    )
    work = _words_field(gettext_lazy("Work to be done"), 10_000, 3)
    begins_at = _moment(gettext_lazy("Begins"))
    ends_at = _moment(
        gettext_lazy("Expected to end"),
        required=False,
        help_text=gettext_lazy("Of emergency maintenance, if known."),
    )
    expected_minutes = _minutes()
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    sometimes = ("nature", "cause", "work", "ends_at", "expected_minutes")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["services"]
        field.queryset = _open_services()

    def maintenance(self, decision: UpdateDecision | None = None) -> Maintenance:
        """What was asked for, not saved."""
        names = ("kind", "nature", "cause", "work", "begins_at", "ends_at", "expected_minutes")
        said = {name: self.cleaned_data[name] for name in names}
        return Maintenance(decision=decision, **said)


class ChangeForm(forms.Form):
    """Other times, and why. seen: the version that they were looked at in."""

    begins_at = _moment(gettext_lazy("Begins"))
    ends_at = _moment(gettext_lazy("Expected to end"), required=False)
    expected_minutes = _minutes()
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=2000,
        help_text=gettext_lazy("Customers read it."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    sometimes = ("ends_at", "expected_minutes")


class MomentForm(forms.Form):
    """When it began, or was done."""

    at = _moment(gettext_lazy("At"))


class CancelForm(forms.Form):
    """Why it will not be."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=2000,
        help_text=gettext_lazy("Customers read it."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class UpdateForm(forms.Form):
    """How an update is done."""

    what = forms.CharField(
        label=gettext_lazy("Which update?"),
        max_length=200,
        help_text=gettext_lazy("Such as “PHP 8.4.3, security”."),
    )
    services = _services()
    way = forms.ChoiceField(
        label=gettext_lazy("How is it done?"),
        choices=UpdateDecision.Way.choices,
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=gettext_lazy("Why so?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("What the analysis was: how urgent, how great the risk."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["services"]
        field.queryset = _open_services()
