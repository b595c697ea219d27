"""A ticket's history, folded into what its clocks ask of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sla.engine.events import Channel, Event, Happened, Priority, TicketKind
from sla.engine.hours import Pause

ENDS_WAITING = {
    Happened.RESUMED,
    Happened.CUSTOMER_REPLIED,
    Happened.RESOLVED,
    Happened.REOPENED,
    Happened.DECLINED,
    Happened.CLOSED,
    Happened.MERGED,
}


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
    """What has happened up to some moment."""

    report: Event
    kind: TicketKind | None
    priority: Priority | None
    changed_at: datetime
    answers: list[datetime] = field(default_factory=list)
    calls: list[Event] = field(default_factory=list)  # by somebody authorised to phone
    stranger_called: bool = False
    waits: list[Pause] = field(default_factory=list)
    gaps: list[Pause] = field(default_factory=list)  # between solved and reopened
    changes: list[Event] = field(default_factory=list)
    waiting_since: datetime | None = None
    solved_at: datetime | None = None
    declined_at: datetime | None = None
    merged_at: datetime | None = None
    closed_at: datetime | None = None
    planned: datetime | None = None
    turns: list[Turn] = field(default_factory=list)  # those that are over
    unanswered_since: datetime | None = None

    @property
    def ended_at(self) -> datetime | None:
        """Since when its promises no longer hold: it was declined, or merged into another."""
        ends = [at for at in (self.declined_at, self.merged_at) if at is not None]
        return min(ends, default=None)

    @property
    def open_turn(self) -> Turn | None:
        """The turn that waits for an answer; what is said after the end starts none."""
        if self.unanswered_since is None or self.solved_at or self.ended_at:
            return None
        return Turn(self.unanswered_since, None, None, self.kind, self.priority)

    def answered_since(self, start: datetime) -> datetime | None:
        """The first human answer at or after `start`."""
        return next((at for at in self.answers if at >= start), None)


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
    else:
        _turn(story, event)


def _take_call(story: Story, event: Event) -> None:
    if event.authorised:
        story.calls.append(event)
    else:
        story.stranger_called = True
    if event.answered:
        _answer(story, event.at)
    else:
        _ask(story, event.at)


def _ask(story: Story, at: datetime) -> None:
    """Until the first answer it is the report that waits, and the reaction that is promised."""
    if story.answers and story.unanswered_since is None:
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
    if event.kind is not Happened.REOPENED:
        _end_turn(story, event.at, answered=False)
    if event.kind in (Happened.RESOLVED, Happened.CLOSED):
        story.solved_at = story.solved_at or event.at
        if event.kind is Happened.CLOSED:
            story.closed_at = event.at
    elif event.kind is Happened.DECLINED:
        story.declined_at = event.at
    elif event.kind is Happened.MERGED:
        story.merged_at = event.at
    elif event.kind is Happened.REOPENED:
        stopped = story.solved_at or story.declined_at
        if stopped is not None:
            story.gaps.append((stopped, event.at))
        story.solved_at = story.declined_at = story.closed_at = story.merged_at = None
