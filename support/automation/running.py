"""One trigger on one ticket: once for each thing that happened, all of its steps or none."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import override

from sla.models import Alert
from support import desk
from support.automation import conditions
from support.automation import letters as notices
from support.automation import steps as known
from support.automation.doing import Doer, do
from support.automation.models import AutomationRun, Trigger, TriggerEvent
from support.faults.kinds import fault_of
from tickets.models import Ticket, TicketEvent

log = logging.getLogger(__name__)

IN_AN_HOUR = 20
"""Runs of triggers on one ticket; what comes on top of it in the hour is not done."""
_HOUR = timedelta(hours=1)
FAILURES = 20
"""In a row, and a trigger is switched off."""


@dataclass(frozen=True, kw_only=True)
class Cause:
    """What may set a trigger off: an event or an alert, and as what it is heard."""

    kind: TriggerEvent
    ticket_id: int
    event: TicketEvent | None = None
    alert: Alert | None = None


def consider(trigger: Trigger, cause: Cause, *, now: datetime) -> AutomationRun | None:
    """Carry a trigger out if the ticket meets its conditions and it was not done before.

    None if there was nothing to do. What goes wrong is kept in the run and stops no other trigger.
    """
    if _was_done(trigger, cause):
        return None
    with override(settings.LANGUAGE_CODE):
        try:
            run = _run_before(trigger, cause, now=now)
        except desk.DeskError as error:
            run = _failed(trigger, cause, str(error), now=now)
        except Exception as error:
            if fault_of(error) is not None:
                raise  # no fault of the trigger's, which is switched off when it fails often
            log.exception("trigger %s on ticket %s", trigger.pk, cause.ticket_id)
            run = _failed(trigger, cause, f"{type(error).__name__}: {error}", now=now)
    return run


def _was_done(trigger: Trigger, cause: Cause) -> bool:
    return AutomationRun.objects.filter(
        trigger=trigger, kind=cause.kind, event=cause.event, alert=cause.alert
    ).exists()


@transaction.atomic
def _run_before(trigger: Trigger, cause: Cause, *, now: datetime) -> AutomationRun | None:
    ticket = Ticket.objects.select_for_update(no_key=True).get(pk=cause.ticket_id)
    # Whoever else did it meanwhile held the ticket.
    if _was_done(trigger, cause) or not conditions.met(trigger, ticket, cause.alert):
        return None
    lately = AutomationRun.objects.filter(ticket=ticket, by=None, at__gt=now - _HOUR).count()
    if lately > IN_AN_HOUR:
        return None
    at = max(now, ticket.updated_at)
    if lately == IN_AN_HOUR:
        # Said once; it is no fault of the trigger.
        problem = _("Not done: too much was automated on this ticket within an hour.")
        return _keep_run(trigger, cause, ticket, at=at, problem=problem)
    if broken := [one for step in trigger.steps for one in known.problems(step, by_itself=True)]:
        raise desk.DeskError(_("It must be mended first: %(why)s") % {"why": broken[0]})
    done = do(trigger.steps, ticket, doer=Doer(actor=None, at=at, name=trigger.name))
    Trigger.objects.filter(pk=trigger.pk).exclude(failures=0).update(failures=0)
    return _keep_run(trigger, cause, ticket, at=at, done=done)


def _keep_run(
    trigger: Trigger,
    cause: Cause,
    ticket: Ticket,
    *,
    at: datetime,
    done: list[str] | None = None,
    problem: str = "",
) -> AutomationRun:
    """The row of it. ticket: as it was before."""
    return AutomationRun.objects.create(
        trigger=trigger,
        name=trigger.name,
        ticket=ticket,
        kind=cause.kind,
        event=cause.event,
        alert=cause.alert,
        at=at,
        first_version=ticket.version,
        last_version=Ticket.objects.values_list("version", flat=True).get(pk=ticket.pk),
        done=done or [],
        problem=problem[:300],
    )


@transaction.atomic
def _failed(trigger: Trigger, cause: Cause, problem: str, *, now: datetime) -> AutomationRun | None:
    """Keep why it did not work; what fails too often in a row is switched off."""
    held = Trigger.objects.select_for_update(no_key=True).get(pk=trigger.pk)
    ticket = Ticket.objects.select_for_update(no_key=True).get(pk=cause.ticket_id)
    if _was_done(trigger, cause):
        return None
    run = _keep_run(trigger, cause, ticket, at=max(now, ticket.updated_at), problem=problem)
    Trigger.objects.filter(pk=held.pk).update(failures=F("failures") + 1)
    if held.active and held.failures + 1 >= FAILURES:
        off = {"active": False, "off_why": Trigger.Off.FAILING, "off_at": now}
        Trigger.objects.filter(pk=held.pk).update(**off)
        notices.tell_off(held, problem=problem, now=now)
    return run
