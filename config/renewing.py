"""Putting fresh processes in the place of those that `manage.py up` runs, asked for from outside.

A file beside the data says who runs there and what came of the last time; its lock, whether they
still do.
"""

import contextlib
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from config.locks import FileLock, Held

_PATIENCE = 120.0


class NotRunning(Exception):
    """Nobody runs Werkdag here."""


class NotDone(Exception):
    """It was asked, and did not happen."""


@contextlib.contextmanager
def can_be_asked(var: Path) -> Iterator[Callable[[bool], None]]:
    """Within this block `ask` finds this process; gives whom to tell what came of it."""
    lock = FileLock(var / "up.lock")
    done = 0

    def tell(renewed: bool) -> None:
        nonlocal done
        done += 1
        if lock.held:
            lock.note(f"{os.getpid()} {done} {'done' if renewed else 'failed'}")

    with contextlib.suppress(Held):  # by another one that shares our folder; that one is asked
        lock.acquire(patience=0)
        lock.note(f"{os.getpid()} 0 -")
    try:
        yield tell
    finally:
        lock.release()


def ask(var: Path) -> None:
    """Ask whoever runs here, and wait until it is done. Raises NotRunning or NotDone."""
    path = var / "up.lock"
    probe = FileLock(path)
    if path.exists():
        try:
            probe.acquire(patience=0)
        except Held:
            _ask(path)
            return
        probe.release()
    raise NotRunning


def _ask(path: Path) -> None:
    pid, before, _said = _read(path)
    os.kill(pid, signal.SIGUSR1)
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        _pid, count, said = _read(path)
        if count > before:
            if said != "done":
                raise NotDone
            return
        time.sleep(0.1)
    raise NotDone


def _read(path: Path) -> tuple[int, int, str]:
    """Who runs, how many times it was done, and what came of the last."""
    pid, count, said = path.read_text().split() or ("0", "0", "")  # empty while it is written
    return int(pid), int(count), said
