"""What is sent until it is there: claimed, handed over outside of any transaction, tried again.

Mail, deliveries to webhooks and messages to browsers are rows of ToSend and all go this way. What
differs is said by who sends them: which rows may go now, how long a claim is good for, how patient
it is, and what becomes of a row that has arrived or is given up.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta
from time import monotonic
from typing import TypeVar

from django.db import transaction
from django.db.models import Q, QuerySet

from support.sweeping.models import ToSend

Sent = TypeVar("Sent", bound=ToSend)
Task = TypeVar("Task")
Outcome = TypeVar("Outcome")


def due(rows: QuerySet[Sent], *, now: datetime, lease: timedelta) -> QuerySet[Sent]:
    """Those of them that may go now and that nobody is at, the longest due first."""
    free = Q(claimed_at=None) | Q(claimed_at__lte=now - lease)
    return rows.filter(free, next_try_at__lte=now).order_by("next_try_at", "pk")


@transaction.atomic
def claim(
    rows: QuerySet[Sent],
    *,
    now: datetime,
    lease: timedelta,
    most: int = 1,
    choose: Callable[[list[Sent]], list[Sent]] | None = None,
) -> list[Sent]:
    """Take of these what is due, the longest due first, and begin an attempt at each. Nobody else
    takes them until the lease is over, which then is that of a sender who died.

    choose: which of the first so many, where that is not all of them.
    """
    free = due(rows, now=now, lease=lease)
    found = list(free.select_for_update(skip_locked=True, of=("self",))[:most])
    taken = choose(found) if choose is not None else found
    for row in taken:
        row.attempts += 1
        row.claimed_at = now
    rows.model._default_manager.bulk_update(taken, ["attempts", "claimed_at"])
    return taken


def is_ours(row: ToSend) -> bool:
    """Lock it: is the attempt that we began still the one under way? A sender that seemed dead and
    came back has nothing to note any more.
    """
    rows = type(row)._default_manager.select_for_update()
    ours = rows.filter(pk=row.pk, attempts=row.attempts, claimed_at=row.claimed_at)
    return ours.exclude(next_try_at=None).exists()


def let_go(row: ToSend, *, again: datetime | None, error: str = "") -> None:
    """The attempt is over. again: when the next one may begin; None when there is none any more."""
    row.claimed_at, row.next_try_at, row.error = None, again, error[:300]


def pause(ladder: Sequence[timedelta], failures: int) -> timedelta | None:
    """How long to wait after so many failures on end; None when patience is at its end."""
    return ladder[failures - 1] if failures <= len(ladder) else None


class Round:
    """The seconds in which one sender takes up what is due, and what time it is meanwhile."""

    def __init__(self, *, now: datetime, seconds: int) -> None:
        self._now, self._seconds, self._began = now, seconds, monotonic()

    def _passed(self) -> float:
        return monotonic() - self._began

    def moment(self) -> datetime:
        """Now, by the clock of who called."""
        return self._now + timedelta(seconds=self._passed())

    def is_over(self, *, for_seconds: int = 0) -> bool:
        """Is nothing taken up any more, and was it so for so long?"""
        return self._passed() >= self._seconds + for_seconds

    def spread(
        self,
        *,
        threads: int,
        timeout: int,
        take: Callable[[Collection[Task]], Iterable[Task]],
        do: Callable[[Task], Outcome],
    ) -> Iterator[tuple[Task, Outcome]]:
        """Do in threads what is taken, as each is free; gives what came of each when it is done.

        take: what to begin with beside what is under way. When the round is over, it still is
        asked while somebody keeps us waiting, for no longer than they can.
        """
        busy: dict[Future[Outcome], Task] = {}
        with ThreadPoolExecutor(threads) as pool:
            while True:
                if not self.is_over() or (busy and not self.is_over(for_seconds=timeout)):
                    for task in take(busy.values()):
                        busy[pool.submit(do, task)] = task
                if not busy:
                    return
                for done in wait(busy, timeout=1, return_when=FIRST_COMPLETED).done:
                    yield busy.pop(done), done.result()
