"""What is asked of outages, claims and credits."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sla import outages
from sla.models import Contract, Outage, Service
from sla.terms import in_language
from support.forms.uploads import FilesField

WRITTEN = ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S")


def _moment(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateTimeField:
    """A moment to the second; on the wall clock that the page runs on."""
    return forms.DateTimeField(
        label=label,
        required=required,
        help_text=help_text,
        input_formats=WRITTEN,
        widget=forms.DateTimeInput(
            attrs={"type": "datetime-local", "step": "1"}, format="%Y-%m-%dT%H:%M:%S"
        ),
    )


def _reason(label: Any = None) -> forms.CharField:
    label = label or gettext_lazy("Reason")
    return forms.CharField(label=label, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))


class RestoredForm(forms.Form):
    """When it was there again."""

    at = _moment(gettext_lazy("There again since"))


class CauseForm(forms.Form):
    """What it came from, out of the agreement's list."""

    cause = forms.ChoiceField(label=gettext_lazy("Cause"))
    reason = _reason()

    def __init__(self, *args: Any, outage: Outage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        counts, not_counts = _("counts"), _("does not count")
        field: Any = self.fields["cause"]
        field.choices = [
            (cause.key, f"{in_language(cause.words)} ({counts if cause.counts else not_counts})")
            for cause in outages.causes_of(outage)
        ]


class CorrectForm(forms.Form):
    """Its times put right."""

    reported_at = _moment(gettext_lazy("Reported by a customer"), required=False)
    detected_at = _moment(gettext_lazy("Detected by us"), required=False)
    down_since = _moment(gettext_lazy("Really down since"), required=False)
    restored_at = _moment(gettext_lazy("There again since"), required=False)
    reason = _reason()


class WithdrawForm(forms.Form):
    """Why it was none."""

    reason = _reason()


class DownForm(forms.Form):
    """An outage that somebody here saw."""

    at = _moment(gettext_lazy("Seen at"))
    down_since = _moment(
        gettext_lazy("Really down since"), required=False, help_text=gettext_lazy("If known.")
    )


class OfServiceForm(forms.Form):
    """Which of the customer's services a report says is down."""

    service = forms.ModelChoiceField(
        label=gettext_lazy("Which service is it about?"),
        queryset=Service.objects.none(),
        empty_label=None,
    )

    def __init__(self, *args: Any, services: Sequence[Service], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["service"]
        field.queryset = Service.objects.filter(pk__in=[each.pk for each in services])


class AnswerForm(forms.Form):
    """One answer to all who reported an outage."""

    text = forms.CharField(
        label=gettext_lazy("Answer"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 6})
    )
    solves = forms.BooleanField(label=gettext_lazy("Resolve these tickets with it"), required=False)


class NegligenceForm(forms.Form):
    """A credit on the second ground, which a person chooses."""

    contract = forms.ModelChoiceField(
        label=gettext_lazy("Contract"), queryset=Contract.objects.none(), empty_label=None
    )
    month = forms.DateField(
        label=gettext_lazy("Month"),
        input_formats=["%Y-%m"],
        widget=forms.DateInput(
            attrs={"type": "month", "placeholder": "2026-11", "pattern": "[0-9]{4}-[0-9]{2}"},
            format="%Y-%m",
        ),
    )
    granted = forms.DecimalField(
        label=gettext_lazy("Amount (€)"), max_digits=10, decimal_places=2, min_value=Decimal("0.01")
    )
    why = forms.CharField(
        label=gettext_lazy("What was negligent"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, contracts: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["contract"]
        field.queryset = contracts


class DecideForm(forms.Form):
    """What is decided of a claim."""

    begins_at = _moment(gettext_lazy("Accepted from"), required=False)
    ends_at = _moment(gettext_lazy("Accepted until"), required=False)
    reason = _reason(gettext_lazy("Answer to the customer"))


class ClaimForm(forms.Form):
    """An outage that a customer reports afterwards; about: what they bring against our figures of
    one, whose service is known.
    """

    service = forms.ModelChoiceField(
        label=gettext_lazy("Which service?"), queryset=Service.objects.none(), empty_label=None
    )
    begins_at = _moment(gettext_lazy("Down from"))
    ends_at = _moment(gettext_lazy("Down until"))
    text = forms.CharField(
        label=gettext_lazy("What did you notice?"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    attachments = FilesField(
        label=gettext_lazy("Evidence"),
        required=False,
        help_text=gettext_lazy("Screenshots, logs or measurements of your own."),
    )

    def __init__(self, *args: Any, services: Any, about: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["service"]
        field.queryset = services
        if about:
            del self.fields["service"]
            self.fields["text"].label = _("What was otherwise?")


class CreditForm(forms.Form):
    """What is granted, if it is another amount; and why."""

    amount = forms.DecimalField(
        label=gettext_lazy("Amount (€)"), max_digits=10, decimal_places=2, required=False
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
