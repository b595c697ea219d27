"""One round of checks: claimed, asked in threads, noted. Several may run; none asks another's.

A claim is a lease: a worker that dies in the middle leaves its checks to be asked again when that
is over, and nothing half. What was not asked in time is a gap, which nothing fills in afterwards.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta
from time import monotonic

from django.db.models import QuerySet

from sla import measuring
from sla.measuring import Finding
from sla.models import Check
from support.checks import following
from support.checks.probing import probe
from support.sweeping.alone import alone

log = logging.getLogger(__name__)

AT_ONCE = 48
ROUND = 20
"""Seconds in which a round takes up checks; after them another round may begin elsewhere."""
_ALONE = 0x63686563
Fault = Check.Fault
Busy = dict[Future[Finding], Check]


def run_due(*, now: datetime) -> int:
    """Ask what is due, and note whose call did not come. Gives how many results there are."""
    began = monotonic()
    noted, busy = 0, Busy()

    def moment() -> datetime:
        return now + timedelta(seconds=monotonic() - began)

    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="check") as threads:
        with alone(_ALONE) as ours:
            if not ours:
                return 0
            following.settle_all(now=now)
            noted += _note_missed(now)
            while monotonic() - began < ROUND:
                for check in measuring.claim(now=moment(), most=AT_ONCE - len(busy)):
                    busy[threads.submit(probe, check, at=moment())] = check
                if not busy:
                    break
                noted += _note_done(busy, moment())
        while busy:
            noted += _note_done(busy, moment())
    return noted


def due(now: datetime) -> list[QuerySet[Check]]:
    """Where none of this finds something, there is nothing to ask or to note."""
    unsettled = Check.objects.unsettled().filter(active=True)
    return [Check.objects.due(now=now), unsettled, measuring.overdue(now)]


def _note_done(busy: Busy, now: datetime) -> int:
    """Wait a little for answers, and note those that are there, together."""
    done = wait(busy, timeout=0.25).done
    return _note([(busy.pop(future), future) for future in done], now)


def _note(done: Iterable[tuple[Check, Future[Finding]]], now: datetime) -> int:
    found = []
    for check, future in done:
        try:
            found.append((check, future.result()))
        except Exception:
            # Not the other side's fault: its lease ends, and the time counts as not measured.
            log.exception("check %s: could not be asked", check.pk)
    turns = {check.pk: check.turn for check, _finding in found}
    for check, finding in measuring.note_all(found):
        following.note(check, finding, now=now, turn=turns[check.pk])
    return len(found)


def _note_missed(now: datetime) -> int:
    """Heartbeats that did not come, each at the moment by which it should have."""
    late = measuring.missed(now=now, awake_since=measuring.look(now=now))
    for check, at in late:
        following.note(check, Finding(at=at, fault=Fault.MISSED), now=now)
    return len(late)
