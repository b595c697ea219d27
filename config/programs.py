"""Our own programs as child processes, and the web server, whose port outlives each of its runs."""

import contextlib
import http.client
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from config.processes import kill_group, last_lines, spawn

BASE = Path(__file__).resolve().parent.parent


def say(text: str) -> None:
    """One line to the person at the terminal, if they are still there."""
    with contextlib.suppress(OSError):
        print(text, flush=True)


def web_answers(port: int, *, host: str, called: str) -> bool:
    """Whether the web server serves pages, to visitors who call it by this name."""
    link = http.client.HTTPConnection(host, port, timeout=5)
    try:
        link.request("GET", "/healthz", headers={"Host": called})
        return link.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        link.close()


class Program:
    """One of our own programs: its command and how to end it."""

    def __init__(
        self, name: str, argv: Sequence[str], *, role: str, log: Path | None, patience: float
    ) -> None:
        self.name = name
        self.argv = argv
        self.role = role
        self.log = log
        self.patience = patience  # seconds to finish what it is doing
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def running(self) -> bool:
        """Whether it is alive."""
        return self.process is not None and self.process.poll() is None

    def start(self) -> None:
        """Start it, after whatever an earlier one left behind is gone."""
        if self.process is not None:
            kill_group(self.process, signal.SIGKILL)
        self.process = self._spawn({})

    def _spawn(
        self, settings: Mapping[str, str], pass_fds: Sequence[int] = ()
    ) -> subprocess.Popen[bytes]:
        return spawn(
            self.argv,
            env={**os.environ, "WERKDAG_ROLE": self.role, "PYTHONUNBUFFERED": "1", **settings},
            log=self.log,
            # Not SIGTERM: a worker that winds up would wait for ever for a Valkey that is gone too.
            # Every task can be cut off anywhere and is found again.
            death_signal=signal.SIGKILL,
            cwd=BASE,
            pass_fds=pass_fds,
        )

    def stop(self, *, hurry: Callable[[], bool]) -> None:
        """Ask it to finish; end it by force when patience runs out."""
        if self.process is None:
            return
        started = time.monotonic()
        if self.running:
            self.process.terminate()
        while self.running:
            patience = 1.0 if hurry() else self.patience
            if time.monotonic() - started > patience:
                break
            time.sleep(0.05)
        kill_group(self.process, signal.SIGKILL)
        self.process.wait()


class Web(Program):
    """gunicorn, on a port that is held here: none of its ends and starts closes that.

    Who comes while no web process runs waits for the next one. `renew` starts another beside the
    one that serves, with what code and settings there are by then; when it can serve, the old one
    takes nobody in any more and finishes what it does.
    """

    def __init__(self, listening: socket.socket, *, log: Path | None) -> None:
        super().__init__(
            "web",
            [sys.executable, "-m", "gunicorn", "-c", "python:config.gunicorn"],
            role="web",
            log=log,
            patience=12,
        )
        self.listening = listening
        self.renewed: bool | None = None  # what came of the last renewal; None while it goes on
        self._next: subprocess.Popen[bytes] | None = None
        self._ready: int | None = None
        self._leaving: list[tuple[subprocess.Popen[bytes], float]] = []

    def start(self) -> None:
        """Start it, after whatever an earlier one left behind is gone."""
        if self.process is not None:
            kill_group(self.process, signal.SIGKILL)
        self.process = self._launch()

    def renew(self) -> None:
        """Begin to put another in its place; `look` goes on with it."""
        if self._next is None:
            self.renewed = None
            self._ready, says = os.pipe()
            self._next = self._launch(says)
            os.close(says)

    def look(self) -> None:
        """Go on with what was begun: change over, or give up; and end who should have ended."""
        if self._next is not None and self._ready is not None:
            told, _, _ = select.select([self._ready], [], [], 0)
            if told:
                self._change_over(self._next, self._ready, can_serve=bool(os.read(self._ready, 1)))
        for process, since in list(self._leaving):
            if process.poll() is not None or time.monotonic() - since > self.patience:
                kill_group(process, signal.SIGKILL)
                process.wait()
                self._leaving.remove((process, since))

    def stop(self, *, hurry: Callable[[], bool]) -> None:
        """End all of its runs, and give up the port."""
        for process in [self._next, *(process for process, _since in self._leaving)]:
            if process is not None:
                kill_group(process, signal.SIGKILL)
                process.wait()
        super().stop(hurry=hurry)
        self.listening.close()

    def _change_over(self, fresh: subprocess.Popen[bytes], ready: int, *, can_serve: bool) -> None:
        os.close(ready)
        self._next = self._ready = None
        self.renewed = can_serve
        if not can_serve:  # it ended without a word
            kill_group(fresh, signal.SIGKILL)
            fresh.wait()
            say("the new web server does not start; the old one goes on:")
            for line in last_lines(self.log) if self.log is not None else ():
                say(f"  {line}")
            return
        if self.process is not None:
            if self.process.poll() is None:
                self.process.terminate()
            self._leaving.append((self.process, time.monotonic()))
        self.process = fresh

    def _launch(self, says: int | None = None) -> subprocess.Popen[bytes]:
        passed = [self.listening.fileno(), *([] if says is None else [says])]
        settings = {"WERKDAG_LISTEN_FD": str(self.listening.fileno())}
        if says is not None:
            settings["WERKDAG_READY_FD"] = str(says)
        return self._spawn(settings, pass_fds=passed)


def listen(host: str, port: int) -> socket.socket:
    """A port to serve on. Raises OSError when it can't be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(2048)
    except OSError:
        listening.close()
        raise
    return listening
