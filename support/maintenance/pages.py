"""Maintenance for agents: what comes, goes on and was, and announcing it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from sla import upkeep
from sla.models import Maintenance, Service, UpdateDecision
from sla.outages import LedgerError
from support import access
from support.forms.numbers import number_in
from support.forms.resent import resent
from support.maintenance import effects, shown
from support.maintenance.forms import AnnounceForm, CancelForm, ChangeForm, MomentForm

PER_PAGE = 50
SOON = timedelta(minutes=15)
"""Until what is done at once begins: it is told before, so that it is announced."""


@access.agents_only
def maintenance_list(request: HttpRequest) -> HttpResponse:
    """What goes on, what comes, the decisions on updates, and what was."""
    user, now = access.signed_in(request), timezone.now()
    found = access.maintenance_of(user).prefetch_related("services__agreement")
    page = Paginator(found.past(now), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "going_on": shown.rows([*found.going_on(now), *found.unsaid(now)], now),
        "coming": shown.rows(found.coming(now).filter(release=None), now),
        "releases": shown.rows(found.coming(now).exclude(release=None)[:5], now),
        "past": shown.rows(page, now),
        "page_obj": page,
        "updates": access.updates_of(user).prefetch_related("services", "maintenance")[:5],
    }
    return render(request, "maintenance/list.html", context)


@access.agents_only
def announce(request: HttpRequest) -> HttpResponse:
    """Write an announcement, look at whom it reaches and what it means, and send it."""
    decision = _decision(request)
    form = AnnounceForm(request.POST or None, initial=_initial(request, decision))
    preview: dict[str, object] = {}
    if request.method == "POST" and form.is_valid():
        now, said = timezone.now(), form.cleaned_data
        seen = _digest(said)
        if request.POST.get("do") == "announce" and said["seen"] == seen:
            made = _tried(form, lambda: _announced(form, decision, request, now))
            if made is not None:
                messages.success(request, _("Announced. Who it concerns is being told."))
                return redirect("maintenance", made.pk)
        else:
            preview = _preview(form, now)
            form.data = resent(request, seen=seen)
    context = {"form": form, "decision": decision, **preview, "preview": bool(preview)}
    status = 422 if form.errors else 200
    return render(request, "maintenance/announce.html", context, status=status)


@access.agents_only
def maintenance(request: HttpRequest, pk: int) -> HttpResponse:
    """One: its times, what they mean, who was told, what was written, and what can be done."""
    user, now = access.signed_in(request), timezone.now()
    found = get_object_or_404(
        access.maintenance_of(user).select_related("release", "decision__actor"), pk=pk
    )
    services = list(found.services.select_related("agreement", "contract__organisation"))
    zone = shown.zone_for(services)
    with timezone.override(zone):
        asked = _forms(request, found, now)
        done = _answer_to_verb(request, found, asked)
        if done is not None:
            return done
        context = {
            "row": shown.row(found, services, now),
            "maintenance": found,
            "meanings": shown.meaning_of(found, services),
            "organisations": effects.organisations_of(services, today=timezone.localdate()),
            "told": found.letters.exclude(what="").filter(mail__isnull=False).count(),
            "untold": found.letters.exclude(what="").filter(mail=None).select_related("contact"),
            "events": shown.events_shown(found, zone),
            "forms": asked,
        }
        status = 422 if any(form.errors for form in asked.values()) else 200
        return render(request, "maintenance/maintenance.html", context, status=status)


def _announced(
    form: AnnounceForm, decision: UpdateDecision | None, request: HttpRequest, now: datetime
) -> Maintenance:
    return upkeep.announce(
        form.maintenance(decision),
        form.cleaned_data["services"],
        actor=access.signed_in(request),
        now=now,
    )


def _preview(form: AnnounceForm, now: datetime) -> dict[str, object]:
    """Whom it reaches and what it means; nothing, if it can't be announced as it is."""
    planned, services = form.maintenance(), list(form.cleaned_data["services"])
    if _tried(form, lambda: upkeep.would_announce(planned, now=now)) is None:
        return {}
    contacts = list(effects.contacts_of(services, today=timezone.localdate()))
    reached = [person for person in contacts if person.email or person.user]
    return {
        "row": shown.row(planned, services, now),
        "meanings": effects.meanings(planned, services, told_at=now),
        "organisations": effects.organisations_of(services, today=timezone.localdate()),
        "reached": len(reached),
        "unreached": [person for person in contacts if person not in reached],
    }


