"""`manage.py up`: everything that Werkdag needs, in one terminal, until Ctrl-C."""

import os
import socket
import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connections

from config import home, preparation, renewing
from config.embedded import Failed, Held, Postgres, Unavailable, Valkey
from config.env import env
from config.processes import die_with_parent, last_lines
from config.programs import Program, listen, say
from config.supervisor import Supervisor, bundled_servers, programs

_HOST = "127.0.0.1"


class Command(BaseCommand):
    """Start, prepare, watch, stop."""

    help = "Start the bundled servers (unless DATABASE_URL and REDIS_URL are set), web and workers."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Run until somebody asks it to stop; everything that can go wrong is one clear line."""
        if "MAKELEVEL" in os.environ:
            die_with_parent()  # `make up` killed with -9 leaves nothing running
        os.umask(0o077)  # what people sent us is nobody else's on this machine
        port = env.int("PORT", default=8000)
        os.environ["PORT"] = str(port)
        servers = bundled_servers(settings.VAR_DIR)
        try:
            _claim(servers)
            own = programs(settings.VAR_DIR / "log", listening=_listen(port))
            with renewing.can_be_asked(settings.VAR_DIR) as tell:
                supervisor = Supervisor(servers, own, tell)
                with supervisor.signals():
                    _start(supervisor, port=port)
                    supervisor.watch()
        except (Failed, Unavailable) as error:
            raise CommandError(str(error)) from None
        except PermissionError as error:
            raise CommandError(
                f"{error.filename} belongs to another account: start Werkdag as before, or as root"
            ) from None


def _listen(port: int) -> socket.socket:
    """Take the port; waits a second for a server that is just stopping."""
    deadline = time.monotonic() + 1
    while True:
        try:
            return listen(_HOST, port)
        except OSError:
            if time.monotonic() > deadline:
                raise CommandError(f"port {port} is in use: PORT={port + 1} make up") from None
            time.sleep(0.1)


def _claim(servers: list[Postgres | Valkey]) -> None:
    started = time.monotonic()

    def waiting(note: str) -> bool:
        # One that was told to stop a moment ago may not have noted that yet.
        return "stopping" in note or time.monotonic() - started < 1

    try:
        for server in servers:
            server.claim(patience=60, waiting=waiting)
            server.note(f"on {settings.ORIGIN.url}")
    except Held as error:
        raise CommandError(f"Werkdag is already running here: {error.note}") from None


def _start(supervisor: Supervisor, *, port: int) -> None:
    started = time.monotonic()
    say("Werkdag is starting …")
    for server in supervisor.servers:
        server.start()
    try:
        preparation.migrate(say=say)
        if any(isinstance(server, Postgres) for server in supervisor.servers):
            preparation.fill_when_empty(say=say)
        preparation.collect_static(say=say)
        links = preparation.demo_links()
    except DatabaseError as error:
        raise CommandError(f"The database does not do what was asked: {error}") from None
    finally:
        connections.close_all()
    say("starting the web server and the workers …")
    for program in supervisor.programs:
        program.start()
    _wait_for_web(supervisor.programs[0], port=port)
    _welcome(links, seconds=time.monotonic() - started)


def _wait_for_web(web: Program, *, port: int) -> None:
    deadline = time.monotonic() + 60
    while not preparation.web_answers(port, host=_HOST):
        if not web.running or time.monotonic() > deadline:
            words = "\n  ".join(last_lines(settings.VAR_DIR / "log" / "web.log"))
            raise CommandError(f"The web server does not start:\n  {words}")
        time.sleep(0.05)


def _welcome(links: list[tuple[str, str]], *, seconds: float) -> None:
    say(f"\nWerkdag is up after {seconds:.1f} s: {settings.ORIGIN.url}/")
    if links:
        say("\nSign in to the demo (each link works once):")
        for role, link in links:
            say(f"  {role:14} {link}")
    say(f"\nLogs: {settings.VAR_DIR / 'log'}    Data: {home.choose(settings.VAR_DIR).path}")
    say("Ctrl-C stops everything.")
