"""What a call does: the telephone that promises hang on, who should phone, and what it binds.

Worded for who reads it: whether they may phone (3.C), whether the telephone is manned now and when
it is next, and the clause by which a promise waits for a call.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from sla.calendars import hours_of, opening_words
from sla.engine import State
from sla.engine.agreement import Agreement
from sla.engine.events import Channel, Priority, TicketKind
from sla.models import Calendar, Edition
from sla.telling import Reader, Stands
from sla.wording import moment_words
from sla.world import world_of
from tickets.models import Ticket
from tickets.validators import bare_number


@dataclass(frozen=True)
class PhoneLine:
    """The helpdesk's telephone under an edition, as it is at a moment.

    hours: when it is manned, in words. opens: when next, in words; '' while it is manned.
    binds: does a call make promises bind; else there are some that hold of reports by phone.
    """

    number: str
    tel: str
    hours: str
    opens: str
    clause: str
    caller_clause: str
    binds: bool

    @property
    def is_open(self) -> bool:
        """Does anybody answer now?"""
        return not self.opens


def phone_line(edition: Edition | None, *, now: datetime, waived: bool = False) -> PhoneLine | None:
    """The telephone that promises hang on; None where none does, or there is no number.

    waived: reports bind by whatever channel (4.D, "tenzij").
    """
    if edition is None or not edition.agreement.phone:
        return None
    agreement = world_of(edition).terms
    binds = not waived and any(target.phone_required for target in agreement.targets)
    if not binds and not any(Channel.PHONE in target.channels for target in agreement.targets):
        return None
    return PhoneLine(
        number=edition.agreement.phone,
        tel=bare_number(edition.agreement.phone),
        hours=opening_words(edition.calendar),
        opens=opens_words(edition.calendar, now=now),
        clause=agreement.phone_clause,
        caller_clause=agreement.caller_clause,
        binds=binds,
    )


def opens_words(calendar: Calendar, *, now: datetime) -> str:
    """When a calendar opens next: "Monday from 09:00"; '' while it is open."""
    hours = hours_of(calendar)
    if hours.is_open(now):
        return ""
    opens, here = hours.next_open(now).astimezone(hours.zone), now.astimezone(hours.zone)
    words = {"time": f"{opens:%H:%M}", "day": moment_words(opens, hours.zone, "l")}
    days = (opens.date() - here.date()).days
    if days == 0:
        return _("today from %(time)s") % words
    if days >= 7:
        words["day"] = moment_words(opens, hours.zone, "l j F")
    return _("%(day)s from %(time)s") % words


@dataclass(frozen=True)
class Advice:
    """That a call matters, worded for who reads it."""

    title: str
    text: str
    line: PhoneLine


def advice(
    cards: Sequence[Stands],
    edition: Edition | None,
    *,
    ticket: Ticket,
    reader: Reader,
    now: datetime,
) -> Advice | None:
    """Whether somebody should phone about a ticket, and who; None where it changes nothing, and
    where nobody reported it: whoever asks about what we found may write as well.
    """
    if ticket.is_own_finding:
        return None
    owed = (State.RUNNING, State.PAUSED)
    unbound = any(not each.binding and not each.met_at and each.state in owed for each in cards)
    if edition is None or not (unbound or _a_call_adds(cards, edition, ticket)):
        return None
    line = phone_line(edition, now=now, waived=not unbound)
    return advice_beforehand(line, reader=reader) if line else None


def _a_call_adds(cards: Sequence[Stands], edition: Edition, ticket: Ticket) -> bool:
    """Would a call bring a promise that doesn't stand on the ticket?"""
    if not ticket.is_active:
        return False
    stands = {(each.promise, each.clause) for each in cards}
    priority = Priority(ticket.priority) if ticket.priority else None
    return any(
        Channel.PHONE in target.channels and (target.promise, target.clause) not in stands
        for target in world_of(edition).terms.targets_for(TicketKind(ticket.kind), priority)
    )


