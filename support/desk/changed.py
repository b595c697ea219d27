"""Letters about another kind or priority, told once for what is done in one go."""

from __future__ import annotations

import logging
from copy import copy
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from sla.queries import cards_of
from sla.supposing import cards_unchanged
from support.desk import letters
from support.desk.models import ChangeNotice
from tickets.models import EventKind, Ticket

log = logging.getLogger(__name__)

PATIENCE = timedelta(minutes=2)
BATCH = 100


def note(was: Ticket, *, at: datetime) -> None:
    """Have the reporter hear of a change, unless they will hear of one before it already.

    was: the ticket before it, which the caller has locked.
    """
    before = ChangeNotice(
        ticket=was,
        kind=was.kind,
        priority=was.priority,
        version=was.version,
        due_at=at + PATIENCE,
    )
    ChangeNotice.objects.bulk_create([before], ignore_conflicts=True)


def tell(*, now: datetime) -> int:
    """Write the letters that are due. Gives how many."""
    found = due(now).order_by("due_at").values_list("ticket", flat=True)
    return sum(_tell_one(pk, now) for pk in list(found[:BATCH]))


def due(now: datetime) -> QuerySet[ChangeNotice]:
    """The changes that are to be told by now."""
    return ChangeNotice.objects.filter(due_at__lte=now)


def _tell_one(pk: int, now: datetime) -> bool:
    """One that can't be told holds up no other, and is tried again in an hour."""
    try:
        return _tell(pk, now)
    except Exception:
        log.exception("ticket %s: its change could not be told", pk)
        ChangeNotice.objects.filter(ticket=pk).update(due_at=now + timedelta(hours=1))
        return False


@transaction.atomic
def _tell(pk: int, now: datetime) -> bool:
    """One, with the ticket locked first as the verbs do; what was undone is not told."""
    locked = Ticket.objects.select_for_update(skip_locked=True, of=("self",))
    found = locked.select_related("contact__user", "organisation__fixed_contact").filter(pk=pk)
    ticket = found.first()
    notice = ChangeNotice.objects.filter(ticket=pk).first()
    if ticket is None or notice is None:
        return False
    notice.delete()
    was = copy(ticket)
    was.kind, was.priority = notice.kind, notice.priority
    if (was.kind, was.priority) == (ticket.kind, ticket.priority):
        return False
    before = cards_unchanged(ticket, since=notice.version, now=now)
    after = cards_of(ticket, now=now)
    reason = _reason(ticket, notice.version) if was.priority != ticket.priority else ""
    letter = letters.tell_changed(
        ticket, before=before, after=after, was=was, reason=reason, at=now
    )
    return letter is not None


def _reason(ticket: Ticket, version: int) -> str:
    """Why it has the priority that it has; '' where nobody had to say so."""
    set_since = ticket.events.filter(kind=EventKind.PRIORITISED, version__gt=version)
    last = set_since.order_by("-version").first()
    return str(last.data.get("reason") or "") if last else ""
