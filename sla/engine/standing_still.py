"""The stretches in which a clock stands still. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sla.engine.agreement import Promise, Target
from sla.engine.instants import Pause
from sla.engine.story import Story


def within(moment: datetime, pause: Pause) -> bool:
    """Does a moment lie in a pause, its end included?"""
    return pause[0] < moment and (pause[1] is None or moment <= pause[1])


def unbroken(pauses: Sequence[Pause]) -> list[Pause]:
    """Pauses in order, those that touch joined: solved straight from waiting is no break."""
    joined: list[Pause] = []
    for begin, end in pauses:
        if joined and (joined[-1][1] is None or begin <= joined[-1][1]):
            before, until = joined.pop()
            joined.append((before, None if end is None or until is None else max(until, end)))
        else:
            joined.append((begin, end))
    return joined


def pauses_of(target: Target, story: Story) -> tuple[Pause, ...]:
    """Stretches in which this clock stands still: declined until reopened, solved until reopened,
    waiting. Reaction stands still only for the first.
    """
    pauses = list(story.outside)
    if target.promise is not Promise.REACTION:
        pauses += story.gaps
        if target.pauses_while_waiting:
            pauses += story.waits
            if story.waiting_since is not None:
                pauses.append((story.waiting_since, None))
    return tuple(sorted(pauses, key=lambda pause: pause[0]))
