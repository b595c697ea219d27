"""By how much promises were missed, in working time of their agreements; why some don't bind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sla.calendars import length_of_a_day
from sla.models import Clock
from sla.queries import pauses_of, worlds_by_ticket
from tickets.models import Channel


@dataclass(frozen=True)
class Missed:
    """A promise that was not done in time.

    late: up to when it was done, or until now. day: of how much working time the calendar's day
    is. strength: guarantee, effort, or "" where the edition doesn't say. unbound: the clause by
    which it does not bind.
    """

    clock: Clock
    late: timedelta | None
    day: timedelta
    strength: str
    unbound: str

    @property
    def is_open(self) -> bool:
        """Is it still not done?"""
        return self.clock.met_at is None


def told(clocks: Iterable[Clock], *, now: datetime) -> list[Missed]:
    """Clocks with how late they are, in a fixed number of queries; they come with their ticket."""
    clocks = list(clocks)
    worlds = worlds_by_ticket([clock.ticket_id for clock in clocks])
    found = []
    for clock in clocks:
        world = worlds[clock.ticket_id]
        terms = world.terms
        strengths = {target.key: target.strength for target in terms.targets}
        strength = strengths.get(clock.target_key)
        by_phone = clock.ticket.channel == Channel.PHONE
        late = None
        if clock.due_at is not None:
            late = world.hours().elapsed(clock.due_at, clock.met_at or now, pauses_of(clock))
        found.append(
            Missed(
                clock=clock,
                late=late,
                day=length_of_a_day(world.edition.calendar),
                strength=strength.value if strength else "",
                unbound=""
                if clock.binding
                else (terms.caller_clause if by_phone else terms.phone_clause),
            )
        )
    return found
