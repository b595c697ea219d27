"""The forms of the what-if page: the question, and one for each target that can be edited."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sla import editions, engine, terms
from sla.agreements import number, target_data
from sla.engine.agreement import ANY, BY_PHONE, NOT_BY_PHONE, TIMED
from sla.engine.dates import months_later
from sla.models import Edition, Target
from sla.whatif import Sample
from tickets.models import Organisation

OWN, UNDER, EVERY = "own", "agreement", "all"
MOST_HOURS = 2000  # a year of working days
MOST_YEARS = 5
EDITABLE = ("hours", "days", "measure", "channels", "phone_required", "pauses_while_waiting")
OWN_LIST = "list"


def periods(today: date) -> dict[str, tuple[str, date, date]]:
    """What can be chosen: its name, first and last day."""
    month = today.replace(day=1)
    quarter = month.replace(month=(month.month - 1) // 3 * 3 + 1)
    last_month, last_quarter = months_later(month, -1), months_later(quarter, -3)
    day = timedelta(days=1)
    return {
        "last_quarter": (_("Last quarter"), last_quarter, quarter - day),
        "this_quarter": (_("This quarter so far"), quarter, today),
        "last_month": (_("Last month"), last_month, month - day),
        "year": (_("The last 12 months"), months_later(month, -12), month - day),
    }


def period_words(first: date, last: date) -> str:
    """From the first to the last day."""
    pattern = "j M" if first.year == last.year else "j M Y"
    return _("%(first)s to %(last)s") % {
        "first": format_date(first, pattern).lower(),
        "last": format_date(last, "j M Y").lower(),
    }


def _period_choices() -> list[tuple[str, str]]:
    named = [
        (key, f"{name} ({period_words(first, last)})")
        for key, (name, first, last) in periods(timezone.localdate()).items()
    ]
    return [*named, (OWN, _("Other dates"))]


def _whose_choices() -> list[Any]:
    organisations = Organisation.objects.order_by("name").values_list("pk", "name")
    return [
        (UNDER, _("all organisations under this agreement")),
        (EVERY, _("everyone, under whichever agreement")),
        (_("One organisation"), [(str(pk), name) for pk, name in organisations]),
    ]


class EditionField(forms.ModelChoiceField):
    """An edition, also one that holds no longer or not yet."""

    def label_from_instance(self, obj: Any) -> str:
        """Its name and how far it is."""
        stage = editions.stage(obj, today=editions.today_of(obj, now=timezone.now()))
        return f"{obj} ({stage.label})"


class QuestionForm(forms.Form):
    """Which terms, which period, whose tickets."""

    sometimes: ClassVar = {"first", "last"}

    edition = EditionField(
        label=gettext_lazy("Under the terms of"),
        queryset=Edition.objects.select_related("agreement", "calendar")
        .prefetch_related("agreement__editions")
        .order_by("agreement__name", "-number"),
        empty_label=None,
    )
    # Which edition's targets stood below it: those of another must be seen before they are asked.
    shown = forms.CharField(widget=forms.HiddenInput, required=False)
    period = forms.ChoiceField(label=gettext_lazy("Tickets reported in"), choices=_period_choices)
    first = forms.DateField(
        label=gettext_lazy("First day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    last = forms.DateField(
        label=gettext_lazy("Last day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    whose = forms.ChoiceField(label=gettext_lazy("Tickets of"), choices=_whose_choices)
    waived = forms.BooleanField(
        label=gettext_lazy("Waive the phone rule for everyone: reports bind by any channel"),
        required=False,
    )

    def clean(self) -> dict[str, object]:
        """Days in order, begun, and not of too many years."""
        data = super().clean() or {}
        if data.get("period") == OWN:
            self._check_days(data)
        elif data.get("period"):
            _name, data["first"], data["last"] = periods(timezone.localdate())[data["period"]]
        edition = data.get("edition")
        if edition and data.get("shown") and data["shown"] != str(edition.pk):
            self.add_error(
                "edition", _("Below are the promises of this edition now. Look, then ask again.")
            )
        return data

    def _check_days(self, data: dict[str, Any]) -> None:
        first, last = data.get("first"), data.get("last")
        for name in ("first", "last"):
            if not data.get(name) and name not in self.errors:
                self.add_error(name, _("Say which day."))
        if not first or not last:
            return
        if first > last:
            self.add_error("last", _("The last day can't be before the first."))
        elif first > timezone.localdate():
            self.add_error("first", _("Nothing has been reported yet on this day."))
        elif last - first > timedelta(days=366 * MOST_YEARS):
            self.add_error("last", _("Choose at most %(years)s years.") % {"years": MOST_YEARS})

    @property
    def days(self) -> list[forms.BoundField]:
        """The two that are only asked, and then must be given, where other dates are chosen."""
        return [self["first"], self["last"]]

    def scope(self) -> Sample:
        """Which tickets were asked for; once valid."""
        data, whose = self.cleaned_data, self.cleaned_data["whose"]
        return Sample(
            first=data["first"],
            last=data["last"],
            agreement=data["edition"].agreement_id if whose == UNDER else None,
            organisation=int(whose) if whose not in (UNDER, EVERY) else None,
        )


class TargetForm(forms.Form):
    """What of one target can be edited; a field that makes no sense for it is not there.

    hours: how much, of the measure beside it.
    """

    sometimes: ClassVar = {"amount", "measure"}

    hours = forms.DecimalField(
        label=gettext_lazy("Working hours"),
        min_value=0,
        max_value=MOST_HOURS,
        max_digits=7,
        decimal_places=2,
        localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    measure = forms.ChoiceField(
        label=gettext_lazy("Of what"),
        choices=[(each, Target.Measure(each).label) for each in TIMED],
        required=False,
    )
    channels = forms.ChoiceField(
        label=gettext_lazy("Reported by"),
        choices=[
            (ANY, gettext_lazy("any channel")),
            (BY_PHONE, gettext_lazy("by phone")),
            (NOT_BY_PHONE, gettext_lazy("not by phone")),
        ],
        required=False,
    )
    phone_required = forms.BooleanField(label=gettext_lazy("Only by phone"), required=False)
    pauses_while_waiting = forms.BooleanField(
        label=gettext_lazy("Pauses while waiting"), required=False
    )

    def __init__(
        self,
        target: Target,
        data: Mapping[str, object] | None = None,
        *,
        edits: Mapping[str, object] | None = None,
    ) -> None:
        self.target = target
        self.agreed = {name: target_data(target)[name] for name in EDITABLE}
        initial = {**self.agreed, **(edits or {})}
        initial["hours"] = initial["hours"] or initial["days"]
        if isinstance(initial["channels"], list):
            initial["channels"] = OWN_LIST
        super().__init__(data, prefix=f"target-{target.key}", initial=initial)
        if isinstance(self.agreed["channels"], list):
            own = (OWN_LIST, terms.channels_words(self.agreed))
            self.fields["channels"].choices = [own, *self.fields["channels"].choices]  # type: ignore[attr-defined]
        if target.measure != Target.Measure.WORK and target.measure in TIMED:
            self.fields["hours"].label = _("Working days")
        if target.measure not in TIMED:
            del self.fields["hours"], self.fields["measure"]
        if target.promise == Target.Promise.NEXT_RESPONSE:
            del self.fields["channels"]
        if target.promise != Target.Promise.REACTION:
            del self.fields["phone_required"]
        if target.promise != Target.Promise.RESOLUTION:
            del self.fields["pauses_while_waiting"]

    def clean_hours(self) -> float:
        """A next response is never promised at once."""
        hours = self.cleaned_data["hours"]
        if not hours and self.target.promise == Target.Promise.NEXT_RESPONSE:
            raise forms.ValidationError(_("A next response needs some time."))
        return number(hours)

    def clean(self) -> dict[str, object]:
        """What the clock can't read is refused here."""
        data = super().clean() or {}
        if not self.errors:
            try:
                engine.Target.read({**target_data(self.target), **self._changed(data)})
            except ValueError as error:
                self.add_error(None, _("This can't be promised: %(error)s.") % {"error": error})
        return data

    @property
    def edits(self) -> dict[str, object]:
        """What is not as it was agreed; once valid."""
        return self._changed(self.cleaned_data)

    def _changed(self, data: Mapping[str, object]) -> dict[str, object]:
        wanted = dict(data)
        # What a form without these fields leaves open stays as it was agreed.
        for name in ("measure", "channels"):
            if wanted.get(name) in (None, "", OWN_LIST):
                wanted.pop(name, None)
        if "hours" in wanted:
            measure = wanted.get("measure", self.agreed["measure"])
            in_hours = measure == Target.Measure.WORK
            wanted["days"] = 0 if in_hours else wanted["hours"]
            wanted["hours"] = wanted["hours"] if in_hours else 0
        return {name: value for name, value in wanted.items() if value != self.agreed[name]}


def usual(edition: Edition) -> dict[str, object]:
    """What a question starts from."""
    _name, first, last = periods(timezone.localdate())["last_quarter"]
    return {
        "edition": edition.pk,
        "shown": edition.pk,
        "period": "last_quarter",
        "first": first,
        "last": last,
        "whose": UNDER,
    }


def as_asked(question: Mapping[str, object]) -> dict[str, object]:
    """A kept question, to ask it again with a change."""
    whose = str(question["organisation"] or (UNDER if question["agreement"] else EVERY))
    return {
        "edition": question["edition"],
        "shown": question["edition"],
        "period": OWN,
        "first": question["first"],
        "last": question["last"],
        "whose": whose,
        "waived": question["waived"],
    }
