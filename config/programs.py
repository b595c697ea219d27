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

from config.nursery import BASE, Forked, Nursery
from config.processes import kill_group, last_lines, spawn

Process = subprocess.Popen[bytes] | Forked


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
    """One of our own programs: its command and how to end it.

    nursery: of what it is forked, else it is started by itself.
    """

    def __init__(
        self,
        name: str,
        argv: Sequence[str],
        *,
        role: str,
        log: Path | None,
        patience: float,
        nursery: Nursery | None = None,
    ) -> None:
        self.name = name
        self.argv = argv
        self.role = role
        self.log = log
        self.patience = patience  # seconds to finish what it is doing
        self.nursery = nursery
        self.process: Process | None = None

    @property
    def running(self) -> bool:
        """Whether it is alive."""
        return self.process is not None and self.process.poll() is None

    @property
    def runs(self) -> list[Process]:
        """Its processes whose end it asks after."""
        return [] if self.process is None else [self.process]

    def start(self) -> None:
        """Start it, after whatever an earlier one left behind is gone."""
        if self.process is not None:
            _kill(self.process)
        self.process = self._launch()

    def last_words(self, process: Process | None) -> list[str]:
        """Of a run of it; of what it was to be forked from, where it came to none."""
        unborn = isinstance(process, Forked) and process.pid is None
        log = self.nursery.log if unborn and self.nursery is not None else self.log
        return last_lines(log) if log is not None else []

    def _launch(self, descriptors: Mapping[str, int] | None = None) -> Process:
        """descriptors: open files that it gets, each under the setting that names it."""
        given, settings = descriptors or {}, {"WERKDAG_ROLE": self.role}
        if self.nursery is not None and self.log is not None:
            return self.nursery.fork(
                self.name, self.argv, settings=settings, descriptors=given, log=self.log
            )
        named = {setting: str(descriptor) for setting, descriptor in given.items()}
        return spawn(
            self.argv,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **settings, **named},
            log=self.log,
            # Not SIGTERM: a worker that winds up would wait for ever for a Valkey that is gone too.
            # Every task can be cut off anywhere and is found again.
            death_signal=signal.SIGKILL,
            cwd=BASE,
            pass_fds=[*given.values()],
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
        _kill(self.process)


def _kill(process: Process) -> None:
    """End it, and what is left of its session."""
    if isinstance(process, Forked):
        process.kill()
    else:
        kill_group(process.pid, signal.SIGKILL)
    process.wait()


class Web(Program):
    """gunicorn, on a port that is held here: none of its ends and starts closes that.

    Who comes while no web process runs waits for the next one. `renew` starts another beside the
    one that serves, with what code and settings there are by then; when it can serve, the old one
    takes nobody in any more and finishes what it does.
    """

    def __init__(
        self, listening: socket.socket, *, log: Path | None, nursery: Nursery | None = None
    ) -> None:
        super().__init__(
            "web",
            [sys.executable, "-m", "gunicorn", "-c", "python:config.gunicorn"],
            role="web",
            log=log,
            patience=12,
            nursery=nursery,
        )
        self.listening = listening
        self.renewed: bool | None = None  # what came of the last renewal; None while it goes on
        self._next: Process | None = None
        self._ready: int | None = None
        self._leaving: list[tuple[Process, float]] = []

    @property
    def runs(self) -> list[Process]:
        """Its processes whose end it asks after."""
        following = [] if self._next is None else [self._next]
        return [*super().runs, *following, *(process for process, _since in self._leaving)]

    def renew(self) -> None:
        """Begin to put another in its place; `look` goes on with it."""
        if self._next is None:
            self.renewed = None
            self._ready, says = os.pipe()
            self._next = self._launch({"WERKDAG_READY_FD": says})
            os.close(says)

    def look(self) -> None:
        """Go on with what was begun: change over, or give up; and end who should have ended."""
        if self._next is not None and self._ready is not None:
            told, _, _ = select.select([self._ready], [], [], 0)
            if told:
                self._change_over(self._next, self._ready, can_serve=bool(os.read(self._ready, 1)))
        for process, since in list(self._leaving):
            if process.poll() is not None or time.monotonic() - since > self.patience:
                _kill(process)
                self._leaving.remove((process, since))

    def stop(self, *, hurry: Callable[[], bool]) -> None:
        """End all of its runs, and give up the port."""
        for process in self.runs:
            if process is not self.process:
                _kill(process)
        super().stop(hurry=hurry)
        self.listening.close()

    def _change_over(self, fresh: Process, ready: int, *, can_serve: bool) -> None:
        os.close(ready)
        self._next = self._ready = None
        self.renewed = can_serve
        if not can_serve:  # it ended without a word
            _kill(fresh)
            say("the new web server does not start; the old one goes on:")
            for line in self.last_words(fresh):
                say(f"  {line}")
            return
        if self.process is not None:
            if self.process.poll() is None:
                self.process.terminate()
            self._leaving.append((self.process, time.monotonic()))
        self.process = fresh

    def _launch(self, descriptors: Mapping[str, int] | None = None) -> Process:
        return super()._launch(
            {"WERKDAG_LISTEN_FD": self.listening.fileno(), **(descriptors or {})}
        )


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
