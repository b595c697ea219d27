"""Services and outages for agents: how months were judged, and what people do with outages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from sla import claims, outages
from sla.engine.dates import after, before
from sla.models import Claim, Outage, Service
from sla.outages import LedgerError
from support import access
from support.desk import DeskError
from support.forms.numbers import number_in
from support.outages import reporters, verbs
from support.services import shown
from support.services.forms import (
    CauseForm,
    CorrectForm,
    DecideForm,
    DownForm,
    RestoredForm,
    WithdrawForm,
)


@access.agents_only
def services(request: HttpRequest) -> HttpResponse:
    """Every service with its last months, what is down now first."""
    user = access.signed_in(request)
    open_now = Count("outages", Q(outages__restored_at=None, outages__withdrawn=False))
    found = access.services_of(user).annotate(open_now=open_now).order_by("-open_now", "name")
    rows = [
        {
            "service": service,
            "down": bool(service.open_now),
            "months": shown.months_shown(service.months.order_by("-month")[:3]),
        }
        for service in found
    ]
    undecided = Claim.objects.filter(decisions=None).select_related("service", "organisation")
    context = {"rows": rows, "claims": undecided}
    return render(request, "services/services.html", context)


@access.agents_only
def service(request: HttpRequest, pk: int) -> HttpResponse:
    """A month of a service: its days, what counted and what not, and its outages."""
    found = get_object_or_404(access.services_of(access.signed_in(request)), pk=pk)
    now = timezone.now()
    month = shown.month_of(request.GET.get("month"), today=timezone.localdate())
    with timezone.override(outages.zone_of(found)):
        form = DownForm(request.POST or None, initial={"at": now})
        if request.method == "POST" and form.is_valid():
            said = {name: value for name, value in form.cleaned_data.items() if value}
            outage = _tried(
                form, lambda: verbs.detected(found, now=now, actor=_who(request), **said)
            )
            if outage is not None:
                messages.success(request, _("The outage is in the ledger."))
                return redirect("outage", outage.pk)
        context = service_context(found, month, access.outages_of(_who(request))) | {
            "form": form,
            "claims": found.claims.select_related("organisation", "ticket").order_by("-filed_at"),
            "address": reverse("service", args=[found.pk]),
        }
        status = 422 if form.errors else 200
        return render(request, "services/service.html", context, status=status)


def service_context(found: Service, month: Any, of: Any) -> dict[str, object]:
    """What agents and customers see alike of a month of a service."""
    now = timezone.now()
    begin, end = month, after(month)
    kept = found.months.order_by("-month")[: shown.RECENT]
    theirs = of.filter(service=found, first_known_at__date__gte=begin, first_known_at__date__lt=end)
    return {
        "service": found,
        "month": month,
        "shown": shown.month_shown(found, month, now=now),
        "months": shown.months_shown(kept),
        "previous": f"{before(begin):%Y-%m}",
        "next": f"{end:%Y-%m}" if end <= timezone.localdate() else "",
        "outages": shown.outages_shown(list(theirs.order_by("first_known_at")), found),
    }


@access.agents_only
def outage(request: HttpRequest, pk: int) -> HttpResponse:
    """An outage: what was written of it, and what can be done with it."""
    found = get_object_or_404(
        access.outages_of(access.signed_in(request)).select_related("service__agreement", "ticket"),
        pk=pk,
    )
    with timezone.override(outages.zone_of(found.service)):
        asked = _forms(request, found)
        done = _answer_to_verb(request, found, asked)
        if done is not None:
            return done
        context = {
            "outage": found,
            "forms": asked,
            "row": shown.outages_shown([found], found.service)[0],
            "events": shown.events_shown(found),
            "tickets": reporters.tickets_of(found).with_people(),
            "month": f"{found.first_known_at:%Y-%m}",
        }
        status = 422 if any(form.errors for form in asked.values()) else 200
        return render(request, "services/outage.html", context, status=status)


def _forms(request: HttpRequest, found: Outage) -> dict[str, forms.Form]:
    """The forms of what can be done; the one that was sent has what was typed."""
    verb = request.POST.get("verb", "")
    now = timezone.now()

    def data(name: str) -> Any:
        return request.POST if verb == name else None

    times = {name: getattr(found, name) for name in CorrectForm.base_fields if name != "reason"}
    asked: dict[str, forms.Form] = {}
    if found.withdrawn:
        return asked
    if found.restored_at is None:
        asked["restored"] = RestoredForm(data("restored"), initial={"at": now})
    asked["cause"] = CauseForm(data("cause"), outage=found, initial={"cause": found.cause})
    asked["correct"] = CorrectForm(data("correct"), initial=times)
    asked["withdraw"] = WithdrawForm(data("withdraw"))
    return asked


def _answer_to_verb(
    request: HttpRequest, found: Outage, asked: dict[str, forms.Form]
) -> HttpResponse | None:
    """Do what was asked for; None if nothing was, or it was refused."""
    form = asked.get(request.POST.get("verb", ""))
    if request.method != "POST" or form is None or not form.is_valid():
        return None
    said, actor, now = form.cleaned_data, _who(request), timezone.now()
    times = {name: value for name, value in said.items() if name != "reason"}
    ways: dict[str, Callable[[], Any]] = {
        "restored": lambda: verbs.restored(found, at=said["at"], now=now, actor=actor),
        "cause": lambda: outages.set_cause(
            found, said["cause"], reason=said["reason"], actor=actor, now=now
        ),
        "correct": lambda: outages.correct(
            found, times, reason=said["reason"], actor=actor, now=now
        ),
        "withdraw": lambda: outages.withdraw(found, reason=said["reason"], actor=actor, now=now),
    }
    if _tried(form, ways[request.POST["verb"]]) is None:
        return None
    messages.success(request, _("Written into the ledger."))
    return redirect("outage", found.pk)


@access.agents_only
def claim(request: HttpRequest, pk: int) -> HttpResponse:
    """A claim: what was asked, what was decided of it, and deciding."""
    found = get_object_or_404(access.claims_of(_who(request)), pk=pk)
    made = list(found.decisions.select_related("actor").order_by("number"))
    with timezone.override(outages.zone_of(found.service)):
        times = {"begins_at": found.begins_at, "ends_at": found.ends_at}
        form = DecideForm(request.POST or None, initial=times)
        if request.method == "POST" and form.is_valid():
            said = form.cleaned_data

            def decide() -> Any:
                return verbs.decide_claim(
                    found,
                    accepted=request.POST.get("verdict") == "accept",
                    reason=said["reason"],
                    actor=_who(request),
                    now=timezone.now(),
                    seen=number_in(request.POST.get("seen")) or 0,
                    begins_at=said["begins_at"],
                    ends_at=said["ends_at"],
                )

            if _tried(form, decide) is not None:
                messages.success(request, _("Decided, and answered."))
                return redirect("claim", found.pk)
        context = {
            "claim": found,
            "decisions": made,
            "standing": claims.standing(found),
            "seen": made[-1].number if made else 0,
            "form": form,
        }
        status = 422 if form.errors else 200
        return render(request, "services/claim.html", context, status=status)


def _tried(form: forms.Form, do: Callable[[], Any]) -> Any:
    """What came of it; None if it was refused, which the form then says."""
    try:
        return do()
    except (LedgerError, DeskError) as error:
        form.add_error(None, str(error))
        return None


def _who(request: HttpRequest) -> Any:
    return access.signed_in(request)