def _initial(request: HttpRequest, decision: UpdateDecision | None) -> dict[str, object]:
    initial: dict[str, object] = {}
    chosen = number_in(request.GET.get("service", ""))
    if chosen:
        initial["services"] = list(Service.objects.filter(pk=chosen))
    if decision is not None:
        initial["services"] = list(decision.services.all())
        initial["nature"] = decision.what
        if decision.way == UpdateDecision.Way.AT_ONCE:
            initial["begins_at"] = timezone.now() + SOON
    return initial


def _decision(request: HttpRequest) -> UpdateDecision | None:
    number = number_in(request.GET.get("update", ""))
    decisions = access.updates_of(access.signed_in(request))
    told = decisions.exclude(way=UpdateDecision.Way.SILENT)
    return told.filter(pk=number).first() if number else None


def _digest(said: dict[str, Any]) -> str:
    """What was looked at, so that nothing else is sent."""
    names = sorted(name for name in said if name not in ("seen", "services"))
    told = [(name, str(said[name])) for name in names]
    services = sorted(service.pk for service in said["services"])
    return hashlib.sha256(repr([told, services]).encode()).hexdigest()


def _forms(request: HttpRequest, found: Maintenance, now: datetime) -> dict[str, forms.Form]:
    """The forms of what can be done; the one that was sent has what was typed."""
    if found.cancelled_at or found.finished_at or found.release_id:
        return {}
    verb = request.POST.get("verb", "")

    def data(name: str) -> Any:
        return request.POST if verb == name else None

    times = {name: getattr(found, name) for name in ("begins_at", "ends_at", "expected_minutes")}
    times["seen"] = found.version
    asked: dict[str, forms.Form] = {}
    if found.started_at is None:
        asked["start"] = MomentForm(data("start"), initial={"at": now}, prefix="start")
    asked["finish"] = MomentForm(data("finish"), initial={"at": now}, prefix="finish")
    asked["change"] = ChangeForm(data("change"), initial=times)
    if found.started_at is None:
        asked["cancel"] = CancelForm(data("cancel"), prefix="cancel")
    return asked


def _answer_to_verb(
    request: HttpRequest, found: Maintenance, asked: dict[str, forms.Form]
) -> HttpResponse | None:
    """Do what was asked for; None if nothing was, or it was refused."""
    form = asked.get(request.POST.get("verb", ""))
    if request.method != "POST" or form is None or not form.is_valid():
        return None
    said = form.cleaned_data
    by: dict[str, Any] = {"actor": access.signed_in(request), "now": timezone.now()}
    ways: dict[str, Callable[[], Any]] = {
        "start": lambda: upkeep.start(found, at=said["at"], **by),
        "finish": lambda: upkeep.finish(found, at=said["at"], **by),
        "change": lambda: upkeep.change(
            found,
            begins_at=_to_the_minute(said["begins_at"], found.begins_at),
            ends_at=_to_the_minute(said["ends_at"], found.ends_at),
            expected_minutes=said["expected_minutes"],
            reason=said["reason"],
            seen=said["seen"],
            **by,
        ),
        "cancel": lambda: upkeep.cancel(found, reason=said["reason"], **by),
    }
    if _tried(form, ways[request.POST["verb"]]) is None:
        # The page shows it as it is now, so what is sent from it again was looked at.
        form.data = resent(request, seen=found.version)
        return None
    messages.success(request, _("Written down. Who it concerns is told what is new to them."))
    return redirect("maintenance", found.pk)


def _to_the_minute(given: Any, was: datetime | None) -> Any:
    """What the form only shows to the minute stays as it was, if it was left alone."""
    if given and was and given == was.replace(second=0, microsecond=0):
        return was
    return given


def _tried(form: forms.Form, do: Callable[[], Any]) -> Any:
    """What came of it; None if it was refused, which the form then says."""
    try:
        return do()
    except LedgerError as error:
        form.add_error(None, str(error))
        return None
