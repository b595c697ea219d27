"""What a verb is, for whoever offers it: its name, its body, who may, and on which faces."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from support.desk.conversation import Words
from tickets import lifecycle
from tickets.models import EventKind, Message, Status, Ticket, User
from tickets.translated import Translated

Body = Mapping[str, Any]
Did = Ticket | Message


class Face(StrEnum):
    """Where verbs are offered."""

    PAGE = "page"
    BULK = "bulk"
    API = "api"
    MACRO = "macro"
    TRIGGER = "trigger"
    ADMIN = "admin"


@dataclass(frozen=True, kw_only=True)
class Doing:
    """Who does it, with which words or choices; nobody where a trigger does. `at`: as of a verb."""

    actor: Any
    body: Body
    at: datetime | None = None

    @property
    def words(self) -> Words:
        """What is said."""
        return Words(text=self.body["text"], files=self.body.get("attachments", ()))


@dataclass(frozen=True, kw_only=True)
class Verb:
    """One thing that can be done.

    body: the names of what it asks; optional: those of them that may be missing. needs: the event
    that must be possible. confirm: what its doer should know before. weighs: what it does to the
    deadlines is shown first. undoable: where many are done at once, that can be taken back.
    customers: they have it too, on their own reports. lacks: the faces that don't offer it, and
    why.
    """

    name: str
    label: Translated
    icon: str
    does: str
    act: Callable[[Ticket, Doing], Did]
    body: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    needs: EventKind | None = None
    possible: Callable[[Ticket], bool] = lambda ticket: True
    confirm: Translated = ""
    weighs: bool = False
    undoable: bool = False
    customers: bool = False
    lacks: Mapping[Face, str] = field(default_factory=dict)

    def is_on(self, face: Face) -> bool:
        """Does this face offer it?"""
        return face not in self.lacks

    def offered(self, ticket: Ticket) -> bool:
        """Is it possible for this ticket now?"""
        return (
            ticket.status != Status.MERGED
            and self.possible(ticket)
            and (self.needs is None or lifecycle.allows(ticket, self.needs))
        )

    def do(self, ticket: Ticket, actor: User | None, body: Body, at: datetime | None = None) -> Did:
        """Do it. DeskError for what stands in its way."""
        return self.act(ticket, Doing(actor=actor, body=body, at=at))
