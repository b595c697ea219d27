"""`manage.py up`: everything that Werkdag needs, in one terminal, until Ctrl-C.

It lives as long as what it looks after, so it reads nothing of the house, nor Django: what needs
those is done by `manage.py prepare`, which ends.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import time
from collections.abc import Sequence

from django.core.exceptions import ImproperlyConfigured  # this alone takes nothing along

from config import home, renewing
from config.embedded import Failed, Held, Postgres, Unavailable, Valkey
from config.env import env, origin, var_dir
from config.processes import die_with_parent, kill_group, spawn
from config.programs import BASE, Program, listen, say, web_answers
from config.supervisor import Supervisor, bundled_servers, nursery, programs

_HOST = "127.0.0.1"
Links = Sequence[tuple[str, str]]  # who, and where to sign in as them


class RefusedError(Exception):
    """It can't be started, in one line; '' where that was said already."""


def main() -> int:
    """Run until somebody asks it to stop; everything that can go wrong is one clear line."""
    try:
        _run()
    except (ImproperlyConfigured, ValueError) as error:
        said = f"Werkdag's settings are not right: {error}"
    except PermissionError as error:
        said = f"{error.filename} belongs to another account: start Werkdag as before, or as root"
    except (Failed, Unavailable, RefusedError) as error:
        said = str(error)
    else:
        return 0
    if said:
        print(said, file=sys.stderr)
    return 1


def _run() -> None:
    if "MAKELEVEL" in os.environ:
        die_with_parent()  # `make up` killed with -9 leaves nothing running
    os.umask(0o077)  # what people sent us is nobody else's on this machine
    port = env.int("PORT", default=8000)
    os.environ["PORT"] = str(port)
    origin()  # wrong, it is said before anything starts
    servers = bundled_servers(var_dir())
    _claim(servers)
    log = var_dir() / "log"
    forked = nursery(log)
    own = programs(log, listening=_listen(port), nursery=forked)
    with renewing.can_be_asked(var_dir()) as tell:
        supervisor = Supervisor(servers, own, tell, nursery=forked)
        with supervisor.signals():
            _start(supervisor, port=port)
            supervisor.watch()


def _listen(port: int) -> socket.socket:
    """Take the port; waits a second for a server that is just stopping."""
    deadline = time.monotonic() + 1
    while True:
        try:
            return listen(_HOST, port)
        except OSError:
            if time.monotonic() > deadline:
                said = f"port {port} is in use: PORT={port + 1} make up"
                raise RefusedError(said) from None
            time.sleep(0.1)


def _claim(servers: list[Postgres | Valkey]) -> None:
    started = time.monotonic()

    def waiting(note: str) -> bool:
        # One that was told to stop a moment ago may not have noted that yet.
        return "stopping" in note or time.monotonic() - started < 1

    try:
        for server in servers:
            server.claim(patience=60, waiting=waiting)
            server.note(f"on {origin().url}")
    except Held as error:
        raise RefusedError(f"Werkdag is already running here: {error.note}") from None


def _start(supervisor: Supervisor, *, port: int) -> None:
    started = time.monotonic()
    say("Werkdag is starting …")
    for server in supervisor.servers:
        server.start()
    links = _prepare(own_database=any(isinstance(each, Postgres) for each in supervisor.servers))
    say("starting the web server and the workers …")
    for program in supervisor.programs:
        program.start()
    _wait_for_web(supervisor.programs[0], port=port)
    _welcome(links, seconds=time.monotonic() - started)


def _prepare(*, own_database: bool) -> Links:
    """Have all be there that the programs need; who can sign in, if this is for demonstration."""
    read, write = os.pipe()
    with os.fdopen(read) as answer:
        command = [sys.executable, "manage.py", "prepare", "--answer", str(write)]
        process = spawn(
            [*command, "--fill"] if own_database else command,
            env={**os.environ, "WERKDAG_ROLE": "command", "PYTHONUNBUFFERED": "1"},
            log=None,
            death_signal=signal.SIGKILL,
            cwd=BASE,
            pass_fds=[write],
        )
        os.close(write)
        try:
            said = answer.read()  # until it ends
            if process.wait() or not said:
                raise RefusedError
        finally:
            kill_group(process.pid, signal.SIGKILL)
            process.wait()
    links: Links = json.loads(said)
    return links


def _wait_for_web(web: Program, *, port: int) -> None:
    deadline = time.monotonic() + 60
    while not web_answers(port, host=_HOST, called=origin().host):
        if not web.running or time.monotonic() > deadline:
            words = "\n  ".join(web.last_words(web.process))
            raise RefusedError(f"The web server does not start:\n  {words}")
        time.sleep(0.05)


def _welcome(links: Links, *, seconds: float) -> None:
    say(f"\nWerkdag is up after {seconds:.1f} s: {origin().url}/")
    if links:
        say("\nSign in to the demo (each link works once):")
        for role, link in links:
            say(f"  {role:14} {link}")
    say(f"\nLogs: {var_dir() / 'log'}    Data: {home.choose(var_dir()).path}")
    say("Ctrl-C stops everything.")
