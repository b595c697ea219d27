"""The view of the queue that a ticket was opened from: back to it, and to its neighbours."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils import timezone

from support import access
from support.queue import filters, order
from support.queue.filters import Asking
from tickets.models import Ticket

KEY = "queue-view"
MOST = 500
"""So far into a view neighbours are known; beyond it there are none to walk to."""


@dataclass(frozen=True)
class Place:
    """Where the ticket stands in the view: the way back, and the references beside it."""

    back_url: str
    previous: str = ""
    next: str = ""


def place_of(request: HttpRequest, ticket: Ticket) -> Place:
    """The place in the view that one came from; one query, and none without such a view."""
    query = _remembered(request)
    if query is None:
        return Place(reverse("queue"))
    back_url = f"{reverse('queue')}?{query}" if query else reverse("queue")
    try:
        numbers = _numbers(request, QueryDict(query))
    except ValueError:  # somebody's own address: a filter's value that can't be
        return Place(back_url)
    if ticket.pk not in numbers:
        return Place(back_url)
    here = numbers.index(ticket.pk)
    before = numbers[max(here - 1, 0) : here]
    return Place(back_url, _reference(before), _reference(numbers[here + 1 : here + 2]))


def _reference(numbers: list[int]) -> str:
    return Ticket(pk=numbers[0]).reference if numbers else ""


def _remembered(request: HttpRequest) -> str | None:
    """The view that the address names, kept for what is done on the ticket after that."""
    if "from" in request.GET:
        query = request.GET["from"][:2000]
        if request.session.get(KEY) != query:
            request.session[KEY] = query
    found: str | None = request.session.get(KEY)
    return found


def _numbers(request: HttpRequest, query: QueryDict) -> list[int]:
    """The tickets of a view in its order, as the queue itself chooses and sorts them."""
    asking = Asking(access.signed_in(request), timezone.now())
    chosen = {name: query.getlist(name) for name in filters.FILTERS if name in query}
    return order.in_order(asking, query.get("view", ""), chosen).numbers(0, MOST)
