"""The cockpit of leads and managers, and the tickets behind its figures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from sla.engine.dates import up_to
from sla.kept import by_month, taken
from sla.models import Target
from sla.queries import next_cards
from sla.reporting import Tally
from sla.wording import PROMISES
from support import access
from support.cockpit import figures
from support.cockpit.behind import FIGURES, Asking, url_of
from support.cockpit.behind_patterns import PATTERNS
from support.cockpit.drawing import chart, hour_line
from support.mail.counts import nav_counts
from support.reports.models import KeptGoal

PER_PAGE = 50
MONTHS = 12


@access.leads_only
def cockpit(request: HttpRequest) -> HttpResponse:
    """Is it a good day, and where does it go wrong?"""
    asking = Asking(access.signed_in(request), timezone.now())
    counted = {name: FIGURES[name][1](asking, "").count() for name in ("late", "today", "week")}
    said, tone = figures.sentence(counted["late"], counted["today"])
    marks = figures.at_risk(asking)
    backlog = figures.backlog(asking)
    shown, others = figures.availability(asking)
    context = {
        "said": said,
        "tone": tone,
        "counted": counted,
        "urls": {name: url_of(name) for name in (*counted, "backlog")},
        "kept": _kept_lines(asking),
        "marks": marks,
        "hours": hour_line(marks) if marks else None,
        "ages": backlog.ages,
        "agents": backlog.agents,
        "teams": backlog.teams,
        "weeks": figures.weeks(asking),
        "taken": taken(asking.this_month, access.counted_clocks(asking.user)),
        "promises": PROMISES,
        "kept_url": kept_url,
        "strengths": dict(Target.Strength.choices),
        "channels": figures.channels(asking),
        "worst": figures.worst(asking),
        "causes": figures.causes(asking),
        "breaches_url": f"{reverse('breach-report')}?",
        "services": shown,
        "other_services": others,
        "nav_counts": nav_counts(),
    }
    return render(request, "cockpit/cockpit.html", context)


def _kept_lines(asking: Asking) -> list[dict[str, object]]:
    """Each promise with its lines over the months, and where each point opens its tickets."""
    months = up_to(asking.this_month, MONTHS)
    lines: dict[str, dict[str, Mapping[date, Tally]]] = defaultdict(dict)
    counted = access.counted_clocks(asking.user), access.counted_tallies(asking.user)
    for (promise, strength), tallies in by_month(months, *counted).items():
        if any(tally.share is not None for tally in tallies.values()):
            lines[promise][strength] = tallies
    goals = KeptGoal.now()
    order = [name for name in Target.Promise.values if name in lines]
    return [
        {
            "promise": promise,
            "label": PROMISES[promise],
            "chart": chart(lines[promise], goals),
            "lines": [
                {
                    "strength": strength,
                    "now": tallies[asking.this_month],
                    "goal": goals.get(strength),
                    "months": [(month, tallies[month]) for month in months],
                }
                for strength, tallies in lines[promise].items()
            ],
        }
        for promise in order
    ]


def kept_url(promise: str, strength: str, month: date, outcome: str = "") -> str:
    """Where a month of a promise opens its tickets, in the month's report."""
    asked = {"month": f"{month:%Y-%m}", "promise": promise, "strength": strength or "none"}
    asked |= {"outcome": outcome} if outcome else {}
    return f"{reverse('report-tickets')}?{urlencode(asked)}"


@access.leads_only
def behind(request: HttpRequest) -> HttpResponse:
    """The tickets behind a figure of the cockpit."""
    name, value = request.GET.get("figure", ""), request.GET.get("value", "")[:40]
    known = {**FIGURES, **PATTERNS}
    if name not in known:
        raise Http404
    asking = Asking(access.signed_in(request), timezone.now())
    label, found = known[name]
    tickets = found(asking, value).with_people().order_by("reported_at", "pk")
    page = Paginator(tickets, PER_PAGE).get_page(request.GET.get("page"))
    chosen = list(page)
    cards = next_cards(chosen, now=asking.now)
    context = {
        "title": label,
        "back_url": reverse("patterns" if name in PATTERNS else "cockpit"),
        "back": _("Patterns") if name in PATTERNS else _("Cockpit"),
        "rows": [{"ticket": ticket, "clock": cards.get(ticket.pk)} for ticket in chosen],
        "page_obj": page,
    }
    return render(request, "cockpit/tickets.html", context)
