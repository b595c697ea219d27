"""Outages of all services for agents: what goes on first, then what was, the last one first."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from support import access
from support.services import shown

PER_PAGE = 50


@access.agents_only
def outage_list(request: HttpRequest) -> HttpResponse:
    """Every outage, also those that were withdrawn."""
    found = access.outages_of(access.signed_in(request)).select_related(
        "service__agreement", "service__contract__organisation", "ticket"
    )
    lasts = F("restored_at").desc(nulls_first=True)
    in_order = found.order_by("withdrawn", lasts, "-first_known_at", "-pk")
    page = Paginator(in_order, PER_PAGE).get_page(request.GET.get("page"))
    context = {"rows": shown.outages_of_all(list(page)), "page_obj": page}
    return render(request, "services/outage_list.html", context)
