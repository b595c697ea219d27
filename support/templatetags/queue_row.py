"""A row of the queue, drawn once for all that it shows: people look far oftener than it changes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urlencode

from django import template
from django.template import Context
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from sla.queries import Card, Judging
from support.workspace.queue import Row

register = template.Library()
MINUTE = timedelta(minutes=1)


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


@register.simple_tag(takes_context=True)
def queue_row(context: Context, row: Row, columns: Iterable[str]) -> SafeString:
    """A ticket as a row with these columns; its link remembers the view of this page."""
    ticket, query = row.ticket, context.request.GET.urlencode()  # type: ignore[attr-defined]
    shown = Shown(
        reference=ticket.reference,
        pk=ticket.pk,
        subject=ticket.subject,
        kind=ticket.get_kind_display(),
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
        columns=tuple(columns),
        view=urlencode({"from": query}),
    )
    return _drawn(shown, get_language() or "")


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
        direct=card.direct,
        of=card.of,
    )


def _minutes(span: timedelta | None) -> timedelta | None:
    """Without what is not printed, which would be different each time."""
    if span is None:
        return None
    whole = abs(span) // MINUTE * MINUTE
    return whole if span >= timedelta() else -whole


# Some 3 kB each: a few thousand are the first pages of everybody's views.
@lru_cache(maxsize=2048)
def _drawn(shown: Shown, _language: str) -> SafeString:
    row = render_to_string("workspace/_queue_row.html", {"ticket": shown})
    return mark_safe(row)  # noqa: S308 - drawn by a template that escapes
