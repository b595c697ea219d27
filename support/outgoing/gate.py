"""The one gate to other servers: public addresses only, no redirects, bounded time and size."""

from __future__ import annotations

import http.client
import socket
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from threading import Thread, Timer
from urllib.parse import urlsplit

from django.conf import settings

from support.outgoing.networks import is_public
from tickets.addresses import domain_in_ascii

MAX_ANSWER = 1024 * 1024
"""Bytes of an answer that are read; a longer one is cut there."""


class Refused(ValueError):
    """We do not go there: not a web address, or one inside somebody's own network."""


class Unreachable(OSError):
    """No whole answer came: no such name, no connection, no valid certificate, or too slow."""


class TooSlow(Unreachable):
    """It took longer than it may."""


class BadCertificate(Unreachable):
    """The other side can't prove that it is who was asked for."""


class NoName(Unreachable):
    """There is no server of this name."""


class NoAnswer(TooSlow):
    """Nobody said in time where a name leads."""


@dataclass(frozen=True, slots=True)
class GateAnswer:
    """What the other side said. Header names are in lower case. certificate_ends_at: over TLS."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    certificate_ends_at: datetime | None = None

    @property
    def fine(self) -> bool:
        """Whether it is a 2xx. A redirect is not: nothing follows it."""
        return 200 <= self.status < 300


def fetch(
    url: str,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    timeout: float = 10,
    allow_private: bool | None = None,
    limit: int = MAX_ANSWER,
) -> GateAnswer:
    """Ask one address one thing. `timeout` is for the whole of it, in seconds, name and all.

    The name is resolved once, and the connection goes to the very address that was judged.
    Raises Refused before anything is sent, Unreachable afterwards.
    """
    until = time.monotonic() + timeout
    secure, host, port, path = _parts(url)
    try:
        address = resolve(host, port, timeout=timeout, allow_private=allow_private)
    except NoAnswer as error:
        raise _too_slow(host, timeout) from error
    rest = max(until - time.monotonic(), 0.001)
    with ending_after(rest) as ending:
        connection = _Connection(host, port, address, secure=secure, timeout=rest, ending=ending)
        try:
            connection.request(method, path, body=body, headers=dict(headers or {}))
            answer = connection.getresponse()
            said = answer.read(limit)
            if ending.over:
                raise _too_slow(host, timeout)
            named = {name.lower(): value for name, value in answer.getheaders()}
            return GateAnswer(answer.status, named, said, connection.certificate_ends_at)
        except ssl.SSLCertVerificationError as error:
            raise BadCertificate(f"{host}: {error.verify_message}") from error
        except (OSError, http.client.HTTPException) as error:
            if ending.over or isinstance(error, TimeoutError):
                raise _too_slow(host, timeout) from error
            raise Unreachable(f"{host}: {error or type(error).__name__}") from error
        finally:
            connection.close()


def connect(host: str, port: int, *, timeout: float) -> None:
    """Reach a port, say nothing and hang up. Raises Refused, Unreachable."""
    until = time.monotonic() + timeout
    address = resolve(host, port, timeout=timeout)
    try:
        rest = max(until - time.monotonic(), 0.001)
        socket.create_connection((address, port), rest).close()
    except OSError as error:
        raise _unreached(host, timeout, error) from error


def ask_by_datagram(
    host: str, port: int, question: bytes, *, timeout: float, limit: int = 4096
) -> bytes:
    """Send one datagram and give the first that comes back. Raises Refused, Unreachable."""
    until = time.monotonic() + timeout
    address = resolve(host, port, timeout=timeout)
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as line:
            line.settimeout(max(until - time.monotonic(), 0.001))
            # Connected, so that what others send is not taken for the answer.
            line.connect((address, port))
            line.send(question)
            return line.recv(limit)
    except OSError as error:
        raise _unreached(host, timeout, error) from error


def check_host(host: str) -> None:
    """Judge a server's name or number as `check_address` does an address. Raises Refused."""
    check_address(f"http://[{host}]/" if ":" in host else f"http://{host}/")


def check_address(url: str) -> None:
    """Judge an address without asking anybody. Raises Refused.

    For forms: a name may still lead to a private address, which is found out when it is asked.
    """
    _secure, host, port, _path = _parts(url)
    if settings.OUTGOING_PRIVATE_ALLOWED or _is_named(host):
        return
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    except (OSError, UnicodeError):
        found = []
    local = host.rstrip(".").lower() == "localhost" or host.rstrip(".").endswith(".localhost")
    if local or not all(is_public(str(sockaddr[0])) for *_kind, sockaddr in found):
        raise Refused(f"{host} is an address inside a private network")


