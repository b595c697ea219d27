"""A macro run by a person: all of its steps in one transaction, or none, and kept as a row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from support import desk
from support.automation import steps as known
from support.automation.doing import Doer, do, text_for
from support.automation.models import AutomationRun, Macro
from tickets.models import Ticket, User


@transaction.atomic
def run(macro: Macro, ticket: Ticket, *, actor: User, at: datetime | None = None) -> AutomationRun:
    """Do what a macro says, at once. DeskError names the step that stands in the way: nothing was
    done.
    """
    if broken := [one for step in macro.steps for one in known.problems(step, by_itself=False)]:
        raise desk.DeskError(_("This macro must be mended first: %(why)s") % {"why": broken[0]})
    # Held until all of it is done: nobody comes between two steps.
    held = Ticket.objects.select_for_update(no_key=True).get(pk=ticket.pk)
    done = do(macro.steps, held, doer=Doer(actor=actor, at=at))
    after = Ticket.objects.get(pk=ticket.pk)
    return AutomationRun.objects.create(
        macro=macro,
        name=macro.title,
        by=actor,
        ticket=ticket,
        at=max(at or timezone.now(), after.updated_at),
        first_version=held.version,
        last_version=after.version,
        done=done,
    )


@dataclass(frozen=True)
class MacroWords:
    """What a macro says to the customer, and by which verb."""

    text: str
    verb: str


def speaks(macro: Macro) -> bool:
    """Does it say anything to the customer?"""
    return any(step["verb"] in known.TO_CUSTOMER for step in macro.steps)


def says(macro: Macro, ticket: Ticket, *, actor: User, at: datetime) -> MacroWords:
    """What one that speaks would say first, filled in."""
    step = next(step for step in macro.steps if step["verb"] in known.TO_CUSTOMER)
    doer = Doer(actor=actor, at=at)
    return MacroWords(text_for(ticket, step["text"], doer, to_customer=True), step["verb"])
