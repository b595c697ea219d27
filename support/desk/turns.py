"""The verbs that are one event, which turns a ticket from one status to another."""

from __future__ import annotations

from datetime import datetime
from typing import Unpack

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from sla import projection
from sla.models import Release
from sla.releases import closed_to_plans, of_ticket
from support.desk import letters, marking, opinions
from support.desk.answers import DeskError, answer
from support.desk.causing import require_explained
from support.desk.conversation import Words
from support.desk.locking import locked
from tickets import facts, history, lifecycle
from tickets.models import EventKind, Ticket, User


@transaction.atomic
def hold(
    ticket: Ticket, words: Words | None, *, actor: User | None, at: datetime | None = None
) -> Ticket:
    """Wait for the customer, who is told what for. Resolution stands still, reaction does not."""
    return _turn(ticket, EventKind.WAITING, words, actor=actor, at=at)


@transaction.atomic
def resume(ticket: Ticket, *, actor: User | None, at: datetime | None = None) -> Ticket:
    """Go on without waiting any longer."""
    return _turn(ticket, EventKind.RESUMED, actor=actor, at=at)


@transaction.atomic
def plan(
    ticket: Ticket, *, release: Release | None, actor: User | None, at: datetime | None = None
) -> Ticket:
    """Plan a ticket into a coming release, or take it out of one."""
    if release and (problem := closed_to_plans(release, at=at or timezone.now())):
        raise DeskError(problem)
    if release and not of_ticket(ticket).filter(pk=release.pk).exists():
        raise DeskError(_("This release is not one of the ticket's agreement."))
    data: facts.Planned = {
        "release": release.planned_at.isoformat() if release else None,
        "release_id": release.pk if release else None,
        "name": release.name if release else None,
    }
    return _turn(ticket, EventKind.PLANNED, actor=actor, at=at, data=data)


@transaction.atomic
def resolve(
    ticket: Ticket, words: Words | None, *, actor: User | None, at: datetime | None = None
) -> Ticket:
    """Solved; the customer is told how."""
    return _turn(ticket, EventKind.RESOLVED, words, actor=actor, at=at)


@transaction.atomic
def reopen(ticket: Ticket, *, reason: str, actor: User, at: datetime | None = None) -> Ticket:
    """Not solved after all. The same clock goes on; the time in between does not count.

    Where the customer wrote that, it counts from what they wrote, however late we read it.
    """
    held, now = locked(ticket, at, actor)
    data: facts.Reasoned = {"reason": reason.strip()}
    if at is None and held.wrote_after is not None:
        at = max(held.wrote_after, held.updated_at)
        data["decided_at"] = now.isoformat()
    return _turn(held, EventKind.REOPENED, actor=actor, at=at, data=data, wrote_after=None)


@transaction.atomic
def decline(ticket: Ticket, words: Words, *, actor: User, at: datetime | None = None) -> Ticket:
    """Not a Storing (4.F): the customer is told at once and why; what was promised lapses."""
    data: facts.Reasoned = {"reason": words.text.strip()}
    return _turn(ticket, EventKind.DECLINED, words, actor=actor, at=at, data=data)


@transaction.atomic
def close(ticket: Ticket, *, actor: User | None, at: datetime | None = None) -> Ticket:
    """Put away what is solved or declined."""
    return _turn(ticket, EventKind.CLOSED, actor=actor, at=at)


def _turn(
    ticket: Ticket,
    event: EventKind,
    words: Words | None = None,
    *,
    actor: User | None,
    at: datetime | None,
    data: facts.Facts | None = None,
    **present: Unpack[facts.Present],
) -> Ticket:
    """A verb that is one event; with `words`, the customer is told first."""
    ticket, at = locked(ticket, at, actor)
    require(ticket, event)
    if event == EventKind.RESOLVED and actor is not None:
        require_explained(ticket, at=at)
    if words is not None:
        if actor is None:
            raise ValueError("only people answer")
        with override(letters.language_of(ticket)):
            asked = opinions.choices(ticket) if event == EventKind.RESOLVED else []
        answer(ticket, words, actor=actor, at=at, opinions=asked)
    history.record(ticket, event, at=at, actor=actor, data=data, **present)
    projection.refresh(ticket, now=at)
    return ticket


def require(ticket: Ticket, kind: EventKind) -> None:
    """DeskError if that can't happen to the ticket as it stands."""
    if not lifecycle.allows(ticket, kind):
        raise DeskError(
            _("This can't be done while the ticket is “%(status)s”.")
            % {"status": ticket.get_status_display()}
        )
    if kind == EventKind.RESOLVED:
        marking.require_filled(ticket)
