"""The verbs: what people do to tickets, and the only writer of their facts.

Each is one transaction: lock the ticket, guard, record, read the clocks anew, and write the mail
that must go out as rows. Nothing here waits for another machine. Without an actor it is done by
itself, and then never with words to the customer: only people answer. `at` is for histories told
afterwards (imports, demo, tests); left out, it is now.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sla import projection
from sla.unjudged import is_unjudged
from support import offer
from support.desk import changed, confirming, letters, marking
from support.desk.answers import DeskError, answer, internal, record_answer, require_words
from support.desk.conversation import Words, begun, say, subject_of
from support.desk.locking import locked
from support.notifications import mentioning
from support.who import Reporter
from tickets import facts, history
from tickets.models import (
    Channel,
    Contact,
    CustomField,
    EventKind,
    Kind,
    Message,
    MessageKind,
    Priority,
    Status,
    Team,
    Ticket,
    User,
)


@transaction.atomic(savepoint=False)  # nobody goes on after half a report
def open_ticket(
    reporter: Reporter,
    words: Words,
    *,
    subject: str,
    kind: str | None,
    channel: str,
    priority: str = "",
    answered: bool = False,
    actor: User | None = None,
    confirm: bool = True,
    unconfirmed: str = "",
    values: Mapping[int, str] | None = None,
    at: datetime | None = None,
) -> Ticket:
    """Take in a report; the reporter gets a confirmation. The priority is proposed (4.G).

    kind: None where the report doesn't say; their agreement then tells what it is taken for.
    confirm: False where the caller does so later. unconfirmed: why no confirmation may go, where
    the caller knows of a reason; notices.confirming knows the others. answered: of a phone call,
    that an agent took it rather than promising to call back; who may phone is judged now. values:
    of fields, by their numbers, as fields keep them.
    """
    at = at or timezone.now()
    by_phone = channel == Channel.PHONE
    agreed = projection.agreed_at(at, reporter.their_organisation)
    edition = agreed["edition"] if agreed else None
    kind = kind or offer.general_kind(edition)
    ticket = begun(reporter, kind=kind, channel=channel, priority=priority)
    ticket.subject = subject_of(subject, words) or _("(no subject)")
    ticket.status = Status.OPEN if by_phone and answered else Status.NEW
    filled = marking.fields_of(values or {}, kind=kind)
    data = _facts_of(ticket, reporter, answered=by_phone and answered, filled=filled)
    to, why = "", ""
    if confirm:
        to, why = confirming.decide(ticket, at=at, proved=reporter.proved, unconfirmed=unconfirmed)
    if words.mail is not None:
        words.mail.unconfirmed = why
    elif why:
        data["unconfirmed"] = why
    reported = history.begin(ticket, at=at, actor=actor, data=data)
    marking.begin(ticket, filled)
    said = MessageKind.CALL if by_phone else MessageKind.CUSTOMER
    first = say(ticket, words, kind=said, channel=channel, at=at, author=actor, reporter=reporter)
    clocks = projection.begin(ticket, reported, agreed, now=at)
    if to:
        letters.confirm(ticket, first, edition=edition, clocks=clocks, at=at, to=to)
    return ticket


def _facts_of(
    ticket: Ticket, reporter: Reporter, *, answered: bool, filled: Sequence[tuple[CustomField, str]]
) -> facts.Reported:
    """What its history keeps of a report."""
    contact = reporter.contact
    by_phone = ticket.channel == Channel.PHONE
    data: facts.Reported = {
        "channel": ticket.channel,
        "ticket_kind": ticket.kind,
        "priority": ticket.priority or None,
        "authorised": by_phone and contact is not None and contact.may_phone,
        "answered": answered,
    }
    if ticket.is_own_finding:
        data["own"] = True  # nobody waits for a reaction yet
    if filled:
        data["fields"] = [
            {"field": field.name, "type": field.type, "value": value} for field, value in filled
        ]
    return data


@transaction.atomic
def reply(
    ticket: Ticket,
    words: Words,
    *,
    actor: User,
    channel: Channel = Channel.WEB,
    at: datetime | None = None,
    heard_late: bool = False,
) -> Message:
    """A public answer by a person: the reaction, and mail to the reporter.

    heard_late: it was written elsewhere, and reached us at `at`; see `customer_side.writes`.
    """
    ticket, at = locked(ticket, at, actor, heard_late=heard_late)
    message = answer(ticket, words, actor=actor, channel=channel, at=at)
    projection.refresh(ticket, now=at)
    return message


@transaction.atomic
def note(
    ticket: Ticket,
    words: Words,
    *,
    actor: User | None,
    channel: Channel = Channel.WEB,
    at: datetime | None = None,
    heard_late: bool = False,
) -> Message:
    """Something for colleagues only. It is no reaction. heard_late: as of an answer."""
    ticket, at = locked(ticket, at, actor, heard_late=heard_late)
    require_words(words)
    message = internal(ticket, words, kind=MessageKind.NOTE, actor=actor, channel=channel, at=at)
    history.record(ticket, EventKind.NOTED, at=at, actor=actor)
    mentioning.tell(message, at=at)
    projection.refresh(ticket, now=at)
    return message


@transaction.atomic
def log_call(
    ticket: Ticket,
    words: Words,
    *,
    actor: User,
    contact: Contact | None,
    caller: str = "",
    answered: bool = True,
    at: datetime | None = None,
) -> Message:
    """A customer phoned about a ticket. If they may phone, it makes the reaction bind (4.D).

    answered: an agent took the call, which is itself the reaction; otherwise we call back.
    """
    ticket, at = locked(ticket, at, actor)
    ours = contact is not None and contact.organisation_id == ticket.organisation_id
    reporter = Reporter(name=caller, contact=contact)
    message = say(
        ticket,
        words,
        kind=MessageKind.CALL,
        channel=Channel.PHONE,
        at=at,
        author=actor,
        reporter=reporter,
        public=False,
    )
    data: facts.Called = {
        "authorised": ours and contact is not None and contact.may_phone,
        "answered": answered,
        "caller": reporter.their_name,
    }
    answers: facts.Present = (
        {"status": Status.OPEN} if answered and ticket.status == Status.NEW else {}
    )
    history.record(ticket, EventKind.CALLED, at=at, actor=actor, data=data, **answers)
    if ticket.status == Status.WAITING:
        history.record(ticket, EventKind.RESUMED, at=at, actor=actor)
    projection.refresh(ticket, now=at)
    return message


@transaction.atomic
def call_back(ticket: Ticket, words: Words, *, actor: User, at: datetime | None = None) -> Message:
    """We phoned the customer: a human answer like a written one."""
    ticket, at = locked(ticket, at, actor)
    require_words(words)
    message = internal(
        ticket, words, kind=MessageKind.CALL, actor=actor, channel=Channel.PHONE, at=at
    )
    record_answer(ticket, actor=actor, at=at, channel=Channel.PHONE)
    projection.refresh(ticket, now=at)
    return message


@transaction.atomic
def classify(
    ticket: Ticket, *, kind: str, actor: User | None, at: datetime | None = None
) -> Ticket:
    """Say what kind of report this is. The clocks count anew, from the report; the customer hears
    what that does to the times.

    Also that it is what it was taken for: then it was judged, which its history should say.
    """
    ticket, at = locked(ticket, at, actor)
    if ticket.kind != Kind(kind) or is_unjudged(ticket):
        if ticket.kind != Kind(kind):
            changed.note(ticket, at=at)
        data: facts.Classified = {"ticket_kind": kind, "from": ticket.kind}
        history.record(ticket, EventKind.CLASSIFIED, at=at, actor=actor, data=data, kind=kind)
        projection.refresh(ticket, now=at)
    return ticket


@transaction.atomic
def prioritise(
    ticket: Ticket, *, priority: str, reason: str, actor: User | None, at: datetime | None = None
) -> Ticket:
    """Set the definitive priority, with the reason (4.G). The clocks count from the report; the
    customer hears of another one than it was, and what that does to the times.

    reason: read by the customer. What no person does names itself in the history instead.
    """
    ticket, at = locked(ticket, at, actor)
    differs = Priority(priority) != ticket.proposed_priority
    if differs and actor is not None and not reason.strip():
        raise DeskError(_("Say why the priority differs from what the customer proposed (4.G)."))
    if ticket.priority == priority and ticket.priority_is_definitive:
        return ticket
    if ticket.priority != priority:
        changed.note(ticket, at=at)
    history.record(
        ticket,
        EventKind.PRIORITISED,
        at=at,
        actor=actor,
        data={"priority": priority, "from": ticket.priority or None, "reason": reason.strip()},
        priority=priority,
        priority_is_definitive=True,
    )
    projection.refresh(ticket, now=at)
    return ticket


@transaction.atomic
def assign(
    ticket: Ticket,
    *,
    assignee: User | None,
    team: Team | None,
    actor: User | None,
    at: datetime | None = None,
) -> Ticket:
    """Give a ticket to somebody, to a team, or back to the queue."""
    ticket, at = locked(ticket, at, actor)
    if assignee is not None and not assignee.is_agent:
        raise DeskError(_("%(name)s does not work at the helpdesk.") % {"name": assignee.name})
    if (ticket.assignee, ticket.team) != (assignee, team):
        data: facts.Assigned = {
            "assignee": assignee.name if assignee else None,
            "team": team.name if team else None,
            "from": held_by(ticket),
        }
        history.record(
            ticket,
            EventKind.ASSIGNED,
            at=at,
            actor=actor,
            data=data,
            assignee=assignee,
            team=team,
        )
        projection.refresh(ticket, now=at)
    return ticket


def held_by(ticket: Ticket) -> facts.HeldBy:
    """Who has a ticket, as a history tells: who had it before somebody else did."""
    return {
        "assignee": ticket.assignee.name if ticket.assignee else None,
        "team": ticket.team.name if ticket.team else None,
    }
