"""The facts: people, tickets, messages, events."""

from tickets.models.event import EventKind, TicketEvent
from tickets.models.message import Attachment, Message, MessageKind
from tickets.models.participant import Participant
from tickets.models.people import (
    Contact,
    ContactAddress,
    ContactNumber,
    EmailDomain,
    Organisation,
    Role,
    Team,
    User,
)
from tickets.models.ticket import ACTIVE, Channel, Kind, Priority, Status, Ticket, TicketQuerySet

__all__ = [
    "ACTIVE",
    "Attachment",
    "Channel",
    "Contact",
    "ContactAddress",
    "ContactNumber",
    "EmailDomain",
    "EventKind",
    "Kind",
    "Message",
    "MessageKind",
    "Organisation",
    "Participant",
    "Priority",
    "Role",
    "Status",
    "Team",
    "Ticket",
    "TicketEvent",
    "TicketQuerySet",
    "User",
]
