"""How every verb takes hold of a ticket, and where a merged one goes on."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from support.desk.answers import DeskError
from tickets.lifecycle import current
from tickets.models import Status, Ticket, User


def locked(
    ticket: Ticket,
    at: datetime | None,
    actor: User | None = None,
    *,
    follows: bool = False,
    heard_late: bool = False,
) -> tuple[Ticket, datetime]:
    """The ticket as it is now, held until the transaction ends, and the moment of the verb.

    Verbs on one ticket wait for each other here. Other rows may still point at it meanwhile.
    follows: what was merged is gone after, into the other one. heard_late: `at` may lie before the
    last thing that happened; then it counts from that.
    DeskError for one that was merged: nothing else happens to it any more.
    """
    if actor is not None and not actor.is_agent:
        raise DeskError(_("Only people of the helpdesk can do this."))
    held = Ticket.objects.select_for_update(no_key=True).get(pk=ticket.pk)
    if held.status == Status.MERGED and follows:
        return locked(current(held), at, actor, follows=True, heard_late=heard_late)
    if held.status == Status.MERGED:
        raise DeskError(_("This ticket was merged into another one."))
    if at is None:
        # Two people at once: whoever waited for the lock acts after the other one did.
        return held, max(timezone.now(), held.updated_at)
    if heard_late:
        return held, max(at, held.updated_at)
    if at < held.updated_at:
        raise DeskError(_("That is before the last thing that happened to this ticket."))
    return held, at
