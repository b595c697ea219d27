"""What a customer is told of promises: the one place that words them, from what the clock reads.

By agreement, kind and priority; by whether who reads may phone (3.C); and by the clause for which a
promise does not bind. Whoever isn't known, or not proved to be who they say, is told what holds for
everybody (`in_general`). What calls do is said in `calling.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from itertools import zip_longest
from typing import Protocol

from django.utils.translation import gettext as _

from sla import terms
from sla.agreements import target_data
from sla.calendars import length_of_a_day
from sla.engine import Promise, State
from sla.engine.agreement import Measure, Target
from sla.engine.events import Channel, Priority, TicketKind
from sla.models import Edition
from sla.wording import IN_FULL, PROMISES, moment_words
from sla.world import world_of
from tickets.models import Contact, Organisation, Status, Ticket


@dataclass(frozen=True)
class Reader:
    """Who is told: may they phone for their organisation, and else who may."""

    may_phone: bool
    callers: Sequence[str] = ()


def reader_of(
    contact: Contact | None, organisation: Organisation | None, edition: Edition | None
) -> Reader:
    """How somebody of an organisation reads, under an edition that may say who may phone.

    Only contacts hear which colleagues may.
    """
    if contact is None:
        return Reader(may_phone=False)
    if contact.may_phone or not (edition and names_callers(edition)):
        return Reader(may_phone=True)
    callers = Contact.objects.filter(organisation=organisation, may_phone=True)
    return Reader(may_phone=False, callers=list(callers.values_list("name", flat=True)))


def names_callers(edition: Edition) -> bool:
    """Does it say who may phone? Where it doesn't, everybody may."""
    return bool(world_of(edition).terms.caller_clause)


# --- What follows from a report, before there is one.


@dataclass(frozen=True)
class Expected:
    """What may be expected of a report of some kind and priority, and whether a call matters."""

    points: Sequence[str]
    by_phone: bool


def expected(
    edition: Edition, kind: str, priority: str, *, channel: str, reader: Reader, waived: bool
) -> Expected:
    """What an edition promises on what is reported by a channel in writing, in a sentence each."""
    asked = Priority(priority) if priority else None
    targets = world_of(edition).terms.targets_for(TicketKind(kind), asked)
    written = {target.key: target_data(target) for target in edition.targets.all()}
    told = [target for target in targets if _may_come_to_hold(target, channel)]
    points, by_phone, day = [], False, length_of_a_day(edition.calendar)
    reacted = [each for each in told if each.promise is Promise.REACTION]
    if not any(_holds_by(each, channel) for each in reacted):
        points.append(_("Reaction: as soon as we can; no time is fixed."))
    for target in told:
        bound_by_call = target.phone_required and not waived
        waits = bound_by_call or not _holds_by(target, channel)
        by_phone = by_phone or waits
        words = {
            "promise": PROMISES[target.promise.value],
            "time": terms.time_words(written[target.key], day),
            "clause": target.clause,
        }
        if not waits:
            points.append(_("%(promise)s: %(time)s (%(clause)s).") % words)
        elif reader.may_phone:
            points.append(_("%(promise)s: %(time)s, if you phone (%(clause)s).") % words)
        else:
            points.append(
                _("%(promise)s: %(time)s, if somebody phones who may (%(clause)s).") % words
            )
    return Expected(points, by_phone)


def _holds_by(target: Target, channel: str) -> bool:
    """Is it promised of what is reported by a channel?"""
    return not target.channels or channel in target.channels


def _may_come_to_hold(target: Target, channel: str) -> bool:
    """Is it, or would it be after a call? What follows on each next question is told then."""
    if target.promise is Promise.NEXT_RESPONSE:
        return False
    return _holds_by(target, channel) or Channel.PHONE in target.channels


# --- What stands on a report.


class Stands(Protocol):
    """A promise on a ticket as it stands: a card of a page, or of a letter.

    It may have been read in another language than that of whoever is told, so it has no words.
    """

    @property
    def promise(self) -> str:
        """Which."""

    @property
    def clause(self) -> str:
        """Where it is written."""

    @property
    def measure(self) -> str:
        """What it is measured by."""

    @property
    def binding(self) -> bool:
        """Are we held to it?"""

    @property
    def state(self) -> str:
        """A state of a clock."""

    @property
    def due_at(self) -> datetime | None:
        """By when."""

    @property
    def met_at(self) -> datetime | None:
        """Since when it is kept."""

    @property
    def direct(self) -> bool:
        """Is it due at once?"""


def lines_for(cards: Iterable[Stands], *, reader: Reader, zone: tzinfo, now: datetime) -> list[str]:
    """The promises on a ticket in a line each; what has lapsed is left out."""
    return [
        f"{PROMISES[card.promise]}: {said(card, reader=reader, zone=zone, now=now)} ({card.clause})"
        for card in sorted(cards, key=_in_order)
        if card.state != State.CANCELLED
    ]


