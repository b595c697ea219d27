"""A worker's process that is frozen is ended, and its worker puts another in its place.

Celery's own limit counts from the moment at which a process takes a task: one that is frozen
before, as by its machine's memory or disk, never takes any, and would stop the clock for good.
"""

from __future__ import annotations

import logging
import os
import signal
import time
from contextlib import suppress
from datetime import datetime, timedelta
from threading import Thread
from typing import Any

from django.core.cache import caches
from django.utils import timezone
from redis.exceptions import RedisError

from support.faults.met import CLOCK

log = logging.getLogger(__name__)

PATIENCE = timedelta(seconds=90)
"""Longer than any task of the clock may take, config.timetable: CLOCK_LIMIT."""
_EVERY = 15.0


def watch(worker: Any) -> None:
    """Look after the processes of this worker, in a thread, as long as it lives."""
    Thread(target=_watch, args=[worker], name="frozen", daemon=True).start()


def _watch(worker: Any) -> None:
    since = timezone.now()
    while True:
        time.sleep(_EVERY)
        now = timezone.now()
        if end_frozen(worker, since=since, now=now):
            since = now


def end_frozen(worker: Any, *, since: datetime, now: datetime) -> bool:
    """End the processes of a worker if nothing was done since, for longer than is possible.

    They may be idle because nobody sends them anything; then it does no harm.
    """
    if abs(now - since) <= PATIENCE or not _is_silent(now):
        return False
    log.error("the clock stands still: its processes are ended, and others take their place")
    for pid in worker.pool.info["processes"]:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return True


def _is_silent(now: datetime) -> bool:
    """Has there been no sign of life for long? What Redis does not tell, nobody knows."""
    try:
        last = caches["redis"].get(CLOCK)
    except (RedisError, OSError):
        return False
    return last is None or abs(now - datetime.fromisoformat(last)) > PATIENCE
