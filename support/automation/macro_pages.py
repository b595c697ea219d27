"""Macros: kept like standard answers, and run on a ticket in one click."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from support import access
from support.automation import rows, steps
from support.automation.forms import MacroForm
from support.automation.models import Macro
from support.canned import filling
from support.sharing.models import Audience
from support.sharing.pages import changeable


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
                    "may_change": macro.may_be_changed_by(user),
                }
                for macro in found
                if macro.scope == scope
            ],
        }
        for scope in Audience
    ]
    shown = [group for group in groups if group["macros"]]
    return render(request, "workspace/macros.html", {"groups": shown})


@access.agents_only
def new(request: HttpRequest) -> HttpResponse:
    return _form_page(request, None)


@access.agents_only
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change one. PermissionDenied for whom it is not."""
    return _form_page(request, changeable(Macro, request, pk))


@access.agents_only
@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw one away; what it did stays in the tickets' histories."""
    macro = changeable(Macro, request, pk)
    macro.delete()
    messages.success(request, _("“%(title)s” has been deleted.") % {"title": macro.title})
    return redirect("macros")


def _form_page(request: HttpRequest, macro: Macro | None) -> HttpResponse:
    user, sent = access.signed_in(request), request.method == "POST"
    saves = sent and "row" not in request.POST
    given: dict[str, object] = {"data": request.POST} if saves else {}
    if sent and not saves:
        given = {"initial": rows.as_initial(request.POST)}
    form = MacroForm(**given, instance=macro, user=user)
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
        "verbs": [(name, verb.label) for name, verb in steps.offered(by_itself=False)],
        "variables": filling.VARIABLES,
    }
    return render(request, "workspace/macro_form.html", context, status=422 if saves else 200)
