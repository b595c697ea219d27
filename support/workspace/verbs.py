"""The verbs as the ticket page offers them: which are possible now, with their forms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, cast

from django import forms
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy

from support.causes.forms import CauseForm
from support.desk.faces import Face, Verb
from support.desk.table import VERBS, on
from support.templatetags.kept import TOKEN, blank, filled, kept
from support.workspace.beside import Beside
from support.workspace.forms import (
    AnswerToForm,
    AssignForm,
    ClassifyForm,
    IdentifyForm,
    ParticipantForm,
    PlanForm,
    PrioritiseForm,
    ReasonForm,
    SubjectForm,
    TextForm,
)
from support.workspace.marking_forms import (
    FieldsForm,
    ItemForm,
    LinkForm,
    NumberForm,
    TagForm,
)
from support.workspace.weighing import LEVELS, grid
from tickets.models import Ticket

FORMS: Mapping[str, type[forms.Form]] = {
    "identify": IdentifyForm,
    "prioritise": PrioritiseForm,
    "classify": ClassifyForm,
    "assign": AssignForm,
    "plan": PlanForm,
    "call_back": TextForm,
    "hold": TextForm,
    "resolve": TextForm,
    "decline": TextForm,
    "reopen": ReasonForm,
    "rename": SubjectForm,
    "tag": TagForm,
    "untag": TagForm,
    "fill": FieldsForm,
    "add_item": ItemForm,
    "tick_item": NumberForm,
    "remove_item": NumberForm,
    "give_cause": CauseForm,
    "link": LinkForm,
    "unlink": NumberForm,
    "add_participant": ParticipantForm,
    "remove_participant": ParticipantForm,
    "answer_to": AnswerToForm,
}
OF_TICKET = {"plan", "fill"}
"""Their forms depend on the ticket."""
_WHERE = {
    "leave_closed": "",
    "tag": "",
    "untag": "",
    "fill": "details",
    "add_item": "checklist",
    "tick_item": "checklist",
    "remove_item": "checklist",
    "give_cause": "promises",
    "link": "links",
    "unlink": "links",
    "add_participant": "",
    "remove_participant": "",
    "answer_to": "",
}
"""Those that stand elsewhere on the page than among the actions, and where one is afterwards."""
ACTIONS = tuple(verb.name for verb in on(Face.PAGE) if verb.name not in _WHERE)


def place_after(verb: Verb) -> str:
    """Where on the page one is when it is done."""
    return _WHERE.get(verb.name, "")


def is_action(verb: Verb, ticket: Ticket) -> bool:
    """Does it stand among the actions now? Whose it is, is corrected on a page of its own once it
    is known: the list of all contacts is long.
    """
    known = verb.name == "identify" and ticket.organisation_id is not None
    return verb.name in ACTIONS and verb.offered(ticket) and not known


def bound(verb: Verb, ticket: Ticket, data: Any = None) -> forms.Form | None:
    """Its form, filled in with the present state or with what was typed."""
    if verb.name not in FORMS:
        return None
    start = {
        "contact": ticket.contact_id,
        "subject": ticket.subject,
        "kind": ticket.kind,
        "priority": ticket.priority,
        "assignee": ticket.assignee_id,
        "team": ticket.team_id,
    }
    if verb.name == "answer_to":
        start["email"] = ticket.answers_to or ticket.reporter_email
    extra: dict[str, Any] = {"ticket": ticket} if verb.name in OF_TICKET else {}
    return FORMS[verb.name](data, initial=start, auto_id=f"{verb.name}_%s", **extra)


class Fold(NamedTuple):
    """All that a verb's fold shows: its name, whether it is the first, and what its form begins
    with and lets choose from.
    """

    name: str
    first: bool
    subject: str = ""
    kind: str = ""
    proposed_priority: str = ""
    priority: str = ""
    priority_is_definitive: bool = False
    assignee_id: int | None = None
    team_id: int | None = None
    choices: tuple[tuple[str, tuple[tuple[int, str], ...]], ...] = ()


_SHOWS: Mapping[str, tuple[str, ...]] = {
    "prioritise": ("proposed_priority", "priority", "priority_is_definitive"),
    "classify": ("kind",),
    "assign": ("assignee_id", "team_id"),
    "rename": ("subject",),
}
"""What of the ticket a verb's form begins with."""
_EMPTY: Mapping[str, object] = {
    "assignee": gettext_lazy("nobody yet"),
    "team": "---------",
    "release": gettext_lazy("in no release"),
}
_REFERENCE = blank("reference")


def offered(
    ticket: Ticket, found: Beside, tried: str = "", form: forms.Form | None = None
) -> list[dict[str, Any]]:
    """The verbs for a ticket's page; the one that was tried keeps what was typed."""
    releases = ((each.pk, str(each)) for each in found.releases)
    choices: Mapping[str, tuple[tuple[str, tuple[tuple[int, str], ...]], ...]] = {
        "assign": (("assignee", tuple(found.agents)), ("team", tuple(found.teams))),
        "plan": (("release", tuple(releases)),),
    }
    names = [
        verb.name
        for verb in VERBS.values()
        if is_action(verb, ticket) or (form and verb.name == tried)
    ]
    folds = []
    for name in names:
        first = name == names[0]
        if (form and name == tried) or name == "identify":  # its list is of all contacts
            given = form if form and name == tried else bound(VERBS[name], ticket)
            drawn = _drawn(VERBS[name], ticket, given, first=first, reference=ticket.reference)
        else:
            shows = {each: getattr(ticket, each) for each in _SHOWS.get(name, ())}
            drawn = filled(
                _fold(Fold(name, first, **shows, choices=choices.get(name, ()))),
                {_REFERENCE: ticket.reference},
            )
        folds.append({"name": name, "drawn": drawn})
    return folds


@kept(1024)
def _fold(shown: Fold) -> str:
    begins = {name: getattr(shown, name) for name in _SHOWS.get(shown.name, ())}
    ticket, verb = Ticket(pk=0, **begins), VERBS[shown.name]
    form = bound(verb, ticket)
    for name, choices in shown.choices:
        if form is not None:
            field = cast("forms.ChoiceField", form.fields[name])
            field.choices = [("", _EMPTY[name]), *choices]
    return _drawn(verb, ticket, form, first=shown.first, reference=_REFERENCE)


def _drawn(
    verb: Verb, ticket: Ticket, form: forms.Form | None, *, first: bool, reference: str
) -> SafeString:
    facts = {
        "verb": {
            "name": verb.name,
            "label": verb.label,
            "form": form,
            "url": reverse("verb", args=[reference, verb.name]),
            "confirm": verb.confirm,
            "weighs": verb.weighs,
        },
        "first": first,
        "ticket": ticket,
        "reference": reference,
        "grid": grid(),
        "levels": LEVELS.values(),
        "csrf_token": TOKEN,
    }
    # A template gives a plain string, which the list of them would escape.
    return mark_safe(render_to_string("workspace/_verb.html", facts))  # noqa: S308 - it escapes
