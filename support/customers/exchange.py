"""The page on which managers take organisations and contacts out, and bring them in."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from support import access
from support.customers import exporting, importing
from support.customers.table import TableError, TableLine, read
from support.documents.spreadsheets import download, workbook
from support.mail.counts import nav_counts

_SALT = "customers-import"
_SHOWN = 200
_LASTS = 3600  # seconds between the preview and carrying it out


class FileForm(forms.Form):
    """The table to bring in."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("CSV or XLSX, with the names of the columns in the first line."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx"}),
    )


@access.managers_only
def exchange(request: HttpRequest) -> HttpResponse:
    """Downloads, and a file to bring in: first what it would do, then doing it."""
    form = FileForm(request.POST or None, request.FILES or None)
    if "rows" in request.POST:
        return _carry_out(request)
    context: dict[str, object] = {"form": form, "nav_counts": nav_counts()}
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            rows = read(file.read())
            context |= {"rows": _sealed(rows), **_preview(importing.plan(rows))}
        except TableError as error:
            form.add_error("file", str(error))
    status = 422 if form.errors else 200
    return render(request, "workspace/customers_exchange.html", context, status=status)


@access.managers_only
def export(_request: HttpRequest, kind: str, form: str) -> HttpResponseBase:
    """All organisations or contacts as a file that can be brought in again."""
    if kind not in exporting.KINDS or form not in ("csv", "xlsx"):
        raise Http404
    rows = exporting.table(kind)
    return workbook(kind, rows) if form == "xlsx" else download(kind, rows)


def _preview(plan: importing.Plan) -> dict[str, object]:
    """What would happen: what is wrong first, what stays as it is last."""
    labels = {
        importing.WRONG: _("left out"),
        importing.NEW: _("new"),
        importing.CHANGED: _("changed"),
        importing.SAME: _("as it is"),
    }
    order = list(labels)
    lines = sorted(plan.lines, key=lambda line: (order.index(line.state), line.number))
    return {
        "plan": plan,
        "counts": [{"label": labels[state], "number": plan.count(state)} for state in order],
        "shown": lines[:_SHOWN],
        "more": max(0, len(lines) - _SHOWN),
    }


def _carry_out(request: HttpRequest) -> HttpResponse:
    """The file is not sent twice: its lines come back under our signature."""
    try:
        lines = signing.loads(request.POST["rows"], salt=_SALT, max_age=_LASTS)
    except signing.BadSignature:
        messages.error(request, _("That was too long ago. Choose the file once more."))
        return redirect("customers-exchange")
    count = importing.carry_out(
        importing.plan([TableLine(number, cells) for number, cells in lines])
    )
    said = ngettext("%(count)s line was brought in.", "%(count)s lines were brought in.", count)
    messages.success(request, said % {"count": count})
    return redirect("customers-exchange")


def _sealed(rows: list[TableLine]) -> str:
    lines = [[row.number, row.cells] for row in rows]
    return signing.dumps(lines, salt=_SALT, compress=True)
