"""What changed since somebody last asked, in one order that no late change can slip through."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import F
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from support import access
from support.api.answers import TicketAnswer
from support.api.bodies import Strict
from support.api.pagination import MOST, PER_PAGE
from support.api.resource import Resource
from support.api.tickets import with_answer
from support.sweeping.alone import alone
from tickets import changes

_ALONE = 0x6F726465


def sweep(*, now: datetime) -> int:
    """Give what changed its place; one sweep at a time, so that places are seen in their order."""
    with alone(_ALONE) as ours:
        return changes.number(now=now) if ours else 0


class ChangesAsked(Strict):
    """From where on: the `place` of the answer before; without it, from the beginning."""

    after = serializers.IntegerField(min_value=0, max_value=2**63 - 1, default=0)
    limit = serializers.IntegerField(min_value=1, max_value=MOST, default=PER_PAGE)


class ChangedTicket(TicketAnswer):
    """A ticket as it stands; `change` is its place in the order."""

    change = serializers.IntegerField(source="place")


class ChangesAnswer(serializers.Serializer[Any]):
    """Tickets in the order in which they last changed. `more`: ask again at once."""

    place = serializers.IntegerField(help_text="Ask for what comes after this the next time.")
    more = serializers.BooleanField()
    results = ChangedTicket(many=True)


class Changes(Resource):
    """Tickets to which something happened, or whose promises moved, each where it last did."""

    asks = ChangesAsked

    @extend_schema(responses=ChangesAnswer, summary="Follow what changes")
    def get(self, request: Request) -> Response:
        """Follow what changes: begin without `after`, then ask with the `place` you were given.

        A ticket comes once for however much happened to it meanwhile, and again when more does.
        """
        asked = self.asked or {"after": 0, "limit": PER_PAGE}
        after, limit = asked["after"], asked["limit"]
        changed = access.tickets_of(self.user).filter(change__number__gt=after)
        rows = with_answer(changed, self.user).annotate(place=F("change__number"))
        found = list(rows.order_by("change__number")[: limit + 1])
        results = found[:limit]
        answer = {
            "place": results[-1].place if results else after,
            "more": len(found) > limit,
            "results": results,
        }
        return Response(ChangesAnswer(answer).data)
