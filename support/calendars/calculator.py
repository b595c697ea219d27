"""The calculator: what would be promised of a report, and why. All of it stands in the address."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from sla.editions import announced
from sla.engine import Channel as EngineChannel
from sla.engine import Event, Happened, TicketKind
from sla.engine import Priority as EnginePriority
from sla.engine.instants import FIRST_YEAR, LAST_YEAR
from sla.models import Agreement, Edition
from sla.queries import Card
from sla.supposing import cards_for_history
from sla.wording import moment_words
from support import access
from tickets.models import Channel, Kind, Priority
from tickets.translated import Translated

YES_NO = [("yes", gettext_lazy("yes")), ("no", gettext_lazy("no"))]
ON_PAPER = "%Y-%m-%dT%H:%M"
AT_ONCE = {"hx-get": reverse_lazy("calculator"), "hx-trigger": "change"}
# Not on each change: a browser reports one for every figure that is typed.
ON_LEAVING = {"hx-get": reverse_lazy("calculator"), "hx-trigger": "blur changed"}
PROMISED_TIMES: Mapping[str, object] = {
    "reaction": gettext_lazy("the reaction time"),
    "resolution": gettext_lazy("the solution time"),
}


def _moment(label: Translated, **options: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local", **ON_LEAVING}, format=ON_PAPER)
    return forms.DateTimeField(label=label, widget=widget, **options)


def _choice(label: Translated, choices: Any, **options: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=choices, widget=forms.Select(attrs=AT_ONCE), **options
    )


def _yes_no(label: Translated, **options: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=YES_NO, widget=forms.RadioSelect(attrs=AT_ONCE), **options
    )


class ReportForm(forms.Form):
    """A report as it might come in, and what might become of it."""

    sometimes: ClassVar = {"waiting_from"}

    agreement = forms.ModelChoiceField(
        label=gettext_lazy("Agreement"),
        queryset=Agreement.objects.order_by("pk"),
        to_field_name="key",
        empty_label=None,
        widget=forms.Select(attrs=AT_ONCE),
    )
    reported_at = _moment(gettext_lazy("Reported"))
    kind = _choice(gettext_lazy("Kind"), Kind.choices)
    priority = _choice(
        gettext_lazy("Definitive priority"),
        [*Priority.choices, ("", pgettext_lazy("priority", "none"))],
        required=False,
    )
    channel = _choice(gettext_lazy("Channel"), Channel.choices)
    authorised = _yes_no(gettext_lazy("May the caller phone?"))
    call_answered = _yes_no(gettext_lazy("Was the call answered?"))
    waived = _yes_no(gettext_lazy("Is the phone rule waived?"))
    answered_at = _moment(gettext_lazy("Answered"), required=False)
    waiting_from = _moment(gettext_lazy("Waiting for the customer from"), required=False)
    waiting_until = _moment(gettext_lazy("until"), required=False)

    def clean_reported_at(self) -> datetime:
        """Within the years that can be counted."""
        return _within_years(self.cleaned_data["reported_at"])

    def clean(self) -> dict[str, object]:
        """What comes later must be later, and the agreement must have been in force."""
        data = super().clean() or {}
        reported = data.get("reported_at")
        if reported is None:
            return data
        for name in ("answered_at", "waiting_from", "waiting_until"):
            if data.get(name):
                self._check_later(name, data[name], reported)
        begin, end = data.get("waiting_from"), data.get("waiting_until")
        if end and not begin and "waiting_from" not in self.errors:
            self.add_error("waiting_from", _("Say also from when."))
        if begin and end and end <= begin:
            self.add_error("waiting_until", _("Waiting can't end before it begins."))
        if data.get("agreement"):
            self._find_edition(data, reported)
        return data

    def _check_later(self, name: str, moment: datetime, reported: datetime) -> None:
        try:
            _within_years(moment)
        except forms.ValidationError as error:
            self.add_error(name, error)
        else:
            if moment < reported:
                self.add_error(name, _("This can't be before the report."))

    def _find_edition(self, data: dict[str, Any], reported: datetime) -> None:
        """Put the edition in force at the report beside the agreement."""
        data["edition"] = _edition_at(data["agreement"], reported)
        if data["edition"] is None:
            self.add_error("agreement", _("This agreement was not in force yet at that moment."))


def _within_years(moment: datetime) -> datetime:
    if not FIRST_YEAR + 1 < moment.year < LAST_YEAR - 1:
        years = {"first": FIRST_YEAR + 2, "last": LAST_YEAR - 2}
        raise forms.ValidationError(
            _("Deadlines can be counted in the years %(first)s to %(last)s.") % years
        )
    return moment


def _edition_at(agreement: Agreement, moment: datetime) -> Edition | None:
    """The edition in force at a moment, by the date on its calendar's wall clock."""
    for edition in announced(agreement):
        if edition.in_force_on <= moment.astimezone(ZoneInfo(edition.calendar.zone)).date():
            return edition
    return None


