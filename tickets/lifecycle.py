"""Which way a ticket can go: the statuses each event may start from, and where it leads."""

from tickets.models.around import Link, LinkKind
from tickets.models.event import EventKind
from tickets.models.ticket import ACTIVE, Status, Ticket

FROM: dict[EventKind, tuple[Status, ...]] = {
    EventKind.WAITING: (Status.NEW, Status.OPEN),
    EventKind.RESUMED: (Status.WAITING,),
    EventKind.PLANNED: ACTIVE,
    EventKind.RESOLVED: ACTIVE,
    EventKind.DECLINED: ACTIVE,
    EventKind.REOPENED: (Status.RESOLVED, Status.DECLINED, Status.CLOSED),
    EventKind.CLOSED: (Status.RESOLVED, Status.DECLINED),
    EventKind.LEFT_CLOSED: (Status.RESOLVED, Status.DECLINED, Status.CLOSED),
    EventKind.MERGED: (*ACTIVE, Status.RESOLVED, Status.DECLINED, Status.CLOSED),
}
TO: dict[EventKind, Status] = {
    EventKind.WAITING: Status.WAITING,
    EventKind.RESUMED: Status.OPEN,
    EventKind.RESOLVED: Status.RESOLVED,
    EventKind.DECLINED: Status.DECLINED,
    EventKind.REOPENED: Status.OPEN,
    EventKind.CLOSED: Status.CLOSED,
    EventKind.MERGED: Status.MERGED,
}


def allows(ticket: Ticket, kind: EventKind) -> bool:
    """May this happen to the ticket as it stands? What is not in the table always may."""
    return kind not in FROM or ticket.status in FROM[kind]


def current(ticket: Ticket) -> Ticket:
    """Where the conversation of a ticket goes on: the ticket itself, or what it was merged into."""
    merged = Link.objects.filter(kind=LinkKind.MERGED).select_related("other")
    while ticket.status == Status.MERGED:
        ticket = merged.get(ticket=ticket).other
    return ticket
