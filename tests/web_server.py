"""The web server itself, as production starts it, in this test's database; and visitors to it."""

from __future__ import annotations

import http.client
import signal
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from threading import Event, Thread

import psutil

from config.env import BASE_DIR
from config.programs import listen
from tests.apart import environment

# What systemd does between fork and exec: the socket as the third file, and whom it is for.
_GIVEN = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ |= {"LISTEN_PID": str(os.getpid()), "LISTEN_FDS": "1"}
os.execv(sys.executable, [sys.executable, "-m", "config.serve"])
"""


def ask(port: int, path: str, *, timeout: float = 30) -> int:
    """The status of one page; 0 when no answer came."""
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        link.request("GET", path, headers={"Host": "localhost"})
        answer = link.getresponse()
        answer.read()
        return answer.status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        link.close()


class WebServer:
    """`python -m config.serve` on a socket that is handed to it, as systemd does."""

    def __init__(self, **settings: str) -> None:
        self.listening = listen("127.0.0.1", 0)
        self.port: int = self.listening.getsockname()[1]
        self.settings = settings
        self.visitors = ExitStack()
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self.process = subprocess.Popen(
            [sys.executable, "-c", _GIVEN, str(self.listening.fileno())],
            pass_fds=[self.listening.fileno()],
            env=environment() | {"WEB_CONCURRENCY": "2", "DEBUG": "true"} | self.settings,
            cwd=BASE_DIR,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        while self.ask("/healthz") != 200:
            assert self.process.poll() is None

    def ask(self, path: str, *, timeout: float = 30) -> int:
        """The status of one page; 0 when no answer came."""
        return ask(self.port, path, timeout=timeout)

    def connected(self, said: bytes, *, room: int = 0) -> socket.socket:
        """A visitor who has said so much, and who goes when the server does.

        room: bytes that the visitor's machine takes without its reading them.
        """
        visitor = self.visitors.enter_context(socket.socket())
        visitor.settimeout(30)
        if room:
            visitor.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
        visitor.connect(("127.0.0.1", self.port))
        visitor.sendall(said)
        return visitor

    def masters(self) -> set[int]:
        """The gunicorns that serve there now."""
        assert self.process is not None
        return {child.pid for child in psutil.Process(self.process.pid).children()}

    def send(self, signum: signal.Signals) -> None:
        """Tell it something."""
        assert self.process is not None
        self.process.send_signal(signum)

    def end(self) -> None:
        """End it; the socket stays ours."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(60)
            self.process = None

    def close(self) -> None:
        """End it, and close the port."""
        self.visitors.close()
        self.end()
        self.listening.close()


@contextmanager
def serving(**settings: str) -> Iterator[WebServer]:
    """A web server until the block ends."""
    server = WebServer(**settings)
    try:
        server.start()
        yield server
    finally:
        server.close()


@dataclass
class Load:
    """Visitors who ask one page after the other; what each was answered, 0 for not at all."""

    answers: Counter[int] = field(default_factory=Counter)
    over: Event = field(default_factory=Event)


@contextmanager
def load(port: int, path: str, *, visitors: int = 4) -> Iterator[Load]:
    """A load until the block ends."""
    found = Load()

    def visit() -> None:
        while not found.over.is_set():
            found.answers[ask(port, path)] += 1

    threads = [Thread(target=visit, daemon=True) for _ in range(visitors)]
    for thread in threads:
        thread.start()
    try:
        yield found
    finally:
        found.over.set()
        for thread in threads:
            thread.join()


def closed(visitor: socket.socket) -> bool:
    """Whether the server has ended a connection; waits for that."""
    with suppress(ConnectionResetError):
        return visitor.recv(1) == b""
    return True
