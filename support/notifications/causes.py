"""Who must hear of a fact or an alert: whoever has the ticket; for what a team missed, or nobody
has taken to judge, its lead.

Nobody hears of what they did themselves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from sla.models import Alert
from support.notifications.models import Notification, NotificationKind
from tickets.lifecycle import current
from tickets.models import Channel, EventKind, Role, Ticket, TicketEvent, User

OF_EVENTS: Mapping[str, NotificationKind] = {
    EventKind.REPORTED: NotificationKind.ASSIGNED,
    EventKind.ASSIGNED: NotificationKind.ASSIGNED,
    EventKind.IDENTIFIED: NotificationKind.ASSIGNED,
    EventKind.CUSTOMER_REPLIED: NotificationKind.CUSTOMER,
    EventKind.ABSENT: NotificationKind.CUSTOMER,
    EventKind.CALLED: NotificationKind.CUSTOMER,
    EventKind.RETURNED: NotificationKind.RETURNED,
    EventKind.NOTED: NotificationKind.NOTE,
    EventKind.REOPENED: NotificationKind.REOPENED,
}
OF_ALERTS: Mapping[str, NotificationKind] = {
    Alert.Kind.WARNING: NotificationKind.WARNED,
    Alert.Kind.BREACH: NotificationKind.BREACHED,
    Alert.Kind.UNJUDGED: NotificationKind.UNJUDGED,
    Alert.Kind.TAKEN_BACK: NotificationKind.TAKEN_BACK,
}


LEADING = (Role.LEAD, Role.MANAGER, Role.ADMIN)
_LEADS_HEAR = (Alert.Kind.BREACH, Alert.Kind.UNJUDGED)


def of_events(events: Sequence[TicketEvent]) -> list[Notification]:
    """What these facts give to tell (fetched with ticket, assignee, organisation and actor)."""
    mentioned = _mentioned(events)
    return [*_left_behind(events), *_monitored(events)] + [
        Notification(
            recipient=person,
            kind=OF_EVENTS[event.kind],
            ticket=event.ticket,
            event=event,
            at=event.at,
        )
        for event in _worth_telling(events)
        if (person := event.ticket.assignee) is not None
        and person.is_agent
        and person.pk != event.actor_id
        and (person.pk, event.ticket_id, event.at) not in mentioned
    ]


def of_alerts(alerts: Sequence[Alert]) -> list[Notification]:
    """What these alerts give to tell (fetched with their ticket and its assignee)."""
    on = {alert.pk: current(alert.ticket) for alert in alerts}  # where it goes on, if merged
    leads = _leads_of(on[alert.pk] for alert in alerts if alert.kind in _LEADS_HEAR)
    return [
        Notification(recipient=person, kind=kind, ticket=alert.ticket, alert=alert, at=alert.at)
        for alert in alerts
        for person, kind in _hearers(alert, on[alert.pk], leads)
    ]


def _left_behind(events: Sequence[TicketEvent]) -> list[Notification]:
    """What a colleague who left had, and nobody has now: who leads the team gives it away."""
    left = [
        event
        for event in events
        if event.kind == EventKind.ASSIGNED
        and event.data.get("left")
        and event.ticket.assignee_id is None
    ]
    leads = _leads_of(event.ticket for event in left) if left else {}
    return [
        Notification(
            recipient=lead,
            kind=NotificationKind.LEFT,
            ticket=event.ticket,
            event=event,
            at=event.at,
        )
        for event in left
        for lead in leads.get(event.ticket.team_id or 0, ())
        if lead.pk != event.actor_id
    ]


def _monitored(events: Sequence[TicketEvent]) -> list[Notification]:
    """What our monitoring opened by itself: whoever leads hears of it, as nobody has it yet."""
    opened = [
        event
        for event in events
        if event.kind == EventKind.REPORTED and event.data.get("channel") == Channel.MONITOR
    ]
    if not opened:
        return []
    leads = list(User.objects.filter(role__in=LEADING, is_active=True))
    return [
        Notification(
            recipient=lead,
            kind=NotificationKind.MONITORED,
            ticket=event.ticket,
            event=event,
            at=event.at,
        )
        for event in opened
        for lead in leads
        if lead.pk != event.ticket.assignee_id
    ]


def _leads_of(tickets: Iterable[Ticket]) -> Mapping[int, Sequence[User]]:
    """Who leads the teams of these tickets, by team."""
    leads: dict[int, list[User]] = defaultdict(list)
    teams = {ticket.team_id for ticket in tickets} - {None}
    for lead in User.objects.filter(role=Role.LEAD, is_active=True, team__in=teams):
        leads[lead.team_id or 0].append(lead)
    return leads


def _worth_telling(events: Sequence[TicketEvent]) -> Iterator[TicketEvent]:
    """Without what another fact of the same moment says better, and names that were passed on."""
    given = {event.ticket_id: event for event in events if _gives(event)}
    reopened = {(event.ticket_id, event.at) for event in events if event.kind == EventKind.REOPENED}
    for event in events:
        kind = OF_EVENTS[event.kind]
        if kind == NotificationKind.ASSIGNED and given.get(event.ticket_id) is not event:
            continue
        if kind == NotificationKind.CUSTOMER and (event.ticket_id, event.at) in reopened:
            continue
        yield event


def _gives(event: TicketEvent) -> bool:
    """Did it put the ticket on the name of who has it now?"""
    if event.kind == EventKind.REPORTED:
        return True
    assignee = event.ticket.assignee
    if assignee is None:
        return False
    if event.kind == EventKind.IDENTIFIED:
        return _came_with_customer(event.ticket, assignee)
    return event.kind == EventKind.ASSIGNED and event.data.get("assignee") == assignee.name


def _came_with_customer(ticket: Ticket, assignee: User) -> bool:
    """Is it theirs as the customer's fixed contact (3.F), and do they not know yet?"""
    customer = ticket.organisation
    if customer is None or customer.fixed_contact_id != assignee.pk:
        return False
    given = ticket.events.filter(kind=EventKind.ASSIGNED)
    known = Notification.objects.filter(
        recipient=assignee, ticket=ticket, kind=NotificationKind.ASSIGNED
    )
    return not given.exists() and not known.exists()


