"""The page that a letter leads to, which a look alone answers nothing on; and what was said."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from support import access, desk
from support.desk import opinions
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
    user, month = access.signed_in(request), _month(request)
    mark = request.GET.get("mark", "")
    mark = mark if mark in opinions.MARKS else ""
    last = timezone.localdate().replace(day=1)
    page = Paginator(results.of_month(user, month, mark), PER_PAGE).get_page(
        request.GET.get("page")
    )
    context: dict[str, Any] = {
        "month": month,
        "mark": opinions.MARKS.get(mark, ""),
        "marks": opinions.MARKS,
        "months": results.months(user, [_before(last, back) for back in range(MONTHS - 1, -1, -1)]),
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


def _month(request: HttpRequest) -> date:
    try:
        month = date.fromisoformat(f"{request.GET.get('month', '')}-01")
    except ValueError:
        month = date.min
    return month if 2000 <= month.year < 2100 else timezone.localdate().replace(day=1)


def _before(month: date, back: int) -> date:
    index = month.year * 12 + month.month - 1 - back
    return date(index // 12, index % 12 + 1, 1)
