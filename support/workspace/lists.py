"""The agents' page of many tickets: the queue."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from support import access
from support.forms.numbers import number_in
from support.mail.counts import WAITING
from support.notifications.counts import UNSEEN
from support.queue import columns
from support.queue import listing as queues
from support.queue.filters import Asking, Choosing
from support.queue.models import SavedView
from support.queue.order import PER_PAGE, in_order
from support.templatetags.queue_row import queue_rows
from support.workspace.many import MORE, OFFERED
from support.workspace.refreshing import mark_of, seen, state_of, unchanged
from support.workspace.undo import undoable
from tickets.questions import together


@access.agents_only
def queue(request: HttpRequest) -> HttpResponse:
    """The queue by next deadline; views and filters stand in the address."""
    if text := request.GET.get("q", ""):
        return redirect(f"{reverse('search')}?{urlencode({'q': text})}")
    asking = Asking(access.signed_in(request), timezone.now())
    again = request.htmx.target == "queue-rows"  # type: ignore[attr-defined]
    state, (had, showed) = state_of(request, now=asking.now), seen(request)
    if again and had == state:
        return unchanged(state, showed)
    view, saved = request.GET.get("view", ""), _saved(request)
    choosing = Choosing.of(request.GET)
    order = in_order(asking, view, choosing.chosen)
    user = asking.user
    kept, saved_ones, happened, set_aside, unseen, *opening = together(
        columns.KEPT(user=user.pk),
        queues.SAVED(user=user.pk, team=user.team_id or 0),
        queues.LAST_EVENT(),
        WAITING.count(),
        UNSEEN.count(user=user.pk),
        *order.asks(),
    )
    views = queues.views(asking, view=view, saved=saved, known=saved_ones, happened=happened)
    order.hears(opening, {each.key: each.count for each in views})
    page = Paginator(order, PER_PAGE).get_page(request.GET.get("page"))
    names = columns.chosen(kept)
    context: dict[str, Any] = {
        "groups": queues.grouped(queues.rows_of(list(page.object_list), asking.now), asking.now),
        "views": views,
        "saved": saved,
        "choosing": choosing,
        "fields": choosing.fields() if request.GET.get("menu") == "filters" else [],
        "chips": choosing.chips(request.GET),
        "columns": {name: columns.COLUMNS[name] for name in names},
        "bulk": OFFERED,
        "bulk_more": MORE,
        "undo": undoable(request, now=asking.now),
        "page_obj": page,
        "refreshed_at": asking.now,
        "nav_counts": {"quarantine": sum(set_aside), "unseen": sum(unseen)},
    }
    drawn = queue_rows(request, context["groups"], names)
    content = mark_of([*drawn, *drawn.values(), views, len(order)])
    if again and showed == content:
        return unchanged(state, content)
    context |= {"drawn": drawn, "seen": f"{state}.{content}"}
    template = "workspace/_queue_live.html" if again else "workspace/queue.html"
    return render(request, template, context)


@access.agents_only
def filters(request: HttpRequest) -> HttpResponse:
    """The filters with all that can be chosen, which their menu asks for when it opens."""
    choosing = Choosing.of(request.GET)
    context = {"choosing": choosing, "fields": choosing.fields()}
    return render(request, "workspace/_queue_filters.html", context)


def _saved(request: HttpRequest) -> SavedView | None:
    number = number_in(request.GET.get("saved"))
    if number is None:
        return None
    seen = SavedView.objects.seen_by(access.signed_in(request))
    return seen.filter(pk=number).first()
