"""The agents' page of many tickets: the queue."""

from __future__ import annotations

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from support import access
from support.models import SavedView
from support.numbers import number_in
from support.workspace import columns, filters
from support.workspace import queue as queues
from support.workspace.bulk import OFFERED
from support.workspace.counts import nav_counts
from support.workspace.filters import Asking, Choosing
from support.workspace.undo import undoable


@access.agents_only
def queue(request: HttpRequest) -> HttpResponse:
    """The queue by next deadline; views and filters stand in the address."""
    if text := request.GET.get("q", ""):
        return redirect(f"{reverse('search')}?{urlencode({'q': text})}")
    asking = Asking(access.signed_in(request), timezone.now())
    view, saved = request.GET.get("view", ""), _saved(request)
    choosing = Choosing.of(request.GET)
    asked = filters.meaning(choosing.chosen, asking)
    tickets = access.tickets_of(asking.user).filter(asked, queues.in_view(view, asking))
    paginator = Paginator(queues.in_order(tickets, choosing.chosen), queues.PER_PAGE)
    page = paginator.get_page(request.GET.get("page"))
    names = columns.chosen(asking.user)
    context = {
        "groups": queues.grouped(list(page.object_list), asking.now),
        "views": queues.views(asking, view=view, saved=saved),
        "saved": saved,
        "choosing": choosing,
        "fields": choosing.fields(),
        "chips": choosing.chips(request.GET),
        "columns": {name: columns.COLUMNS[name] for name in names},
        "all_columns": columns.COLUMNS,
        "bulk": OFFERED,
        "undo": undoable(request, now=asking.now),
        "page_obj": page,
        "refreshed_at": asking.now,
        "nav_counts": nav_counts(),
    }
    return render(request, "workspace/queue.html", context)


def _saved(request: HttpRequest) -> SavedView | None:
    number = number_in(request.GET.get("saved"))
    if number is None:
        return None
    seen = SavedView.objects.seen_by(access.signed_in(request))
    return seen.filter(pk=number).first()