@access.agents_only
def calculator(request: HttpRequest) -> HttpResponse:
    """A report's deadlines with their reasons; what the address leaves out has a usual value."""
    form = ReportForm(_with_usual(request.GET))
    context: dict[str, object] = {"form": form}
    if form.is_valid():
        try:
            context |= _outcome(form.cleaned_data)
        except ValueError:
            form.add_error(
                None, _("The deadline lies beyond the year %(year)s.") % {"year": LAST_YEAR}
            )
    return render(request, "promises/calculator.html", context)


def _with_usual(query: Mapping[str, object]) -> dict[str, object]:
    first = Agreement.objects.order_by("pk").first()
    usual = {
        "agreement": first.key if first else "",
        "reported_at": timezone.localtime().strftime(ON_PAPER),
        "kind": Kind.INCIDENT,
        "priority": Priority.HIGH,
        "channel": Channel.PHONE,
        "authorised": "yes",
        "call_answered": "no",
        "waived": "no",
    }
    return usual | {name: query[name] for name in query}


def _outcome(data: dict[str, object]) -> dict[str, object]:
    """The promises as they stand when the last of it has happened."""
    events = list(_events(data))
    cards = _cards(data, events)
    return {
        "edition": data["edition"],
        "stands_at": events[-1].at,
        "clocks": cards,
        "otherwise": list(_otherwise(data, events, cards)),
    }


def _cards(data: dict[str, Any], events: list[Event]) -> list[Card]:
    return cards_for_history(
        data["edition"], events, now=events[-1].at, waived=data["waived"] == "yes"
    )


def _events(data: dict[str, Any]) -> Iterator[Event]:
    phoned = data["channel"] == Channel.PHONE
    yield _report(
        data,
        EngineChannel(data["channel"]),
        authorised=phoned and data["authorised"] == "yes",
        answered=phoned and data["call_answered"] == "yes",
    )
    later = [
        (data["answered_at"], Happened.REPLIED),
        (data["waiting_from"], Happened.WAITING),
        (data["waiting_until"], Happened.RESUMED),
    ]
    for at, kind in sorted((at, kind) for at, kind in later if at is not None):
        yield Event(at=at, kind=kind)


def _report(
    data: dict[str, Any], channel: EngineChannel, *, authorised: bool, answered: bool
) -> Event:
    return Event(
        at=data["reported_at"],
        kind=Happened.REPORTED,
        channel=channel,
        ticket_kind=TicketKind(data["kind"]),
        priority=EnginePriority(data["priority"]) if data["priority"] else None,
        authorised=authorised,
        answered=answered,
    )


def _otherwise(
    data: dict[str, Any], events: list[Event], cards: list[Card]
) -> Iterator[dict[str, str]]:
    """What the same report would bind to, had it come in another way."""
    bound = all(card.binding for card in cards)
    channel = EngineChannel.EMAIL if bound else EngineChannel.PHONE
    report = _report(data, channel, authorised=not bound, answered=False)
    before = {(card.promise, card.clause): card for card in cards}
    clauses = data["edition"].terms.get("clauses", {})
    for card in _cards(data, [report, *events[1:]]):
        now = before.get((card.promise, card.clause))
        if now is None or now.binding == card.binding:
            continue
        words = {
            "promise": PROMISED_TIMES.get(card.promise, card.promise_label),
            "clause": clauses.get("phone") or card.clause,
            "moment": _moment_words(card.due_at),
        }
        if bound:
            text = _("Reported by e-mail, %(promise)s would not bind (%(clause)s).")
        else:
            text = _(
                "Phoned by a contact who may phone, %(promise)s would bind (%(clause)s): "
                "due %(moment)s."
            )
        yield {"icon": "mail" if bound else "phone", "text": text % words}


def _moment_words(at: datetime | None) -> str:
    return moment_words(at, timezone.get_current_timezone(), "D j M H:i")
