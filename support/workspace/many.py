"""The verbs for many tickets at once, and what they ask."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from support.automation import macros
from support.automation.forms import BulkMacroForm
from support.causes.forms import CauseForm
from support.desk.faces import Doing, Face, Verb
from support.desk.table import on
from support.queue.filters import NOBODY
from support.workspace.bulk_forms import BulkAssignForm, BulkFieldForm, BulkPlanForm, BulkTextForm
from support.workspace.forms import ClassifyForm, PrioritiseForm
from support.workspace.marking_forms import ItemForm, LinkForm, TagForm
from tickets.models import Team, Ticket, User

MOST = 200
"""Tickets in one go."""


def _run_macro(ticket: Ticket, doing: Doing) -> Ticket:
    macros.run(doing.body["macro"], ticket, actor=doing.actor, at=doing.at)
    return ticket


RUN_MACRO = Verb(
    name="macro",
    label=gettext_lazy("Macro"),
    icon="zap",
    does="Run a macro",
    act=_run_macro,
    body=("macro",),
    confirm=gettext_lazy("What it says to the customer goes at once, to each of them."),
)
VERBS: Mapping[str, Verb] = {verb.name: verb for verb in (*on(Face.BULK), RUN_MACRO)}
_FIRST = ("take", "assign", "prioritise", "classify", "reply", "note", "resolve", "close", "macro")
OFFERED = [VERBS[name] for name in _FIRST]
MORE = [verb for verb in VERBS.values() if verb.name not in _FIRST]
"""Those that are asked for more seldom, behind a button of their own."""
FORMS: Mapping[str, type[forms.Form]] = {
    "assign": BulkAssignForm,
    "prioritise": PrioritiseForm,
    "classify": ClassifyForm,
    "plan": BulkPlanForm,
    "reply": BulkTextForm,
    "note": BulkTextForm,
    "hold": BulkTextForm,
    "resolve": BulkTextForm,
    "tag": TagForm,
    "untag": TagForm,
    "fill": BulkFieldForm,
    "add_item": ItemForm,
    "give_cause": CauseForm,
    "link": LinkForm,
    "macro": BulkMacroForm,
}
_TO_EACH = gettext_lazy("Each customer gets this text as an answer to their own report.")
WARNINGS = {"hold": _TO_EACH, "resolve": _TO_EACH}


def body_for(verb: Verb, ticket: Ticket, data: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the verb asks, for one of them. Of "assign" what is not chosen stays as it is."""
    if verb.name != "assign":
        return data
    assignee, team = ticket.assignee, ticket.team
    if data["agent"]:
        assignee = None if data["agent"] == NOBODY else User.objects.get(pk=data["agent"])
    if data["team"]:
        team = Team.objects.get(pk=data["team"])
    return {"assignee": assignee, "team": team}
