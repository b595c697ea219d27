"""The page of patterns: what comes back, where time goes, and what is coming."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from support import access
from support.cockpit import coming, patterns
from support.cockpit.behind import Asking
from support.cockpit.behind_patterns import SOME_WEEKS
from support.mail.counts import nav_counts


@access.leads_only
def page(request: HttpRequest) -> HttpResponse:
    """What one would not see by looking at a day."""
    asking = Asking(access.signed_in(request), timezone.now())
    hours = patterns.heat(asking)
    context = {
        "weeks": SOME_WEEKS,
        "hours": hours,
        "reports": sum(hour.count for day in hours for hour in day),
        "expected": coming.risks(asking),
        "teams": coming.week(asking),
        "spent": patterns.where_time_goes(asking),
        "topics": patterns.again(asking),
        "nav_counts": nav_counts(),
    }
    return render(request, "cockpit/patterns.html", context)
