"""What was agreed, measured and delivered, on one page, for whom the organisation named."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from sla.availability_words import month_words
from support import access
from support.contracts.letters import euros
from support.monthly import overview
from support.monthly.promises import Scope
from support.reports.wording import outcome_words
from tickets.models import Organisation, User

PER_PAGE = 50


@login_required
def page(request: HttpRequest) -> HttpResponse:
    """All of it; for somebody whom nobody named, how that is done."""
    user, now = access.signed_in(request), timezone.now()
    if user.is_agent:
        return redirect("monthly" if user.is_manager else "start")
    organisation = access.reporting_organisations_of(user).first()
    context: dict[str, object] = {"organisation": organisation}
    if organisation is not None:
        month = overview.this_month(now)
        agreements = overview.agreements_of(organisation, month)
        scopes = [Scope(organisation, agreement, month) for agreement in agreements]
        parts = [overview.part_of(scope, now=now) for scope in scopes]
        jobs = list(access.backups_of(user).filter(active=True))
        context |= {
            "month": month,
            "year": overview.the_year(month),
            "parts": [part for part in parts if part is not None],
            "backups": overview.backups_of(jobs, now=now),
            "granted": _granted(user, overview.the_year(month)[0]),
            "issued": _issued(user, overview.the_year(month)[0]),
        }
    return render(request, "monthly/overview.html", context)


def _granted(user: User, since: Any) -> list[dict[str, object]]:
    found = access.credits_of(user).filter(month__gte=since).order_by("-month", "number")
    return [
        {
            "credit": credit,
            "month": month_words(credit.month),
            "granted": euros(credit.granted or Decimal(0)),
        }
        for credit in found
    ]


def _issued(user: User, since: Any) -> list[Any]:
    """Of each month the version that holds."""
    found = access.issued_reports_of(user).filter(report__month__gte=since)
    ordered = found.order_by("-report__month", "report__pk", "-version")
    return list(ordered.distinct("report__month", "report__pk"))


@login_required
def listed(request: HttpRequest) -> HttpResponse:
    """The promises that a figure of it counts."""
    user = access.signed_in(request)
    organisation: Organisation = get_object_or_404(access.reporting_organisations_of(user))
    agreement = get_object_or_404(access.agreements_of(user), key=request.GET.get("agreement", ""))
    span, outcome = request.GET.get("span", ""), request.GET.get("outcome", "")
    if span not in overview.SPANS or outcome not in overview.COUNTED:
        raise Http404
    scope = Scope(organisation, agreement, overview.this_month(timezone.now()))
    found = overview.behind(
        scope, key=request.GET.get("target", "")[:50], span=span, outcome=outcome
    )
    shown = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    mine = access.tickets_of(user).filter(pk__in=[clock.ticket_id for clock in shown])
    context = {
        "page_obj": shown,
        "readable": set(mine.values_list("pk", flat=True)),
        "outcome": outcome_words()[outcome],
        "agreement": agreement,
        "span": span,
    }
    return render(request, "monthly/overview_list.html", context)
