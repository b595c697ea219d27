"""What has to be true before Werkdag's programs start: schema, demo data, static files, a port."""

import contextlib
import hashlib
import http.client
import socket
import time
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from config.embedded import Say

_DEMO_PEOPLE = {
    "agent": "agent@werkdag.example",
    "manager": "manager@werkdag.example",
    "customer": "klant@dialog-klant.example",
}


def port_is_free(port: int, *, host: str, patience: float) -> bool:
    """Whether a server can listen there; waits `patience` seconds for one that is just stopping."""
    deadline = time.monotonic() + patience
    while True:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                if time.monotonic() > deadline:
                    return False
                time.sleep(0.1)
            else:
                return True


def migrate(*, say: Say) -> None:
    """Bring the schema up to date. Raises OperationalError when the database does not answer."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        say("bringing the database up to date …")
        call_command("migrate", interactive=False, verbosity=0)


def fill_when_empty(*, say: Say) -> None:
    """Put the demo data into a database that has no people at all."""
    if not get_user_model()._default_manager.exists():
        say("writing demo data …")
        call_command("demo")


def collect_static(*, say: Say) -> None:
    """Collect, name and compress the static files, unless nothing has changed since last time."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            found = Path(storage.path(name)).stat()
            digest.update(f"{name}:{found.st_size}:{found.st_mtime_ns}\n".encode())
    stamp = settings.VAR_DIR / "static.stamp"
    with contextlib.suppress(FileNotFoundError):
        if stamp.read_text() == digest.hexdigest():
            return
    say("collecting static files …")
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(digest.hexdigest())


def demo_links() -> list[tuple[str, str]]:
    """Who of the demo can sign in, each with a fresh one-time address. Empty without demo data."""
    from support.signin import make_link

    people = get_user_model()._default_manager.in_bulk(
        list(_DEMO_PEOPLE.values()), field_name="email"
    )
    return [
        (role, settings.ORIGIN.url + make_link(people[email], now=timezone.now()))
        for role, email in _DEMO_PEOPLE.items()
        if email in people
    ]


def web_answers(port: int, *, host: str) -> bool:
    """Whether the web server serves pages."""
    link = http.client.HTTPConnection(host, port, timeout=5)
    try:
        link.request("GET", "/healthz", headers={"Host": settings.ORIGIN.host})
        return link.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        link.close()
