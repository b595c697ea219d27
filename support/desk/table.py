"""The table of verbs: what can be done to a ticket, and which faces of the desk offer it.

Every face reads it: the ticket's page, many at once in the queue, the API, the steps of macros and
triggers, the actions of the admin. A face says how it asks for the body (its forms, its JSON); what
is done with it stands here alone.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.http import Http404
from django.utils.translation import gettext_lazy as _

from support.desk import (
    causing,
    correspondents,
    customer_side,
    gathering,
    marking,
    putting_right,
    verbs,
)
from support.desk.faces import Doing, Face, Verb
from tickets.models import EventKind, Ticket

_LATE_RAISE = _("Deadlines count anew from the report; a late raise may miss one at once.")
_PEOPLE_ONLY = "only a person can say that"
_BY_ITSELF = {Face.TRIGGER: _PEOPLE_ONLY}
_ONE = "it is about one ticket"
_ITS_PAGE = "it has a page of its own, which says first what will happen"
_JUDGED = "each is judged by itself"
_EACH = {Face.BULK: _JUDGED, Face.MACRO: _JUDGED, Face.TRIGGER: _PEOPLE_ONLY}
_ONE_BY_ONE = {Face.BULK: _ONE, Face.ADMIN: _ONE}
_ONE_BY_HAND = _ONE_BY_ONE | {Face.MACRO: _ONE, Face.TRIGGER: _ONE}


def _take(ticket: Ticket, doing: Doing) -> Ticket:
    return verbs.assign(
        ticket, assignee=doing.actor, team=ticket.team, actor=doing.actor, at=doing.at
    )


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


VERBS: Mapping[str, Verb] = {
    verb.name: verb
    for verb in (
        Verb(
            name="take",
            label=_("Take"),
            icon="hand",
            does="Put it on your own name",
            act=_take,
            undoable=True,
            lacks={
                Face.PAGE: "assign offers one's own name first",
                Face.MACRO: "assign to whoever does it",
                Face.TRIGGER: "nobody does it",
            },
        ),
        Verb(
            name="identify",
            label=_("Say whose it is"),
            icon="user-round-check",
            does="Say whose report it is",
            act=lambda ticket, doing: putting_right.identify(
                ticket,
                contact=doing.body["contact"],
                reason=doing.body.get("reason", ""),
                actor=doing.actor,
                at=doing.at,
            ),
            body=("contact", "reason"),
            optional=("reason",),
            confirm=_(
                "The promises of that organisation then hold, from the report. Whoever it is"
                " can read the conversation."
            ),
            weighs=True,
            lacks={Face.BULK: _ONE, Face.MACRO: _ONE} | _BY_ITSELF,
        ),
        Verb(
            name="prioritise",
            label=_("Set priority"),
            icon="chevrons-up",
            does="Set the definitive priority",
            act=lambda ticket, doing: verbs.prioritise(
                ticket,
                priority=doing.body["priority"],
                reason=doing.body.get("reason", ""),
                actor=doing.actor,
                at=doing.at,
            ),
            body=("priority", "reason"),
            optional=("reason",),
            confirm=_LATE_RAISE,
            weighs=True,
        ),
        Verb(
            name="classify",
            label=_("Change kind"),
            icon="shapes",
            does="Say what kind of report it is",
            act=lambda ticket, doing: verbs.classify(
                ticket, kind=doing.body["kind"], actor=doing.actor, at=doing.at
            ),
            body=("kind",),
            confirm=_("Deadlines count anew from the report."),
            weighs=True,
            undoable=True,
        ),
        Verb(
            name="assign",
            label=_("Assign"),
            icon="user-round",
            does="Give it to somebody, to a team, or to nobody",
            act=lambda ticket, doing: verbs.assign(
                ticket,
                assignee=doing.body["assignee"],
                team=doing.body["team"],
                actor=doing.actor,
                at=doing.at,
            ),
            body=("assignee", "team"),
            undoable=True,
        ),
        Verb(
            name="plan",
            label=_("Plan into a release"),
            icon="calendar-clock",
            does="Plan it into a release, or out of one",
            act=lambda ticket, doing: verbs.plan(
                ticket, release=doing.body["release"], actor=doing.actor, at=doing.at
            ),
            body=("release",),
            needs=EventKind.PLANNED,
        ),
        Verb(
            name="reply",
            label=_("Answer"),
            icon="reply",
            does="Answer the customer, or as a customer write to us",
            act=lambda ticket, doing: verbs.reply(
                ticket, doing.words, actor=doing.actor, at=doing.at
            ),
            body=("text", "attachments"),
            optional=("attachments",),
            confirm=_("Each customer gets this text as an answer to their own report."),
            customers=True,
            lacks={Face.PAGE: "the composer writes it"},
        ),
        Verb(
            name="note",
            label=_("Write a note"),
            icon="sticky-note",
            does="Write something for colleagues only",
            act=lambda ticket, doing: verbs.note(
                ticket, doing.words, actor=doing.actor, at=doing.at
            ),
            body=("text", "attachments"),
            optional=("attachments",),
            lacks={Face.PAGE: "the composer writes it"},
        ),
        Verb(
            name="call_back",
            label=_("Record our call"),
            icon="phone-outgoing",
            does="Record that we phoned the customer, which is an answer",
            act=lambda ticket, doing: verbs.call_back(
                ticket, doing.words, actor=doing.actor, at=doing.at
            ),
            body=("text",),
            possible=lambda ticket: ticket.is_active,
            confirm=_("We phoned the customer: that counts as an answer."),
            lacks={Face.BULK: "a call is with one customer", Face.MACRO: "nobody phoned"}
            | _BY_ITSELF,
        ),
        Verb(
            name="hold",
            label=_("Wait for the customer"),
            icon="hourglass",
            does="Wait for the customer, who is told what for",
            act=lambda ticket, doing: verbs.hold(
                ticket, doing.words, actor=doing.actor, at=doing.at
            ),
            body=("text",),
            needs=EventKind.WAITING,
            confirm=_("The time to solve it stands still until the customer writes."),
        ),
        Verb(
            name="resume",
            label=_("Take up again"),
            icon="play",
            does="Go on without waiting any longer",
            act=lambda ticket, doing: verbs.resume(ticket, actor=doing.actor, at=doing.at),
            needs=EventKind.RESUMED,
        ),
        Verb(
            name="resolve",
            label=_("Solved"),
            icon="circle-check",
            does="Solved; the customer is told how",
            act=lambda ticket, doing: verbs.resolve(
                ticket, doing.words, actor=doing.actor, at=doing.at
            ),
            body=("text",),
            needs=EventKind.RESOLVED,
        ),
        Verb(
            name="decline",
            label=_("Not an incident"),
            icon="circle-slash",
            does="No incident (4.F); the customer is told why",
            act=lambda ticket, doing: verbs.decline(
                ticket, doing.words, actor=doing.actor, at=doing.at
            ),
            body=("text",),
            needs=EventKind.DECLINED,
            confirm=_("The customer is told at once and why (4.F); what was promised lapses."),
            lacks={
                Face.BULK: "each is judged by itself (4.F)",
                Face.MACRO: "each is judged by itself",
            }
            | _BY_ITSELF,
        ),
        Verb(
            name="reopen",
            label=_("Reopen"),
            icon="rotate-ccw",
            does="Not solved after all",
            act=lambda ticket, doing: verbs.reopen(
                ticket, reason=doing.body["reason"], actor=doing.actor, at=doing.at
            ),
            body=("reason",),
            needs=EventKind.REOPENED,
            confirm=_(
                "The same clocks go on; the time since it was solved does not count, but what"
                " passed since the customer wrote that it isn't, does."
            ),
            lacks=_EACH,
        ),
        Verb(
            name="leave_closed",
            label=_("Leave it as it is"),
            icon="archive",
            does="It stays done, though the customer wrote after it was",
            act=lambda ticket, doing: customer_side.leave_closed(
                ticket, actor=doing.actor, at=doing.at
            ),
            needs=EventKind.LEFT_CLOSED,
            possible=lambda ticket: ticket.wrote_after is not None,
            lacks={Face.MACRO: "each is judged by itself"} | _BY_ITSELF,
        ),
        Verb(
            name="close",
            label=_("Close"),
            icon="lock",
            does="Put away what is solved or declined",
            act=lambda ticket, doing: verbs.close(ticket, actor=doing.actor, at=doing.at),
            needs=EventKind.CLOSED,
        ),
        Verb(
            name="rename",
            label=_("Change the subject"),
            icon="pencil",
            does="Say in a line what it is about",
            act=lambda ticket, doing: putting_right.rename(
                ticket, subject=doing.body["subject"], actor=doing.actor, at=doing.at
            ),
            body=("subject",),
            lacks={Face.BULK: _ONE, Face.MACRO: _ONE, Face.TRIGGER: _ONE},
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
            lacks=_ONE_BY_HAND,
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
            lacks=_ONE_BY_HAND,
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
                Face.MACRO: _JUDGED,
                Face.TRIGGER: _PEOPLE_ONLY,
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
            lacks={Face.MACRO: _ONE, Face.TRIGGER: _ONE},
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
            lacks=_ONE_BY_HAND,
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
            lacks={Face.PAGE: _ITS_PAGE} | _ONE_BY_HAND,
        ),
        Verb(
            name="split",
            label=_("A ticket of its own"),
            icon="split",
            does="Make a message of the customer a report of its own; gives the new ticket",
            act=_split,
            body=("message", "subject", "kind", "priority"),
            optional=("priority",),
            lacks={Face.PAGE: _ITS_PAGE} | _ONE_BY_HAND,
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
            lacks={Face.BULK: _ONE, Face.MACRO: _ONE, Face.TRIGGER: _ONE},
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
            lacks={Face.BULK: _ONE, Face.MACRO: _ONE, Face.TRIGGER: _PEOPLE_ONLY},
        ),
    )
}


def on(face: Face) -> list[Verb]:
    """The verbs of a face, in order."""
    return [verb for verb in VERBS.values() if verb.is_on(face)]
