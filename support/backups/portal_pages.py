"""A customer's own backups."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from support import access
from support.backups import stating


@login_required
def our_backups(request: HttpRequest) -> HttpResponse:
    """How the backups of their services are, and what a month of them came to."""
    now = timezone.now()
    jobs = list(access.backups_of(access.signed_in(request)).filter(active=True))
    month = stating.month_in(request.GET.get("month", ""), now=now)
    context = stating.page(month, stating.month_of(jobs, month, now=now), now=now)
    context["rows"] = stating.rows(jobs, now=now)
    return render(request, "portal/backups.html", context)


@login_required
def our_backups_csv(request: HttpRequest) -> HttpResponseBase:
    """That month as a file."""
    now = timezone.now()
    month = stating.month_in(request.GET.get("month", ""), now=now)
    jobs = access.backups_of(access.signed_in(request)).filter(active=True)
    return stating.download_of(month, stating.month_of(jobs, month, now=now))
