"""The gate for outgoing HTTP, against a real server on loopback."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

import pytest
from pytest_django import Settings

from support.outgoing.gate import GateAnswer, Refused, Unreachable, fetch
from support.outgoing.networks import is_public
from tests.receivers import dripping


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


_DRIPS = {
    "/status": b"HTTP/1.1 20",
    "/header": b"HTTP/1.1 200 OK\r\nX-Slow: ",
    "/old": b"HTTP/1.0 200 OK\r\n\r\n",
    "/until-close": b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n",
    "/length": b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n",
    "/length-until-close": b"HTTP/1.0 200 OK\r\nContent-Length: 5000\r\n\r\n",
    "/chunked": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1388\r\n",
}


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.asked.append((self.command, self.path, self.headers["Host"], body))
        if self.path in _DRIPS:
            self._drip(_DRIPS[self.path])
            return
        self.send_response(302 if self.path == "/elsewhere" else 200)
        self.send_header("Location", "/other")
        self.send_header("X-Said", "yes")
        self.end_headers()
        self.wfile.write(b"x" * 5000 if self.path == "/long" else b"hello")

    do_POST = do_GET  # noqa: N815 - the name is the library's

    def _drip(self, begins: bytes) -> None:
        """A beginning, and then one byte now and then, for ever."""
        self.wfile.write(begins)
        try:
            while not self.server.over.wait(0.05):
                self.wfile.write(b"1" if begins.endswith(b"-") else b"x")
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


def ask(url: str, **how: object) -> GateAnswer:
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


@pytest.mark.parametrize("path", _DRIPS)
def test_a_server_that_drips_does_not_hold_us(server: _Server, path: str) -> None:
    with pytest.raises(Unreachable, match=r"longer than 0\.3 s"):
        ask(server.url + path, timeout=0.3)


def test_a_server_that_says_continue_for_ever_does_not_hold_us() -> None:
    slow = pytest.raises(Unreachable, match=r"longer than 0\.3 s")
    with dripping(b"", b"HTTP/1.1 100 Continue\r\n\r\n") as port, slow:
        ask(f"http://127.0.0.1:{port}/", timeout=0.3)


@pytest.mark.parametrize("said", [b"", b"\x16", b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc\x03"])
def test_a_handshake_that_never_ends_does_not_hold_us(said: bytes) -> None:
    with dripping(b"", said) as port, pytest.raises(Unreachable):
        ask(f"https://127.0.0.1:{port}/", timeout=0.3)


def test_a_receiver_that_does_not_read_does_not_hold_us() -> None:
    with dripping(b"", b"") as port, pytest.raises(Unreachable, match=r"longer than 0\.3 s"):
        ask(f"http://127.0.0.1:{port}/", method="POST", body=b"x" * 20_000_000, timeout=0.3)


def test_a_name_that_nobody_answers_for_does_not_hold_us(monkeypatch: pytest.MonkeyPatch) -> None:
    answered = Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_place, **_how: answered.wait(60) and [])
    with pytest.raises(Unreachable, match=r"slow\.example took longer than 0\.3 s"):
        ask("http://slow.example/", timeout=0.3)
    answered.set()


def test_a_server_of_the_own_network_can_be_named_and_no_other_is_asked(
    server: _Server, settings: Settings
) -> None:
    settings.OUTGOING_PRIVATE_HOSTS = frozenset({"localhost"})
    assert fetch(f"http://localhost:{server.server_port}/").fine
    with pytest.raises(Refused):
        fetch(f"http://127.0.0.1:{server.server_port}/")


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
        ("1.1.1.1", True),
        ("100.63.255.255", True),
        ("100.128.0.0", True),
        ("172.32.0.1", True),
        ("223.255.255.255", True),
        ("192.0.1.1", True),
        ("2606:2800:220:1::1", True),
        ("2a01:7c8::1", True),
        ("::ffff:93.184.216.34", True),
        ("64:ff9b::5db8:d822", True),
        ("2002:5db8:d822::1", True),
        ("0.0.0.0", False),
        ("10.0.0.1", False),
        ("127.8.8.8", False),
        ("172.16.5.4", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("192.0.0.8", False),
        ("192.0.0.9", False),
        ("192.0.2.1", False),
        ("192.88.99.1", False),
        ("198.19.255.255", False),
        ("198.51.100.7", False),
        ("203.0.113.7", False),
        ("224.0.0.1", False),
        ("239.255.255.250", False),
        ("240.0.0.1", False),
        ("255.255.255.255", False),
        ("::", False),
        ("::1", False),
        ("::7f00:1", False),
        ("fe80::1%eth0", False),
        ("fec0::1", False),
        ("fc00::1", False),
        ("fd12:3456::1", False),
        ("ff02::1", False),
        ("::ffff:10.0.0.1", False),
        ("::ffff:0:127.0.0.1", False),
        ("64:ff9b::a00:1", False),
        ("64:ff9b:1::5db8:d822", False),
        ("100::1", False),
        ("100:0:0:1::1", False),
        ("2001::1", False),
        ("2001:0:5db8:d822::1", False),
        ("2001:2::1", False),
        ("2001:db8::1", False),
        ("2001:10::1", False),
        ("2001:20::1", False),
        ("2002:a00:1::1", False),
        ("2002:7f00:1::1", False),
        ("3fff::1", False),
        ("5f00::1", False),
        ("4000::1", False),
    ],
)
def test_addresses_of_the_internet_are_told_from_private_ones(address: str, public: bool) -> None:
    assert is_public(address) is public
