"""Receivers of webhooks: real web servers on loopback that keep what they get."""

from __future__ import annotations

import base64
import hashlib
import hmac
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread


@dataclass(frozen=True)
class Got:
    """A request that came in."""

    headers: Mapping[str, str]
    body: bytes


class Receiver(ThreadingHTTPServer):
    """Answers with `status`, and `also` as headers; while `held` is set, only when `free` is,
    or after so long that whoever waits for that has waited in vain.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.got: list[Got] = []
        self.status = 200
        self.said = b"thanks"
        self.also: dict[str, str] = {}
        self.arrived = Event()
        self.held = False
        self.free = Event()
        self.gave_up = Event()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_port}/hook"


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        """Keep it and answer."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        names = {name.lower(): text for name, text in self.headers.items()}
        self.server.got.append(Got(names, body))
        self.server.arrived.set()
        if self.server.held and not self.server.free.wait(timeout=8):
            self.server.gave_up.set()
        with suppress(OSError):  # whoever asked may have had enough of waiting
            self.send_response(self.server.status)
            self.send_header("Location", "http://127.0.0.1:9/")
            for name, text in self.server.also.items():
                self.send_header(name, text)
            self.end_headers()
            self.wfile.write(self.server.said)

    def log_message(self, *said: object) -> None:
        """Say nothing."""


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver that runs until the block ends."""
    with Receiver() as receiver:
        Thread(target=receiver.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        try:
            yield receiver
        finally:
            receiver.free.set()
            receiver.shutdown()


@contextmanager
def dripping(begins: bytes, then: bytes = b"x") -> Iterator[int]:
    """A port where one caller is told a beginning, and then the same again and again, for ever."""
    over = Event()

    def talk(listening: socket.socket) -> None:
        with suppress(OSError):
            line, _from = listening.accept()
            with line:
                line.sendall(begins)
                while not over.wait(0.05):
                    line.sendall(then)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        Thread(target=talk, args=(listening,), daemon=True).start()
        yield listening.getsockname()[1]
        over.set()


def signature(secret: str, got: Got) -> str:
    """What its signature must be, worked out apart from the code that made it."""
    assert secret.startswith("whsec_")
    key = base64.b64decode(secret[len("whsec_") :])
    moment, name = got.headers["webhook-timestamp"], got.headers["webhook-id"]
    signed = b".".join([name.encode(), moment.encode(), got.body])
    digest = hmac.new(key, signed, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"
