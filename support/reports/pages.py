"""The managers' pages: what was kept and breached, and the tickets behind every number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _

from sla.engine.dates import after, before, first_of, up_to
from sla.kept import of_strength
from sla.models import Target
from sla.queries import cards_for
from sla.reporting import OUTCOMES, MonthReport, Tally, clocks_in, month_report, trend
from sla.wording import KINDS, PRIORITIES, PROMISES
from support import access
from support.asking.told import by_field
from support.documents.spreadsheets import download
from support.forms.months import month_in
from support.forms.numbers import number_in
from support.reports.no_longer import all_of, explained, listed
from support.reports.wording import outcome_words
from tickets.models import CustomField, Organisation, Priority, User

PER_PAGE, AT_ONCE = 50, 1000
MONTHS = 12
STRENGTHS = {"guarantee": "guarantee", "effort": "effort", "none": ""}
"""In an address, how firmly something is promised."""


@access.leads_only
def breaches(request: HttpRequest) -> HttpResponse:
    """A month: kept, breached, not binding, running; by promise and priority, by organisation."""
    user, month = access.signed_in(request), _month(request)
    counted = access.counted_clocks(user), access.counted_tallies(user)
    report = month_report(month, *counted)
    tidied = Paginator(listed(user, month), PER_PAGE)
    tidied_page = tidied.get_page(request.GET.get("page"))
    months = up_to(month, MONTHS)
    this_month = timezone.localdate().replace(day=1)
    context = {
        "month": month,
        "previous_url": _url("report-breaches", before(month)),
        "next_url": _url("report-breaches", after(month)) if month < this_month else "",
        "csv_url": _url("report-csv", month),
        "totals": _cells(report.total, month) | {"share": report.total.share},
        "rows": _rows_by_promise(report, month),
        "organisations": [
            _row(name or _("unknown"), tally, month, organisation=pk)
            for (pk, name), tally in sorted(report.by_organisation.items(), key=_by_name)
        ],
        "reclassified": explained(list(tidied_page)),
        "reclassified_page": tidied_page,
        "trend": [
            vars(tally)
            | {
                "month": each,
                "url": _url("report-breaches", each),
                "current": each == month,
            }
            for each, tally in trend(months, *counted).items()
        ],
    }
    return render(request, "reports/breaches.html", context)


def _rows_by_promise(report: MonthReport, month: date) -> list[dict[str, object]]:
    return [
        _row(
            _promise_words(promise, priority, kind),
            tally,
            month,
            promise=promise,
            **({"priority": priority} if priority else {"kind": kind}),
        )
        for (promise, priority, kind), tally in sorted(report.by_promise.items(), key=_in_order)
    ]


@access.leads_only
def tickets(request: HttpRequest) -> HttpResponse:
    """The tickets behind a number of the report."""
    month = _month(request)
    chosen = _chosen(request, month).select_related("ticket__organisation").order_by("due_at", "pk")
    page = Paginator(chosen, PER_PAGE).get_page(request.GET.get("page"))
    now = timezone.now()
    clocks = list(page)
    cards = cards_for(clocks, now=now)
    rows = [
        {"ticket": clock.ticket, "clock": card} for clock, card in zip(clocks, cards, strict=True)
    ]
    context = {
        "title": _title(request, month),
        "back_url": _url("report-breaches", month),
        "rows": rows,
        "page_obj": page,
    }
    return render(request, "reports/tickets.html", context)


@access.leads_only
def as_csv(request: HttpRequest) -> HttpResponseBase:
    """Every promise of a month as a file that Dutch spreadsheets open as it is."""
    month = _month(request)
    return download(f"werkdag-{month:%Y-%m}", _csv_rows(access.signed_in(request), month))


def _csv_rows(user: User, month: date) -> Iterator[Sequence[object]]:
    fields = list(CustomField.objects.in_use())
    yield (
        _("Ticket"),
        _("Subject"),
        _("Organisation"),
        _("Promise"),
        _("Priority"),
        _("Clause"),
        _("Outcome"),
        _("No longer counted since"),
        _("Why no longer"),
        _("By"),
        _("Started"),
        _("Due"),
        _("Done"),
        *(field.label for field in fields),
    )
    words = outcome_words()
    clocks = clocks_in(month, access.counted_clocks(user))
    clocks = clocks.select_related("ticket__organisation").order_by("started_at", "pk")
    for clock, filled in _with_fields(clocks.iterator(chunk_size=AT_ONCE)):
        yield (
            clock.ticket.reference,
            clock.ticket.subject,
            clock.ticket.organisation or "",
            PROMISES[clock.promise],
            PRIORITIES.get(clock.priority, ""),
            clock.clause,
            words[clock.outcome],
            "",
            "",
            "",
            clock.started_at,
            clock.due_at,
            clock.met_at,
            *(filled.get(field.pk, "") for field in fields),
        )
    yield from _tidied_rows(user, month)


def _with_fields(clocks: Iterator[Any]) -> Iterator[tuple[Any, Mapping[int, str]]]:
    """Promises with what is filled in on their tickets, some hundreds at once."""
    while some := list(islice(clocks, AT_ONCE)):
        filled = by_field(clock.ticket_id for clock in some)
        for clock in some:
            yield clock, filled.get(clock.ticket_id, {})


def _tidied_rows(user: User, month: date) -> Iterator[Sequence[object]]:
    """What was missed and counts no more, so that a file shows no less than the page."""
    for row in all_of(listed(user, month)):
        alert = row.alert
        yield (
            alert.ticket.reference,
            alert.ticket.subject,
            alert.ticket.organisation or "",
            PROMISES[alert.promise],
            "",
            alert.clause,
            _("missed, no longer counted"),
            row.at,
            row.said,
            row.by or "",
            alert.started_at,
            alert.due_at,
            "",
        )


def _month(request: HttpRequest) -> date:
    """The month asked for, else this one."""
    return month_in(request.GET.get("month")) or first_of(timezone.localdate())


def _url(name: str, month: date, **query: object) -> str:
    return f"{reverse(name)}?{urlencode({'month': f'{month:%Y-%m}', **query})}"


def _row(label: str, tally: Tally, month: date, **query: Any) -> dict[str, object]:
    cells = _cells(tally, month, **query)
    return {"label": label, "note": "", "cells": cells, "share": tally.share}


def _cells(tally: Tally, month: date, **query: object) -> dict[str, object]:
    return {
        outcome: {
            "count": getattr(tally, outcome),
            "url": _url("report-tickets", month, outcome=outcome, **query),
        }
        for outcome in OUTCOMES
    }


def _chosen(request: HttpRequest, month: date) -> Any:
    """The clocks that a number counted."""
    clocks = clocks_in(month, access.counted_clocks(access.signed_in(request)))
    if (outcome := request.GET.get("outcome")) in OUTCOMES:
        clocks = clocks.filter(outcome=outcome)
    if promise := _known(request, "promise", PROMISES):
        clocks = clocks.filter(promise=promise)
    if priority := _known(request, "priority", PRIORITIES):
        clocks = clocks.filter(priority=priority)
    if kind := _known(request, "kind", KINDS):
        clocks = clocks.filter(priority="", ticket__kind=kind)
    if (strength := request.GET.get("strength")) in STRENGTHS:
        clocks = of_strength(clocks, STRENGTHS[strength])
    if (organisation := number_in(request.GET.get("organisation"))) is not None:
        clocks = clocks.filter(ticket__organisation=organisation or None)
    return clocks


def _known(request: HttpRequest, name: str, words: Mapping[str, object]) -> str:
    """What is asked for, if there are words for it; else nothing, as if it were not asked."""
    value = request.GET.get(name, "")
    return value if value in words else ""


def _title(request: HttpRequest, month: date) -> str:
    parts = [format_date(month, "F Y")]
    if promise := _known(request, "promise", PROMISES):
        chosen = _known(request, "priority", PRIORITIES), _known(request, "kind", KINDS)
        parts.append(_promise_words(promise, *chosen))
    if (strength := request.GET.get("strength")) in (*Target.Strength.values,):
        parts.append(str(Target.Strength(strength).label))
    if (pk := number_in(request.GET.get("organisation"))) is not None:
        parts += Organisation.objects.filter(pk=pk).values_list("name", flat=True)
    parts.append(outcome_words().get(request.GET.get("outcome", ""), _("all outcomes")))
    return " · ".join(parts)


def _promise_words(promise: str, priority: str, kind: str) -> str:
    words = PRIORITIES.get(priority) or KINDS.get(kind)
    label = str(PROMISES.get(promise, promise))
    return f"{label}, {words}" if words else label


def _in_order(item: tuple[tuple[str, str, str], Tally]) -> tuple[str, int, str]:
    promise, priority, kind = item[0]
    return promise, [*Priority.values, ""].index(priority), kind


def _by_name(item: tuple[tuple[int, str], Tally]) -> str:
    return item[0][1].lower()
