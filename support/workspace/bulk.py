"""The same verb for many tickets at once; what can't be done to one is said, the others go on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from sla.queries import next_cards
from support import access, desk
from support.automation.forms import BulkMacroForm
from support.desk.faces import Verb
from support.forms.numbers import number_in
from support.mail.counts import nav_counts
from support.workspace import undo
from support.workspace.many import FORMS, MOST, VERBS, WARNINGS, body_for
from tickets.models import Ticket, User

_SAID = 5


@dataclass
class DoneToMany:
    """What came of it."""

    done: list[undo.Before] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


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


def _form(verb: Verb, data: Any, user: User) -> forms.Form:
    """What a verb asks; one that asks nothing is complete."""
    kind = FORMS.get(verb.name)
    if kind is None:
        return forms.Form({})
    extra: dict[str, Any] = {"user": user} if kind is BulkMacroForm else {}
    return kind(data, **extra)


def _chosen(user: User, numbers: list[str]) -> list[Ticket]:
    pks = [pk for text in numbers[:MOST] if (pk := number_in(text)) is not None]
    found = access.tickets_of(user).filter(pk__in=pks).with_people().in_bulk()
    return [found[pk] for pk in dict.fromkeys(pks) if pk in found]


def _ask(
    request: HttpRequest, verb: Verb, tickets: list[Ticket], form: forms.Form, *, status: int
) -> HttpResponse:
    cards = next_cards(tickets, now=timezone.now())
    context = {
        "verb": verb,
        "warning": WARNINGS.get(verb.name, verb.confirm),
        "form": form,
        "rows": [{"ticket": ticket, "clock": cards.get(ticket.pk)} for ticket in tickets],
        "of": request.POST.get("of", ""),
        "nav_counts": nav_counts(),
    }
    return render(request, "workspace/bulk.html", context, status=status)


def _do(verb: Verb, tickets: list[Ticket], user: User, data: Mapping[str, object]) -> DoneToMany:
    outcome = DoneToMany()
    # In one order, whatever the list's: all of it is one transaction, and two of them must not
    # wait for each other.
    for ticket in sorted(tickets, key=lambda each: each.pk):
        before = undo.before(ticket)
        try:
            verb.do(ticket, user, body_for(verb, ticket, data))
        except desk.DeskError as error:
            outcome.failed.append(f"{ticket.reference}: {error}")
        else:
            outcome.done.append(before)
    return outcome


def _say(request: HttpRequest, verb: Verb, outcome: DoneToMany) -> None:
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
