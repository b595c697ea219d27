"""A visitor's connection: a request until it is whole, an answer until it is gone.

Nothing here waits, so no thread is held by how slowly somebody sends or reads.
"""

from __future__ import annotations

import socket
from contextlib import suppress
from tempfile import SpooledTemporaryFile

HEAD_MOST = 64 * 1024
IN_MEMORY = 256 * 1024
"""Bytes of a request or an answer that are kept in memory; what is longer lies in a file."""
_PIECE = 64 * 1024
_CONTINUE = b"HTTP/1.1 100 "


class Arrival:
    """A request on its way in. It is whole when there is nothing to wait for any more.

    Only as far as that is a request read here; everything about it is judged by whoever is given
    it. A body that is longer than `most` is not waited for: it is refused by its announcement.
    Nor is one in chunks, which Django does not read.
    """

    def __init__(self, *, most: int) -> None:
        self.whole = self.too_long = self.read_to_its_end = self.expects = False
        self.size = 0
        self._most = most
        self._head = bytearray()
        self._in_body = False
        self._length = 0
        self._kept = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - closed by close()

    def take(self, data: bytes) -> None:
        """Take in what came."""
        self._kept.write(data)
        self.size += len(data)
        if not self._in_body:
            self._read_head(data)
        if self._in_body and not self.whole and self.size >= self._length:
            self.whole = self.read_to_its_end = True
        if self.whole:
            self._kept.seek(0)

    def read(self, size: int) -> bytes:
        """Give it on, from its beginning; b"" at its end."""
        return self._kept.read(size)

    def close(self) -> None:
        """Forget it."""
        self._kept.close()

    def _read_head(self, data: bytes) -> None:
        searched = max(len(self._head) - 3, 0)
        self._head += data
        end = self._head.find(b"\r\n\r\n", searched)
        if end < 0:
            self.whole = self.too_long = len(self._head) > HEAD_MOST
            return
        self._in_body = True
        fields = dict(_fields(bytes(self._head[:end])))
        length = fields.get(b"content-length", b"0")
        announced = int(length) if length.isdigit() and len(length) < 16 else self._most + 1
        self.whole = announced > self._most or b"transfer-encoding" in fields
        self.expects = fields.get(b"expect", b"").lower() == b"100-continue"
        self._length = end + 4 + announced


def _fields(head: bytes) -> list[tuple[bytes, bytes]]:
    lines = head.split(b"\r\n")[1:]
    pairs = (line.partition(b":") for line in lines)
    return [(name.strip().lower(), value.strip()) for name, _colon, value in pairs]


class Line:
    """A connection as the server's threads see it: the request is there, and an answer is taken
    at once; what the visitor has not read yet is kept, and `flush` goes on with it.

    sent: bytes that went out.
    """

    def __init__(self, sock: socket.socket, *, most: int) -> None:
        sock.setblocking(False)
        self.sock = sock
        self.arrival = Arrival(most=most)
        self.sent = 0
        self._kept: SpooledTemporaryFile[bytes] | None = None
        self._kept_from = 0  # so many bytes were sent at once before anything had to be kept

    def receive(self) -> bool:
        """Take in what came, without waiting. False when the visitor has gone."""
        try:
            data = self.sock.recv(_PIECE)
        except (BlockingIOError, InterruptedError):
            return True
        except OSError:
            return False
        if data:
            self.arrival.take(data)
        return bool(data)

    def recv(self, size: int) -> bytes:
        """What whoever reads the request asks for."""
        return self.arrival.read(size)

    def send(self, data: bytes) -> int:
        """What whoever answers asks for."""
        self.sendall(data)
        return len(data)

    def sendall(self, data: bytes) -> None:
        """Send what goes now, and keep the rest. Raises OSError when the visitor has gone."""
        if not self.sent and data[: len(_CONTINUE)] == _CONTINUE:
            return  # the whole request is here: nobody waits for that any more
        pushed = self._push(memoryview(data)) if self._kept is None else 0
        if pushed < len(data):
            if self._kept is None:
                self._kept = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - closed by close()
                self._kept_from = self.sent
            self._kept.write(data[pushed:])

    def flush(self) -> bool:
        """Send on what was kept, without waiting. Whether all of it is gone."""
        if self._kept is None:
            return True
        while True:
            self._kept.seek(self.sent - self._kept_from)
            piece = self._kept.read(_PIECE)
            if not piece or self._push(memoryview(piece)) < len(piece):
                return not piece

    def go_on(self) -> None:
        """Tell a visitor who asks first that the body is wanted."""
        with suppress(OSError):
            self.sock.send(b"HTTP/1.1 100 Continue\r\n\r\n")

    def say_no_more(self) -> None:
        """End our half of the connection: the visitor reads to its end."""
        with suppress(OSError):
            self.sock.shutdown(socket.SHUT_WR)

    def drain(self) -> bool:
        """Throw away what still comes. False when the visitor has ended too."""
        try:
            return bool(self.sock.recv(_PIECE))
        except (BlockingIOError, InterruptedError):
            return True
        except OSError:
            return False

    def _push(self, data: memoryview) -> int:
        pushed = 0
        try:
            while pushed < len(data):
                pushed += self.sock.send(data[pushed:])
        except (BlockingIOError, InterruptedError):
            pass
        self.sent += pushed
        return pushed

    def end(self) -> None:
        """Let go of the connection and of all that was kept."""
        self.arrival.close()
        if self._kept is not None:
            self._kept.close()
        self.sock.close()

    # What gunicorn asks of a socket besides, and what must not be done to this one.

    def close(self) -> None:
        """It is ended by whoever accepted it."""

    def shutdown(self, _how: int) -> None:
        """Likewise."""

    def setblocking(self, _blocking: bool) -> None:
        """It never blocks."""

    def settimeout(self, _seconds: float | None) -> None:
        """It never waits."""

    def gettimeout(self) -> float | None:
        """None: nothing waits here."""
        return None

    def fileno(self) -> int:
        """The real one's."""
        return self.sock.fileno()
