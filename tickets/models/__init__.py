"""The facts: people, tickets, messages, events."""

from tickets.models.around import BY_HAND, ChecklistItem, Link, LinkKind, Tag, link_words
from tickets.models.brand import Brand, BrandFace, BrandHost
from tickets.models.change import Change, Touch
from tickets.models.document import SearchDocument
from tickets.models.event import EventKind, TicketEvent
from tickets.models.field import WITH_CHOICES, CustomField, FieldType, FieldValue
from tickets.models.message import Attachment, Message, MessageKind
from tickets.models.participant import Participant
from tickets.models.people import (
    Contact,
    ContactAddress,
    ContactNumber,
    EmailDomain,
    Organisation,
    OrganisationNote,
    Role,
    Team,
    User,
)
from tickets.models.ticket import (
    ACTIVE,
    Channel,
    Kind,
    Numbering,
    Priority,
    Status,
    Ticket,
    TicketQuerySet,
    number_of,
)

__all__ = [
    "ACTIVE",
    "BY_HAND",
    "WITH_CHOICES",
    "Attachment",
    "Brand",
    "BrandFace",
    "BrandHost",
    "Change",
    "Channel",
    "ChecklistItem",
    "Contact",
    "ContactAddress",
    "ContactNumber",
    "CustomField",
    "EmailDomain",
    "EventKind",
    "FieldType",
    "FieldValue",
    "Kind",
    "Link",
    "LinkKind",
    "Message",
    "MessageKind",
    "Numbering",
    "Organisation",
    "OrganisationNote",
    "Participant",
    "Priority",
    "Role",
    "SearchDocument",
    "Status",
    "Tag",
    "Team",
    "Ticket",
    "TicketEvent",
    "TicketQuerySet",
    "Touch",
    "User",
    "link_words",
    "number_of",
]
