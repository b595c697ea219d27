"""The report on breaches: what was missed, by whom it was held, why, and by how much."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from sla.models import Clock
from support import access, desk
from support.causes.forms import CauseForm
from support.causes.models import name_of
from support.desk.table import VERBS
from support.forms.numbers import number_in
from support.reports import saved
from support.reports.asking import COLUMNS, GROUPS, BreachAsking, asked_by
from support.reports.missed import found, groups, in_order, rows
from support.reports.no_longer import between, explained
from support.reports.wording import told_by_column
from tickets.lifecycle import current
from tickets.models import User

PER_PAGE = 50
MOST = 200
"""Promises that get a cause in one go."""
TIDIED = 20
"""Those that count no more, on the page; the files have them all."""
_SAID = 5


@access.leads_only
def report(request: HttpRequest) -> HttpResponse:
    """What was asked, its counts by group, and the promises themselves."""
    return page_of(request, asked_by(request.GET), CauseForm(auto_id="cause_%s"))


def page_of(
    request: HttpRequest, asking: BreachAsking, cause: CauseForm, *, status: int = 200
) -> HttpResponse:
    user, now = access.signed_in(request), timezone.now()
    context: dict[str, object] = {
        "asking": asking,
        "cause_form": cause,
        "saved": saved.shown(user),
        "keep_form": saved.SavedReportForm(user=user),
        "page_obj": None,
    }
    if not asking.is_valid():
        return render(request, "reports/missed.html", context, status=422)
    clocks = found(asking, user, now=now)
    page = Paginator(in_order(clocks), PER_PAGE).get_page(request.GET.get("page"))
    tidied = between(user, *asking.bounds)
    context |= {
        "address": asking.address(),
        "group_label": GROUPS.get(asking.cleaned_data["by"], ""),
        "groups": groups(asking, clocks),
        "open": clocks.filter(met_at=None).count(),
        "open_address": asking.address(by="", state="open"),
        "columns": {name: COLUMNS[name] for name in asking.columns},
        "rows": [{"row": row, "cells": told_by_column(row)} for row in rows(page, now=now)],
        "page_obj": page,
        "tidied": explained(list(tidied[:TIDIED])),
        "tidied_count": tidied.count(),
    }
    return render(request, "reports/missed.html", context, status=status)


@access.leads_only
@require_POST
def give_causes(request: HttpRequest) -> HttpResponse:
    """Say of the promises that were chosen why they were missed."""
    asking = asked_by(QueryDict(request.POST.get("of", "")))
    form = CauseForm(request.POST, auto_id="cause_%s")
    clocks = _chosen(access.signed_in(request), request.POST.getlist("clock"))
    if not clocks:
        form.add_error(None, _("Choose promises first, with the boxes in front of them."))
    if not form.is_valid():
        return page_of(request, asking, form, status=422)
    _give(request, clocks, form.cleaned_data)
    question = asking.address() if asking.is_valid() else ""
    return redirect(f"{reverse('breach-report')}?{question}")


def _chosen(user: User, numbers: Sequence[str]) -> list[Clock]:
    pks = [pk for text in numbers[:MOST] if (pk := number_in(text)) is not None]
    clocks = access.counted_clocks(user).filter(pk__in=pks, state=Clock.State.BREACHED)
    # In one order, so that two of them at once don't wait for each other.
    return list(clocks.select_related("ticket").order_by("ticket", "pk"))


def _give(request: HttpRequest, clocks: Sequence[Clock], said: dict[str, object]) -> None:
    verb, failed = VERBS["give_cause"], []
    for clock in clocks:
        ticket = current(clock.ticket)
        body = {**said, "promise": name_of(clock, on=ticket)}
        try:
            verb.do(ticket, access.signed_in(request), body)
        except desk.DeskError as error:
            failed.append(f"{ticket.reference}: {error}")
    if done := len(clocks) - len(failed):
        said_of = ngettext(
            "%(count)s promise has its cause.", "%(count)s promises have their cause.", done
        )
        messages.success(request, said_of % {"count": done})
    for sentence in failed[:_SAID]:
        messages.error(request, sentence)
