"""A row of the queue, drawn once for all that it shows: people look far oftener than it changes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from sla.queries import Card
from sla.unjudged import Judging
from support.queue.listing import QueueRow

MINUTE = timedelta(minutes=1)
_CELL = re.compile(r"\s*(</?t[dr]\b[^>]*>)\s*")
"""The edge of a cell, with space about it that shows nowhere."""


class Face(NamedTuple):
    """What a row shows of a clock; spans in whole minutes, as they are printed."""

    promise_label: str
    binding: bool
    state: str
    due_at: datetime | None
    met_at: datetime | None
    remaining: timedelta | None
    overdue: timedelta | None
    day: timedelta
    soon: bool
    direct: bool
    missed_aim: bool
    of: str


class Shown(NamedTuple):
    """All that a row shows and nothing else, so that equal ones are the same row."""

    reference: str
    pk: int
    subject: str
    kind: str
    channel: str
    status: str
    priority: str
    priority_is_definitive: bool
    organisation: str
    reporter: str
    reporter_name: str
    assignee: str
    team: str
    reported_at: datetime
    updated_at: datetime
    undelivered: bool
    clock: Face | None
    judging: Judging | None
    columns: tuple[str, ...]
    view: str


def queue_rows(
    request: HttpRequest, groups: Iterable[Mapping[str, Any]], columns: Iterable[str]
) -> dict[str, SafeString]:
    """The rows of each group by its key, with these columns; their links remember the view of this
    page.
    """
    view, names = urlencode({"from": request.GET.urlencode()}), tuple(columns)
    found = {}
    for group in groups:
        rows = [_drawn(_shown(row, names, view), get_language() or "") for row in group["rows"]]
        found[group["key"]] = mark_safe("".join(rows))  # noqa: S308 - each drawn by its template
    return found


def _shown(row: QueueRow, columns: tuple[str, ...], view: str) -> Shown:
    ticket = row.ticket
    return Shown(
        reference=ticket.reference,
        pk=ticket.pk,
        subject=ticket.subject,
        kind=ticket.kind,
        channel=ticket.channel,
        status=ticket.status,
        priority=ticket.priority,
        priority_is_definitive=ticket.priority_is_definitive,
        organisation=str(ticket.organisation or ""),
        reporter=ticket.reporter,
        reporter_name=ticket.reporter_name,
        assignee=str(ticket.assignee or ""),
        team=str(ticket.team or ""),
        reported_at=ticket.reported_at,
        updated_at=ticket.updated_at,
        undelivered=row.undelivered,
        clock=_face(row.clock) if row.clock else None,
        judging=row.judging,
        columns=columns,
        view=view,
    )


def _face(card: Card) -> Face:
    return Face(
        promise_label=card.promise_label,
        binding=card.binding,
        state=card.state,
        due_at=card.due_at,
        met_at=card.met_at,
        remaining=_minutes(card.remaining),
        overdue=_minutes(card.overdue),
        day=card.day,
        soon=card.soon,
        missed_aim=card.missed_aim,
        direct=card.direct,
        of=card.of,
    )


def _minutes(span: timedelta | None) -> timedelta | None:
    """Without what is not printed, which would be different each time."""
    if span is None:
        return None
    whole = abs(span) // MINUTE * MINUTE
    return whole if span >= timedelta() else -whole


# Some 2 kB each: a few thousand are the first pages of everybody's views.
@lru_cache(maxsize=2048)
def _drawn(shown: Shown, _language: str) -> str:
    row = render_to_string("workspace/_queue_row.html", {"ticket": shown})
    return _CELL.sub(r"\1", row)
