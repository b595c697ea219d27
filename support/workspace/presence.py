"""Who else looks at a ticket or types on it: known to the cache alone, and forgotten by itself."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.core.cache import cache
from django.http import Http404, HttpRequest, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from redis.exceptions import RedisError

from sla.wording import moment_words
from support import access
from support.drafts.models import Draft
from support.forms import once
from support.forms.numbers import number_in
from support.notifications import mentions
from support.timeline.line import event_words
from tickets.models import EventKind, Ticket, TicketEvent, User, number_of
from tickets.questions import Kept, together

log = logging.getLogger(__name__)

SPAN = timedelta(seconds=25)
"""Somebody is there until this long after their page was last heard of."""

_RECENT = timedelta(minutes=2)
_NEWS = 5
LOOKS = "looks"

# The same for everybody: agents see every ticket.
_TICKET = Kept(
    lambda ticket: Ticket.objects.filter(pk=ticket).only("pk", "version", "reporter_name"),
    ticket=int,
)
_PEOPLE = Kept(lambda: mentions.colleagues().values_list("pk", "name"))
_SENDING = Kept(
    lambda ticket, user: (
        Draft.objects.sending()
        .filter(ticket=ticket)
        .exclude(author=user)
        .values_list("author__name", flat=True)
    ),
    ticket=int,
    user=int,
)


@once.each_time
@access.agents_only
@require_POST
def presence(request: HttpRequest, reference: str) -> JsonResponse:
    """I am here; who else is, what do they do, and what has changed since what I saw?"""
    user, now = access.signed_in(request), timezone.now()
    number = number_of(reference) or 0
    found, people, drafts = together(
        _TICKET(ticket=number), _PEOPLE(), _SENDING(ticket=number, user=user.pk)
    )
    if not found:
        raise Http404
    ticket: Ticket = found[0]
    seen = number_in(request.POST.get("seen"))
    doing = request.POST.get("doing", LOOKS)
    come(ticket, user, doing=doing if doing in Draft.Kind.values else LOOKS)
    version = ticket.version if seen is None else seen
    return JsonResponse(
        {
            "version": ticket.version,
            "here": [_presence_words(name, doing) for name, doing in others(ticket, user, people)],
            "sending": [_("%(who)s is sending an answer") % {"who": name} for name in drafts],
            "news": news(ticket, version, now=now) if version < ticket.version else [],
        }
    )


def come(ticket: Ticket, user: User, *, doing: str) -> None:
    """Let others see somebody for a while."""
    try:
        cache.set(_key(ticket, user.pk), doing, timeout=SPAN.total_seconds())
    except RedisError:
        log.warning("nobody sees who else is here: no cache")


def others(ticket: Ticket, user: User, people: Iterable[tuple[int, str]]) -> list[tuple[str, str]]:
    """Who else of these people is here, and what they do; without the cache, nobody."""
    keys = {_key(ticket, pk): name for pk, name in people if pk != user.pk}
    try:
        found = cache.get_many(keys)
    except RedisError:
        return []
    return sorted((keys[key], doing) for key, doing in found.items())


def news(ticket: Ticket, seen: int, *, now: datetime) -> list[str]:
    """What happened since the version that somebody saw, newest first, in sentences."""
    events = TicketEvent.objects.filter(ticket=ticket, version__gt=seen).select_related("actor")
    return [event_news(event, ticket, now=now) for event in events.order_by("-version")[:_NEWS]]


def event_news(event: TicketEvent, ticket: Ticket, *, now: datetime) -> str:
    """What happened, as one colleague tells another."""
    who = event.actor.name if event.actor else ticket.reporter_name or _("The customer")
    said = {
        EventKind.REPLIED: _("%(who)s answered"),
        EventKind.CUSTOMER_REPLIED: _("%(who)s wrote"),
        EventKind.NOTED: _("%(who)s wrote a note"),
    }.get(EventKind(event.kind))
    words = said % {"who": who} if said else _other(event)
    if now - event.at < _RECENT:
        return words + " " + _("just now")
    time = moment_words(event.at, timezone.get_current_timezone(), "H:i")
    return words + " " + _("at %(time)s") % {"time": time}


def _other(event: TicketEvent) -> str:
    who = f"{event.actor.name}: " if event.actor else ""
    return f"{who}{event_words(event)},"


def _presence_words(name: str, doing: str) -> str:
    said = {
        Draft.Kind.REPLY.value: _("%(who)s is typing an answer"),
        Draft.Kind.NOTE.value: _("%(who)s is typing a note"),
    }
    return said.get(doing, _("%(who)s is looking too")) % {"who": name}


def _key(ticket: Ticket, pk: int) -> str:
    return f"presence:{ticket.pk}:{pk}"
