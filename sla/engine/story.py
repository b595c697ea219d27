"""A ticket's history, folded into what its clocks ask of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sla.engine.events import Channel, Event, Happened, Priority, TicketKind
from sla.engine.instants import Pause

ENDS_WAITING = {
    Happened.RESUMED,
    Happened.CUSTOMER_REPLIED,
    Happened.RESOLVED,
    Happened.REOPENED,
    Happened.DECLINED,
    Happened.CLOSED,
    Happened.MERGED,
}


TURNS = (
    Happened.RESOLVED,
    Happened.REOPENED,
    Happened.DECLINED,
    Happened.CLOSED,
    Happened.MERGED,
)


@dataclass(frozen=True, slots=True)
class Turn:
    """The customer's turn to be answered: from the oldest message of theirs without an answer.

    answered_at, ended_at: by a person, or with the ticket; neither while it is open. kind and
    priority are the ticket's when the turn was over: a later change leaves it alone.
    """

    asked_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    kind: TicketKind | None
    priority: Priority | None


@dataclass(slots=True)
class Story:
    """What has happened up to some moment.

    heard_at: when the customer first spoke on what our own monitoring had found, if nobody here had
    told them of it before.
    """

    report: Event
    kind: TicketKind | None
    priority: Priority | None
    changed_at: datetime
    answers: list[datetime] = field(default_factory=list)
    calls: list[Event] = field(default_factory=list)  # by somebody who may phone
    stranger_called: bool = False
    waits: list[Pause] = field(default_factory=list)
    gaps: list[Pause] = field(default_factory=list)  # between solved and reopened
    outside: list[Pause] = field(default_factory=list)  # between declined and reopened (4.F)
    changes: list[Event] = field(default_factory=list)
    waiting_since: datetime | None = None
    solved_at: datetime | None = None
    declined_at: datetime | None = None
    merged_at: datetime | None = None
    closed_at: datetime | None = None
    planned: datetime | None = None
    turns: list[Turn] = field(default_factory=list)  # those that are over
    unanswered_since: datetime | None = None
    heard_at: datetime | None = None

    @property
    def unasked(self) -> bool:
        """Did our own monitoring report it, and has no customer asked anything since?"""
        return self.report.own and self.heard_at is None

    @property
    def ended_at(self) -> datetime | None:
        """Since when its promises no longer hold: it was declined. A merge ends none: they are
        met by what happens on the ticket that stays.
        """
        return self.declined_at

    @property
    def open_turn(self) -> Turn | None:
        """The turn that waits for an answer; what is said after the end starts none."""
        if self.unanswered_since is None or self.solved_at or self.ended_at:
            return None
        return Turn(self.unanswered_since, None, None, self.kind, self.priority)

    def answered_since(self, start: datetime) -> datetime | None:
        """The first human answer at or after `start`."""
        return next((at for at in self.answers if at >= start), None)


def by_callers(events: Sequence[Event], *, named: bool) -> Sequence[Event]:
    """A history in which everybody may phone, unless the agreement names who may (3.C)."""
    if named:
        return events
    return [replace(each, authorised=True) if _is_call(each) else each for each in events]


def _is_call(event: Event) -> bool:
    return event.kind is Happened.CALLED or event.channel is Channel.PHONE


def recognised(events: Sequence[Event]) -> Sequence[Event]:
    """A history in which its report was made by whom we know by its end (3.C asks who phoned, not
    when we knew): the last `identified` says whether that is somebody who may phone.
    """
    report = events[0]
    known = [event for event in events if event.kind is Happened.IDENTIFIED]
    if report.channel is not Channel.PHONE or not known:
        return events
    return [replace(report, authorised=known[-1].authorised), *events[1:]]


def tell(events: Sequence[Event]) -> Story:
    """Fold a checked, ordered history."""
    report = events[0]
    story = Story(report, report.ticket_kind, report.priority, report.at)
    if report.channel is Channel.PHONE:
        _take_call(story, report)
    for event in events[1:]:
        _take(story, event)
    return story


def _take(story: Story, event: Event) -> None:
    kind = event.kind
    if story.waiting_since is not None and kind in ENDS_WAITING:
        story.waits.append((story.waiting_since, event.at))
        story.waiting_since = None
    if kind is Happened.REPLIED:
        _answer(story, event.at)
    elif kind is Happened.CUSTOMER_REPLIED:
        _hear(story, event.at)
        _ask(story, event.at)
    elif kind is Happened.CALLED:
        _take_call(story, event)
    elif kind in (Happened.CLASSIFIED, Happened.PRIORITISED):
        _reclassify(story, event)
    elif kind is Happened.WAITING:
        if story.waiting_since is None and story.solved_at is None:
            story.waiting_since = event.at
    elif kind is Happened.PLANNED:
        story.planned = event.release
    elif kind in TURNS:
        _turn(story, event)


def _hear(story: Story, at: datetime) -> None:
    """What is said after a merge is said on the ticket that stays."""
    if not story.answers and story.merged_at is None:
        story.heard_at = story.heard_at or at


def _take_call(story: Story, event: Event) -> None:
    _hear(story, event.at)
    if event.authorised:
        story.calls.append(event)
    else:
        story.stranger_called = True
    if event.answered:
        _answer(story, event.at)
    else:
        _ask(story, event.at)


def _ask(story: Story, at: datetime) -> None:
    """Until the first answer it is the report that waits, and the reaction that is promised. What
    is asked after a merge, the ticket that stays has to answer.
    """
    if story.answers and story.unanswered_since is None and story.merged_at is None:
        story.unanswered_since = at


def _answer(story: Story, at: datetime) -> None:
    story.answers.append(at)
    _end_turn(story, at, answered=True)


def _end_turn(story: Story, at: datetime, *, answered: bool) -> None:
    if story.unanswered_since is not None:
        answered_at, ended_at = (at, None) if answered else (None, at)
        asked_at = story.unanswered_since
        story.turns.append(Turn(asked_at, answered_at, ended_at, story.kind, story.priority))
        story.unanswered_since = None


def _reclassify(story: Story, event: Event) -> None:
    before = (story.kind, story.priority)
    if event.kind is Happened.CLASSIFIED:
        story.kind = event.ticket_kind
    else:
        story.priority = event.priority
    if (story.kind, story.priority) != before:
        story.changes.append(event)
        story.changed_at = event.at


def _turn(story: Story, event: Event) -> None:
    """Solved, closed, declined, merged, and back."""
    if event.kind not in (Happened.REOPENED, Happened.MERGED):
        _end_turn(story, event.at, answered=False)
    if event.kind in (Happened.RESOLVED, Happened.CLOSED):
        if story.declined_at is None:  # what was put away as declined was not solved
            story.solved_at = story.solved_at or event.at
        if event.kind is Happened.CLOSED:
            story.closed_at = event.at
    elif event.kind is Happened.DECLINED:
        story.declined_at = story.declined_at or event.at
    elif event.kind is Happened.MERGED:
        story.merged_at = event.at
    else:
        _reopen(story, event.at)


def _reopen(story: Story, at: datetime) -> None:
    if story.solved_at is not None:
        story.gaps.append((story.solved_at, at))
    if story.declined_at is not None:
        story.outside.append((story.declined_at, at))
    story.solved_at = story.declined_at = story.closed_at = None
