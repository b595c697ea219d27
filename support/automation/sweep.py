"""New facts and alerts set triggers off: a sweep, so that no verb ever waits for automation.

What automation did sets nothing off: the events of its own runs are passed over, so that two
triggers can't feed each other. That a ticket waits or is solved for long is another matter
(support.automation.lasting).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Exists, QuerySet

from sla.models import Alert
from support.automation.models import AutomationPlace, AutomationRun, Trigger, TriggerEvent
from support.automation.running import Cause, consider
from support.sweeping import hearing
from support.sweeping.alone import alone
from tickets.models import EventKind, TicketEvent

STATUS_CHANGES = (
    EventKind.WAITING,
    EventKind.RESUMED,
    EventKind.RESOLVED,
    EventKind.REOPENED,
    EventKind.DECLINED,
    EventKind.CLOSED,
    EventKind.MERGED,
)
OF_EVENTS: Mapping[str, TriggerEvent] = {
    EventKind.REPORTED: TriggerEvent.OPENED,
    EventKind.CUSTOMER_REPLIED: TriggerEvent.CUSTOMER_REPLIED,
    EventKind.REPLIED: TriggerEvent.ANSWERED,
    EventKind.PRIORITISED: TriggerEvent.PRIORITISED,
    EventKind.CLASSIFIED: TriggerEvent.CLASSIFIED,
    EventKind.ASSIGNED: TriggerEvent.ASSIGNED,
    **dict.fromkeys(STATUS_CHANGES, TriggerEvent.STATUS),
}
OF_ALERTS: Mapping[str, TriggerEvent] = {
    Alert.Kind.WARNING: TriggerEvent.WARNED,
    Alert.Kind.BREACH: TriggerEvent.BREACHED,
}
HEARD = frozenset([*OF_EVENTS.values(), *OF_ALERTS.values()])
_ALONE = 0x6175746F


def sweep(*, now: datetime) -> int:
    """Carry out what triggers say about what is new. Two queries when there is nothing.

    Gives how many runs there were. One sweep at a time: triggers go in their order.
    """
    triggers = [
        trigger for trigger in Trigger.objects.filter(active=True) if HEARD & {*trigger.events}
    ]
    if not triggers:
        return 0
    with alone(_ALONE) as ours:
        place = hearing.with_last(AutomationPlace.objects.all()).first() if ours else None
        if place is None or not hearing.is_behind(place):
            return 0
        begun, oldest = hearing.transactions()
        runs = sum(_consider(triggers, batch, now=now) for batch in _news(place, triggers))
        hearing.move_on(place, begun=begun, oldest=oldest)
        place.seen_events = [pk for pk in place.seen_events if pk > place.heard_events]
        place.seen_alerts = [pk for pk in place.seen_alerts if pk > place.heard_alerts]
        place.save()
    return runs


def due() -> list[QuerySet[Any]]:
    """Where this finds nothing, no trigger has anything to look at."""
    active = Exists(Trigger.objects.filter(active=True))
    return [hearing.behind(AutomationPlace.objects.filter(active))]


def _news(place: Any, triggers: Sequence[Trigger]) -> Iterator[list[Cause]]:
    """What nobody looked at yet, in batches. A batch is noted as seen when it is done."""
    since = min(trigger.hears_from for trigger in triggers if trigger.hears_from)
    wanted = {kind for trigger in triggers for kind in trigger.events}
    kinds = [kind for kind, heard in OF_EVENTS.items() if heard in wanted]
    events = TicketEvent.objects.filter(kind__in=kinds, at__gte=since)
    for facts in hearing.batches(events, after=place.heard_events):
        new = [fact for fact in facts if fact.pk not in {*place.seen_events}]
        own = _own(new)
        yield [
            Cause(kind=OF_EVENTS[fact.kind], ticket_id=fact.ticket_id, event=fact)
            for fact in new
            if fact.pk not in own
        ]
        place.seen_events = [*place.seen_events, *(fact.pk for fact in new)]
        place.save(update_fields=["seen_events"])
    kinds = [kind for kind, heard in OF_ALERTS.items() if heard in wanted]
    alerts = Alert.objects.standing().filter(kind__in=kinds, at__gte=since)
    for facts in hearing.batches(alerts, after=place.heard_alerts):
        new = [alert for alert in facts if alert.pk not in {*place.seen_alerts}]
        yield [
            Cause(kind=OF_ALERTS[alert.kind], ticket_id=alert.ticket_id, alert=alert)
            for alert in new
        ]
        place.seen_alerts = [*place.seen_alerts, *(alert.pk for alert in new)]
        place.save(update_fields=["seen_alerts"])


def _own(facts: Iterable[TicketEvent]) -> set[int]:
    """Those of the facts that triggers made themselves."""
    facts = list(facts)
    runs = AutomationRun.objects.filter(by=None, ticket__in={fact.ticket_id for fact in facts})
    made: dict[int, list[tuple[int, int]]] = {}
    for ticket, first, last in runs.values_list("ticket", "first_version", "last_version"):
        made.setdefault(ticket, []).append((first, last))
    return {
        fact.pk
        for fact in facts
        if any(first < fact.version <= last for first, last in made.get(fact.ticket_id, ()))
    }


def _consider(triggers: Sequence[Trigger], causes: Iterable[Cause], *, now: datetime) -> int:
    """Each trigger about each thing that happened since it listens."""
    return sum(
        consider(trigger, cause, now=now) is not None
        for cause in causes
        for trigger in triggers
        if cause.kind in trigger.events and _is_heard(trigger, cause)
    )


def _is_heard(trigger: Trigger, cause: Cause) -> bool:
    fact = cause.event or cause.alert
    return fact is not None and trigger.hears_from is not None and fact.at >= trigger.hears_from
