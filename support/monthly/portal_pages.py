"""Monthly reports in the portal, for whom the organisation named."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from support import access
from support.monthly import issuing
from support.monthly.document import LANGUAGES
from support.monthly.pages import as_file, asked_language
from support.monthly.telling import told
from support.monthly.told import cell_words


@login_required
def reports(request: HttpRequest) -> HttpResponse:
    """What was issued, the latest month first; of each month the version that holds."""
    issued = access.issued_reports_of(access.signed_in(request))
    listed = issued.order_by("-report__month", "report__pk", "-version").distinct(
        "report__month", "report__pk"
    )
    return render(request, "monthly/ours.html", {"rows": list(listed)})


@login_required
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """One version, as it was issued."""
    mine = access.issued_reports_of(access.signed_in(request))
    issued = get_object_or_404(mine, pk=pk)
    versions = list(mine.filter(report=issued.report).order_by("-version"))
    context = {
        "issued": issued,
        "report": issued.report,
        "told": told(issuing.read(issued.document)),
        "words": lambda cell, zone: {"text": cell_words(cell, zone), "url": ""},
        "versions": versions,
        "superseded_by": versions[0] if versions[0].pk != issued.pk else None,
        "languages": LANGUAGES,
    }
    return render(request, "monthly/our_report.html", context)


@login_required
def download(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """A file of it."""
    mine = access.issued_reports_of(access.signed_in(request))
    issued = get_object_or_404(mine, pk=pk)
    return as_file(issued, kind, asked_language(request))
