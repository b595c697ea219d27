"""What each kind of event keeps beside its moment and who did it: the `data` of a TicketEvent.

Written so by the verbs, through `tickets.history`; who reads the data of an event says of which
kind it is. Older events may lack what came later.
"""

from __future__ import annotations

from datetime import datetime
from typing import NotRequired, TypedDict

from tickets.models import Contact, Organisation, Team, User


class Filled(TypedDict):
    """A field that was filled in with the report."""

    field: str
    type: str
    value: str


class Reported(TypedDict):
    """own: our own monitoring made it. unconfirmed: why no confirmation was sent."""

    channel: str
    ticket_kind: str
    priority: str | None
    authorised: bool
    answered: bool
    own: NotRequired[bool]
    fields: NotRequired[list[Filled]]
    unconfirmed: NotRequired[str]


class Said(TypedDict):
    """An answer, and what a customer writes: by which way."""

    channel: str


class Called(TypedDict):
    """The customer phoned."""

    authorised: bool
    answered: bool
    caller: str


class HeldBy(TypedDict):
    """Who has a ticket, by name."""

    assignee: str | None
    team: str | None


class Planned(TypedDict):
    """Into which release; all empty: out of one."""

    release: str | None
    release_id: int | None
    name: str | None


class Reasoned(TypedDict):
    """decided_at: when it was decided to reopen what counts from an earlier moment."""

    reason: str
    decided_at: NotRequired[str]


class Linked(TypedDict):
    """back: seen from the other side."""

    kind: str
    ticket: str
    back: bool


class Merged(TypedDict):
    """Into which ticket."""

    into: str


class Tagged(TypedDict):
    """On or off."""

    tag: str


class Checklist(TypedDict):
    """did: added, done, undone, removed."""

    did: str
    text: str


class Returned(TypedDict):
    """A mail of ours came back."""

    to: str
    reason: str


class Rated(TypedDict):
    """The customer's opinion."""

    mark: str
    reason: str


# Those with a key that is a word of Python's.
Classified = TypedDict("Classified", {"ticket_kind": str, "from": str})
Prioritised = TypedDict("Prioritised", {"priority": str, "from": str | None, "reason": str})
Assigned = TypedDict(
    "Assigned",
    {"assignee": str | None, "team": str | None, "from": HeldBy, "left": NotRequired[str]},
)
Identified = TypedDict(
    "Identified",
    {
        "contact": str,
        "organisation": NotRequired[str],
        "authorised": NotRequired[bool],
        "from": NotRequired[str],
        "reason": NotRequired[str],
        "merged": NotRequired[str],
    },
)
FieldSet = TypedDict("FieldSet", {"field": str, "type": str, "from": str, "value": str})
Renamed = TypedDict("Renamed", {"from": str, "subject": str})
Correspondent = TypedDict(
    "Correspondent", {"email": str, "name": NotRequired[str], "from": NotRequired[str]}
)
CauseGiven = TypedDict(
    "CauseGiven",
    {
        "target": str,
        "promise": str,
        "clause": str,
        "of": str,
        "from": dict[str, str] | None,
        "to": dict[str, str],
        "note": str,
    },
)

Facts = (
    Reported
    | Said
    | Called
    | Classified
    | Prioritised
    | Assigned
    | Planned
    | Reasoned
    | Identified
    | Linked
    | Merged
    | Tagged
    | FieldSet
    | Checklist
    | Renamed
    | Correspondent
    | Returned
    | CauseGiven
    | Rated
)


class Present(TypedDict, total=False):
    """The columns of a ticket that its history sets."""

    kind: str
    priority: str
    priority_is_definitive: bool
    status: str
    team: Team | None
    assignee: User | None
    organisation: Organisation | None
    contact: Contact | None
    subject: str
    wrote_after: datetime | None
    answers_to: str