def advice_beforehand(line: PhoneLine, *, reader: Reader) -> Advice:
    """The same, while the report is still being written."""
    return Advice(title=_phone_title(line, reader), text=_why_to_phone(line, reader), line=line)


def _phone_title(line: PhoneLine, reader: Reader) -> str:
    if not reader.may_phone and line.is_open:
        return _("Have a colleague phone us")
    if line.is_open:
        return _("Please phone us now")
    if not reader.may_phone:
        return _("Have a colleague phone us %(when)s") % {"when": line.opens}
    return _("Please phone us %(when)s") % {"when": line.opens}


def _why_to_phone(line: PhoneLine, reader: Reader) -> str:
    words = {"clause": line.clause, "caller": line.caller_clause}
    if reader.may_phone:
        if line.binds:
            text = _("Our reaction time binds us only once you report this by phone")
        else:
            text = _("What we promise on reports by phone holds once you phone us about it")
        return text + (f" ({line.clause})." if line.clause else ".")
    if line.binds:
        text = _(
            "Our reaction time binds us only once somebody reports this by phone who may phone us"
        )
    else:
        text = _("What we promise on reports by phone holds once somebody phones us who may")
    clauses = [clause for clause in (words["clause"], words["caller"]) if clause]
    both = _(" and ").join(clauses)
    text += f" ({both})." if clauses else "."
    if reader.callers:
        return text + " " + _("These people may: %(names)s.") % {"names": ", ".join(reader.callers)}
    return text


def verdict(edition: Edition | None, *, reader: Reader, waived: bool) -> str:
    """What a call does to the reaction time, for the colleague who takes it."""
    if edition is None:
        return _("No agreement is known here, so no time hangs on this call.")
    if any(target.channels for target in world_of(edition).terms.targets):
        return _by_channel(world_of(edition).terms, reader)
    if waived or not any(each.phone_required for each in world_of(edition).terms.targets):
        return _("Under this agreement reports bind by whatever channel, so also by this call.")
    agreement = world_of(edition).terms
    clause = agreement.phone_clause if reader.may_phone else agreement.caller_clause
    if reader.may_phone:
        text = _("The reaction time binds from this call on")
    else:
        text = _("Help where you can, but this call does not bind the reaction time")
    return text + (f" ({clause})." if clause else ".")


def what_calls_do(edition: Edition | None, *, waived: bool) -> list[str]:
    """What hangs on who may phone, for the customer that says who may; empty where nothing does."""
    if edition is None:
        return []
    terms_of = world_of(edition).terms
    if not terms_of.caller_clause:
        return [_("Under your agreement everybody at your organisation may phone.")]
    if any(target.channels for target in terms_of.targets):
        known = _("A call by somebody who may phone counts as a report by phone (%(clause)s).")
        other = _("Somebody else's call is answered, but does not count as one.")
    elif waived or not any(target.phone_required for target in terms_of.targets):
        return [_("Under your agreement reports bind by whatever channel, so also without a call.")]
    else:
        known = _("A call by somebody who may phone makes our reaction time bind (%(clause)s).")
        other = _("Somebody else's call is answered, but makes no time bind (%(caller_clause)s).")
    clauses = {"clause": terms_of.phone_clause, "caller_clause": terms_of.caller_clause}
    clauses["clause"] = clauses["clause"] or terms_of.caller_clause
    return [known % clauses, other % clauses, _("It holds for calls from now on.")]


def _by_channel(agreement: Agreement, reader: Reader) -> str:
    """The same where what is promised hangs on the channel of the report."""
    if reader.may_phone:
        return _("What we promise of a report by phone holds for this call.")
    text = _("Help where you can, but this call does not count as a report by phone")
    return f"{text} ({agreement.caller_clause})."


def stranger_calls() -> str:
    """The same of a caller whom we don't know."""
    return _("Help where you can. A call by somebody we don't know does not bind a reaction time.")
