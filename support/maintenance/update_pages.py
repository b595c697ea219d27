"""Decisions on updates: silent, at once with notice, planned with notice; by whom and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from sla import upkeep
from sla.models import UpdateDecision
from sla.outages import LedgerError
from support import access
from support.documents.spreadsheets import download
from support.maintenance.forms import UpdateForm

PER_PAGE = 50


@access.agents_only
def updates(request: HttpRequest) -> HttpResponse:
    """Every decision, the last one first."""
    found = _found(request)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "maintenance/updates.html", {"page_obj": page, "updates": page})


@access.agents_only
def updates_csv(request: HttpRequest) -> HttpResponseBase:
    """The same as a file."""
    return download(_("updates"), _lines(_found(request)))


@access.agents_only
def decide(request: HttpRequest) -> HttpResponse:
    """Write down how an update is done; what customers are to be told is announced next."""
    form = UpdateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = upkeep.decide_update(
                **form.cleaned_data, actor=access.signed_in(request), now=timezone.now()
            )
        except LedgerError as error:
            form.add_error(None, str(error))
        else:
            if made.way == UpdateDecision.Way.SILENT:
                messages.success(request, _("The decision is written down."))
                return redirect("updates")
            messages.success(
                request, _("The decision is written down. Now announce it to customers.")
            )
            return redirect(f"{reverse('maintenance-announce')}?update={made.pk}")
    status = 422 if form.errors else 200
    return render(request, "maintenance/update_form.html", {"form": form}, status=status)


def _found(request: HttpRequest) -> Any:
    found = access.updates_of(access.signed_in(request))
    return found.prefetch_related("services", "maintenance")


def _lines(found: Any) -> Iterator[Sequence[object]]:
    yield (
        *(_("decided"), _("decided by"), _("update"), _("services"), _("decision")),
        *(_("reason"), _("announced")),
    )
    for each in found:
        yield (
            each.at,
            each.actor.name,
            each.what,
            ", ".join(service.name for service in each.services.all()),
            each.get_way_display(),
            each.reason,
            min((one.announced_at for one in each.maintenance.all()), default=None),
        )
