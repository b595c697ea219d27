"""Checks for managers: how each service is, what was measured, and what was not."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sla import measuring
from sla.adding_up import timeline
from sla.engine.measured import Stretch
from sla.models import Check
from support import access
from support.checks.forms import CheckForm

SHOWN = timedelta(hours=24)
RESULTS, DAYS, CALLS = 30, 35, 20


@access.managers_only
def checks(request: HttpRequest) -> HttpResponse:
    """Each check: how it is, since when."""
    now = timezone.now()
    rows = [
        {"check": check, "state": state_of(check, now=now)}
        for check in access.checks_of(access.signed_in(request))
    ]
    return render(request, "workspace/checks.html", {"rows": rows, "kinds": Check.Kind.choices})


@access.managers_only
def add(request: HttpRequest) -> HttpResponse:
    """Make a check of the kind that was chosen."""
    asked = request.GET.get("kind", "")
    kind = Check.Kind(asked) if asked in Check.Kind.values else Check.Kind.HTTP
    form = CheckForm(request.POST or None, instance=Check(kind=kind))
    if form.is_valid():
        made = form.save()
        messages.success(request, _("%(name)s is watched from now on.") % {"name": made.name})
        return redirect("check", pk=made.pk)
    context = {"form": form, "kind": kind, "kinds": Check.Kind.choices}
    status = 422 if form.errors else 200
    return render(request, "workspace/check_form.html", context, status=status)


@access.managers_only
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what is asked. What was found is kept."""
    check = get_object_or_404(Check, pk=pk)
    form = CheckForm(request.POST or None, instance=check)
    if form.is_valid():
        # Only these: what is known of it is being written at the same time.
        check.save(update_fields=list(form.fields))
        messages.success(request, _("%(name)s was changed.") % {"name": check.name})
        return redirect("check", pk=pk)
    context = {"form": form, "kind": check.kind, "check": Check.objects.get(pk=pk)}
    status = 422 if form.errors else 200
    return render(request, "workspace/check_form.html", context, status=status)


@access.managers_only
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """One check: its last day, what was not measured, its days and results."""
    found = get_object_or_404(access.checks_of(access.signed_in(request)), pk=pk)
    now = timezone.now()
    stretches = _known(timeline(found, now - SHOWN, now), found)
    context = {
        "check": found,
        "state": state_of(found, now=now),
        "bars": _bars(stretches, now - SHOWN),
        "gaps": [one for one in _since(found, stretches) if one.good is None],
        "results": found.results.all()[:RESULTS],
        "days": found.days.all()[:DAYS],
        "warns": found.certificate_warns(now=now),
        "address": "",
    }
    if found.kind == Check.Kind.HEARTBEAT:
        path = reverse("ping", args=[str(found.ping_key)])
        context |= {"address": request.build_absolute_uri(path), "calls": found.pings.all()[:CALLS]}
    return render(request, "workspace/check.html", context)


@access.managers_only
@require_POST
def switch(request: HttpRequest, pk: int) -> HttpResponse:
    """Let it rest, or go on."""
    found = get_object_or_404(Check, pk=pk)
    said = {"name": found.name}
    if request.POST.get("to") == "on":
        measuring.go_on(found)
        messages.success(request, _("%(name)s is watched from now on.") % said)
    elif measuring.rest(found):
        text = _("%(name)s rests. Its outage goes on until somebody ends it.")
        messages.warning(request, text % said)
    else:
        messages.success(request, _("%(name)s rests; this time counts as not measured.") % said)
    return redirect("check", pk=pk)


def state_of(check: Check, *, now: datetime) -> str:
    """In one word: rest, new, unmeasured, down, failing, warning or good."""
    if not check.active:
        return "rest"
    if check.measured_at is None or check.next_by is None:
        return "new"
    if check.kind != Check.Kind.HEARTBEAT and now > check.next_by:
        return "unmeasured"
    if check.failures:
        return "down" if check.down else "failing"
    return "warning" if check.certificate_warns(now=now) else "good"


def _known(stretches: list[Stretch], check: Check) -> list[Stretch]:
    """Without the last moments, in which the next result may still come in time."""
    last = stretches[-1]
    if last.good is None and check.active and check.next_by and last.end <= check.next_by:
        return stretches[:-1]
    return stretches


def _since(check: Check, stretches: Iterable[Stretch]) -> list[Stretch]:
    """Without the time before there was the check."""
    return [
        Stretch(max(one.begin, check.made_at), one.end, one.good)
        for one in stretches
        if one.end > check.made_at
    ]


def _bars(stretches: Iterable[Stretch], begin: datetime) -> list[dict[str, object]]:
    """Where each stretch stands in a drawing that is 1000 wide."""
    names = {True: "good", False: "failed", None: "unmeasured"}
    return [
        {
            "state": names[one.good],
            "x": round(1000 * ((one.begin - begin) / SHOWN), 2),
            "width": round(1000 * ((one.end - one.begin) / SHOWN), 2),
        }
        for one in stretches
    ]
