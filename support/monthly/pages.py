"""Monthly reports at the desk: what is made, what waits to be issued, what was."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Max
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sla.engine.dates import after, before, first_of
from sla.models import MonthlyReport, ReportRule
from support import access
from support.forms.months import month_in
from support.mail.counts import nav_counts
from support.monthly import files, issuing, sweep
from support.monthly.document import LANGUAGES, rows_behind
from support.monthly.forms import IssueForm
from support.monthly.issuing import ReportError
from support.monthly.telling import told
from support.monthly.told import Figure, cell_words
from tickets.models import Ticket, number_of

PER_PAGE = 50
LISTS = ("promises", "earlier", "no_longer", "tickets")
"""What of a document stands for tickets."""


P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def approvers_only(view: View[P]) -> View[P]:
    """A page for those who approve reports, and so see them."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not ReportRule.lets(access.signed_in(request)):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return access.leads_only(cast("View[P]", guarded))


@approvers_only
def reports(request: HttpRequest) -> HttpResponse:
    """A month: how far it is, and each customer's."""
    month = _month(request)
    of_month = access.monthly_reports_of(access.signed_in(request)).filter(month=month)
    rows = of_month.annotate(version=Max("issued__version")).order_by("organisation__name", "pk")
    counts = {
        "all": of_month.count(),
        "waiting": of_month.waiting().count(),
        "failed": of_month.failed().count(),
        "issued": of_month.exclude(issued=None).distinct().count(),
    }
    this = first_of(timezone.localdate())
    missing = sum(1 for _each in sweep.missing(month))
    context = {
        "month": month,
        "previous_url": _url(before(month)),
        "next_url": _url(after(month)) if after(month) < this else "",
        "missing": missing,
        "under_way": bool(missing) and month == before(this),
        "counts": counts,
        "rows": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "nav_counts": nav_counts(),
    }
    return render(request, "monthly/reports.html", context)


@approvers_only
@require_POST
def make(request: HttpRequest) -> HttpResponse:
    """Make what a month misses, some at a time."""
    month = _month(request)
    done = sweep.make_missing(month, now=timezone.now())
    messages.success(request, _("%(count)s reports were made.") % {"count": done})
    return redirect(_url(month))


@approvers_only
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """One of them, as it is read: the draft that waits, else what was issued last."""
    found = _found(request, pk)
    return _page(request, found)


def _page(
    request: HttpRequest, found: MonthlyReport, *, form: IssueForm | None = None
) -> HttpResponse:
    document = issuing.shown(found)
    is_correction = bool(found.draft) and found.issued.exists()
    if form is None and found.draft:
        form = IssueForm(initial={"seen": issuing.seen_of(found)}, correction=is_correction)
    context = {
        "report": found,
        "told": told(document) if document else None,
        "words": _cell_writer(found),
        "issued": list(found.issued.select_related("issued_by")),
        "differences": issuing.differences(found),
        "is_correction": is_correction,
        "form": form,
        "languages": LANGUAGES,
        "nav_counts": nav_counts(),
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "monthly/report.html", context, status=status)


def _cell_writer(found: MonthlyReport) -> Any:
    """A cell in words, and where a figure opens its tickets."""

    def said(cell: Any, zone: Any) -> dict[str, Any]:
        url = ""
        if isinstance(cell, Figure) and cell.of in LISTS and cell.count:
            query = "&".join(f"{name}={value}" for name, value in cell.asked.items())
            url = f"{reverse('monthly-rows', args=[found.pk])}?of={cell.of}&{query}"
        return {"text": cell_words(cell, zone), "url": url}

    return said


