"""The search page of agents, with what they searched for lately."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from sla.models import Outage, Service
from support import access
from support.notifications.counts import frame_counts
from support.queue import listing as queues
from support.queue.filters import Asking
from support.search import finding
from support.search.language import Asked, plain, read
from tickets.questions import Kept

PER_PAGE = 25
LATELY = 10
SERVICES = 5
_KEY = "searches"


@access.agents_only
def search(request: HttpRequest) -> HttpResponse:
    """What was found for `q`; without one, how to search and what was searched for lately."""
    asking = Asking(access.signed_in(request), timezone.now())
    text = plain(request.GET.get("q", ""))
    found, asked = finding.Found((), ()), read(text)
    if not asked.is_empty:
        found = finding.find(access.tickets_of(asking.user), asked, asking)
        if "page" not in request.GET:
            _remember(request, text)
    page = Paginator(found.tickets, PER_PAGE).get_page(request.GET.get("page"))
    rows = queues.rows_of(list(page.object_list), asking.now)
    why = finding.matches([row.ticket for row in rows], found)
    context = {
        "search": text,
        "hints": found.hints,
        "services": _services(asked) if "page" not in request.GET else (),
        "rows": [(row, why[row.ticket.pk]) for row in rows],
        "count": len(found.tickets),
        "is_cut": len(found.tickets) >= finding.MOST,
        "lately": request.session.get(_KEY, ()),
        "page_obj": page,
        "nav_counts": frame_counts(asking.user),
    }
    return render(request, "workspace/search.html", context)


def _services(asked: Asked) -> Sequence[Service]:
    """Services whose names have all the words; is_down: whether one is down now."""
    words = [word.text for word in asked.words if not word.without]
    if not words or asked.conditions:
        return ()
    all_of_them = "".join(f"(?=.*{re.escape(word)})" for word in words)
    return _NAMED(pattern=f"^{all_of_them}").asked()


# For the desk, which sees every service.
_NAMED = Kept(
    lambda pattern: (
        Service.objects.filter(name__iregex=pattern)
        .annotate(is_down=Exists(Outage.objects.open().filter(service=OuterRef("pk"))))
        .order_by("-is_down", "name")[:SERVICES]
    ),
    pattern=str,
)


@access.agents_only
@require_POST
def forget(request: HttpRequest) -> HttpResponse:
    """Forget one search, or all of them."""
    gone = request.POST.get("q")
    request.session[_KEY] = [
        each for each in request.session.get(_KEY, ()) if gone is not None and each != gone
    ]
    return redirect("search")


def _remember(request: HttpRequest, text: str) -> None:
    """The latest first, each once."""
    before = request.session.get(_KEY, [])
    if before[:1] != [text]:
        others = [each for each in before if each != text]
        request.session[_KEY] = [text, *others][:LATELY]
