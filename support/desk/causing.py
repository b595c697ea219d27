"""The verb that says why a promise was missed, and what solving asks of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from sla import projection
from sla.models import Clock
from sla.wording import PROMISES
from support.causes.models import (
    Asked,
    Cause,
    CauseRule,
    GivenCause,
    given_for,
    missed_on,
    name_of,
    unexplained_on,
)
from support.desk.answers import DeskError
from support.desk.locking import locked
from tickets import facts, history
from tickets.models import EventKind, Ticket, User

NOTE_MOST = 300


@transaction.atomic
def give_cause(
    ticket: Ticket,
    *,
    cause: Cause,
    note: str = "",
    promise: str = "",
    actor: User,
    at: datetime | None = None,
) -> Ticket:
    """Say why a promise was missed. A fact each time; what was said before stays in the history.

    promise: which one, as `name_of` names it; without it every missed one of the ticket that has
    no cause yet. Of a ticket that was merged it is said on the one that stays, which carries it.
    """
    ticket, at = locked(ticket, at, actor, follows=True)
    projection.refresh(ticket, now=at)  # what fell due this minute is missed
    clocks = _meant(ticket, promise)
    given = given_for(clocks)
    for clock in clocks:
        _require_may(actor, given.get(clock.pk))
        _give(ticket, clock, cause, note, given.get(clock.pk), actor=actor, at=at)
    return ticket


def _meant(ticket: Ticket, promise: str) -> Sequence[Clock]:
    if not promise:
        clocks = list(unexplained_on(ticket))
        if not clocks:
            raise DeskError(_("No missed promise here is without a cause."))
        return clocks
    clocks = [clock for clock in missed_on(ticket) if name_of(clock, on=ticket) == promise]
    if not clocks:
        raise DeskError(_("This promise was not missed, or it counts no more."))
    return clocks


def _require_may(actor: User, given: GivenCause | None) -> None:
    """Leads say it; where solving asks for it, whoever solves may be the first to."""
    if actor.is_lead or (given is None and CauseRule.now() != Asked.OFF):
        return
    raise DeskError(_("A team lead or a manager says why a promise was missed."))


def _give(
    ticket: Ticket,
    clock: Clock,
    cause: Cause,
    note: str,
    before: GivenCause | None,
    *,
    actor: User,
    at: datetime,
) -> None:
    note = " ".join(note.replace("\x00", "").split())[:NOTE_MOST]
    if before is not None and (before.cause_id, before.note) == (cause.pk, note):
        return
    if not cause.active and (before is None or before.cause_id != cause.pk):
        raise DeskError(_("This cause is no longer in use."))
    GivenCause.objects.update_or_create(
        ticket=clock.ticket,
        target_key=clock.target_key,
        started_at=clock.started_at,
        defaults={"cause": cause, "note": note, "by": actor, "at": at},
    )
    data: facts.CauseGiven = {
        "target": clock.target_key,
        "promise": clock.promise,
        "clause": clock.clause,
        "of": clock.ticket.reference if clock.ticket_id != ticket.pk else "",
        "from": before.cause.words if before else None,
        "to": cause.words,
        "note": note,
    }
    history.record(ticket, EventKind.CAUSE_GIVEN, at=at, actor=actor, data=data)
    projection.refresh(ticket, now=at)


def require_explained(ticket: Ticket, *, at: datetime) -> None:
    """DeskError that names what was missed and not explained, where the house requires that."""
    if CauseRule.now() != Asked.REQUIRE:
        return
    projection.refresh(ticket, now=at)  # also what fell due this minute
    missing = [f"{PROMISES[clock.promise]} ({clock.clause})" for clock in unexplained_on(ticket)]
    if missing:
        raise DeskError(
            _("Say first, under “Promises”, why this was missed: %(promises)s.")
            % {"promises": ", ".join(missing)}
        )
