"""Automation: agents read what triggers do, managers make them, try them out and switch them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from support import access
from support.automation import conditions, rows, steps, switching, trying
from support.automation.forms import TriggerForm
from support.automation.models import AutomationRun, Trigger, TriggerEvent
from support.canned import filling

PER_PAGE = 50


@access.agents_only
def automation(request: HttpRequest) -> HttpResponse:
    """The triggers in their order: when, and what then."""
    names = steps.names_of()
    cards = [
        {
            "trigger": trigger,
            "events": [event.label for event in TriggerEvent if event in trigger.events],
            "steps": steps.in_words(trigger.steps, names=names),
        }
        for trigger in Trigger.objects.all()
    ]
    return render(request, "workspace/automation.html", {"cards": cards})


@access.agents_only
def trigger(request: HttpRequest, pk: int) -> HttpResponse:
    """One trigger, and what it did, the newest first."""
    found, names = get_object_or_404(Trigger, pk=pk), steps.names_of()
    runs = AutomationRun.objects.filter(trigger=found).select_related("ticket")
    context = {
        "trigger": found,
        "events": [event.label for event in TriggerEvent if event in found.events],
        "conditions": [conditions.words(condition) for condition in found.conditions],
        "steps": [steps.words(step, names=names) for step in found.steps],
        "page_obj": Paginator(runs, PER_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "workspace/automation_trigger.html", context)


@access.managers_only
def add(request: HttpRequest) -> HttpResponse:
    """Make a trigger; it is switched on afterwards."""
    return _form_page(request, None)


@access.managers_only
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what it listens to, asks and does."""
    return _form_page(request, get_object_or_404(Trigger, pk=pk))


@access.managers_only
@require_POST
def switch(request: HttpRequest, pk: int) -> HttpResponse:
    """Switch it on or off."""
    found, now = get_object_or_404(Trigger, pk=pk), timezone.now()
    if request.POST.get("to") == "on":
        switching.switch_on(found, now=now)
        messages.success(request, _("“%(name)s” is on from now.") % {"name": found})
    else:
        switching.switch_off(found, now=now)
        messages.success(request, _("“%(name)s” is switched off.") % {"name": found})
    return redirect("automation-trigger", pk=pk)


@access.managers_only
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove one that is off; what it did stays in the tickets' histories."""
    found = get_object_or_404(Trigger, pk=pk, active=False)
    found.delete()
    messages.success(request, _("“%(title)s” has been deleted.") % {"title": found.name})
    return redirect("automation")


def _form_page(request: HttpRequest, found: Trigger | None) -> HttpResponse:
    sent = request.method == "POST"
    rowing = sent and "row" in request.POST
    initial = rows.as_initial(request.POST, lists=("events",)) if rowing else None
    form = TriggerForm(
        request.POST if sent and not rowing else None, instance=found, initial=initial
    )
    asked, then = _rows(request, found)
    tried = None
    if sent and not rowing:
        for problem in (*rows.condition_errors(asked), *rows.step_errors(then, by_itself=True)):
            form.add_error(None, problem)
        if form.is_valid():
            made = form.instance
            made.conditions = asked
            made.steps = [steps.clean(step) for step in then]
            if "try" not in request.POST:
                return _saved(request, made)
            tried = _tried(made)
    context = {
        "form": form,
        "trigger": found and Trigger.objects.get(pk=found.pk),
        "conditions": rows.condition_rows(asked, check=sent and not rowing),
        "fields": [(name, field.label) for name, field in conditions.FIELDS.items()],
        "steps": rows.step_rows(then, by_itself=True, check=sent and not rowing),
        "verbs": [(name, verb.label) for name, verb in steps.offered(by_itself=True)],
        "variables": filling.VARIABLES,
        "tried": tried,
    }
    status = 422 if sent and not rowing and tried is None else 200
    return render(request, "workspace/automation_form.html", context, status=status)


def _rows(request: HttpRequest, found: Trigger | None) -> tuple[list[Any], list[Any]]:
    if request.method != "POST":
        return (found.conditions, found.steps) if found else ([], [])
    return (
        rows.posted(request.POST, "condition", rows.CONDITION_PARTS),
        rows.posted(request.POST, "step", rows.STEP_PARTS),
    )


def _saved(request: HttpRequest, made: Trigger) -> HttpResponse:
    if made._state.adding:
        made.off_at = timezone.now()
        made.save()
    else:
        # Only these: whether it works is written at the same time.
        made.save(
            update_fields=[
                "name",
                "position",
                "events",
                "werkdagen",
                "match",
                "conditions",
                "steps",
            ]
        )
    messages.success(request, _("“%(title)s” has been saved.") % {"title": made.name})
    return redirect("automation-trigger", pk=made.pk)


def _tried(made: Trigger) -> dict[str, object]:
    fired, count = trying.would_fire(made, now=timezone.now())
    said = ngettext(
        "Would have fired on %(fired)s of the last %(count)s ticket.",
        "Would have fired on %(fired)s of the last %(count)s tickets.",
        count,
    )
    return {"said": said % {"fired": len(fired), "count": count}, "tickets": fired[:10]}
