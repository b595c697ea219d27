"""The page that a letter leads to, which a look alone answers nothing on; and what was said."""

from __future__ import annotations

from datetime import date

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from sla.engine.dates import first_of, up_to
from support import access, desk
from support.brands import face
from support.desk import opinions
from support.forms.months import month_in
from support.mail.brand import brand_of
from support.mail.counts import nav_counts
from support.opinions import results
from support.opinions.forms import OpinionForm

MONTHS = 12
PER_PAGE = 50


def opinion(request: HttpRequest, token: str) -> HttpResponse:
    """The question, with what was chosen in the letter. Programs that look through mail open every
    link, so a GET answers nothing: the page sends it as soon as somebody moves in it.
    """
    ticket = opinions.ticket_of(token)
    if ticket is None:
        raise Http404
    face.met(request, brand_of(ticket))
    asked = request.GET.get("mark", "")
    chosen = asked if asked in opinions.MARKS else ""
    given = request.POST if request.method == "POST" else None
    form = OpinionForm(given, initial={"mark": chosen})
    thanked = False
    if request.method == "POST" and form.is_valid():
        try:
            opinions.give(ticket, **form.cleaned_data)
            thanked = True
        except desk.DeskError as error:
            form.add_error(None, str(error))
    context = {
        "reference": ticket.reference,
        "form": form,
        "thanked": thanked,
        "asks": opinions.asks(ticket),
        "sends_itself": bool(chosen) and request.method == "GET",
    }
    response = render(request, "opinions/opinion.html", context, status=422 if form.errors else 200)
    response["X-Robots-Tag"] = "noindex"
    return response


@access.leads_only
def report(request: HttpRequest) -> HttpResponse:
    """What customers said, month by month, and each of a month."""
    user, this = access.signed_in(request), first_of(timezone.localdate())
    month = month_in(request.GET.get("month")) or this
    mark = request.GET.get("mark", "")
    mark = mark if mark in opinions.MARKS else ""
    page = Paginator(results.of_month(user, month, mark), PER_PAGE).get_page(
        request.GET.get("page")
    )
    context: dict[str, object] = {
        "month": month,
        "mark": opinions.MARKS.get(mark, ""),
        "marks": opinions.MARKS,
        "months": results.months(user, up_to(this, MONTHS)),
        "address": _address,
        "rows": [
            {"event": event, "label": opinions.MARKS.get(event.mark, event.mark)} for event in page
        ],
        "page_obj": page,
        "nav_counts": nav_counts(),
    }
    return render(request, "opinions/report.html", context)


def _address(month: date, mark: str = "") -> str:
    asked = f"?month={month:%Y-%m}" + (f"&mark={mark}" if mark else "")
    return reverse("opinions") + asked
