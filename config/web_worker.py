"""A web process that nobody can hold by being slow: threads get whole requests and keep no answers.

gunicorn's own threads read a request from the line and write the answer to it, so that twelve
visitors who send half a line, or read a byte now and then, keep all of them busy. Neither more
threads nor green ones mend that: each would hold one of the few connections to the database while
its visitor takes his time. Here the loop that accepts visitors waits for what is slow, which costs
a descriptor each; a thread, and with it a connection, is for work alone.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from selectors import EVENT_READ, EVENT_WRITE
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

from config.lines import IN_MEMORY, Line

MOST = 400
"""Visitors that may be slow at once, each way; then whoever is so for the longest gives way."""
KEPT_MOST = 400 * 1024 * 1024
"""Bytes of requests that are not whole yet, likewise."""
PATIENCE = 20.0
"""Seconds for a request, or an answer; a long one has a second more for each LEAST_RATE bytes."""
LEAST_RATE = 4096
BODY_MOST = 40 * 1024 * 1024  # settings.REQUEST_MAX_BYTES, which a test compares
STOPPING = 1.0
"""The same for who has sent nothing yet to a process that ends."""
PARTING = 2.0
_PROBLEM = (
    b'{"type":"about:blank","title":"Request Header Fields Too Large","status":431,'
    b'"detail":"The address and the headers are longer than 64 kB.","code":"too_large"}'
)
TOO_LONG = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
    b"Content-Type: application/problem+json\r\nConnection: close\r\n"
    b"Content-Length: %d\r\n\r\n%s" % (len(_PROBLEM), _PROBLEM)
)
Visitor = Any  # a TConn, with a Line for its socket


class Worker(ThreadWorker):
    """gunicorn's worker with threads, between a way in and a way out that wait for nobody."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Since when each is slow, the longest first.
        self.arriving: dict[Visitor, float] = {}
        self.leaving: dict[Visitor, float] = {}
        self.parting: dict[Visitor, float] = {}
        self._looked_at = 0.0

    def accept(self, listener: Any) -> None:
        """Let a visitor in. Most have sent all of their request by then."""
        try:
            sock, address = listener.accept()
        except OSError:
            return  # gone again, or another process was quicker
        visitor = TConn(self.cfg, Line(sock, most=BODY_MOST), address, listener.getsockname())
        visitor.data_ready = True
        self.nr_conns += 1
        self._watch(visitor, self.arriving, EVENT_READ, self._arrives)
        self._arrives(visitor)

    def finish_request(self, visitor: Visitor, _done: object) -> None:
        """The thread is done with it: what it answered goes out at the visitor's pace."""
        self._watch(visitor, self.leaving, EVENT_WRITE, self._leaves)
        self._leaves(visitor)

    def murder_pending(self) -> None:
        """Close the connections of those who are too slow."""
        now = time.monotonic()
        if now - self._looked_at < 0.5:
            return
        self._looked_at = now
        for visitor, since in list(self.arriving.items()):
            size = visitor.sock.arrival.size
            patience = PATIENCE if size or self.alive else STOPPING
            if now - since > patience + size / LEAST_RATE:
                self._close(visitor, self.arriving)
        for visitor, since in list(self.leaving.items()):
            if now - since > PATIENCE + visitor.sock.sent / LEAST_RATE:
                self._close(visitor, self.leaving)
        for visitor, since in list(self.parting.items()):
            if now - since > PARTING:
                self._close(visitor, self.parting)

    def _arrives(self, visitor: Visitor) -> None:
        line: Line = visitor.sock
        if not line.receive():
            self._close(visitor, self.arriving)
        elif line.arrival.whole:
            self._unwatch(visitor, self.arriving)
            if line.arrival.too_long:
                line.sendall(TOO_LONG)
                self.finish_request(visitor, None)
            else:
                self.enqueue_req(visitor)
        elif line.arrival.expects:
            line.arrival.expects = False
            line.go_on()
        elif line.arrival.size > IN_MEMORY:
            while sum(each.sock.arrival.size for each in self.arriving) > KEPT_MOST:
                self._close(next(iter(self.arriving)), self.arriving)

    def _leaves(self, visitor: Visitor) -> None:
        line: Line = visitor.sock
        try:
            gone = line.flush()
        except OSError:
            self._close(visitor, self.leaving)
            return
        if gone and line.arrival.read_to_its_end:
            self._close(visitor, self.leaving)
        elif gone:
            # Closed now, what still comes would throw the answer away before it is read.
            self._unwatch(visitor, self.leaving)
            line.say_no_more()
            self._watch(visitor, self.parting, EVENT_READ, self._parts)

    def _parts(self, visitor: Visitor) -> None:
        if not visitor.sock.drain():
            self._close(visitor, self.parting)

    def _watch(
        self,
        visitor: Visitor,
        among: dict[Visitor, float],
        event: int,
        then: Callable[[Visitor], None],
    ) -> None:
        while len(among) >= MOST:
            self._close(next(iter(among)), among)
        among[visitor] = time.monotonic()
        self.poller.register(visitor.sock.sock, event, lambda _sock: then(visitor))

    def _unwatch(self, visitor: Visitor, among: dict[Visitor, float]) -> None:
        del among[visitor]
        self.poller.unregister(visitor.sock.sock)

    def _close(self, visitor: Visitor, among: dict[Visitor, float]) -> None:
        self._unwatch(visitor, among)
        self.nr_conns -= 1
        visitor.sock.end()