def resolve(host: str, port: int, *, timeout: float, allow_private: bool | None = None) -> str:
    """The one address of a name to connect to. Raises Refused, NoName or NoAnswer.

    One private address among several is enough to refuse a name: another time it would lead there.
    """
    if allow_private is None:
        allow_private = settings.OUTGOING_PRIVATE_ALLOWED or _is_named(host)
    addresses = _looked_up(host, port, timeout)
    if not allow_private and not all(map(is_public, addresses)):
        raise Refused(f"{host} is an address inside a private network")
    # Without a second attempt at the next address: most machines have a working IPv4.
    return min(addresses, key=lambda address: ":" in address)


def _parts(url: str) -> tuple[bool, str, int, str]:
    """Secure, host, port and path of a URL. Raises Refused."""
    if any(char <= " " or char == "\x7f" for char in url):
        raise Refused("a web address has no spaces or line ends")
    try:
        parts = urlsplit(url)
        port = parts.port
        host = domain_in_ascii(parts.hostname or "").encode("ascii").decode()
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        path.encode("ascii")
    except ValueError:
        raise Refused("this is not a web address") from None
    if parts.scheme not in ("http", "https") or not host:
        raise Refused("a web address starts with https:// or http://")
    if parts.username is not None:
        raise Refused("a web address with a name or password in it is not used")
    secure = parts.scheme == "https"
    return secure, host, port or (443 if secure else 80), path


def _is_named(host: str) -> bool:
    """Whether the operator named this server as one inside the own network that may be asked."""
    return host.rstrip(".").lower() in settings.OUTGOING_PRIVATE_HOSTS


def _looked_up(host: str, port: int, timeout: float) -> list[str]:
    """All addresses of a name.

    In a thread: the machine's resolver has no end that we could set, and may take half a minute.
    What comes later than that is nobody's any more.
    """
    found: list[str] = []
    wrong: list[Exception] = []

    def look_up() -> None:
        try:
            told = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            found.extend(str(sockaddr[0]) for *_kind, sockaddr in told)
        except (OSError, UnicodeError) as error:
            wrong.append(error)

    thread = Thread(target=look_up, name="outgoing-name", daemon=True)
    thread.start()
    thread.join(timeout)
    if wrong or not (found or thread.is_alive()):
        raise NoName(f"{host}: there is no such name") from (wrong[0] if wrong else None)
    if thread.is_alive():
        raise NoAnswer(f"{host}: nobody said in time where that is")
    return found


def _too_slow(host: str, timeout: float) -> TooSlow:
    return TooSlow(f"{host} took longer than {timeout:g} s")


def _unreached(host: str, timeout: float, error: OSError) -> Unreachable:
    if isinstance(error, TimeoutError):
        return _too_slow(host, timeout)
    return Unreachable(f"{host}: {error or type(error).__name__}")


@cache
def _trusted() -> ssl.SSLContext:
    """Whom we believe. Read once: that takes longer than a whole request."""
    return ssl.create_default_context()


class Ending:
    """Hangs up on a line when its time is over, whatever is said until then.

    A timeout of the socket counts from each byte on: one a second would hold us for ever.
    """

    def __init__(self) -> None:
        self.over = False
        self._line: socket.socket | None = None

    def hold(self, line: socket.socket) -> None:
        """Know the line to hang up on. Raises TimeoutError when it is over already."""
        # Another handle on the same line: libraries let go of theirs while they still read from
        # it (where an answer ends with its line), and TLS takes it over.
        self._line = line.dup()
        if self.over:
            raise TimeoutError

    def hang_up(self) -> None:
        """End it from another thread: whoever reads gets the end of the stream."""
        self.over = True
        if self._line is not None:
            with suppress(OSError):
                self._line.shutdown(socket.SHUT_RDWR)

    def let_go(self) -> None:
        """Close our handle."""
        if self._line is not None:
            self._line.close()


@contextmanager
def ending_after(seconds: float) -> Iterator[Ending]:
    """Within this block a line that is held lasts no longer than so many seconds."""
    ending = Ending()
    timer = Timer(seconds, ending.hang_up)
    timer.daemon = True
    timer.start()
    try:
        yield ending
    finally:
        timer.cancel()
        ending.let_go()


class _Connection(http.client.HTTPConnection):
    """A connection to an address that was chosen before, under the name that was asked for."""

    def __init__(
        self, host: str, port: int, address: str, *, secure: bool, timeout: float, ending: Ending
    ) -> None:
        super().__init__(host, port, timeout=timeout)
        self.default_port = 443 if secure else 80
        self._address = address
        self._secure = secure
        self._ending = ending
        self.certificate_ends_at: datetime | None = None

    def connect(self) -> None:
        """Connect to the address; over TLS, check the certificate against the name."""
        self.sock = socket.create_connection((self._address, self.port), self.timeout)
        self._ending.hold(self.sock)
        if self._secure:
            line = _trusted().wrap_socket(self.sock, server_hostname=self.host)
            self.sock = line
            ends = str((line.getpeercert() or {}).get("notAfter", ""))
            if ends:
                seconds = ssl.cert_time_to_seconds(ends)
                self.certificate_ends_at = datetime.fromtimestamp(seconds, UTC)