@approvers_only
def rows(request: HttpRequest, pk: int) -> HttpResponse:
    """The tickets that a figure of the report counts, as the document has them."""
    found = _found(request, pk)
    of = request.GET.get("of", "")
    document = issuing.shown(found)
    if document is None or of not in LISTS:
        raise Http404
    asked = {name: str(value) for name, value in request.GET.items() if name not in ("of", "page")}
    listed = rows_behind(document, of, asked)
    page = Paginator(listed, PER_PAGE).get_page(request.GET.get("page"))
    numbers = [number for row in page if (number := number_of(row["ticket"])) is not None]
    tickets = access.tickets_of(access.signed_in(request)).filter(pk__in=numbers).with_people()
    known: Mapping[str, Ticket] = {ticket.reference: ticket for ticket in tickets}
    context = {
        "report": found,
        "rows": [{"row": row, "ticket": known.get(row["ticket"])} for row in page],
        "page_obj": page,
        "nav_counts": nav_counts(),
    }
    return render(request, "monthly/rows.html", context)


@approvers_only
@require_POST
def issue(request: HttpRequest, pk: int) -> HttpResponse:
    """Issue the draft for good."""
    found = _found(request, pk)
    form = IssueForm(request.POST, correction=bool(found.draft) and found.issued.exists())
    if form.is_valid():
        try:
            issuing.approve(
                found,
                seen=form.cleaned_data["seen"],
                reason=form.cleaned_data.get("reason", ""),
                actor=access.signed_in(request),
                now=timezone.now(),
            )
        except ReportError as error:
            form.add_error(None, str(error))
    if form.errors:
        found.refresh_from_db()
        return _page(request, found, form=form)
    messages.success(request, _("Issued: it goes to whom the customer named, and stays as it is."))
    return redirect("monthly-report", pk=pk)


@approvers_only
@require_POST
def remake(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the draft anew; of what was issued, the draft of a correction."""
    found = _found(request, pk)
    issuing.make(found, now=timezone.now())
    if found.issued.exists() and not issuing.differences(found):
        issuing.drop_draft(found)
        messages.info(request, _("Nothing in it is different from what was issued."))
    else:
        messages.success(request, _("It was made again, as things are now."))
    return redirect("monthly-report", pk=pk)


@approvers_only
@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave what was issued as it is."""
    issuing.drop_draft(_found(request, pk))
    messages.success(request, _("What was issued stays as it is."))
    return redirect("monthly-report", pk=pk)


@approvers_only
def download(request: HttpRequest, pk: int, version: int, kind: str) -> HttpResponse:
    """A file of a version; version 0 is the draft."""
    found = _found(request, pk)
    language = asked_language(request)
    if version:
        issued = get_object_or_404(
            found.issued.select_related("report__organisation"), version=version
        )
        return as_file(issued, kind, language)
    if not found.draft or kind not in files.TYPES:
        raise Http404
    with override(language):
        content = found.draft.encode()
        if kind != "json":
            content = files.render(issuing.read(found.draft), kind)
        return attachment(content, kind, files.name_of(found, None, kind))


def as_file(issued: Any, kind: str, language: str) -> HttpResponse:
    """A file of what was issued, as a download."""
    if kind not in files.TYPES:
        raise Http404
    content = files.content_of(issued, kind, language, now=timezone.now())
    with override(language):
        return attachment(content, kind, files.name_of(issued.report, issued.version, kind))


def attachment(content: bytes, kind: str, name: str) -> HttpResponse:
    """Never shown by the browser itself."""
    response = HttpResponse(content, content_type=files.TYPES[kind])
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def asked_language(request: HttpRequest) -> str:
    """In which language a file is wanted, else that of the page."""
    asked = request.GET.get("language", "")
    return asked if asked in LANGUAGES else (get_language() or "nl")[:2]


def _found(request: HttpRequest, pk: int) -> MonthlyReport:
    return get_object_or_404(access.monthly_reports_of(access.signed_in(request)), pk=pk)


def _month(request: HttpRequest) -> date:
    """The month asked for that is over, else the last one."""
    last = before(first_of(timezone.localdate()))
    month = month_in(request.POST.get("month") or request.GET.get("month"))
    return min(month or last, last)


def _url(month: date) -> str:
    return f"{reverse('monthly')}?month={month:%Y-%m}"
