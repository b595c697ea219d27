"""Undoing the last bulk verb: who had the tickets and what kind they were is put back.

The verb and its undoing both stand in the history. A ticket to which something else happened
meanwhile is left alone.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest

from support import access, desk
from tickets.models import Team, Ticket, User

LASTS = timedelta(minutes=10)
_KEY = "undo"

Before = dict[str, Any]


def before(ticket: Ticket) -> Before:
    """What a ticket was before a verb."""
    return {
        "pk": ticket.pk,
        "kind": ticket.kind,
        "assignee": ticket.assignee_id,
        "team": ticket.team_id,
    }


def keep(request: HttpRequest, done: list[Before], *, now: datetime) -> None:
    """Remember what a verb changed, in place of what was remembered before."""
    request.session.pop(_KEY, None)
    if done:
        pks = [was["pk"] for was in done]
        versions = dict(Ticket.objects.filter(pk__in=pks).values_list("pk", "version"))
        tickets = [was | {"version": versions[was["pk"]]} for was in done]
        request.session[_KEY] = {"until": (now + LASTS).isoformat(), "tickets": tickets}


def undoable(request: HttpRequest, *, now: datetime) -> int:
    """How many tickets can be put back."""
    kept = request.session.get(_KEY)
    if kept is None or datetime.fromisoformat(kept["until"]) < now:
        return 0
    return len(kept["tickets"])


def undo(request: HttpRequest, *, now: datetime) -> tuple[int, int]:
    """Put them back; gives how many were, and how many were left alone."""
    if not undoable(request, now=now):
        return 0, 0
    user, kept = access.signed_in(request), request.session.pop(_KEY)
    put_back = [_put_back(was, user) for was in kept["tickets"]]
    return put_back.count(True), put_back.count(False)


def _put_back(was: Before, user: User) -> bool:
    ticket = Ticket.objects.with_people().filter(pk=was["pk"], version=was["version"]).first()
    if ticket is None:
        return False
    assignee = User.objects.filter(pk=was["assignee"]).first()
    team = Team.objects.filter(pk=was["team"]).first()
    try:
        desk.assign(ticket, assignee=assignee, team=team, actor=user)
        desk.classify(ticket, kind=was["kind"], actor=user)
    except desk.DeskError:
        return False
    return True
