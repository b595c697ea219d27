"""A ticket as it stood at any moment in the past, with nothing that became known later."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sla.queries import cards_of, coverage_at, latest_turns
from support import access
from support.timeline import line
from tickets.models import Ticket


class MomentForm(forms.Form):
    """Which moment."""

    moment = forms.DateTimeField(
        label=gettext_lazy("As it stood on"),
        widget=forms.DateTimeInput(
            attrs={"type": "datetime-local", "step": 1}, format="%Y-%m-%dT%H:%M:%S"
        ),
    )

    def __init__(self, *args: Any, ticket: Ticket, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ticket, self.now = ticket, now

    def clean_moment(self) -> datetime:
        """Between the report and now."""
        moment: datetime = self.cleaned_data["moment"]
        if moment < self.ticket.reported_at.replace(microsecond=0):
            raise forms.ValidationError(_("Before the report there was nothing to see."))
        if moment > self.now:
            raise forms.ValidationError(_("That moment is still to come."))
        # The form knows whole seconds; what happened within this one has happened.
        return max(moment.replace(microsecond=999999), self.ticket.reported_at)


@access.agents_only
def replay(request: HttpRequest, reference: str) -> HttpResponse:
    """The clocks and the timeline at a moment; every event is a moment to look at."""
    tickets = access.tickets_of(access.signed_in(request))
    ticket = get_object_or_404(tickets.by_reference(reference).with_people())
    now = timezone.now()
    given = request.GET if request.GET.get("moment") else {"moment": _typed(ticket.reported_at)}
    form = MomentForm(given, ticket=ticket, now=now)
    moment = form.cleaned_data["moment"] if form.is_valid() else now
    items = line.whole(ticket)
    stops = sorted({item.at.replace(microsecond=0) for item in items})
    before = [stop for stop in stops if stop < moment.replace(microsecond=0)]
    after = [stop for stop in stops if stop > moment]
    context = {
        "ticket": ticket,
        "form": form,
        "moment": moment,
        "items": [item for item in items if item.at <= moment],
        "later": sum(item.at > moment for item in items),
        "clocks": latest_turns(cards_of(ticket, now=moment, replayed=True))[0]
        if form.is_valid()
        else [],
        "edition": coverage_at(ticket, moment),
        "stops": [{"at": _typed(stop), "moment": stop} for stop in stops],
        "previous": _typed(before[-1]) if before else "",
        "next": _typed(after[0]) if after else "",
    }
    return render(request, "workspace/replay.html", context, status=200 if form.is_valid() else 422)


def _typed(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%dT%H:%M:%S}"
