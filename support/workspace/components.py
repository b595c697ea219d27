"""The pieces that pages are made of, each in all its states: /desk/components/."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from django import forms
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sla.calling import Advice, PhoneLine
from sla.engine import State
from sla.engine.ruler_parts import Mark, Part, Ruler, Segment, Sign
from sla.queries import Card
from sla.unjudged import Judging
from support import access
from support.asking.asked import Asked
from support.asking.deciding import Question, Rule
from support.asking.forms import AskedForm
from support.timeline.line import Item
from tickets.models import Channel, CustomField, FieldType, Kind, Priority, Status, Ticket

HOUR, DAY = timedelta(hours=1), timedelta(hours=8)
THEMES = {"light": _("Light"), "dark": _("Dark")}


class ExampleForm(forms.Form):
    """A field of every kind."""

    name = forms.CharField(label=_("Name"))
    text = forms.CharField(
        label=_("What happened?"), help_text=_("In one line"), required=False, widget=forms.Textarea
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=Kind.choices)
    channel = forms.ChoiceField(
        label=_("Channel"), choices=Channel.choices, required=False, widget=forms.RadioSelect
    )
    agreed = forms.BooleanField(label=_("Agreed"), required=False)


@access.agents_only
def components(request: HttpRequest) -> HttpResponse:
    """All of them; light or dark by ?theme=, else as the reader has it."""
    now = timezone.now()
    theme = request.GET.get("theme", "")
    context = {
        "theme": theme if theme in THEMES else "",
        "themes": THEMES,
        "tickets": _tickets(),
        "clocks": _clocks(now),
        "drawn": replace(_card(now, State.RUNNING, now + 3 * DAY), ruler=_ruler(now)),
        "judging": [
            Judging(now + DAY, (("Hoog", "Reactie", now + DAY),)),
            Judging(None, late=True),
        ],
        "items": _items(now),
        "told": [Message(level, name) for name, level in constants.DEFAULT_LEVELS.items()],
        "asking": AskedForm(asked=_asked(), auto_id="asking_%s", initial={"kind": Kind.INCIDENT}),
        "filled": ExampleForm(auto_id="filled_%s"),
        "refused": ExampleForm({"kind": "?"}, auto_id="refused_%s"),
        "outcomes": {name: {"count": count} for name, count in _COUNTS.items()},
        "months": [
            {"month": now.date(), "url": "?", "current": current, **_COUNTS}
            for current in (False, True)
        ],
        "page": Paginator(range(30), 10).page(2),
        "advice": Advice("Bel ons nu", "Dan gaat de tijd in.", _line()),
        "files": [{"name": "scherm.png", "size": 123_456, "url": "?"}],
    }
    return render(request, "workspace/components.html", context)


_COUNTS = {"kept": 8, "breached": 2, "not_binding": 1, "running": 3}


def _tickets() -> list[Ticket]:
    """Unsaved, one with each status, channel and priority at least once."""
    channels, priorities = list(Channel), list(Priority)
    return [
        Ticket(
            status=status,
            channel=channels[place % len(channels)],
            priority=priorities[place % len(priorities)],
            priority_is_definitive=bool(place % 2),
        )
        for place, status in enumerate(Status)
    ]


def _card(now: datetime, state: str, due: datetime | None = None) -> Card:
    """A promise that began two days ago."""
    return Card(
        promise="resolution",
        promise_label="Oplossing",
        clause="Bijlage 1",
        binding=True,
        state=state,
        started_at=now - 2 * DAY,
        due_at=due,
        met_at=now if state == State.MET else None,
        breached_at=due if state == State.BREACHED else None,
        remaining=None,
        overdue=None,
        day=DAY,
    )


def _clocks(now: datetime) -> list[Card | None]:
    """A promise in each of its states, and none."""
    later, said = now + 3 * DAY, ("Gemeld op maandag.", "Eén werkdag telt.")
    running, late = _card(now, State.RUNNING, later), _card(now, State.RUNNING, now - HOUR)
    return [
        None,
        replace(running, remaining=3 * DAY, explanation=said),
        replace(running, remaining=HOUR / 2),
        replace(running, remaining=3 * DAY, binding=False),
        _card(now, State.RUNNING),
        replace(late, overdue=HOUR, binding=False),
        replace(_card(now, State.PAUSED, later), remaining=DAY),
        _card(now, State.MET, later),
        replace(_card(now, State.MET, now - DAY), binding=False),
        replace(_card(now, State.BREACHED, now - DAY), overdue=DAY, of="WD-10001"),
        _card(now, State.CANCELLED),
    ]


def _ruler(now: datetime) -> Ruler:
    """One with everything on it."""
    parts = (Part.COUNTED, Part.CLOSED, Part.WAITING, Part.HOLIDAY, Part.AHEAD, Part.OVERDUE)
    segments = [
        Segment(part, 16 + 150 * place, 150, now, now + DAY, name=str(part))
        for place, part in enumerate(parts)
    ]
    marks = [
        Mark(Sign.START, 16, now),
        Mark(Sign.WARNING, 400, now, 50),
        Mark(Sign.NOW, 560, now),
        Mark(Sign.DEADLINE, 766, now + DAY),
    ]
    return Ruler(tuple(segments), tuple(marks), binding=True, open_ended=False)


def _items(now: datetime) -> list[Item]:
    """What a conversation is made of."""
    kinds = ("customer", "reply", "note", "call", "automatic", "event")
    return [
        Item(kind=kind, at=now, who="Carla", text="Het scherm blijft wit.", icon="dot")
        for kind in kinds
    ]


def _asked() -> Asked:
    """A field of each type, all of them asked."""
    fields = [
        CustomField(pk=place, name=str(kind.label), type=kind, choices="Noord\nZuid")
        for place, kind in enumerate(FieldType, start=1)
    ]
    shown = (Rule("show"),)
    return Asked(fields, [Question(field.pk, (Kind.INCIDENT,), shown) for field in fields])


def _line() -> PhoneLine:
    return PhoneLine(
        number="030-7600290",
        tel="+31307600290",
        hours="maandag t/m vrijdag",
        opens="",
        clause="4.D",
        caller_clause="3.C",
        binds=True,
    )
