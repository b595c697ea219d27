"""Somebody leaves: what stands on their name, and how it goes back to those who stay.

However an account was closed, a sweep finds work in the hands of who can't be given any, and puts
it back into the queue of its team; who leads that team hears of it.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sla import projection
from support.automation.models import Macro, Trigger
from support.desk.answers import DeskError
from support.desk.locking import locked
from support.desk.verbs import held_by
from tickets import facts, history
from tickets.models import EventKind, Organisation, Ticket, User

BATCH = 500
_NAMED = 10
_COUNTED = 10_000


@dataclass(frozen=True)
class OnName:
    """What stands on somebody's name; rules: macros and triggers that give work to them."""

    tickets: int
    organisations: list[str]
    rules: list[str]

    def __bool__(self) -> bool:
        return bool(self.tickets or self.organisations or self.rules)

    def words(self) -> str:
        """It in a sentence or two."""
        said = []
        if self.tickets:
            said.append(
                ngettext(
                    "%(count)s open ticket stands on this name.",
                    "%(count)s open tickets stand on this name.",
                    self.tickets,
                )
                % {"count": self.tickets}
            )
        if self.organisations:
            said.append(
                _("Fixed contact (3.F) of: %(names)s.") % {"names": _some(self.organisations)}
            )
        if self.rules:
            said.append(
                _("Macros and triggers that name it: %(names)s.") % {"names": _some(self.rules)}
            )
        return " ".join(said) or _("Nothing stands on this name.")


def on_name_of(user: User) -> OnName:
    """What stands on somebody's name now."""
    open_tickets = Ticket.objects.active().filter(assignee=user)
    named = Q(steps__contains=[{"value": f"user-{user.pk}"}])
    return OnName(
        tickets=len(open_tickets.values_list("pk", flat=True)[:_COUNTED]),
        organisations=[each.name for each in Organisation.objects.filter(fixed_contact=user)],
        rules=[
            *Macro.objects.filter(named).values_list("title", flat=True),
            *Trigger.objects.filter(named).values_list("name", flat=True),
        ],
    )


def give_back(user: User, *, to: User | None, actor: User | None, now: datetime) -> int:
    """Give somebody's open tickets and customers to another, or back. Gives how many tickets."""
    Organisation.objects.filter(fixed_contact=user).update(fixed_contact=to)
    tickets = Ticket.objects.active().filter(assignee=user).order_by("pk")
    return sum(_hand_on(ticket, user, to, actor, now) for ticket in tickets.iterator())


def sweep(*, now: datetime) -> int:
    """Put back what lies with people who left. One query when nothing does."""
    lying = Ticket.objects.active().filter(assignee__in=User.objects.left())
    tickets = list(lying.select_related("assignee").order_by("pk")[:BATCH])
    return sum(_hand_on(each, each.assignee, None, None, now) for each in tickets if each.assignee)


@transaction.atomic
def _hand_on(
    ticket: Ticket, user: User, to: User | None, actor: User | None, now: datetime
) -> bool:
    """One ticket, if it is still theirs and open by now."""
    with suppress(DeskError):  # it was merged meanwhile
        ticket, at = locked(ticket, now, actor, heard_late=True)
        if ticket.assignee_id != user.pk or not ticket.is_active:
            return False
        data: facts.Assigned = {
            "assignee": to.name if to else None,
            "team": ticket.team.name if ticket.team else None,
            "left": user.name,
            "from": held_by(ticket),
        }
        history.record(ticket, EventKind.ASSIGNED, at=at, actor=actor, data=data, assignee=to)
        projection.refresh(ticket, now=at)
        return True
    return False


def _some(names: list[str]) -> str:
    shown = ", ".join(names[:_NAMED])
    more = len(names) - _NAMED
    return shown if more <= 0 else _("%(names)s and %(more)s more") % {"names": shown, "more": more}
