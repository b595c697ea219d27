"""The search page of agents, with what they searched for lately."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from support import access
from support.search import finding
from support.search.language import plain, read
from support.workspace import queue as queues
from support.workspace.counts import nav_counts
from support.workspace.filters import Asking
from tickets.models import Ticket

PER_PAGE = 25
LATELY = 10
_KEY = "searches"


@access.agents_only
def search(request: HttpRequest) -> HttpResponse:
    """What was found for `q`; without one, how to search and what was searched for lately."""
    asking = Asking(access.signed_in(request), timezone.now())
    text = plain(request.GET.get("q", ""))
    found = finding.Found((), (), asked := read(text))
    if not asked.is_empty:
        found = finding.find(access.tickets_of(asking.user), asked, asking)
        if "page" not in request.GET:
            _remember(request, text)
    page = Paginator(found.tickets, PER_PAGE).get_page(request.GET.get("page"))
    known = Ticket.objects.with_people().select_related("coverage").in_bulk(list(page.object_list))
    tickets = [known[pk] for pk in page.object_list if pk in known]
    rows = queues.rows(tickets, asking.now)
    why = finding.matches(tickets, asked.words)
    context = {
        "search": text,
        "hints": found.hints,
        "rows": [(rows[ticket.pk], why[ticket.pk]) for ticket in tickets],
        "count": len(found.tickets),
        "is_cut": len(found.tickets) >= finding.MOST,
        "lately": request.session.get(_KEY, ()),
        "page_obj": page,
        "nav_counts": nav_counts(),
    }
    return render(request, "workspace/search.html", context)


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
