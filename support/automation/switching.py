"""Triggers are switched on and off."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from sla.models import Alert
from support.automation.models import AutomationPlace, Trigger
from tickets.models import TicketEvent


@transaction.atomic
def switch_on(trigger: Trigger, *, now: datetime) -> bool:
    """It listens from now on: what happened before is left alone. False if it was on."""
    held = Trigger.objects.select_for_update(no_key=True).get(pk=trigger.pk)
    if held.active:
        return False
    if not Trigger.objects.filter(active=True).exists():
        _begin()
    held.active, held.off_why, held.off_at = True, Trigger.Off.NOT, None
    held.hears_from, held.failures = now, 0
    held.save()
    return True


def switch_off(trigger: Trigger, *, now: datetime) -> bool:
    """It does nothing any more. False if it was off."""
    off = {"active": False, "off_why": Trigger.Off.HAND, "off_at": now}
    return bool(Trigger.objects.filter(pk=trigger.pk, active=True).update(**off))


def _begin() -> None:
    """Begin where the histories end. What is being written is sorted by its moment."""
    place, _made = AutomationPlace.objects.get_or_create(pk=1)
    place.heard_events = TicketEvent.objects.aggregate(last=Max("pk"))["last"] or 0
    place.heard_alerts = Alert.objects.aggregate(last=Max("pk"))["last"] or 0
    place.mark_transaction = None
    place.seen_events = place.seen_alerts = []
    place.save()
