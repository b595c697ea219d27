"""The verbs of what is kept with a ticket: its subject, marks, ties with others, and who hears."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import Http404
from django.utils.translation import gettext_lazy as _

from support.desk import (
    causing,
    correspondents,
    gathering,
    marking,
    putting_right,
)
from support.desk.faces import Doing, Face, Verb
from support.desk.reasons import (
    ITS_PAGE,
    JUDGED,
    ONE,
    ONE_BY_HAND,
    PEOPLE_ONLY,
)
from tickets.models import EventKind, Ticket


def _split(ticket: Ticket, doing: Doing) -> Ticket:
    """The message is one of this ticket's, and of no other."""
    message = ticket.messages.filter(pk=doing.body["message"]).first()
    if message is None:
        raise Http404
    return gathering.split(
        message,
        subject=doing.body["subject"],
        kind=doing.body["kind"],
        priority=doing.body.get("priority", ""),
        actor=doing.actor,
        at=doing.at,
    )


KEEPING: Sequence[Verb] = (
    Verb(
        name="rename",
        label=_("Change the subject"),
        icon="pencil",
        does="Say in a line what it is about",
        act=lambda ticket, doing: putting_right.rename(
            ticket, subject=doing.body["subject"], actor=doing.actor, at=doing.at
        ),
        body=("subject",),
        lacks={Face.BULK: ONE, Face.MACRO: ONE, Face.TRIGGER: ONE},
    ),
    Verb(
        name="tag",
        label=_("Add tag"),
        icon="tag",
        does="Put a tag on it",
        act=lambda ticket, doing: marking.tag(
            ticket, name=doing.body["name"], actor=doing.actor, at=doing.at
        ),
        body=("name",),
    ),
    Verb(
        name="untag",
        label=_("Remove tag"),
        icon="tag",
        does="Take a tag off it",
        act=lambda ticket, doing: marking.untag(
            ticket, name=doing.body["name"], actor=doing.actor, at=doing.at
        ),
        body=("name",),
    ),
    Verb(
        name="fill",
        label=_("Fill in a field"),
        icon="text-cursor-input",
        does="Fill in its fields, by their numbers; an empty value takes one out",
        act=lambda ticket, doing: marking.fill(
            ticket, values=doing.body["values"], actor=doing.actor, at=doing.at
        ),
        body=("values",),
        lacks={Face.ADMIN: "the queue fills in for many"},
    ),
    Verb(
        name="add_item",
        label=_("Add to the checklist"),
        icon="list-plus",
        does="Put something to do on its checklist",
        act=lambda ticket, doing: marking.add_item(
            ticket, text=doing.body["text"], actor=doing.actor, at=doing.at
        ),
        body=("text",),
        lacks={Face.ADMIN: "the queue does it for many"},
    ),
    Verb(
        name="tick_item",
        label=_("Tick off"),
        icon="list-checks",
        does="Tick something of its checklist off, or not done after all",
        act=lambda ticket, doing: marking.tick_item(
            ticket,
            number=doing.body["number"],
            done=doing.body["done"],
            actor=doing.actor,
            at=doing.at,
        ),
        body=("number", "done"),
        lacks=ONE_BY_HAND,
    ),
    Verb(
        name="remove_item",
        label=_("Take off the checklist"),
        icon="list-x",
        does="Take something off its checklist",
        act=lambda ticket, doing: marking.remove_item(
            ticket, number=doing.body["number"], actor=doing.actor, at=doing.at
        ),
        body=("number",),
        lacks=ONE_BY_HAND,
    ),
    Verb(
        name="give_cause",
        label=_("Say why it was missed"),
        icon="clock-alert",
        does="Say why a promise was missed; without one named, all that nobody explained",
        act=lambda ticket, doing: causing.give_cause(
            ticket,
            cause=doing.body["cause"],
            note=doing.body.get("note", ""),
            promise=doing.body.get("promise", ""),
            actor=doing.actor,
            at=doing.at,
        ),
        body=("cause", "note", "promise"),
        optional=("note", "promise"),
        lacks={
            Face.MACRO: JUDGED,
            Face.TRIGGER: PEOPLE_ONLY,
            Face.ADMIN: "the queue and the list of breaches say it for many",
        },
    ),
    Verb(
        name="link",
        label=_("Link"),
        icon="link",
        does="Say what it is to another ticket",
        act=lambda ticket, doing: gathering.link(
            ticket,
            other=doing.body["other"],
            kind=doing.body["kind"],
            actor=doing.actor,
            at=doing.at,
        ),
        body=("kind", "other"),
        lacks={Face.MACRO: ONE, Face.TRIGGER: ONE},
    ),
    Verb(
        name="unlink",
        label=_("Remove link"),
        icon="unlink",
        does="Take away a link that was made by hand",
        act=lambda ticket, doing: gathering.unlink(
            ticket, number=doing.body["number"], actor=doing.actor, at=doing.at
        ),
        body=("number",),
        lacks=ONE_BY_HAND,
    ),
    Verb(
        name="merge",
        label=_("Merge into another ticket"),
        icon="merge",
        does="Let its conversation go on in another ticket, for good; gives that one",
        act=lambda ticket, doing: gathering.merge(
            ticket, into=doing.body["into"], actor=doing.actor, at=doing.at
        ),
        body=("into",),
        needs=EventKind.MERGED,
        lacks={Face.PAGE: ITS_PAGE} | ONE_BY_HAND,
    ),
    Verb(
        name="split",
        label=_("A ticket of its own"),
        icon="split",
        does="Make a message of the customer a report of its own; gives the new ticket",
        act=_split,
        body=("message", "subject", "kind", "priority"),
        optional=("priority",),
        lacks={Face.PAGE: ITS_PAGE} | ONE_BY_HAND,
    ),
    Verb(
        name="add_participant",
        label=_("Add participant"),
        icon="user-plus",
        does="Let somebody else take part, who then gets our answers too",
        act=lambda ticket, doing: correspondents.add_participant(
            ticket,
            email=doing.body["email"],
            name=doing.body.get("name", ""),
            actor=doing.actor,
            at=doing.at,
        ),
        body=("email", "name"),
        optional=("name",),
        lacks={Face.BULK: "they would read other people's reports"},
    ),
    Verb(
        name="remove_participant",
        label=_("Remove participant"),
        icon="user-minus",
        does="Let somebody take part no longer",
        act=lambda ticket, doing: correspondents.remove_participant(
            ticket, email=doing.body["email"], actor=doing.actor, at=doing.at
        ),
        body=("email",),
        lacks={Face.BULK: ONE, Face.MACRO: ONE, Face.TRIGGER: ONE},
    ),
    Verb(
        name="answer_to",
        label=_("Send answers elsewhere"),
        icon="forward",
        does="Say where answers go from now on",
        act=lambda ticket, doing: correspondents.answer_to(
            ticket, email=doing.body["email"], actor=doing.actor, at=doing.at
        ),
        body=("email",),
        lacks={Face.BULK: ONE, Face.MACRO: ONE, Face.TRIGGER: PEOPLE_ONLY},
    ),
)
