"""The one gate for outgoing HTTP: public addresses only, no redirects, bounded time and size."""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Timer
from urllib.parse import urlsplit

from django.conf import settings

MAX_ANSWER = 1024 * 1024
"""Bytes of an answer that are read; a longer one is cut there."""

# IPv6 addresses that carry an IPv4 address on: what stands inside is judged as well.
_CARRIERS = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))


class Refused(ValueError):
    """We do not go there: not a web address, or one inside somebody's own network."""


class Unreachable(OSError):
    """No whole answer came: no such name, no connection, no valid certificate, or too slow."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other side said. Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

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
) -> Answer:
    """Ask one address one thing. `timeout` is for the whole of it, in seconds, without the name.

    The name is resolved once, and the connection goes to the very address that was judged.
    Raises Refused before anything is sent, Unreachable afterwards.
    """
    secure, host, port, path = _parts(url)
    if allow_private is None:
        allow_private = settings.OUTGOING_PRIVATE_ALLOWED
    address = _resolve(host, port, allow_private=allow_private)
    connection = _Connection(host, port, address=address, secure=secure, timeout=timeout)
    # A timeout of the socket counts from each byte on: one a second would hold us for ever.
    hang_up = Timer(timeout, connection.hang_up)
    hang_up.daemon = True
    hang_up.start()
    try:
        connection.request(method, path, body=body, headers=dict(headers or {}))
        answer = connection.getresponse()
        said = answer.read(limit)
        if connection.hung_up:
            raise Unreachable(f"{host} took longer than {timeout:g} s")
        named = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(answer.status, named, said)
    except (OSError, http.client.HTTPException) as error:
        if connection.hung_up or isinstance(error, TimeoutError):
            raise Unreachable(f"{host} took longer than {timeout:g} s") from error
        raise Unreachable(f"{host}: {error or type(error).__name__}") from error
    finally:
        hang_up.cancel()
        connection.close()


def check_address(url: str) -> None:
    """Judge an address without asking anybody. Raises Refused.

    For forms: a name may still lead to a private address, which is found out when it is asked.
    """
    _secure, host, port, _path = _parts(url)
    if settings.OUTGOING_PRIVATE_ALLOWED:
        return
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    except (OSError, UnicodeError):
        found = []
    local = host.rstrip(".").lower() == "localhost" or host.rstrip(".").endswith(".localhost")
    if local or not all(is_public(str(sockaddr[0])) for *_kind, sockaddr in found):
        raise Refused(f"{host} is an address inside a private network")


def is_public(address: str) -> bool:
    """Tell an address of the internet from one of this machine or of somebody's own network."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inside = ip.ipv4_mapped or ip.sixtofour
        if inside is None and any(ip in carrier for carrier in _CARRIERS):
            inside = ipaddress.IPv4Address(ip.packed[-4:])
        if inside is not None:
            return is_public(str(inside))
        if ip.teredo is not None or ip.is_site_local:
            return False
    return ip.is_global and not ip.is_multicast


def _parts(url: str) -> tuple[bool, str, int, str]:
    """Secure, host, port and path of a URL. Raises Refused."""
    if any(char <= " " or char == "\x7f" for char in url):
        raise Refused("a web address has no spaces or line ends")
    try:
        parts = urlsplit(url)
        port = parts.port
        host = (parts.hostname or "").encode("idna").decode("ascii")
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


def _resolve(host: str, port: int, *, allow_private: bool) -> str:
    """One address of a name. One private address among several is enough to refuse it."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unreachable(f"{host}: there is no such name") from error
    addresses = [str(sockaddr[0]) for *_kind, sockaddr in found]
    if not allow_private and not all(map(is_public, addresses)):
        raise Refused(f"{host} is an address inside a private network")
    # Without a second attempt at the next address: most machines have a working IPv4.
    return min(addresses, key=lambda address: ":" in address)


class _Connection(http.client.HTTPConnection):
    """A connection to an address that was chosen before, under the name that was asked for."""

    def __init__(self, host: str, port: int, *, address: str, secure: bool, timeout: float) -> None:
        super().__init__(host, port, timeout=timeout)
        self.default_port = 443 if secure else 80
        self._address = address
        self._secure = secure
        self.hung_up = False

    def connect(self) -> None:
        """Connect to the address; over TLS, check the certificate against the name."""
        self.sock = socket.create_connection((self._address, self.port), self.timeout)
        if self._secure:
            # The handshake apart, so that it can be hung up on as well.
            self.sock = ssl.create_default_context().wrap_socket(
                self.sock, server_hostname=self.host, do_handshake_on_connect=False
            )
            self.sock.do_handshake()

    def hang_up(self) -> None:
        """End it from another thread: whoever reads gets the end of the stream."""
        self.hung_up = True
        if isinstance(self.sock, socket.socket):
            try:
                # Of the plain class: that of TLS would take the session from under the reader.
                socket.socket.shutdown(self.sock, socket.SHUT_RDWR)
            except OSError:
                return
