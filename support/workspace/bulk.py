"""The same verb for many tickets at once; what can't be done to one is said, the others go on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from sla.queries import next_cards
from support import access, desk
from support.automation import macros
from support.conversation import Words
from support.numbers import number_in
from support.workspace import undo
from support.workspace.bulk_forms import BulkAssignForm, BulkTextForm
from support.workspace.counts import nav_counts
from support.workspace.filters import NOBODY
from support.workspace.forms import ClassifyForm, PrioritiseForm
from support.workspace.macro_forms import BulkMacroForm
from tickets.models import Team, Ticket, User

MOST = 200
"""Tickets in one go."""
_SAID = 5

Act = Callable[[Ticket, User, Mapping[str, Any]], object]


@dataclass(frozen=True)
class BulkVerb:
    """A verb for many: what it asks, what it does, and whether it can be undone."""

    name: str
    label: Any
    icon: str
    act: Act
    form: type[forms.Form] | None = None
    warning: Any = ""
    undoable: bool = False


@dataclass
class Outcome:
    """What came of it."""

    done: list[undo.Before] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


def _assign(ticket: Ticket, user: User, data: Mapping[str, Any]) -> None:
    """Only what was asked changes: the agent, the team, or both."""
    assignee, team = ticket.assignee, ticket.team
    if data["agent"]:
        assignee = None if data["agent"] == NOBODY else User.objects.get(pk=data["agent"])
    if data["team"]:
        team = Team.objects.get(pk=data["team"])
    desk.assign(ticket, assignee=assignee, team=team, actor=user)


VERBS: Mapping[str, BulkVerb] = {
    verb.name: verb
    for verb in (
        BulkVerb(
            "take",
            gettext_lazy("Take"),
            "hand",
            lambda ticket, user, data: desk.assign(
                ticket, assignee=user, team=ticket.team, actor=user
            ),
            undoable=True,
        ),
        BulkVerb(
            "assign",
            gettext_lazy("Assign"),
            "user-round",
            _assign,
            BulkAssignForm,
            undoable=True,
        ),
        BulkVerb(
            "prioritise",
            gettext_lazy("Set priority"),
            "chevrons-up",
            lambda ticket, user, data: desk.prioritise(
                ticket, priority=data["priority"], reason=data["reason"], actor=user
            ),
            PrioritiseForm,
            gettext_lazy(
                "Deadlines count anew from the report; a late raise may miss one at once."
            ),
        ),
        BulkVerb(
            "classify",
            gettext_lazy("Change kind"),
            "tag",
            lambda ticket, user, data: desk.classify(ticket, kind=data["kind"], actor=user),
            ClassifyForm,
            gettext_lazy("Deadlines count anew from the report."),
            undoable=True,
        ),
        BulkVerb(
            "reply",
            gettext_lazy("Answer"),
            "reply",
            lambda ticket, user, data: desk.reply(ticket, Words(text=data["text"]), actor=user),
            BulkTextForm,
            gettext_lazy("Each customer gets this text as an answer to their own report."),
        ),
        BulkVerb(
            "note",
            gettext_lazy("Write a note"),
            "sticky-note",
            lambda ticket, user, data: desk.note(ticket, Words(text=data["text"]), actor=user),
            BulkTextForm,
        ),
        BulkVerb(
            "resolve",
            gettext_lazy("Solved"),
            "circle-check",
            lambda ticket, user, data: desk.resolve(ticket, Words(text=data["text"]), actor=user),
            BulkTextForm,
            gettext_lazy("Each customer gets this text as an answer to their own report."),
        ),
        BulkVerb(
            "close",
            gettext_lazy("Close"),
            "lock",
            lambda ticket, user, data: desk.close(ticket, actor=user),
        ),
        BulkVerb(
            "macro",
            gettext_lazy("Macro"),
            "zap",
            lambda ticket, user, data: macros.run(data["macro"], ticket, actor=user),
            BulkMacroForm,
            gettext_lazy("What it says to the customer goes at once, to each of them."),
        ),
    )
}
OFFERED = list(VERBS.values())


@access.agents_only
@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """Ask what a verb needs for the tickets that were chosen, then do it to each of them."""
    verb = VERBS.get(request.POST.get("verb", ""))
    if verb is None:
        raise Http404
    user, back = access.signed_in(request), f"{reverse('queue')}?{request.POST.get('of', '')}"
    tickets = _chosen(user, request.POST.getlist("tickets"))
    if not tickets:
        messages.warning(request, _("Choose tickets first, with the boxes in front of them."))
        return redirect(back)
    asked = "sure" in request.POST
    form = _form(verb, request.POST if asked else None, user)
    if not form.is_valid():
        return _ask(request, verb, tickets, form, status=422 if asked else 200)
    _say(request, verb, _do(verb, tickets, user, form.cleaned_data))
    return redirect(back)


@access.agents_only
@require_POST
def undone(request: HttpRequest) -> HttpResponse:
    """Put back what the last bulk verb changed, where nothing happened since."""
    count, left = undo.undo(request, now=timezone.now())
    if count:
        said = ngettext(
            "%(count)s ticket is as it was.", "%(count)s tickets are as they were.", count
        )
        messages.success(request, said % {"count": count})
    if left:
        said = ngettext(
            "%(count)s ticket was left alone: something else happened to it.",
            "%(count)s tickets were left alone: something else happened to them.",
            left,
        )
        messages.warning(request, said % {"count": left})
    return redirect(f"{reverse('queue')}?{request.POST.get('of', '')}")


def _form(verb: BulkVerb, data: Any, user: User) -> forms.Form:
    """What a verb asks; one that asks nothing is complete."""
    if verb.form is None:
        return forms.Form({})
    extra: dict[str, Any] = {"user": user} if verb.form is BulkMacroForm else {}
    return verb.form(data, **extra)


def _chosen(user: User, numbers: list[str]) -> list[Ticket]:
    pks = [pk for text in numbers[:MOST] if (pk := number_in(text)) is not None]
    found = access.tickets_of(user).filter(pk__in=pks).with_people().in_bulk()
    return [found[pk] for pk in dict.fromkeys(pks) if pk in found]


def _ask(
    request: HttpRequest, verb: BulkVerb, tickets: list[Ticket], form: forms.Form, *, status: int
) -> HttpResponse:
    cards = next_cards(tickets, now=timezone.now())
    context = {
        "verb": verb,
        "form": form,
        "rows": [{"ticket": ticket, "clock": cards.get(ticket.pk)} for ticket in tickets],
        "of": request.POST.get("of", ""),
        "nav_counts": nav_counts(),
    }
    return render(request, "workspace/bulk.html", context, status=status)


def _do(verb: BulkVerb, tickets: list[Ticket], user: User, data: Mapping[str, Any]) -> Outcome:
    outcome = Outcome()
    for ticket in tickets:
        before = undo.before(ticket)
        try:
            verb.act(ticket, user, data)
        except desk.DeskError as error:
            outcome.failed.append(f"{ticket.reference}: {error}")
        else:
            outcome.done.append(before)
    return outcome


def _say(request: HttpRequest, verb: BulkVerb, outcome: Outcome) -> None:
    count = len(outcome.done)
    if count:
        said = ngettext("%(verb)s: %(count)s ticket.", "%(verb)s: %(count)s tickets.", count)
        messages.success(request, said % {"verb": verb.label, "count": count})
    for sentence in outcome.failed[:_SAID]:
        messages.error(request, sentence)
    if more := len(outcome.failed[_SAID:]):
        said = ngettext("And %(count)s other one.", "And %(count)s others.", more)
        messages.error(request, said % {"count": more})
    undo.keep(request, outcome.done if verb.undoable else [], now=timezone.now())
