"""The report on breaches as files: lines, a spreadsheet with a chart, and a page to hand over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from sla.wording import IN_FULL, moment_words, span_words
from support import access
from support.causes.forms import CauseForm
from support.documents.spreadsheets import Sheet, download, table
from support.documents.typesetting import pdf
from support.reports.asking import COLUMNS, GROUPS, BreachAsking, asked_by
from support.reports.breach_pages import page_of
from support.reports.missed import Group, all_rows, found, groups, in_order, rows
from support.reports.no_longer import all_of, between
from support.reports.wording import told_by_column
from tickets.models import User

PRINTED = 1000
"""Promises on paper; the other files have them all."""


@access.leads_only
def as_csv(request: HttpRequest) -> HttpResponseBase:
    """All that was found, as a file that Dutch spreadsheets open as it is."""
    asking = asked_by(request.GET)
    if not asking.is_valid():
        return page_of(request, asking, CauseForm(auto_id="cause_%s"))
    lines = _lines(asking, access.signed_in(request), now=timezone.now())
    return download(_name(asking), _under(_heads(asking), lines))


@access.leads_only
def as_xlsx(request: HttpRequest) -> HttpResponseBase:
    """The same with dates and durations that can be counted with, and its counts as a chart."""
    asking = asked_by(request.GET)
    if not asking.is_valid():
        return page_of(request, asking, CauseForm(auto_id="cause_%s"))
    user, now = access.signed_in(request), timezone.now()
    label, counted = _counted(asking, user, now=now)
    counts = Sheet(
        label,
        [label, _("Missed"), _("Still open")],
        [[each.label, each.count, each.open] for each in counted],
    )
    lines = _lines(asking, user, now=now)
    return table(_name(asking), _heads(asking), lines, counts=counts if counted else None)


@access.leads_only
def as_pdf(request: HttpRequest) -> HttpResponse:
    """On paper: the question, the counts as a drawing, and the promises."""
    asking = asked_by(request.GET)
    if not asking.is_valid():
        return page_of(request, asking, CauseForm(auto_id="cause_%s"))
    content = pdf("breaches", _printed(asking, access.signed_in(request), now=timezone.now()))
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{_name(asking)}.pdf"'
    return response


def _counted(asking: BreachAsking, user: User, *, now: datetime) -> tuple[str, list[Group]]:
    """The counts by what was asked to group by, else by promise; and what that is called."""
    by = asking.cleaned_data["by"] or "promise"
    asking.cleaned_data["by"] = by
    return str(GROUPS[by]), groups(asking, found(asking, user, now=now))


def _printed(asking: BreachAsking, user: User, *, now: datetime) -> dict[str, object]:
    clocks = found(asking, user, now=now)
    count = clocks.count()
    printed = rows(in_order(clocks)[:PRINTED], now=now)
    label, counted = _counted(asking, user, now=now)
    more = ngettext(
        "%(count)s more stands in the spreadsheet.",
        "%(count)s more stand in the spreadsheet.",
        count - PRINTED,
    )
    said = ngettext("%(count)s promise was missed.", "%(count)s promises were missed.", count)
    first, last = asking.cleaned_data["first"], asking.cleaned_data["last"]
    return {
        "language": (get_language() or "nl")[:2],
        "house": "Werkdag",
        "title": _("Breaches"),
        "period": f"{format_date(first, 'j F Y')} – {format_date(last, 'j F Y')}",
        "filters": _filters(asking),
        "made": moment_words(now, timezone.get_current_timezone(), IN_FULL),
        "said": said % {"count": count},
        "group_label": label,
        "groups": [
            {"label": each.label, "count": each.count, "open": each.open} for each in counted
        ],
        "heads": _heads(asking),
        "rows": [
            [row.clock.ticket.reference, row.clock.ticket.subject]
            + [_cell(told_by_column(row)[name]) for name in asking.columns]
            for row in printed
        ],
        "more": more % {"count": count - PRINTED} if count > PRINTED else "",
        "words": {
            "made": _("made"),
            "page": _("page"),
            "open": _("still open"),
            "each": _("Promise by promise"),
            "nothing": _("Nothing was missed."),
        },
    }


def _filters(asking: BreachAsking) -> str:
    """What was chosen, in words."""
    chosen = []
    for name in asking.FILTERS:
        if value := asking.cleaned_data[name]:
            field: Any = asking.fields[name]
            words = dict(field.choices).get(value, value)
            chosen.append(f"{field.label}: {words}")
    return ", ".join(chosen)


def _cell(value: Any) -> str:
    if isinstance(value, datetime):
        return moment_words(value, timezone.get_current_timezone())
    if hasattr(value, "total_seconds"):
        return span_words(value)
    return str(value or "")


def _name(asking: BreachAsking) -> str:
    data = asking.cleaned_data
    return f"werkdag-{data['first']:%Y-%m-%d}-{data['last']:%Y-%m-%d}"


def _heads(asking: BreachAsking) -> list[str]:
    return [_("Ticket"), _("Subject"), *(str(COLUMNS[name]) for name in asking.columns)]


def _under(
    heads: Sequence[object], lines: Iterator[Sequence[object]]
) -> Iterator[Sequence[object]]:
    yield heads
    yield from lines


def _lines(asking: BreachAsking, user: User, *, now: datetime) -> Iterator[Sequence[object]]:
    """What was found, then what was missed in the period and counts no more."""
    for row in all_rows(found(asking, user, now=now), now=now):
        cells, on = told_by_column(row), row.clock.ticket
        yield [on.reference, on.subject, *(cells[name] for name in asking.columns)]
    if any(asking.cleaned_data[name] for name in asking.FILTERS):
        return  # a choice among what counts; the whole period's file tells what doesn't
    for gone in all_of(between(user, *asking.bounds)):
        known = {
            "organisation": gone.alert.ticket.organisation or "",
            "promise": gone.alert.get_promise_display(),
            "clause": gone.alert.clause,
            "started": gone.alert.started_at,
            "due": gone.alert.due_at,
            "state": _("missed, no longer counted"),
            "note": " ".join([gone.said, str(gone.by or "")]).strip(),
        }
        ticket = gone.alert.ticket
        told = [known.get(name, "") for name in asking.columns]
        yield [ticket.reference, ticket.subject, *told]
