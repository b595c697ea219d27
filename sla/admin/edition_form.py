"""The form of an edition: every term a field of its own, none of it raw JSON."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sla import editions
from sla.admin.fields import CreditField, HoursField, WordsField
from sla.agreements import number
from sla.engine.availability_terms import KNOWN
from sla.models import Edition
from sla.terms import CLAUSES
from sla.wording import PRIORITIES
from tickets.models import Kind, Priority

CLAUSE_FIELDS = {f"clause_{name}": name for name in CLAUSES}
TEXT_FIELDS = {f"priorities_{priority}": ("priorities", priority) for priority in PRIORITIES}


class EditionForm(forms.ModelForm):
    """An edition with its terms. What of them it knows nothing of is kept."""

    notice_days = forms.IntegerField(label=gettext_lazy("Days"), min_value=0, required=False)
    notice_months = forms.IntegerField(label=gettext_lazy("Months"), min_value=0, required=False)
    exit_at_renewal = forms.BooleanField(
        label=gettext_lazy("After a change the customer may end the contract at its next renewal"),
        required=False,
    )
    guarantee = forms.DecimalField(
        label=gettext_lazy("Guaranteed a calendar month (%)"),
        validators=[MinValueValidator(0), MaxValueValidator(100)],
        required=False,
        localize=True,
    )
    counts_above_minutes = forms.IntegerField(
        label=gettext_lazy("An outage counts above (minutes)"), min_value=0, required=False
    )
    availability_clause = forms.CharField(label=gettext_lazy("Clause"), required=False)
    credits = CreditField(
        label=gettext_lazy("Credit on the monthly fee"),
        required=False,
        help_text=gettext_lazy("Empty a row to drop it; save to get more rows."),
    )
    warn_after_days = forms.IntegerField(
        label=gettext_lazy("List what has no release after (days)"), min_value=1, required=False
    )
    release_after_days = HoursField(
        label=gettext_lazy("A release does not count after waiting (working days)"),
        min_value=0,
        max_value=100,
        decimal_places=2,
        required=False,
        help_text=gettext_lazy("Without a break, when it came. Empty: 1."),
    )
    triage_hours = HoursField(
        label=gettext_lazy("Judge new reports within (working hours)"),
        min_value=0,
        max_value=1000,
        decimal_places=2,
        required=False,
        help_text=gettext_lazy(
            "Our own rule. Empty: by the first deadline that it would have if it were worse."
        ),
    )
    triage_priorities = forms.MultipleChoiceField(
        label=gettext_lazy("It may turn out to be"),
        choices=Priority.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=gettext_lazy("None chosen: High and Medium."),
    )
    ticket_kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Kinds of report offered"),
        choices=Kind.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=gettext_lazy("None chosen: all of them."),
    )
    clause_phone = forms.CharField(label=CLAUSES["phone"], required=False)
    clause_caller = forms.CharField(label=CLAUSES["caller"], required=False)
    clause_declined = forms.CharField(label=CLAUSES["declined"], required=False)
    clause_priority = forms.CharField(label=CLAUSES["priority"], required=False)
    clause_amendments = forms.CharField(label=CLAUSES["amendments"], required=False)
    priorities_hoog = WordsField(label=PRIORITIES["hoog"], rows=4)
    priorities_middel = WordsField(label=PRIORITIES["middel"], rows=4)
    priorities_laag = WordsField(label=PRIORITIES["laag"], rows=4)

    class Meta:
        model = Edition
        fields = ("agreement", "in_force_on", "calendar")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        terms = self.instance.terms or {}
        notice, availability = terms.get("notice", {}), terms.get("availability", {})
        guarantee = availability.get("guarantee")
        said = {
            "notice_days": notice.get("days"),
            "notice_months": notice.get("months"),
            "exit_at_renewal": notice.get("exit_at_renewal", False),
            "guarantee": Decimal(guarantee) if guarantee else None,
            "counts_above_minutes": availability.get("counts_above_minutes"),
            "availability_clause": availability.get("clause", ""),
            "credits": availability.get("credits", []),
            "warn_after_days": terms.get("planning", {}).get("warn_after_days"),
            "release_after_days": terms.get("waiting", {}).get("release_after_days"),
            "triage_hours": terms.get("triage", {}).get("hours"),
            "triage_priorities": terms.get("triage", {}).get("priorities", []),
            "ticket_kinds": terms.get("ticket_kinds", []),
        }
        for field, name in CLAUSE_FIELDS.items():
            said[field] = terms.get("clauses", {}).get(name, "")
        for field, (table, priority) in TEXT_FIELDS.items():
            said[field] = terms.get(table, {}).get(priority, {})
        self.initial = {**said, **self.initial}

    def clean(self) -> dict[str, Any]:
        """A date inside the notice period is refused with the first possible one."""
        data: dict[str, Any] = super().clean() or {}
        agreement = data.get("agreement") or (self.instance.pk and self.instance.agreement)
        if not agreement:
            return data
        others = agreement.editions.exclude(pk=self.instance.pk)
        if waiting := others.filter(announced_at=None).first():
            text = _("There is a draft already: edition %(number)d.")
            self.add_error(None, text % {"number": waiting.number})
        if day := data.get("in_force_on"):
            asked = Edition(pk=self.instance.pk, agreement=agreement, in_force_on=day)
            if problem := editions.too_early(asked, now=timezone.now()):
                self.add_error("in_force_on", problem)
        return data

    def save(self, commit: bool = True) -> Any:
        """Write the fields into the terms; a new edition gets the next number."""
        self.instance.terms = self._terms()
        if self.instance.pk is None:
            self.instance.number = editions.next_number(self.instance.agreement)
        return super().save(commit)

    def _terms(self) -> dict[str, Any]:
        data, terms = self.cleaned_data, dict(self.instance.terms or {})
        _fill(
            terms,
            "notice",
            {
                "days": data["notice_days"],
                "months": data["notice_months"],
                "exit_at_renewal": data["exit_at_renewal"] or None,
            },
        )
        _fill(terms, "planning", {"warn_after_days": data["warn_after_days"]})
        within = data["triage_hours"]
        _fill(
            terms,
            "triage",
            {
                "hours": number(within) if within else None,
                "priorities": data["triage_priorities"],
            },
        )
        waits = data["release_after_days"]
        _fill(terms, "waiting", {"release_after_days": None if waits is None else number(waits)})
        _fill(terms, "availability", _availability(data))
        _fill(terms, "clauses", {name: data[field] for field, name in CLAUSE_FIELDS.items()})
        for field, (table, priority) in TEXT_FIELDS.items():
            _fill(terms, table, {priority: data[field]})
        if set(data["ticket_kinds"]) != set(terms.get("ticket_kinds", ())):
            terms["ticket_kinds"] = data["ticket_kinds"]
        return {name: value for name, value in terms.items() if value}


def _availability(data: Mapping[str, Any]) -> dict[str, Any]:
    """The terms on availability; without a guarantee there are none."""
    if data["guarantee"] is None:
        return dict.fromkeys(KNOWN)
    return {
        "guarantee": str(data["guarantee"]),
        "counts_above_minutes": data["counts_above_minutes"] or 0,
        "clause": data["availability_clause"],
        "credits": data["credits"],
    }


def _fill(terms: dict[str, Any], table: str, values: Mapping[str, Any]) -> None:
    """Put values into a table of the terms; what is empty goes out."""
    filled = {**terms.get(table, {}), **values}
    terms[table] = {
        name: value for name, value in filled.items() if value not in ("", None, [], {})
    }
