"""The verbs of the way a ticket goes: whose it is, what it is, what is said, and how it ends."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from support.desk import (
    customer_side,
    putting_right,
    turns,
    verbs,
)
from support.desk.faces import Doing, Face, Verb
from support.desk.reasons import (
    BY_ITSELF,
    EACH,
    ONE,
)
from tickets.models import EventKind, Ticket

_LATE_RAISE = _("Deadlines count anew from the report; a late raise may miss one at once.")


def _take(ticket: Ticket, doing: Doing) -> Ticket:
    return verbs.assign(
        ticket, assignee=doing.actor, team=ticket.team, actor=doing.actor, at=doing.at
    )


COURSE: Sequence[Verb] = (
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
        lacks={Face.BULK: ONE, Face.MACRO: ONE} | BY_ITSELF,
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
        act=lambda ticket, doing: turns.plan(
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
        act=lambda ticket, doing: verbs.reply(ticket, doing.words, actor=doing.actor, at=doing.at),
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
        act=lambda ticket, doing: verbs.note(ticket, doing.words, actor=doing.actor, at=doing.at),
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
        lacks={Face.BULK: "a call is with one customer", Face.MACRO: "nobody phoned"} | BY_ITSELF,
    ),
    Verb(
        name="hold",
        label=_("Wait for the customer"),
        icon="hourglass",
        does="Wait for the customer, who is told what for",
        act=lambda ticket, doing: turns.hold(ticket, doing.words, actor=doing.actor, at=doing.at),
        body=("text",),
        needs=EventKind.WAITING,
        confirm=_("The time to solve it stands still until the customer writes."),
    ),
    Verb(
        name="resume",
        label=_("Take up again"),
        icon="play",
        does="Go on without waiting any longer",
        act=lambda ticket, doing: turns.resume(ticket, actor=doing.actor, at=doing.at),
        needs=EventKind.RESUMED,
    ),
    Verb(
        name="resolve",
        label=_("Solved"),
        icon="circle-check",
        does="Solved; the customer is told how",
        act=lambda ticket, doing: turns.resolve(
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
        act=lambda ticket, doing: turns.decline(
            ticket, doing.words, actor=doing.actor, at=doing.at
        ),
        body=("text",),
        needs=EventKind.DECLINED,
        confirm=_("The customer is told at once and why (4.F); what was promised lapses."),
        lacks={
            Face.BULK: "each is judged by itself (4.F)",
            Face.MACRO: "each is judged by itself",
        }
        | BY_ITSELF,
    ),
    Verb(
        name="reopen",
        label=_("Reopen"),
        icon="rotate-ccw",
        does="Not solved after all",
        act=lambda ticket, doing: turns.reopen(
            ticket, reason=doing.body["reason"], actor=doing.actor, at=doing.at
        ),
        body=("reason",),
        needs=EventKind.REOPENED,
        confirm=_(
            "The same clocks go on; the time since it was solved does not count, but what"
            " passed since the customer wrote that it isn't, does."
        ),
        lacks=EACH,
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
        lacks={Face.MACRO: "each is judged by itself"} | BY_ITSELF,
    ),
    Verb(
        name="close",
        label=_("Close"),
        icon="lock",
        does="Put away what is solved or declined",
        act=lambda ticket, doing: turns.close(ticket, actor=doing.actor, at=doing.at),
        needs=EventKind.CLOSED,
    ),
)
