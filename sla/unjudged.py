"""What pages ask of reports that nobody has judged yet (4.G): by when, and what they would owe."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sla.models import Coverage
from sla.wording import PRIORITIES, PROMISES
from tickets.models import Status, Ticket
from tickets.questions import Among, Kept

UNJUDGED = Kept(
    lambda tickets: Coverage.objects.filter(
        Among("ticket", tickets), judge_by__isnull=False
    ).values_list("ticket", "judge_by", "would_owe"),
    tickets=list,
)


@dataclass(frozen=True)
class Judging:
    """That nobody has judged a report yet; by when somebody must, and what it would owe then:
    priority in words, promise in words, and by when. by: None of a sender we don't know.
    """

    by: datetime | None
    owed: tuple[tuple[str, str, datetime], ...] = ()
    late: bool = False


def judging_of(tickets: Iterable[Ticket], *, now: datetime) -> Mapping[int, Judging]:
    """Those of some tickets that nobody has judged yet; one query, and none where none may be."""
    new = [each for each in tickets if _may_be_unjudged(each)]
    rows = UNJUDGED(tickets=[each.pk for each in new]).asked() if new else ()
    return judging_from(new, rows, now)


def judging_from(
    tickets: Iterable[Ticket], rows: Iterable[Sequence[Any]], now: datetime
) -> Mapping[int, Judging]:
    """The same, from rows that were asked for together with others."""
    owed = {pk: (by, would_owe) for pk, by, would_owe in rows}
    told = {
        each.pk: _judging(each, *owed.get(each.pk, (None, ())), now=now)
        for each in tickets
        if _may_be_unjudged(each)
    }
    return {pk: judging for pk, judging in told.items() if judging is not None}


def judging_in(ticket: Ticket, coverage: Coverage | None, *, now: datetime) -> Judging | None:
    """The same of one ticket with its coverage; None for one that was judged."""
    if not _may_be_unjudged(ticket):
        return None
    by, would_owe = (coverage.judge_by, coverage.would_owe) if coverage else (None, ())
    return _judging(ticket, by, would_owe, now=now)


def _judging(
    ticket: Ticket, by: datetime | None, would_owe: Iterable[Sequence[str]], *, now: datetime
) -> Judging | None:
    if ticket.organisation_id is None:
        return Judging(None)
    if by is None:
        return None
    owed = tuple(
        (str(PRIORITIES[priority]), str(PROMISES[promise]), datetime.fromisoformat(due))
        for priority, promise, due in would_owe
    )
    return Judging(by, owed, late=by < now)


def is_unjudged(ticket: Ticket) -> bool:
    """Does nobody know yet what this report is?"""
    if not _may_be_unjudged(ticket):
        return False
    known = Coverage.objects.filter(pk=ticket.pk, judge_by__isnull=False)
    return ticket.organisation_id is None or known.exists()


def _may_be_unjudged(ticket: Ticket) -> bool:
    return ticket.status == Status.NEW and not ticket.priority_is_definitive
