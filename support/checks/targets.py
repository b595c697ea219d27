"""What a check may ask: web addresses, and servers with a port."""

from __future__ import annotations

from sla.models import Check
from support.outgoing.gate import Refused, check_address, check_host


def server_and_port(target: str, default: int | None = None) -> tuple[str, int]:
    """The parts of `server:25`, `10.0.0.1:25`, `[2001:db8::1]:25`. Refused if there are none."""
    text = target.strip()
    if text.startswith("["):
        host, _bracket, rest = text[1:].partition("]")
        port = rest.removeprefix(":")
    elif text.count(":") > 1:
        host, port = text, ""
    else:
        host, _colon, port = text.partition(":")
    number = int(port) if port.isascii() and port.isdigit() and len(port) < 6 else default
    unread = port and number is default
    if not host or any(char <= " " or char in "/?#@\x7f" for char in host) or unread:
        raise Refused("this is no server with a port")
    if number is None or not 0 < number < 65536:
        raise Refused("say which port, such as mail.example.nl:25")
    return host, number


def judge(kind: str, target: str) -> None:
    """Judge an address before anybody asks it. Raises Refused."""
    if kind == Check.Kind.HTTP:
        check_address(target)
    else:
        host, _port = server_and_port(target, 53 if kind == Check.Kind.DNS else None)
        check_host(host)