def _in_order(card: Stands) -> int:
    """Reaction before solution, as people read."""
    return list(PROMISES).index(card.promise)


def said(card: Stands, *, reader: Reader, zone: tzinfo, now: datetime) -> str:
    """How one promise stands, in a few words: "at the latest Monday 23 November 2026, 17:00"."""
    if card.state == State.CANCELLED:
        words = _("no longer promised")
    elif card.met_at is not None:
        words = _finished_words(card)
    elif card.state == State.PAUSED:
        words = _("stands still while we wait for you")
    elif card.due_at is None:
        words = _without_date(card)
    elif card.direct:
        words = _("at once") if card.binding else _at_once_after_a_call(reader)
    elif card.due_at < now:
        words = _late(card)
    else:
        words = _("at the latest %(due)s") if card.binding else _("we aim for %(due)s, not binding")
    return words % {
        "moment": moment_words(card.met_at, zone, IN_FULL),
        "due": moment_words(card.due_at, zone, IN_FULL),
    }


def next_step(
    ticket: Ticket, cards: Iterable[Stands], *, reader: Reader, zone: tzinfo, now: datetime
) -> str:
    """What happens next with a report, in a sentence; of its promises the one that comes first."""
    after = {
        Status.WAITING: _("We wait for your answer."),
        Status.RESOLVED: _("We think that it is solved. If it isn't, say so, and we go on."),
        Status.DECLINED: _("We are done with it. If you see that otherwise, tell us."),
        Status.CLOSED: _("It is closed."),
        Status.MERGED: _("It goes on in another report."),
    }
    if ticket.status in after:
        return after[Status(ticket.status)]
    owed = [
        card
        for card in sorted(cards, key=_in_order)
        if card.met_at is None and card.state not in (State.CANCELLED, State.PAUSED)
    ]
    for card in owed:
        solution = card.promise == Promise.RESOLUTION
        if card.binding and card.due_at is not None and card.due_at < now and not card.direct:
            late = (
                _("The solution is late: it should have been there %(due)s at the latest.")
                if solution
                else _("Our answer is late: you should have had it %(due)s at the latest.")
            )
            return late % {"due": moment_words(card.due_at, zone, IN_FULL)}
        words = said(card, reader=reader, zone=zone, now=now)
        if solution:
            return _("What comes next is the solution: %(when)s.") % {"when": words}
        return _("What comes next is our answer: %(when)s.") % {"when": words}
    return _("We work on it, and answer as soon as we can.")


def _finished_words(card: Stands) -> str:
    """With the moment to be filled in."""
    solved = card.promise == Promise.RESOLUTION
    if card.state == State.BREACHED:
        return _("solved %(moment)s, after %(due)s") if solved else _("%(moment)s, after %(due)s")
    return _("solved %(moment)s") if solved else _("we spoke or wrote to you %(moment)s")


def _late(card: Stands) -> str:
    """With the moment to be filled in."""
    if card.binding:
        return _("late: it was due %(due)s at the latest")
    return _("later than %(due)s, which we aimed for; that was not binding")


def _without_date(card: Stands) -> str:
    if card.measure == Measure.RELEASE:
        return _("with the next release, which has no date yet")
    if card.measure == Measure.PLANNING:
        return _("we plan it into a coming release; no date is promised")
    return _("no date is promised")


def _at_once_after_a_call(reader: Reader) -> str:
    if reader.may_phone:
        return _("at once, from your call on")
    return _("at once, from a call on by somebody who may phone")


@dataclass(frozen=True)
class Change:
    """One promise before and after a change; '' where there is none."""

    label: str
    clause: str
    before: str
    after: str


def changes(
    before: Iterable[Stands],
    after: Iterable[Stands],
    *,
    reader: Reader,
    zone: tzinfo,
    now: datetime,
) -> list[Change]:
    """What a change of kind or priority did to each promise; what was not and is not, is left out.

    Cards of one promise are taken in their order: a reaction that was is the reaction that is.
    """
    was, became = _by_promise(before), _by_promise(after)
    found = []
    for promise in (each for each in PROMISES if each in was or each in became):
        for old, new in zip_longest(was.get(promise, ()), became.get(promise, ())):
            card = new or old
            if card is None:
                continue
            words = [
                said(each, reader=reader, zone=zone, now=now) if each else "" for each in (old, new)
            ]
            found.append(Change(str(PROMISES[card.promise]), card.clause, words[0], words[1]))
    return found


def _by_promise(cards: Iterable[Stands]) -> dict[str, list[Stands]]:
    found: dict[str, list[Stands]] = {}
    for card in cards:
        if card.state != State.CANCELLED:
            found.setdefault(card.promise, []).append(card)
    return found


def in_general() -> list[str]:
    """What every report gets, whoever sends it and whether or not we know them."""
    return [
        _("We read every report, and answer as soon as we can."),
        _(
            "By when, is what was agreed with your organisation. If anything was, it stands in the "
            "confirmation that goes to your e-mail address."
        ),
    ]
