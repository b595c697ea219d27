"""Macros: kept like standard answers, and run on a ticket in one click."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from support import access, canned, desk
from support.automation import macros as running
from support.automation import steps
from support.models import CannedReply, Macro
from support.numbers import number_in
from support.workspace import rows
from support.workspace.canned import may_change, scopes_of
from support.workspace.macro_forms import MacroForm
from support.workspace.views import find

Scope = CannedReply.Scope


@access.agents_only
@require_POST
def run(request: HttpRequest, reference: str) -> HttpResponse:
    """Run one on a ticket. What stands in the way is said, and nothing was done."""
    user, found = access.signed_in(request), find(request, reference)
    number = number_in(request.POST.get("macro"))
    macro = get_object_or_404(Macro.objects.usable_by(user), pk=number)
    try:
        done = running.run(macro, found, actor=user).done
    except desk.DeskError as error:
        messages.error(request, str(error))
    else:
        said = _("“%(title)s” was done: %(done)s.") % {"title": macro, "done": " · ".join(done)}
        messages.success(request, said)
    return redirect("ticket", reference=found.reference)


@access.agents_only
def macros(request: HttpRequest) -> HttpResponse:
    """Those that somebody may use, by who else may."""
    user, names = access.signed_in(request), steps.names_of()
    found = list(Macro.objects.usable_by(user).select_related("owner", "team"))
    groups = [
        {
            "label": scope.label,
            "macros": [
                {
                    "macro": macro,
                    "words": steps.in_words(macro.steps, names=names),
                    "may_change": may_change(user, macro),
                }
                for macro in found
                if macro.scope == scope
            ],
        }
        for scope in Scope
    ]
    shown = [group for group in groups if group["macros"]]
    return render(request, "workspace/macros.html", {"groups": shown})


@access.agents_only
def new(request: HttpRequest) -> HttpResponse:
    """Make a macro."""
    return _form_page(request, None)


@access.agents_only
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change one. PermissionDenied for whom it is not."""
    return _form_page(request, _mine(request, pk))


@access.agents_only
@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw one away; what it did stays in the tickets' histories."""
    macro = _mine(request, pk)
    macro.delete()
    messages.success(request, _("“%(title)s” has been deleted.") % {"title": macro.title})
    return redirect("macros")


def _mine(request: HttpRequest, pk: int) -> Macro:
    user = access.signed_in(request)
    macro = get_object_or_404(Macro.objects.usable_by(user), pk=pk)
    if not may_change(user, macro):
        raise PermissionDenied
    return macro


def _form_page(request: HttpRequest, macro: Macro | None) -> HttpResponse:
    user, sent = access.signed_in(request), request.method == "POST"
    saves = sent and "row" not in request.POST
    given: dict[str, Any] = {"data": request.POST} if saves else {}
    if sent and not saves:
        given = {"initial": rows.as_initial(request.POST)}
    form = MacroForm(**given, instance=macro, user=user, scopes=scopes_of(user))
    kept = macro.steps if macro else []
    asked = rows.posted(request.POST, "step", rows.STEP_PARTS) if sent else kept
    if saves:
        for problem in rows.step_errors(asked, by_itself=False):
            form.add_error(None, problem)
        if form.is_valid():
            form.instance.steps = [steps.clean(step) for step in asked]
            saved = form.save()
            messages.success(request, _("“%(title)s” has been saved.") % {"title": saved.title})
            return redirect("macros")
    context = {
        "form": form,
        "macro": macro and Macro.objects.get(pk=macro.pk),
        "steps": rows.step_rows(asked, by_itself=False, check=saves),
        "verbs": steps.offered(by_itself=False),
        "variables": canned.VARIABLES,
    }
    return render(request, "workspace/macro_form.html", context, status=422 if saves else 200)
