"""Locks on a folder of data: who works with it now, and what is left of an earlier run."""

import fcntl
import os
import time
from collections.abc import Callable
from pathlib import Path


class Held(Exception):
    """Somebody else has the lock; `note` is what they wrote in it."""

    def __init__(self, path: Path, note: str) -> None:
        super().__init__(f"{path} is locked: {note or 'in use'}")
        self.note = note


class FileLock:
    """An exclusive lock that the kernel gives back when its last holder is gone, however it went.

    A child process that is given the descriptor holds the lock as well.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    @property
    def held(self) -> bool:
        """Whether this process holds it."""
        return self._descriptor is not None

    @property
    def descriptor(self) -> int:
        """The open file, to hand to a child. Raises ValueError when the lock is not held."""
        if self._descriptor is None:
            raise ValueError(f"{self.path} is not locked by this process")
        return self._descriptor

    def acquire(self, *, patience: float, waiting: Callable[[str], bool] | None = None) -> None:
        """Take the lock. Raises Held after `patience` seconds, or when `waiting(note)` is false."""
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        deadline = time.monotonic() + patience
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                note = os.pread(descriptor, 200, 0).decode(errors="replace").strip()
                patient = time.monotonic() < deadline and (waiting is None or waiting(note))
                if not patient:
                    os.close(descriptor)
                    raise Held(self.path, note) from None
                time.sleep(0.05)
            else:
                self._descriptor = descriptor
                return

    def note(self, text: str) -> None:
        """Write who holds the lock and what for, for others to read."""
        os.ftruncate(self.descriptor, 0)
        os.pwrite(self.descriptor, text.encode(), 0)

    def release(self) -> None:
        """Give up this process's hold; a child that has the descriptor keeps its own."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
