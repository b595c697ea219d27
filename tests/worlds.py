"""Worlds that many tests begin with: built once a run, whoever asks first, and laid out for others.

To build the demonstration takes seconds of a processor; to lay it out takes a tenth of one. Rows,
the numbers that come next and files are kept in the run's folder, as COPY gives them.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection, models
from django.utils import timezone

from support.demo import story
from tests import databases
from tests.servers import one_at_a_time, share


@dataclass(frozen=True)
class World:
    """All that building it wrote."""

    rows: dict[str, bytes]
    numbers: dict[str, int]
    files: dict[str, bytes]


def lay_demonstration() -> None:
    """The demonstration of now, committed to an empty database. Its numbers are always the same.

    It is some minutes old when it is laid out again.
    """
    lay("demonstration", _build_demonstration)


def lay_demonstration_of(now: datetime) -> None:
    """The demonstration as it is at some moment."""
    lay(f"demonstration of {now.isoformat()}", lambda: story.build(now=now))


def lay(name: str, build: Callable[[], None]) -> None:
    """Build a world in this process's empty database, or lay it out if one of them built it."""
    kept = share("worlds") / name
    with one_at_a_time(name):
        if not kept.exists():
            before = set(_files())
            build()
            kept.write_bytes(pickle.dumps(_taken(before)))
            return
    _lay_out(pickle.loads(kept.read_bytes()))


def _build_demonstration() -> None:
    staying = {f"{model._meta.db_table}_id_seq" for model in databases.tables(kept=True)}
    names = _numbers().keys() - staying - {"django_migrations_id_seq"}
    databases.execute(f"ALTER SEQUENCE {name} RESTART" for name in sorted(names))
    story.build(now=timezone.now())


def _taken(files_before: set[str]) -> World:
    """What is in the database now, and the files that are new."""
    rows = {}
    with connection.cursor() as cursor:
        for model in (*databases.filled(), *_begun()):
            table = model._meta.db_table
            asked = f"COPY (SELECT {_columns(model)} FROM {table}) TO STDOUT (FORMAT binary)"
            with cursor.copy(asked) as out:
                rows[table] = b"".join(out)
    files = {path: (Path(settings.MEDIA_ROOT) / path).read_bytes() for path in _files()}
    new = {path: content for path, content in files.items() if path not in files_before}
    return World(rows, _numbers(), new)


def _lay_out(world: World) -> None:
    begun = _begun()
    known = {model._meta.db_table: model for model in (*databases.tables(kept=False), *begun)}
    with databases.unseen_by_triggers(), connection.cursor() as cursor:
        for model in begun:
            cursor.execute(f"DELETE FROM {model._meta.db_table}")
        for table, rows in world.rows.items():
            asked = f"COPY {table} ({_columns(known[table])}) FROM STDIN (FORMAT binary)"
            with cursor.copy(asked) as taking:
                taking.write(rows)
        here = _numbers()
        for name, number in world.numbers.items():
            if number > here[name]:
                cursor.execute("SELECT setval(%s, %s)", [name, number])
    for path, content in world.files.items():
        place = Path(settings.MEDIA_ROOT) / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)


def _columns(model: type[models.Model]) -> str:
    return ", ".join(
        connection.ops.quote_name(str(field.column))
        for field in model._meta.local_concrete_fields
        if not field.generated
    )


def _begun() -> list[type[models.Model]]:
    """Tables with rows of the migrations to which a world may add some."""
    kept = databases.tables(kept=True)
    return [model for model in kept if model._meta.app_label in {"tickets", "sla", "support"}]


def _numbers() -> dict[str, int]:
    """How far each sequence is."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sequencename, coalesce(last_value, 0) FROM pg_sequences "
            "WHERE schemaname = 'public'"
        )
        return dict(cursor.fetchall())


def _files() -> Iterator[str]:
    root = Path(settings.MEDIA_ROOT)
    return (str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())
