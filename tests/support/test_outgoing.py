"""The gate for outgoing HTTP, against a real server on loopback."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

import pytest

from support.outgoing import Answer, Refused, Unreachable, fetch, is_public


class _Server(ThreadingHTTPServer):
    """Keeps what it was asked, and answers by the path."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[tuple[str, str, str, bytes]] = []
        self.over = Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.asked.append((self.command, self.path, self.headers["Host"], body))
        if self.path == "/drip":
            self._drip()
            return
        self.send_response(302 if self.path == "/elsewhere" else 200)
        self.send_header("Location", "/other")
        self.send_header("X-Said", "yes")
        self.end_headers()
        self.wfile.write(b"x" * 5000 if self.path == "/long" else b"hello")

    do_POST = do_GET  # noqa: N815 - the name is the library's

    def _drip(self) -> None:
        """One byte of a header now and then, for ever."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        try:
            while not self.server.over.wait(0.05):
                self.wfile.write(b"x")
        except OSError:
            return

    def log_message(self, *said: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[_Server]:
    """A web server on loopback."""
    with _Server() as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield server
        server.over.set()
        server.shutdown()


def ask(url: str, **how: object) -> Answer:
    return fetch(url, allow_private=True, **how)  # type: ignore[arg-type]


def test_it_asks_one_thing_and_gives_status_headers_and_body(server: _Server) -> None:
    answer = ask(f"{server.url}/a?b=c", method="POST", headers={"X-A": "1"}, body=b"said")
    assert (answer.status, answer.fine, answer.body) == (200, True, b"hello")
    assert answer.headers["x-said"] == "yes"
    assert server.asked == [("POST", "/a?b=c", f"127.0.0.1:{server.server_port}", b"said")]


def test_a_redirect_is_an_answer_and_is_not_followed(server: _Server) -> None:
    answer = ask(f"{server.url}/elsewhere")
    assert (answer.status, answer.fine) == (302, False)
    assert len(server.asked) == 1


def test_a_long_answer_is_cut(server: _Server) -> None:
    assert ask(f"{server.url}/long", limit=100).body == b"x" * 100


def test_a_server_that_drips_does_not_hold_us(server: _Server) -> None:
    began = time.monotonic()
    with pytest.raises(Unreachable, match=r"longer than 0\.3 s"):
        ask(f"{server.url}/drip", timeout=0.3)
    assert time.monotonic() - began < 5


def test_a_port_where_nobody_listens_is_unreachable() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        with pytest.raises(Unreachable):
            ask(f"http://127.0.0.1:{port}/")


def test_plain_http_where_tls_is_spoken_is_unreachable(server: _Server) -> None:
    with pytest.raises(Unreachable):
        ask(server.url.replace("http:", "https:"))


def test_private_addresses_are_refused_before_anything_is_sent(server: _Server) -> None:
    for host in ("127.0.0.1", "localhost", "2130706433", "[::ffff:127.0.0.1]", "0.0.0.0"):
        with pytest.raises(Refused):
            fetch(f"http://{host}:{server.server_port}/", allow_private=False)
    assert server.asked == []


def test_one_private_address_among_a_names_addresses_is_enough(
    server: _Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def lie(host: str, port: int, **how: object) -> list[object]:
        asked.append(host)
        kind = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
        return [(*kind, ("93.184.216.34", port)), (*kind, ("127.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", lie)
    with pytest.raises(Refused):
        fetch("http://rebinding.example/", allow_private=False)
    assert asked == ["rebinding.example"]  # once: the second answer could be another one


def test_a_name_is_resolved_once_and_kept_as_the_host(
    server: _Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    real = socket.getaddrinfo

    def once(host: str, *place: object, **how: object) -> object:
        asked.append(host)
        return real("127.0.0.1", *place, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", once)
    ask(f"http://hooks.example:{server.server_port}/")
    assert asked.count("hooks.example") == 1
    assert server.asked[0][2] == f"hooks.example:{server.server_port}"


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.com/",
        "file:///etc/passwd",
        "https://",
        "http://user:pass@example.com/",
        "http://example.com/a\r\nX: y",
        "http://example.com:99999/",
        "http://[::1/",
        "example.com",
    ],
)
def test_what_is_no_plain_web_address_is_refused(url: str) -> None:
    with pytest.raises(Refused):
        ask(url)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        ("10.0.0.1", False),
        ("172.16.5.4", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fc00::1", False),
        ("::ffff:10.0.0.1", False),
        ("64:ff9b::a00:1", False),
        ("2002:a00:1::1", False),
    ],
)
def test_addresses_of_the_internet_are_told_from_private_ones(address: str, public: bool) -> None:
    assert is_public(address) is public
