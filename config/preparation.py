"""What has to be true before Werkdag's programs start: schema, demo data, static files."""

import contextlib
import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from config import checks
from config.embedded import Say

_DEMO_PEOPLE = {
    "agent": "agent@werkdag.example",
    "manager": "manager@werkdag.example",
    "administrator": "beheer@werkdag.example",
    "customer": "klant@dialog-klant.example",
    "other customer": "dirk@zonneschijn.example",
}


def migrate(*, say: Say) -> None:
    """Bring the schema up to date.

    Raises OperationalError when the database does not answer, CommandError when it is too old.
    """
    for fault in checks.database_took_all_steps_that_are_one_now([connection.alias]):
        raise CommandError(f"{fault.msg} {fault.hint}")
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        say("bringing the database up to date …")
        call_command("migrate", interactive=False, verbosity=0)


def fill_when_empty(*, say: Say) -> None:
    """Put the demo data into a database that has no people at all, if it is for demonstration."""
    if get_user_model()._default_manager.exists():
        return
    if settings.DEMO:
        say("writing demo data …")
        call_command("demo")
    else:
        say("nobody can sign in yet: make an administrator with manage.py createsuperuser")


def collect_static(*, say: Say, clear: bool = True) -> None:
    """Collect, name and compress the static files, unless nothing has changed since last time.

    clear: take away those of before, which pages may still name that are open somewhere.
    """
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
    call_command("collectstatic", interactive=False, clear=clear, verbosity=0)
    stamp.write_text(digest.hexdigest())


def demo_links() -> list[tuple[str, str]]:
    """Who of the demo can sign in, each with a fresh one-time address. Empty without demo data, and
    where the database isn't for demonstration.
    """
    if not settings.DEMO:
        return []
    from support.sign_in.links import make_link

    people = get_user_model()._default_manager.in_bulk(
        list(_DEMO_PEOPLE.values()), field_name="email"
    )
    return [
        (role, settings.ORIGIN.url + make_link(people[email], now=timezone.now()))
        for role, email in _DEMO_PEOPLE.items()
        if email in people
    ]
