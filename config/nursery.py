"""Our programs as forks of one process that has read the house: they share that memory.

Web server, workers and beat read the same code and keep it for as long as they live; read by each
for itself it takes most of what they take. A program that was forked is our own child as if we had
started it: the kernel gives it to us when the one between ends (see config.forking).
"""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from config.processes import adopt_orphans, kill_group, opened, spawn

BASE = Path(__file__).resolve().parent.parent


class Forked:
    """A program that is forked, from the moment at which it was asked for; else as a Popen."""

    def __init__(self, told: int) -> None:
        self.pid: int | None = None
        self.returncode: int | None = None
        self._told = told  # where it says its number when it is there; its end, if it never is

    def poll(self) -> int | None:
        """How it ended; None while it lives or is still to come."""
        if self.returncode is None and self.pid is None:
            self._hear()
        if self.returncode is None and self.pid is not None:
            self.returncode = _end_of(self.pid)
        return self.returncode

    def wait(self) -> int:
        """Wait for its end."""
        while self.poll() is None:
            time.sleep(0.02)
        return self.returncode or 0

    def terminate(self) -> None:
        """Ask it to end."""
        self._signal(signal.SIGTERM)

    def kill(self) -> None:
        """End all of its session, also what outlived it."""
        if self.pid is not None:
            kill_group(self.pid, signal.SIGKILL)
        self._signal(signal.SIGKILL)

    def _signal(self, signum: signal.Signals) -> None:
        if self.poll() is not None:
            return
        if self.pid is None:  # it finds nobody to say its number to, and is no more
            os.close(self._told)
            self.returncode = -signum
        else:
            os.kill(self.pid, signum)

    def _hear(self) -> None:
        if not select.select([self._told], [], [], 0)[0]:
            return
        said = os.read(self._told, 20)
        os.close(self._told)
        if said:
            self.pid = int(said)
        else:
            self.returncode = 1


def _end_of(pid: int) -> int | None:
    try:
        ended, status = os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return 1
    return os.waitstatus_to_exitcode(status) if ended else None


class Nursery:
    """The process that has read the house. It is there from the first that is asked of it."""

    def __init__(self, *, log: Path) -> None:
        self.log = log
        self._process: subprocess.Popen[bytes] | None = None
        self._link: socket.socket | None = None

    @property
    def pid(self) -> int | None:
        """Of the process, if it is there."""
        return None if self._process is None else self._process.pid

    def fork(
        self,
        name: str,
        argv: Sequence[str],
        *,
        settings: Mapping[str, str],
        descriptors: Mapping[str, int],
        log: Path,
    ) -> Forked:
        """Have a program run, as its command would. Returns before it does.

        descriptors: open files that it gets, each under the setting that tells it which it is.
        """
        link = self._there()
        told, says = os.pipe()
        asked = {
            "name": name,
            "argv": [*argv],
            "settings": {**settings},
            "descriptors": [*descriptors],
        }
        with opened(log) as out:
            given = [says, out.fileno(), *descriptors.values()]
            with suppress(OSError):  # it died just now: then so did this
                socket.send_fds(link, [json.dumps(asked).encode()], given)
        os.close(says)
        return Forked(told)

    def end(self) -> None:
        """End it. What it forked lives on; another reads what code there is by then."""
        if self._link is not None:
            self._link.close()
            self._link = None
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _there(self) -> socket.socket:
        if self._process is not None and self._process.poll() is not None:
            self.end()
        if self._link is None:
            adopt_orphans()
            self._link, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            with theirs:
                self._process = spawn(
                    [sys.executable, "-m", "config.forking", str(theirs.fileno())],
                    env={**os.environ, "WERKDAG_ROLE": "command", "PYTHONUNBUFFERED": "1"},
                    log=self.log,
                    death_signal=signal.SIGKILL,
                    cwd=BASE,
                    pass_fds=[theirs.fileno()],
                )
        return self._link
