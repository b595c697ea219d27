"""The log of the house, for managers: searched, chosen from, and as a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from support import access
from support.audit.forms import AuditAsking
from support.audit.models import AuditEntry, AuditQuerySet
from support.audit.words import Line, lines
from support.documents.spreadsheets import download
from support.forms.numbers import number_in

PER_PAGE = 50
BATCH = 500


@access.managers_only
def audit(request: HttpRequest) -> HttpResponse:
    """What was done, the newest first; older pages begin after the last line of the one before."""
    asking = AuditAsking(request.GET)
    context: dict[str, object] = {"asking": asking, "lines": [], "older": "", "about": ""}
    if not asking.is_valid():
        return render(request, "support/audit.html", context, status=422)
    found = asking.found()
    after = _place_in(request.GET.get("after", ""))
    rows = list((found.before(*after) if after else found)[: PER_PAGE + 1])
    shown = rows[:PER_PAGE]
    context |= {
        "lines": lines(shown),
        "older": _place_of(shown[-1]) if len(rows) > PER_PAGE else "",
        "later": bool(after),
        "about": asking.about,
    }
    return render(request, "support/audit.html", context)


@access.managers_only
def as_csv(request: HttpRequest) -> HttpResponseBase:
    """The same as a file: all of it, a line for each column that changed."""
    asking = AuditAsking(request.GET)
    if not asking.is_valid():
        return audit(request)
    return download(_("audit-log"), _csv(asking.found()))


def _csv(found: AuditQuerySet) -> Iterator[Sequence[object]]:
    yield (
        *(_("moment"), _("by whom"), _("from address"), _("what was done"), _("to what")),
        *(_("name"), _("part of"), _("times"), _("what changed"), _("from"), _("to")),
    )
    for batch in _batches(found):
        for line in lines(batch):
            yield from _rows(line)


def _rows(line: Line) -> Iterator[Sequence[object]]:
    entry = line.entry
    said = (
        *(entry.at, line.who, entry.address, entry.get_kind_display(), line.what),
        *(line.name, line.part, entry.times),
    )
    for change in line.differences:
        if change.shown:
            yield (*said, change.label, change.before, change.after)
        else:
            yield (*said, change.label, _("not shown"), _("not shown"))
    if not line.differences:
        yield (*said, "", "", "")


def _batches(found: AuditQuerySet) -> Iterator[list[AuditEntry]]:
    rest = found
    while batch := list(rest[:BATCH]):
        yield batch
        rest = found.before(batch[-1].at, batch[-1].pk)


def _place_of(entry: AuditEntry) -> str:
    return f"{entry.at:%Y%m%dT%H%M%S.%f%z}-{entry.pk}"


def _place_in(text: str) -> tuple[datetime, int] | None:
    """After which line a page begins; None for the first page, and for what nobody gave out."""
    moment, _dash, number = text.rpartition("-")
    pk = number_in(number)
    try:
        at = datetime.strptime(moment, "%Y%m%dT%H%M%S.%f%z")
    except ValueError:
        return None
    return None if pk is None else (at, pk)
