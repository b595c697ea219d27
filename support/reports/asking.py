"""What the report on breaches is asked: a period, filters, a grouping and columns; by form,
address, saved definition or API, all read here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from sla.models import Target
from sla.reporting import ZONE
from support.causes.models import Cause
from support.reports.models import SavedReport
from tickets.models import Channel, Kind, Organisation, Priority, Team, User

NONE = "-"
"""In an address: without one."""
LONGEST = timedelta(days=3660)
GROUPS: Mapping[str, object] = {
    "promise": gettext_lazy("Promise"),
    "priority": gettext_lazy("Priority"),
    "kind": gettext_lazy("Kind"),
    "channel": gettext_lazy("Channel"),
    "organisation": gettext_lazy("Organisation"),
    "agent": gettext_lazy("Who had it"),
    "team": gettext_lazy("Team"),
    "cause": gettext_lazy("Cause"),
}
COLUMNS: Mapping[str, object] = {
    "organisation": gettext_lazy("Organisation"),
    "promise": gettext_lazy("Promise"),
    "priority": gettext_lazy("Priority"),
    "kind": gettext_lazy("Kind"),
    "channel": gettext_lazy("Channel"),
    "clause": gettext_lazy("Clause"),
    "strength": gettext_lazy("Guarantee or effort"),
    "started": gettext_lazy("Started"),
    "due": gettext_lazy("Deadline"),
    "done": gettext_lazy("Done"),
    "late": gettext_lazy("Too late by"),
    "state": gettext_lazy("Met late or open"),
    "agent": gettext_lazy("Who had it"),
    "team": gettext_lazy("Team"),
    "cause": gettext_lazy("Cause"),
    "note": gettext_lazy("Note"),
    "details": gettext_lazy("Details"),
    "binds": gettext_lazy("Binding"),
}
USUAL = ("organisation", "promise", "due", "late", "state", "agent", "team", "cause")
ANY = gettext_lazy("all")
WITHOUT = pgettext_lazy("in a filter", "none")


PERIODS = [
    ("", gettext_lazy("days of my own")),
    ("month", gettext_lazy("this month")),
    ("last-month", gettext_lazy("last month")),
    ("12-months", gettext_lazy("the last 12 months")),
    ("year", gettext_lazy("this year")),
]


def days_of(period: str, *, today: date) -> tuple[date, date]:
    """The first and the last day of a period that moves along with the calendar."""
    month = today.replace(day=1)
    before = month - timedelta(days=1)
    return {
        "last-month": (before.replace(day=1), before),
        "12-months": (date(month.year - 1, month.month, 1), today),
        "year": (date(today.year, 1, 1), today),
    }.get(period, (month, today))


class OpenChoice(forms.ChoiceField):
    """A choice that also takes what is no longer in its list: a history keeps names that went."""

    def valid_value(self, value: object) -> bool:
        """Whatever it is."""
        return len(str(value)) <= 200


def _names(rows: Iterable[object]) -> list[tuple[str, str]]:
    return [(str(name), str(name)) for name in rows]


class BreachAsking(forms.Form):
    """What is asked. Promises belong to the period in which their clock started."""

    period = forms.ChoiceField(label=gettext_lazy("Period"), required=False, choices=PERIODS)
    first = forms.DateField(
        label=gettext_lazy("From"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    last = forms.DateField(
        label=gettext_lazy("Up to and including"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    organisation = forms.ChoiceField(label=gettext_lazy("Organisation"), required=False)
    team = OpenChoice(label=gettext_lazy("Team"), required=False)
    agent = OpenChoice(label=gettext_lazy("Who had it"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False)
    priority = forms.ChoiceField(label=gettext_lazy("Priority"), required=False)
    channel = forms.ChoiceField(label=gettext_lazy("Channel"), required=False)
    promise = forms.ChoiceField(label=gettext_lazy("Promise"), required=False)
    cause = forms.ChoiceField(label=gettext_lazy("Cause"), required=False)
    state = forms.ChoiceField(
        label=gettext_lazy("Met late or open"),
        required=False,
        choices=[
            ("", ANY),
            ("late", gettext_lazy("met late")),
            ("open", gettext_lazy("still open")),
        ],
    )
    binds = forms.ChoiceField(
        label=gettext_lazy("Binding"),
        required=False,
        choices=[
            ("", gettext_lazy("what binds")),
            ("no", gettext_lazy("what does not bind")),
            ("all", gettext_lazy("both")),
        ],
    )
    by = forms.ChoiceField(label=gettext_lazy("Grouped by"), required=False)
    column = forms.MultipleChoiceField(
        label=gettext_lazy("Columns"),
        required=False,
        choices=list(COLUMNS.items()),
        widget=forms.CheckboxSelectMultiple,
    )

    sometimes: ClassVar = {
        *("period", "organisation", "team", "agent", "kind", "priority", "channel"),
        *("promise", "cause", "state", "binds", "by"),
    }
    FILTERS: ClassVar = (
        *("organisation", "team", "agent", "kind", "priority", "channel"),
        *("promise", "cause", "state", "binds"),
    )

    def __init__(self, asked: QueryDict, *, today: date) -> None:
        data = asked.copy()
        if not (data.get("first") or data.get("last") or data.get("period")):
            data["period"] = "month"
        if data.get("period") in dict(PERIODS) and data["period"]:
            first, last = days_of(str(data["period"]), today=today)
            data["first"], data["last"] = f"{first:%Y-%m-%d}", f"{last:%Y-%m-%d}"
        if not data.getlist("column"):
            data.setlist("column", list(USUAL))
        super().__init__(data, auto_id="asked_%s")
        nothing = [("", ANY)]
        none = [(NONE, WITHOUT)]
        organisations = [(str(pk), name) for pk, name in _listed(Organisation)]
        causes = [(str(cause.pk), str(cause)) for cause in Cause.objects.all()]
        agents = User.objects.can_be_given_work() | User.objects.left()
        lists: dict[str, list[tuple[Any, Any]]] = {
            "organisation": [*organisations, *none],
            "team": [*_names(Team.objects.values_list("name", flat=True)), *none],
            "agent": [*_names(agents.order_by("name").values_list("name", flat=True)), *none],
            "kind": list(Kind.choices),
            "priority": [*Priority.choices, *none],
            "channel": list(Channel.choices),
            "promise": list(Target.Promise.choices),
            "cause": [*causes, *none],
            "by": list(GROUPS.items()),
        }
        for name, choices in lists.items():
            field: Any = self.fields[name]
            field.choices = [*(nothing if name != "by" else [("", WITHOUT)]), *choices]
            value = data.get(name, "")
            if isinstance(field, OpenChoice) and value not in dict(field.choices):
                field.choices = [*field.choices, (value, value)]

    def clean(self) -> dict[str, object]:
        """A period that goes on from its first day, and not for ever."""
        data = super().clean() or {}
        first, last = data.get("first"), data.get("last")
        for name, day in (("first", first), ("last", last)):
            if day is not None and not 2000 <= day.year < 2100:
                self.add_error(name, _("A day between 2000 and 2100."))
        if first and last and last < first:
            self.add_error("last", _("This lies before the first day."))
        elif first and last and last - first > LONGEST:
            self.add_error("last", _("At most ten years at a time."))
        return data

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        """The instants between which the period lies on the Amsterdam clock."""
        first, last = self.cleaned_data["first"], self.cleaned_data["last"]
        return (
            datetime.combine(first, time(), ZONE),
            datetime.combine(last + timedelta(days=1), time(), ZONE),
        )

    @property
    def columns(self) -> list[str]:
        """The chosen ones, in their order."""
        return [name for name in COLUMNS if name in self.cleaned_data["column"]]

    def kept(self) -> dict[str, Any]:
        """What a saved definition keeps: all that was chosen."""
        data = self.cleaned_data
        days = {name: str(data[name]) for name in ("first", "last")}
        kept: dict[str, Any] = {"period": data["period"]} if data["period"] else days
        kept |= {name: data[name] for name in (*self.FILTERS, "by") if data[name]}
        return kept | {"column": self.columns}

    def address(self, **changed: Any) -> str:
        """The question as an address holds it, with something changed."""
        return urlencode(self.kept() | changed, doseq=True)


def asked_by(query: QueryDict) -> BreachAsking:
    """The question of an address."""
    return BreachAsking(query, today=timezone.localdate())


def query_of(kept: SavedReport) -> QueryDict:
    """The question of a saved report."""
    query = QueryDict(mutable=True)
    for name, value in kept.asked.items():
        query.setlist(name, value if isinstance(value, list) else [value])
    return query


def address_of(kept: SavedReport) -> str:
    """Where a saved report opens."""
    return f"{reverse('breach-report')}?{query_of(kept).urlencode()}"


def _listed(model: type[Organisation]) -> Iterable[tuple[int, str]]:
    return model.objects.values_list("pk", "name")