def _mentioned(events: Sequence[TicketEvent]) -> set[tuple[int, int, object]]:
    """Whom notes name: they hear that they are mentioned, which is enough."""
    tickets = {event.ticket_id for event in events if event.kind == EventKind.NOTED}
    if not tickets:
        return set()
    moments = {event.at for event in events if event.kind == EventKind.NOTED}
    named = Notification.objects.filter(
        kind=NotificationKind.MENTION, ticket__in=tickets, at__in=moments
    )
    return {*named.values_list("recipient", "ticket", "at")}


def _hearers(
    alert: Alert, ticket: Ticket, leads: Mapping[int, Sequence[User]]
) -> Iterator[tuple[User, NotificationKind]]:
    if alert.kind == Alert.Kind.TAKEN_BACK:
        for person in _who_heard(alert):
            yield person, NotificationKind.TAKEN_BACK
        return
    assignee = ticket.assignee
    if assignee is not None and assignee.is_agent:
        yield assignee, OF_ALERTS[alert.kind]
        if alert.kind == Alert.Kind.UNJUDGED:
            return
    if alert.kind in _LEADS_HEAR:
        unjudged = alert.kind == Alert.Kind.UNJUDGED
        told = NotificationKind.UNJUDGED if unjudged else NotificationKind.TEAM_BREACH
        for lead in leads.get(ticket.team_id or 0, ()):
            if lead != assignee:
                yield lead, told


def _who_heard(alert: Alert) -> Iterable[User]:
    """Whom the bell told of what is taken back now."""
    early = Alert.objects.taken_back_by(alert)
    return User.objects.filter(notifications__alert__in=early).distinct()
