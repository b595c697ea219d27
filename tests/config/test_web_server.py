"""The web server: nobody holds it by being slow, and it is renewed without closing its port."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from config import web_worker
from config.env import BASE_DIR
from tests.web_server import WebServer, closed, load, serving


@pytest.fixture(scope="module")
def shared(django_db_setup: None) -> Iterator[WebServer]:
    with serving() as server:
        yield server


@pytest.fixture
def server(shared: WebServer) -> Iterator[WebServer]:
    """One for all tests, without the visitors of the one before."""
    with shared.visitors:
        yield shared


HALF = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: "
BODY = (
    b"POST /sign-in/ HTTP/1.1\r\nHost: localhost\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 5000\r\n\r\na="
)


@pytest.mark.parametrize("said", [b"", b"GET /heal", HALF, BODY], ids=["", "line", "head", "body"])
@pytest.mark.parametrize("count", [12, 200])
def test_visitors_who_are_slow_to_ask_hold_nobody(
    server: WebServer, said: bytes, count: int
) -> None:
    slow = [server.connected(said) for _ in range(count)]
    assert [server.ask("/sign-in/", timeout=4) for _ in range(20)] == [200] * 20
    for visitor in slow:  # still there, and a little further
        visitor.sendall(b"x")
    assert server.ask("/healthz", timeout=4) == 200


def test_visitors_who_do_not_read_hold_nobody(server: WebServer) -> None:
    long = "/static/drf_spectacular_sidecar/swagger-ui-dist/swagger-ui-bundle.js"
    for _ in range(40):
        asked = f"GET {long} HTTP/1.1\r\nHost: localhost\r\n\r\n"
        server.connected(asked.encode(), room=2048)
    assert [server.ask("/sign-in/", timeout=4) for _ in range(20)] == [200] * 20


def test_more_slow_visitors_than_there_is_room_for_give_way_to_the_others(
    server: WebServer,
) -> None:
    room = 2 * web_worker.MOST
    slow = [server.connected(HALF) for _ in range(room + 50)]
    assert [server.ask("/healthz", timeout=4) for _ in range(20)] == [200] * 20
    assert closed(slow[0])


def test_what_is_sent_slowly_is_understood_when_it_is_whole(server: WebServer) -> None:
    visitor = server.connected(b"")
    for byte in b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n":
        visitor.sendall(bytes([byte]))
    assert visitor.recv(1000).startswith(b"HTTP/1.1 200 OK")


def test_a_body_that_is_asked_about_first_is_wanted(server: WebServer) -> None:
    visitor = server.connected(BODY.replace(b"\r\n\r\na=", b"\r\nExpect: 100-continue\r\n\r\n"))
    assert visitor.recv(1000) == b"HTTP/1.1 100 Continue\r\n\r\n"
    visitor.sendall(b"a=" + b"x" * 4998)
    assert visitor.recv(1000).startswith(b"HTTP/1.1 403 ")  # no token of a form


def test_a_body_that_is_too_long_is_refused_while_it_still_comes(server: WebServer) -> None:
    visitor = server.connected(BODY.replace(b"5000", str(web_worker.BODY_MOST + 1).encode()))
    visitor.sendall(b"x" * 100_000)
    assert visitor.recv(1000).startswith(b"HTTP/1.1 413 ")


def test_headers_without_end_are_refused(server: WebServer) -> None:
    visitor = server.connected(b"GET / HTTP/1.1\r\n" + b"X-Long: 1\r\n" * 8000)
    said = visitor.recv(1000)
    assert said.startswith(b"HTTP/1.1 431 ")
    assert b"application/problem+json" in said


def test_a_long_address_is_judged_by_the_api_and_not_by_the_server(server: WebServer) -> None:
    long = "x" * 20_000
    visitor = server.connected(
        f"GET /api/v1/tickets/?q={long} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
    )
    said = visitor.recv(1000)
    assert said.startswith(b"HTTP/1.1 401 ")
    assert b"application/problem+json" in said


def test_the_bodies_that_are_waited_for_are_those_that_are_taken() -> None:
    assert web_worker.BODY_MOST == settings.REQUEST_MAX_BYTES


def test_a_renewal_turns_no_visitor_away(server: WebServer) -> None:
    (old,) = server.masters()
    with load(server.port, "/sign-in/") as found:
        server.send(signal.SIGHUP)
        while old in server.masters():
            pass
    (new,) = server.masters()
    assert new != old
    assert found.answers.total() > 20
    assert set(found.answers) == {200}


def test_a_start_anew_by_whoever_holds_the_socket_turns_no_visitor_away(server: WebServer) -> None:
    with load(server.port, "/sign-in/") as found:
        server.end()
        server.start()
    assert set(found.answers) == {200}


@pytest.mark.django_db(transaction=True)
def test_a_new_web_server_that_does_not_start_takes_nobodys_place(tmp_path: Path) -> None:
    with serving(PYTHONPATH=f"{tmp_path}:{BASE_DIR}") as server:
        (old,) = server.masters()
        # Read by every Python that starts there.
        (tmp_path / "sitecustomize.py").write_text("raise SystemExit('broken by an upgrade')")
        server.send(signal.SIGHUP)
        while server.masters() == {old}:
            pass
        while server.masters() != {old}:
            pass
        assert server.ask("/sign-in/") == 200
